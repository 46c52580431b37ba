//! Bytes to one resource graph: CloudFormation, Terraform and IAM documents.

pub mod detect;
pub mod load;
mod parse;
pub mod policy;
pub mod tree;

pub use parse::{Options, Parsed, parse, parse_as};
