//! One tree for every syntax: nodes with spans in an arena.

mod arena;
mod error;
mod json;
mod json_string;
mod scalar;

pub use arena::{Comment, Kind, Member, NodeId, Tree, TreeBuilder};
pub use error::{ParsedTree, SyntaxError, SyntaxErrorKind, duplicate_keys};
pub use json::{JsonOptions, parse_json};
