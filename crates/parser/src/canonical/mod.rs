//! From a provider's own words to CloudFormation's: one shape for every rule.

mod adapters;
mod attributes;
pub(crate) mod cases;
mod convert;
mod fold;
mod map;
pub(crate) mod table;

pub(crate) use map::{Documents, Draft, Mapping, is_identity, is_split, map_drafts, parent_of};
