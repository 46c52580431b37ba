//! Terraform: plans and modules to resources.

mod address;
mod configuration;
mod module;
mod plan;
mod plan_values;
mod policy_document;
mod references;

pub use module::lower_files;
pub use plan::{lower_plan, plan_options};
