//! Bytes to one resource graph: CloudFormation, Terraform and IAM documents.

pub mod cloudformation;
pub mod detect;
mod link;
pub mod load;
pub mod tree;

pub use link::link;
