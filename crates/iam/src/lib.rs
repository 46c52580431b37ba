//! The IAM policy language over [`trilith_graph::Value`].
//!
//! A policy is read as it stands in a resource, with whatever of it is unknown: a parameter, a
//! name chosen by AWS, a variable without a default. Every question is therefore answered by
//! an [`Answer`]: a [`trilith_graph::Tri`] and the [`Site`]s on which it rests, so that a
//! finding can point at the very `"*"`.
//!
//! INVARIANT: what is unknown never makes an answer definite in one way where some value in
//! its place would make it definite in the other. `tests/language/monotonicity.rs` guards it.
//! Two things are assumed of a text that is not known: where it is a part of an ARN between
//! colons it has no colon itself, and it never holds half a policy variable.
//!
//! Values are expected to be projected to one scenario ([`trilith_graph::Value::project`]); a
//! choice that is left counts as unknown.
//!
//! # Examples
//! ```
//! use trilith_graph::{Map, SourceId, Span, Value};
//! use trilith_iam::PolicyDocument;
//!
//! let at = Span::at(SourceId(0), 0);
//! let mut statement = Map::default();
//! for (key, text) in [("Effect", "Allow"), ("Action", "iam:*"), ("Resource", "**")] {
//!     statement.insert(key, at, Value::string(text, at));
//! }
//! let mut document = Map::default();
//! document.insert("Statement", at, Value::map(statement, at));
//! let document = Value::map(document, at);
//!
//! let policy = PolicyDocument::parse(&document);
//! let answer = policy.statements[0].allows_action("iam:PassRole");
//! assert!(answer.is_true());
//! assert_eq!(answer.paths()[0].to_string(), "Statement/Action");
//! ```

mod answer;
mod arn;
mod catalog;
mod condition;
mod cover;
mod decide;
mod document;
mod escalate;
mod federation;
mod glob;
mod grant;
mod kind;
mod limit;
mod matching;
mod narrow;
mod pattern;
mod permission;
mod position;
mod principal;
mod problem;
mod public;
mod site;
mod statement;
mod trust;
mod validate;

pub use answer::Answer;
pub use arn::Account;
pub use catalog::{
    AccessLevel, Action, Catalog, CatalogError, ConditionKey, KeyType, ManagedPolicy, ResourceType,
};
pub use condition::{Base, Condition, Conditions, Operator, Qualifier};
pub use decide::{Access, Answers, Caller, Decision, Policies, Question, Request, Verdict};
pub use document::PolicyDocument;
pub use escalate::{Escalation, EscalationKind, EscalationPath, Need};
pub use federation::{Claim, ClaimScope, OidcProvider, OidcTrust};
pub use grant::{PassRole, SENSITIVE_SERVICES, WHOLE_SERVICES};
pub use kind::PolicyKind;
pub use matching::{
    covers_action, covers_every_action, covers_every_action_of, covers_every_of,
    covers_every_resource, covers_every_role, covers_resource,
};
pub use pattern::{Case, Pattern, Patterns, State};
pub use position::{
    Position, PositionedDocument, all_positions, documents, documents_in, positions,
};
pub use principal::{Principal, PrincipalKind, Principals};
pub use problem::{Problem, ProblemKind};
pub use site::{Element, Site, StatementAt};
pub use statement::Statement;
pub use trust::CONFUSED_DEPUTY_SERVICES;
pub use validate::{CheckFamily, FindingType, PolicyFinding, validate};
