//! One tree for every syntax: nodes with spans in an arena.

mod arena;

pub use arena::{Comment, Kind, Member, NodeId, Tree, TreeBuilder};
