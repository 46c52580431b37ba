//! Bytes to one resource graph: CloudFormation, Terraform and IAM documents.

mod canonical;
pub mod tree;
