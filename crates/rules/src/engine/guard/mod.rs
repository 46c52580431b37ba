//! The CloudFormation Guard language.

mod case;
mod constant;
mod document;
mod evaluate;
mod ir;
mod names;
mod outline;
mod parse;
mod pattern;
mod reach;
#[cfg(feature = "cfn-guard")]
pub mod reference;
mod selection;
mod walk;

pub use document::{Document, ResourceDocument, ResourceView, RootDocument, ValueDocument};
pub use evaluate::{Check, Options, RuleReport, Status, evaluate, evaluate_rule};
pub use ir::RuleFile;
pub use names::NamedProperty;
pub use outline::Reads;
pub use parse::{SyntaxError, parse, parse_trusted};
pub use reach::{Reach, ResourceTypes};
pub use selection::TypeIndex;
