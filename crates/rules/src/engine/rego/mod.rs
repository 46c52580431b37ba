//! Rego policies, by regorus.
//!
//! The interpreter is used, not the bytecode machine, which answers differently from OPA on
//! some real policies.

mod adapt;
mod annotations;
mod base;
mod builtins;
pub mod bundle;
mod calls;
mod describe;
pub(crate) mod memo;
mod module;
mod names;
pub(crate) mod policy;
mod problem;
mod quick;
pub(crate) mod result;
mod safety;
pub(crate) mod stand_in;
mod types;

pub use annotations::{Annotation, annotations};
pub(crate) use base::timer;
pub use bundle::{Bundle, Choice, Form, Loaded, PackageRule, load};
pub use module::ModuleText;
pub use problem::Problem;

/// Runs regorus on something that is not to be trusted. A panic becomes the error.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    super::guarded(work).map_err(|said| format!("the policy engine failed: {said}"))
}
