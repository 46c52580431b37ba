//! Bytes to one resource graph: CloudFormation, Terraform and IAM documents.

pub mod cloudformation;
mod link;
pub mod tree;

pub use link::link;
