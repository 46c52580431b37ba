//! The built-in rules, as the build script found them in `rules/`.

use std::borrow::Cow;

use trilith_rules::metadata::Metadata;
use trilith_rules::{Predicate, Rule};

include!(concat!(env!("OUT_DIR"), "/rules.rs"));
