//! Terraform: plans and modules to resources.

mod address;
mod changes;
mod configuration;
mod module;
mod plan;
mod plan_settings;
mod plan_values;
mod policy_document;
mod references;
#[doc(hidden)]
pub mod synthetic;

pub use module::{Given, Need, Project, TerraformFile, Variables, manifest_directories};
pub use plan::{lower_plan, plan_options};
