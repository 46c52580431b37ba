//! Keeping the checks of clauses that fail.

use std::sync::Arc;

use trilith_graph::{PropertyPath, Reason, ValueKind};

use super::Engine;
use super::node::{Located, Node, View};
use super::path::PathId;
use super::report::{Check, Role, Status};
use super::scope::{Missing, Scope, Unsure};
use super::verdict::{Outcome, Subject, Verdict};
use crate::engine::guard::ir::{Comparison, Part, TextRange};

/// Longest text of a value in a check.
const MAX_TEXT: usize = 200;

/// A check that is about to be recorded.
pub(super) struct Finding<'a> {
    at: Option<TextRange>,
    status: Status,
    path: Option<PathId>,
    missing: Option<Missing<'a>>,
    unknown: Option<Reason>,
    to: Vec<Located<'a>>,
    note: Option<String>,
    pub(super) message: Option<Arc<str>>,
}

impl<'a> Finding<'a> {
    fn new(at: Option<TextRange>, status: Status) -> Self {
        let (path, missing, unknown, note, message) = (None, None, None, None, None);
        Self { at, status, path, missing, unknown, to: Vec::new(), note, message }
    }

    /// A clause fails as a whole.
    pub(super) fn about(at: TextRange) -> Self {
        Self::whole(at, Status::Fail)
    }

    /// A clause fails, or may fail, as a whole.
    pub(super) fn whole(at: TextRange, status: Status) -> Self {
        Self::new(Some(at), status)
    }

    /// Something could not be answered.
    pub(super) fn note(note: String) -> Self {
        Self { note: Some(note), ..Self::new(None, Status::Fail) }
    }

    /// A clause fails as a whole, because of this.
    pub(super) fn with_note(self, note: Option<impl Into<String>>) -> Self {
        Self { note: note.map(Into::into), ..self }
    }

    /// A query led nowhere.
    pub(super) fn missing(at: TextRange, missing: &Missing<'a>, status: Status) -> Self {
        Self { missing: Some(*missing), ..Self::new(Some(at), status) }
    }

    /// A query led into something unknown.
    pub(super) fn unsure(at: TextRange, unsure: &Unsure) -> Self {
        let unknown = unsure.reason.clone();
        Self { path: Some(unsure.path), unknown, ..Self::new(Some(at), Status::Unknown) }
    }
}

impl<'a> Engine<'a> {
    /// A place in the list of checks to come back to.
    pub(super) fn mark(&self) -> usize {
        self.checks.borrow().len()
    }

    /// Forgets the checks since a mark.
    pub(super) fn drop_checks(&self, mark: usize) {
        self.checks.borrow_mut().truncate(mark);
    }

    /// Takes the checks since a mark.
    pub(super) fn take_checks(&self, mark: usize) -> Vec<Check> {
        let mut checks = self.checks.borrow_mut();
        if mark < checks.len() { checks.split_off(mark) } else { Vec::new() }
    }

    /// Makes the checks since a mark fit the status of what they belong to.
    pub(super) fn settle(&self, mark: usize, status: Status) {
        match status {
            Status::Pass | Status::Skip => self.drop_checks(mark),
            Status::Unknown => self.soften_checks(mark),
            Status::Fail => {}
        }
    }

    /// What failed since a mark may fail.
    pub(super) fn soften_checks(&self, mark: usize) {
        for check in self.checks.borrow_mut().iter_mut().skip(mark) {
            check.status = Status::Unknown;
        }
    }

    /// The checks since a mark are alternatives.
    pub(super) fn group_checks(&self, mark: usize) {
        let mut checks = self.checks.borrow_mut();
        if checks.len() < mark + 2 {
            return;
        }
        let group = self.groups.get();
        self.groups.set(group + 1);
        for check in checks.iter_mut().skip(mark) {
            check.any_of = Some(group);
        }
    }

    /// Records the checks of a rule that a clause refers to, or the clause if it has none.
    pub(super) fn record_instead(
        &self,
        role: Role,
        scope: &Scope<'_, 'a>,
        finding: Finding<'a>,
        checks: &[Check],
    ) {
        if !role.is_assertion() {
            return;
        }
        if checks.is_empty() {
            self.record(role, scope, finding);
            return;
        }
        let message = finding.message.as_deref().and_then(trimmed);
        let checks = checks
            .iter()
            .cloned()
            .map(|check| Check { message: check.message.or_else(|| message.clone()), ..check });
        self.checks.borrow_mut().extend(checks);
    }

    /// Records a check. Clauses that only decide whether others apply leave none.
    pub(super) fn record(&self, role: Role, scope: &Scope<'_, 'a>, finding: Finding<'a>) {
        if !role.is_assertion() {
            return;
        }
        let (path, missing) = self.place(scope, &finding);
        let (clause, line) = match finding.at {
            Some(at) => (self.file.excerpt(at), self.file.line(at.start)),
            None => (String::new(), 0),
        };
        let rests_on = finding.to.iter().filter(|value| value.path != PathId::ROOT);
        let check = Check {
            status: finding.status,
            path,
            missing,
            clause,
            line,
            message: finding.message.as_deref().and_then(trimmed),
            compared_to: self.text_of(&finding.to),
            rests_on: rests_on.map(|value| self.paths.resolve(value.path)).collect(),
            unknown: finding.unknown,
            note: finding.note,
            any_of: None,
        };
        self.checks.borrow_mut().push(check);
    }

