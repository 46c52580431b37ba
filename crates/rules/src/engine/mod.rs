//! The three rule languages.

pub mod native;
pub(crate) mod rego;
