//! Terraform's plans and modules as one shape with CloudFormation.
#![expect(clippy::needless_pass_by_value, reason = "`json!` literals are passed as they are")]

mod archive;
mod documents;
mod json;
mod limits;
mod plan;
mod sources;
mod support;
mod twins;
