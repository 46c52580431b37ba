//! The nouns that every other crate of Trilith speaks.
//!
//! Source text and spans, values that may be unknown, resources and the edges between them,
//! and what a run has to say about them. This crate knows no file format, no rule language
//! and no output format.

mod condition;
mod diagnostic;
mod edge;
mod edit;
mod finding;
mod graph;
mod path;
mod resource;
mod source;
mod trail;
mod tri;
mod value;

pub use condition::{Assignment, Formula, Scenario, Scenarios, Variable, VariableKind};
pub use diagnostic::{Diagnostic, Enclosed, Label, Severity, Subject, Within};
pub use edge::{Edge, EdgeKind};
pub use edit::{Edit, EditPath, EditSegment, EditStep, Fix, Literal, Replacement};
pub use finding::{Finding, Place};
pub use graph::{ResourceGraph, Root, RootId};
pub use path::{PropertyPath, Segment};
pub use resource::{Format, Resource, ResourceId, Written, WrittenAt};
pub use source::{Position, SourceFile, SourceId, SourceMap, Span};
pub use trail::{Step, Trail};
pub use tri::Tri;
pub use value::{Arm, Entry, Flags, Map, Part, Reason, Reference, Value, ValueKind, Via};
