//! Stacks that are made of several templates: nested ones, and those that import from others.

mod imports;
mod mark;
mod nest;
mod outputs;
mod paths;

pub use imports::link_imports;
pub use nest::{Nested, nest};
pub use paths::local_templates;
