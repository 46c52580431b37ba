//! The Terraform language: text to blocks with spans, and expressions to values.

mod directive;
mod display;
mod evaluate;
mod expression;
mod functions;
mod number;
mod origin;
mod parse;
mod parser;
mod scan;
mod scope;
mod split;
mod syntax;
mod template;
mod types;
mod walk;

pub(crate) use evaluate::choice::{choose, map_arms, map_combinations, only_if, presence};
pub use evaluate::{condition, embedded, evaluate};
pub use parse::{parse_expression, parse_file, parse_template};
pub use scope::{Bindings, Definition, FileText, Lookup, LookupStep, NoNames, Resolved, Scope};
pub use split::{Chunk, split};
pub use syntax::*;
pub use types::{Type, TypeAttribute};
pub use walk::ReferenceSite;
