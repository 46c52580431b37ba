//! Rules over the resource graph: metadata, three languages, evaluation.
//!
//! This crate is mechanism; the rules themselves are content, in the folder `rules/` of the
//! repository.

mod commons;
pub mod edit;
mod edits;
pub mod engine;
mod evaluate;
mod input;
mod input_schema;
mod instances;
mod locate;
pub mod metadata;
mod packages;
pub mod page;
pub mod practices;
pub mod query;
mod registry;
mod rule;
mod scope;
mod select;
mod settings;
mod silence;
pub mod testing;
mod view;
mod within;

pub use edits::edits_for;
pub use engine::guard_policy::{GuardEngine, GuardRule, guard_rules};
pub use engine::native::Findings;
pub use engine::rego::{Form, ModuleText, PackageRule, Problem};
pub use evaluate::{BrokenRule, Compiled, Options, Outcome, Undecided, evaluate, evaluate_with};
pub use input::{resource_json, to_json};
pub use input_schema::input_schema;
pub use instances::{CALLED_HERE, merge_instances, tell_others};
pub use packages::{Document, evaluate_packages};
pub use registry::{Registry, UnknownRule};
pub use rule::{NativePredicate, Predicate, Rule};
pub use scope::scenarios;
pub use select::Selection;
pub use settings::Settings;
pub use silence::{Schema, Silence, silences};
pub use view::View;

/// What a native predicate needs.
pub mod prelude {
    pub use trilith_graph::{Finding, PropertyPath, Reason, ResourceId, Severity, Tri, Value};
    pub use trilith_iam::{
        Catalog, CheckFamily, ClaimScope, Element, FindingType, OidcProvider, PolicyDocument,
        PolicyKind, PositionedDocument, Statement,
    };

    pub use crate::query::policy::{Asked, checked, open_statements, open_statements_where};

    pub use crate::{Findings, View};
}
