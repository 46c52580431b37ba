//! Terraform: plans and modules to resources.

mod address;
mod blocks;
mod changes;
mod configuration;
mod evaluate;
mod iteration;
mod json;
mod module;
mod plan;
mod plan_settings;
mod plan_values;
mod policy_document;
mod references;
#[doc(hidden)]
pub mod synthetic;
mod template;

pub use json::lower_module;
pub use module::lower_files;
pub use plan::{lower_plan, plan_options};
