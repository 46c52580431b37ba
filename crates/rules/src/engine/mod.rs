//! The three rule languages.

pub mod guard;
pub(crate) mod guard_policy;
pub mod native;
pub mod rego;
#[cfg(feature = "cfn-guard")]
pub(crate) mod template;
