//! Fixes that are proved: applied in memory, analysed again, the finding gone and nothing else
//! changed.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use trilith_fix::{Declined, Plan, Site, apply, plan};
use trilith_graph::{
    Diagnostic, Edit, EditPath, EditStep, Fix, Literal, Replacement, Resource, ResourceGraph,
    SourceId, Span, Subject,
};
use trilith_parser::Reading;
use trilith_parser::wording::{About, Wording, ways};
use trilith_rules::{Outcome, Rule, edits_for};

use super::compare::{State, is_contained, is_mended, key};
use super::unit::{Overlay, Units, inputs};
use super::unused;
use crate::analyse::{Analysis, Loader, analyse_with};

/// How the files of a run are looked at again.
pub struct Again<'a> {
    /// As the run was analysed.
    pub options: &'a dyn Reading,
    /// Reads what else is needed.
    pub loader: &'a dyn Loader,
    /// Applies all rules of the run.
    pub evaluate: &'a (dyn Fn(&Analysis) -> Outcome + Sync),
}

impl std::fmt::Debug for Again<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Again").finish_non_exhaustive()
    }
}

/// Proves fixes for the findings of one analysis. What it learns about a file is kept for the next
/// finding there.
#[derive(Debug)]
pub struct Prover<'a> {
    analysis: &'a Analysis,
    rules: &'a [&'a Rule],
    again: Again<'a>,
    units: OnceLock<Units>,
    /// By the first source of a unit: how it is without a change.
    before: Mutex<BTreeMap<SourceId, Arc<Before>>>,
}

#[derive(Debug)]
struct Before {
    unit: Vec<SourceId>,
    analysis: Analysis,
    outcome: Outcome,
}

/// Why there is no fix.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unfixed {
    /// The rule knows no edit that would mend it.
    NoEdit,
    /// No edit can be written here.
    Declined(Declined),
    /// An edit was written and would not mend it, or change more.
    NotProved(String),
}

impl std::fmt::Display for Unfixed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoEdit => f.write_str("it needs a decision"),
            Self::Declined(why) => write!(f, "{why}"),
            Self::NotProved(why) => write!(f, "a fix was not proved: {why}"),
        }
    }
}

impl<'a> Prover<'a> {
    /// A prover for the findings of an analysis.
    pub fn new(analysis: &'a Analysis, rules: &'a [&'a Rule], again: Again<'a>) -> Self {
        Self { analysis, rules, again, units: OnceLock::new(), before: Mutex::default() }
    }

    /// The best fix of a finding.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub fn fix(&self, diagnostic: &Diagnostic) -> Result<Fix, Unfixed> {
        if let Some(fix) = unused::removal(diagnostic, &self.analysis.sources) {
            return Ok(fix);
        }
        let subject = diagnostic.subject.as_ref().ok_or(Unfixed::NoEdit)?;
        let rule = self.rules.iter().find(|rule| rule.id() == &*diagnostic.rule);
        let has_edits = rule.is_some_and(|rule| rule.metadata.has_edits);
        if !has_edits && diagnostic.edits.is_empty() {
            return Err(Unfixed::NoEdit);
        }
        let resource = find(&self.analysis.graph, subject).ok_or(Unfixed::NoEdit)?;
        let mut edits = diagnostic.edits.clone();
        edits.extend(rule.map(|rule| edits_for(rule, resource, &subject.path)).unwrap_or_default());
        let site = Site {
            sources: &self.analysis.sources,
            resource,
            path: &subject.path,
            place: diagnostic.primary.span,
        };
        let mut why = Unfixed::NoEdit;
        for edit in &edits {
            match plan(&site, edit) {
                Err(reason) if why == Unfixed::NoEdit => why = Unfixed::Declined(reason),
                Err(_) => {}
                Ok(plans) => {
                    for plan in plans {
                        match self.prove(diagnostic, resource, edit, &plan) {
                            Ok(()) => return Ok(fix(subject, edit, plan)),
                            Err(reason) => {
                                if !matches!(why, Unfixed::NotProved(_)) {
                                    why = Unfixed::NotProved(reason);
                                }
                            }
                        }
                    }
                }
            }
        }
        Err(why)
    }

