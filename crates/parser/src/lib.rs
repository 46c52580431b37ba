//! Bytes to one resource graph: CloudFormation, Terraform and IAM documents.

pub mod tree;
