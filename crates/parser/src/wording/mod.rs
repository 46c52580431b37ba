//! What rules say in CloudFormation's words, said in the words of the file at hand.

mod names;
mod text;
mod ways;
mod written;

pub use text::{About, Wording};
pub use ways::{Way, WayStep, ways};
pub(crate) use written::written_at;
