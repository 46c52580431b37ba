//! What rules say in CloudFormation's words, said in the words of the file at hand.

mod names;
mod text;

pub use text::{About, Wording};
