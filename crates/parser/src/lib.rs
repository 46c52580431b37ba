//! Bytes to one resource graph: CloudFormation, Terraform and IAM documents.

mod canonical;
pub mod cloudformation;
pub mod detect;
pub mod hcl;
mod link;
pub mod load;
mod parse;
pub mod policy;
mod problem;
mod raw;
mod rewrite;
mod sam;
pub mod schema;
pub mod stacks;
pub mod terraform;
pub mod tree;
pub mod type_names;
pub mod wording;

pub use link::link;
pub use parse::{
    Options, Parsed, PlanModule, Reading, lower_root, parse, parse_as, parse_modules, parse_plan,
    parse_seen,
};
pub use problem::{Problem, is_unreadable, problems, unreadable};
pub use raw::{HclShape, raw_documents};
