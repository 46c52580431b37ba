//! Edits of Terraform modules: the canonical property in Terraform's words, in either syntax.

mod attribute;
pub(crate) mod json;
mod native;

pub(crate) use native::write;