    /// Where the check belongs: at the value, where the value is missing, or at what the
    /// clause is about.
    fn place(&self, scope: &Scope<'_, 'a>, finding: &Finding<'a>) -> (PropertyPath, bool) {
        if let Some(missing) = &finding.missing {
            let mut path = self.paths.resolve(missing.at);
            match missing.rest.first() {
                Some(Part::Key(key)) => path.push(&*key.name),
                Some(Part::Index(index)) => {
                    if let Ok(index) = usize::try_from(*index) {
                        path.push(index);
                    }
                }
                _ => {}
            }
            return (path, true);
        }
        let place = match finding.path {
            Some(path) if path != PathId::ROOT => path,
            _ => scope.root(self).path,
        };
        (self.paths.resolve(place), false)
    }

    /// Records what came of the values of a comparison.
    pub(super) fn record_verdicts(
        &self,
        comparison: &'a Comparison,
        verdicts: &[Verdict<'a>],
        scope: &Scope<'_, 'a>,
        role: Role,
    ) {
        if !role.is_assertion() {
            return;
        }
        for verdict in verdicts {
            let status = match verdict.outcome {
                Outcome::Pass | Outcome::PassIfThere => continue,
                Outcome::Fail => Status::Fail,
                Outcome::Unknown => Status::Unknown,
            };
            let mut finding = match &verdict.subject {
                Subject::Missing(missing) => Finding::missing(comparison.at, missing, status),
                Subject::Unsure(unsure) => Finding::unsure(comparison.at, unsure),
                Subject::Value(value) => {
                    let unknown = match value.node.view() {
                        View::Unsure(value) => value.unknown_reason().cloned(),
                        _ => None,
                    };
                    let new = Finding::new(Some(comparison.at), status);
                    Finding { path: Some(value.path), unknown, ..new }
                }
            };
            finding.message.clone_from(&comparison.message);
            finding.to.clone_from(&verdict.to);
            finding.note.clone_from(&verdict.note);
            self.record(role, scope, finding);
        }
    }

    fn text_of(&self, values: &[Located<'a>]) -> Option<String> {
        let mut text = String::new();
        for value in values {
            if !text.is_empty() {
                text.push_str(", ");
            }
            self.write(&value.node, &mut text);
            if text.len() > MAX_TEXT {
                break;
            }
        }
        if text.len() > MAX_TEXT {
            let end = (0..=MAX_TEXT).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
            text.truncate(end);
            text.push_str("...");
        }
        (!values.is_empty()).then_some(text)
    }

    fn write(&self, node: &Node<'a>, out: &mut String) {
        if out.len() > MAX_TEXT {
            return;
        }
        match node.view() {
            View::List => {
                out.push('[');
                for (at, item) in node.items().iter().enumerate() {
                    out.push_str(if at > 0 { ", " } else { "" });
                    self.write(item, out);
                }
                out.push(']');
            }
            View::Map => {
                out.push('{');
                for (at, (key, value)) in node.entries(self).iter().enumerate() {
                    out.push_str(if at > 0 { ", " } else { "" });
                    out.push_str(key.as_str());
                    out.push_str(": ");
                    self.write(value, out);
                }
                out.push('}');
            }
            scalar => out.push_str(&scalar_text(node, scalar)),
        }
    }
}

fn trimmed(message: &str) -> Option<Arc<str>> {
    let message = message.trim();
    (!message.is_empty()).then(|| message.into())
}

fn scalar_text(node: &Node<'_>, view: View<'_>) -> String {
    let is_value = |value: &&trilith_graph::Value| !matches!(value.kind, ValueKind::Null);
    if let Some(value) = node.value().filter(is_value) {
        // Sensitive text is masked there.
        return match &value.kind {
            ValueKind::String(_) => format!("\"{}\"", value.display_text().unwrap_or_default()),
            _ => value.display_text().unwrap_or_else(|| "(unknown)".to_owned()),
        };
    }
    let range = |lower: String, upper: String, from: bool, to: bool| {
        let (open, close) = (if from { '[' } else { '(' }, if to { ']' } else { ')' });
        format!("r{open}{lower}, {upper}{close}")
    };
    match view {
        View::Null => "null".to_owned(),
        View::Bool(value) => value.to_string(),
        View::Int(value) => value.to_string(),
        View::Float(value) => value.to_string(),
        View::Char(value) => format!("\"{value}\""),
        View::Text(text) => format!("\"{text}\""),
        View::Regex(pattern) => format!("/{}/", pattern.source()),
        View::IntRange(r) => {
            range(r.lower.to_string(), r.upper.to_string(), r.includes_lower, r.includes_upper)
        }
        View::FloatRange(r) => {
            range(r.lower.to_string(), r.upper.to_string(), r.includes_lower, r.includes_upper)
        }
        View::CharRange(r) => {
            range(r.lower.to_string(), r.upper.to_string(), r.includes_lower, r.includes_upper)
        }
        View::List | View::Map | View::Unsure(_) => String::new(),
    }
}
