//! Terraform: plans and modules to resources.

mod address;
pub mod archive;
mod blocks;
mod changes;
mod configuration;
mod deleted;
mod evaluate;
mod fuse;
mod iteration;
mod json;
mod module;
mod pairs;
mod plan;
mod plan_policies;
mod plan_settings;
mod plan_values;
mod policy_document;
mod providers;
mod references;
mod secret_names;
mod sources;
#[doc(hidden)]
pub mod synthetic;
mod template;

pub use json::lower_module;
pub use module::lower_files;
pub use plan::{lower_plan, lower_plan_of, plan_options};
pub(crate) use sources::declared_share;
