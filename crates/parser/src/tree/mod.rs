//! One tree for every syntax: nodes with spans in an arena.

mod align;
mod arena;
mod builder;
mod embedded;
mod error;
mod json;
mod json_compact;
mod json_error;
pub(crate) mod json_skip;
pub(crate) mod json_string;
mod lines;
mod members;
mod scalar;
mod segments;
mod value;
mod yaml;
mod yaml_patch;
mod yaml_repair;

pub use arena::{Children, Comment, Kind, Member, NodeId, Tree};
pub use builder::TreeBuilder;
pub(crate) use builder::cheap_hash;
pub use embedded::{embedded_json, parse_embedded_json, parse_embedded_yaml};
pub use error::{ParsedTree, SyntaxError, SyntaxErrorKind, duplicate_keys};
pub use json::{JsonOptions, parse_json};
pub use segments::{HolePiece, Segments, split_holes};
pub use value::{to_long_form, to_value, to_value_with_holes};
pub use yaml::parse_yaml;
