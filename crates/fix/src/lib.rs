//! Edits in canonical words, written into templates and modules.
//!
//! A rule says in CloudFormation's words what would mend its finding ([`trilith_graph::Edit`]). This
//! crate finds the place in the source and computes the fewest changes of its text: comments,
//! order, indentation, quotes and line endings stay. It proves nothing: whether a change mends the
//! finding, and changes nothing else, only an analysis of the changed text can tell.
//!
//! A value is changed where its property is written, and nowhere else: what comes from a parameter,
//! a variable or a function is declined, with the reason.

mod cloudformation;
mod declined;
mod document;
mod hcl;
mod lines;
mod plan;
mod scalar;
mod terraform;
mod text;

pub use declined::Declined;
pub use plan::{Plan, Site, plan};
pub use text::{Change, apply, difference};
