//! The three rule languages.

pub mod guard;
pub(crate) mod guard_policy;
mod guarded;
pub mod native;
pub mod rego;
#[cfg(feature = "cfn-guard")]
pub(crate) mod template;

pub(crate) use guarded::guarded;
pub use guarded::is_guarded;
