//! Bytes to one resource graph: CloudFormation, Terraform and IAM documents.

mod canonical;
pub mod terraform;
pub mod tree;