    fn prove(
        &self,
        diagnostic: &Diagnostic,
        resource: &Resource,
        edit: &Edit,
        plan: &Plan,
    ) -> Result<(), String> {
        let before = self.before(resource.span.source);
        let mut changed = BTreeMap::new();
        for (source, changes) in &plan.changes {
            let file = self.analysis.sources.file(*source);
            let text = apply(file.text(), changes).ok_or("the changes touch each other")?;
            changed.insert(file.name().to_owned(), text);
        }
        if !plan.changes.keys().all(|source| before.unit.contains(source)) {
            return Err("it would change a file of another module".into());
        }
        let (analysis, outcome) = self.look(&before.unit, &changed);
        let old = state(&before.analysis, &before.outcome);
        let new = state(&analysis, &outcome);
        is_mended(&old, &new, &key(diagnostic))?;
        let paths: Vec<&EditPath> = edit.steps.iter().map(EditStep::path).collect();
        is_contained(&old, &new, resource, &self.analysis.sources, &paths)
    }

    /// The unit of a source as it is.
    fn before(&self, source: SourceId) -> Arc<Before> {
        let units = self.units.get_or_init(|| Units::new(self.analysis));
        let unit = units.around(source);
        let first = unit.first().copied().unwrap_or(source);
        let lock = || self.before.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(&first) {
            return known.clone();
        }
        let (analysis, outcome) = self.look(&unit, &BTreeMap::new());
        let before = Arc::new(Before { unit, analysis, outcome });
        lock().entry(first).or_insert(before).clone()
    }

    fn look(&self, unit: &[SourceId], changed: &BTreeMap<String, String>) -> (Analysis, Outcome) {
        let loader = Overlay { inner: self.again.loader, changed };
        let inputs = inputs(self.analysis, unit, changed);
        let analysis = analyse_with(inputs, self.again.options, &loader);
        let outcome = (self.again.evaluate)(&analysis);
        (analysis, outcome)
    }
}

fn state<'s>(analysis: &'s Analysis, outcome: &'s Outcome) -> State<'s> {
    State {
        sources: &analysis.sources,
        graph: &analysis.graph,
        outcome,
        problems: analysis.diagnostics.len(),
    }
}

/// The resource that a finding is about.
fn find<'g>(graph: &'g ResourceGraph, subject: &Subject) -> Option<&'g Resource> {
    let own = graph.of_type(&subject.resource_type).iter().map(|id| graph.resource(*id));
    let is_declared = |resource: &&Resource| resource.span == subject.declared;
    let mut own: Vec<&Resource> = own.filter(is_declared).collect();
    // Of several at one place the one with the address.
    own.sort_by_key(|resource| resource.address != subject.address);
    own.first().copied()
}

fn fix(subject: &Subject, edit: &Edit, plan: Plan) -> Fix {
    let replacements = plan.changes.into_iter().flat_map(|(source, changes)| {
        changes.into_iter().map(move |change| Replacement {
            span: Span::new(source, change.start as u32, change.end as u32),
            text: change.text,
        })
    });
    Fix {
        title: title(subject, edit),
        caution: edit.caution.clone(),
        replacements: replacements.collect(),
    }
}

/// A value as the file says it at a path: `audit` for `Type: audit`.
fn in_source_words(subject: &Subject, path: &EditPath, value: Literal) -> Literal {
    let way = ways(&subject.source_type, &subject.resource_type, path).into_iter().next();
    way.and_then(|way| way.value(&value)).unwrap_or(value)
}

/// What an edit does, in the words of the file.
fn title(subject: &Subject, edit: &Edit) -> String {
    let steps = edit.steps.iter().map(|step| match step {
        EditStep::Set(path, value) => {
            format!("set `{path}` to {}", in_source_words(subject, path, value.clone()))
        }
        EditStep::Add(path, items) => {
            let items = Literal::List(items.clone());
            format!("add {} to `{path}`", in_source_words(subject, path, items))
        }
        EditStep::Remove(path) => format!("remove `{path}`"),
    });
    let said = steps.collect::<Vec<_>>().join(", and ");
    let about = About {
        resource_type: &subject.resource_type,
        source_type: &subject.source_type,
        name: "",
        path: &subject.path,
        is_policy_of_blocks: false,
    };
    Wording::default().in_source_words(&said, &about).unwrap_or(said)
}
