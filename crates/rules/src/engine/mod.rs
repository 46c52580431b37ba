//! The three rule languages.

pub mod guard;
pub(crate) mod guard_policy;
pub(crate) mod memo;
pub mod native;
pub(crate) mod rego;
#[cfg(feature = "cfn-guard")]
pub(crate) mod template;
