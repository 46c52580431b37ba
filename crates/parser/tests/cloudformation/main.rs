//! CloudFormation templates: from text to linked resources.

#![allow(clippy::unwrap_used, reason = "helpers of tests unwrap as tests do")]

mod conditions;
mod documents;
mod hostile;
mod intrinsics;
mod links;
mod lookups;
mod loops;
mod missing;
mod parameters;
mod properties;
mod resources;
mod substitution;
mod template;
mod ways;
