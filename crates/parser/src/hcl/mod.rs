//! The Terraform language: text to blocks with spans, and expressions to values.

mod expression;
mod origin;
mod parse;
mod parser;
mod scan;
mod split;
mod syntax;
mod template;
mod walk;

pub use parse::{parse_expression, parse_file, parse_template};
pub use split::{Chunk, split};
pub use syntax::*;
pub use walk::ReferenceSite;
