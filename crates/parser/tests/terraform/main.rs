//! Terraform's plans and modules as one shape with CloudFormation.
#![expect(clippy::needless_pass_by_value, reason = "`json!` literals are passed as they are")]

mod archive;
mod documents;
mod folding;
mod json;
mod limits;
mod modules;
mod plan;
mod sources;
mod support;
mod twins;
