//! Accepted risk: who accepts a finding, why, and until when.
//!
//! A [`Waiver`] comes from a comment, from the metadata of a template or from the configuration;
//! the comments and metadata of other tools are read too. [`decide`] says which findings are
//! waived, and which waivers do not hold.
//!
//! Nothing here touches files, clock or environment: texts are given, and today is a [`Date`].

mod baseline;
mod collect;
mod comment;
mod date;
mod decide;
mod glob;
mod import;
mod metadata;
mod outline;
mod policy;
mod problem;
mod waiver;

pub use baseline::{Baseline, Comparison, Entry, import_checkov};
pub use collect::{collect, collect_in, may_have_waivers};
pub use date::Date;
pub use decide::{Context, Decision, Names, Unsure, Waived, apply, decide};
pub use glob::{matches, matches_path};
pub use import::{Imported, Terms, import};
pub use policy::{Field, Permission, Policy, Standing};
pub use problem::{Problem, is_about_waivers, is_unused, problems};
pub use waiver::{Expiry, Origin, Region, RegionKind, Scope, Tool, ValuePattern, Waiver};
