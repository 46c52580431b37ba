//! Bytes to one resource graph: CloudFormation, Terraform and IAM documents.

pub mod detect;
pub mod hcl;
pub mod load;
pub mod tree;
