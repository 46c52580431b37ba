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
mod guarded;
pub(crate) mod memo;
mod module;
mod names;
pub(crate) mod policy;
mod problem;
pub(crate) mod result;
mod safety;
pub(crate) mod stand_in;

pub use annotations::{Annotation, annotations};
pub(crate) use base::timer;
pub use bundle::{Bundle, Choice, Form, Loaded, PackageRule, load};
pub(crate) use guarded::guarded;
pub use guarded::is_guarded;
pub use module::ModuleText;
pub use problem::Problem;
