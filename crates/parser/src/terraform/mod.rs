//! Terraform: plans and modules to resources.

mod address;
mod configuration;
mod plan;
mod plan_values;
mod policy_document;
mod references;
#[doc(hidden)]
pub mod synthetic;

pub use plan::{lower_plan, plan_options};
