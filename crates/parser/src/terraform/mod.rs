//! Terraform: plans and modules to resources.

mod address;
pub mod archive;
mod changes;
mod configuration;
mod deleted;
mod fuse;
mod module;
mod pairs;
mod plan;
mod plan_documents;
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
mod texts;

pub use module::{Given, Need, Project, TerraformFile, Variables, manifest_directories};
pub use plan::{MadeOf, lower_plan, lower_plan_of, plan_tree};
pub(crate) use sources::declared_share;
