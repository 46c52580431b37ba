//! Rules of Rego packages that are shown more than one resource: a whole root, or documents as
//! they are written (conftest's policies).

use std::collections::BTreeMap;
use std::time::Duration;

use rayon::prelude::*;
use regorus::{Engine, Value as Rego};
use trilith_graph::{
    Diagnostic, Finding, Formula, PropertyPath, ResourceGraph, ResourceId, RootId, Scenario,
    Scenarios, SourceId, Span, Subject, Value,
};

use crate::engine::rego::{Form, PackageRule, Problem, guarded, result};
use crate::evaluate::{BrokenRule, Outcome, Undecided};
use crate::rule::{Predicate, Rule};
use crate::view::View;
use crate::{input, locate};

mod places;

/// Time that one rule may take on one root or document.
const TIME_LIMIT: Duration = Duration::from_secs(10);
/// Scenarios of a root in which a rule is evaluated; a root with more is looked at once, with
/// its conditions undecided.
const MAX_SCENARIOS: usize = 32;

/// A document as it is written.
#[derive(Debug)]
pub struct Document {
    /// Name of its file, as printed.
    pub name: String,
    /// Directory of its file, for `data.conftest.file.dir`.
    pub directory: String,
    /// Its file.
    pub source: SourceId,
    /// Its content.
    pub value: Value,
}

/// Applies the rules that are shown a whole root or documents; the others are passed over. With
/// `combine`, documents are shown all at once, as a list of `{"path", "contents"}`. If `roots` are
/// given, those alone are shown for which it holds.
pub fn evaluate_packages(
    graph: &ResourceGraph,
    rules: &[&Rule],
    documents: &[Document],
    combine: bool,
    roots: Option<&[bool]>,
) -> Outcome {
    let of_package = |rule: &&'_ Rule| matches!(&rule.predicate, Predicate::Package(package) if package.form != Form::Resource);
    let rules: Vec<&Rule> = rules.iter().copied().filter(of_package).collect();
    let parts: Vec<Outcome> = rules
        .par_iter()
        .map(|rule| match &rule.predicate {
            Predicate::Package(package) => {
                let shown = Shown { graph, rule, package, documents, roots };
                match package.form {
                    Form::Graph => shown.roots(),
                    _ if combine => shown.combined(),
                    _ => shown.documents(),
                }
            }
            _ => Outcome::default(),
        })
        .collect();
    let mut outcome = Outcome::default();
    for part in parts {
        outcome.join(part);
    }
    outcome
}

/// A rule and what there is to show it.
struct Shown<'s> {
    graph: &'s ResourceGraph,
    rule: &'s Rule,
    package: &'s PackageRule,
    documents: &'s [Document],
    roots: Option<&'s [bool]>,
}

impl Shown<'_> {
    fn broken(&self, problem: Problem) -> Outcome {
        let rule = self.rule.id().to_owned();
        Outcome { broken: vec![BrokenRule { rule, problem }], ..Outcome::default() }
    }

    fn problem(&self, message: impl Into<String>) -> Problem {
        Problem::of_file(&self.package.file, message)
    }

    fn applied(&self) -> Outcome {
        Outcome { rules_applied: 1, applied: vec![self.rule.id().to_owned()], ..Outcome::default() }
    }

    /// The value of a rule of the package.
    fn value(&self, engine: &mut Engine, name: &str) -> Result<Rego, Problem> {
        let entry = format!("{}.{name}", self.package.package);
        let value = guarded(|| engine.eval_rule(entry)).map_err(|message| self.problem(message))?;
        value.map_err(|error| Problem::of_regorus(&self.package.file, &format!("{error:#}")))
    }

    fn engine(&self) -> Engine {
        let mut engine = self.package.bundle.engine();
        engine.set_gather_prints(true);
        engine.set_execution_timer_config(crate::engine::rego::timer(TIME_LIMIT));
        engine
    }

    /// Every root, in every scenario of its conditions.
    fn roots(&self) -> Outcome {
        let mut outcome = Outcome::default();
        let mut engine = self.engine();
        for index in 0..self.graph.roots().len() {
            let root = RootId(index as u32);
            let is_left_out = self.roots.is_some_and(|roots| !roots[index]);
            if is_left_out || self.graph.resources_of(root).next().is_none() {
                continue;
            }
            match self.root(&mut engine, root) {
                Ok(part) => outcome.join(part),
                Err(problem) => return self.broken(problem),
            }
        }
        outcome.rules_applied = outcome.rules_applied.min(1);
        outcome
    }

    fn root(&self, engine: &mut Engine, root: RootId) -> Result<Outcome, Problem> {
        let scenarios = self.scenarios(root);
        let mut outcome = self.applied();
        let mut seen: BTreeMap<Finding, Vec<usize>> = BTreeMap::new();
        for (index, scenario) in scenarios.scenarios.iter().enumerate() {
            engine.set_input(input::of_root(self.graph, root, scenario));
            let value = self.value(engine, &self.package.name)?;
            for item in result::items(&value).map_err(|message| self.problem(message))? {
                let finding = self.of_graph(root, item).map_err(|message| self.problem(message))?;
                seen.entry(finding).or_default().push(index);
            }
        }
        for (finding, indexes) in seen {
            let first = indexes.first().and_then(|index| scenarios.scenarios.get(*index));
            let Some(scenario) = first else { continue };
            let view = View::new(self.graph, finding.resource, scenario);
            self.add(&view, finding, scenarios.describe(&indexes), &mut outcome);
        }
        Ok(outcome)
    }

    /// A result that names a resource by address; without one it is the root's first.
    fn of_graph(&self, root: RootId, item: &Rego) -> Result<Finding, String> {
        let find = |address: &str| self.graph.find(root, address);
        let resource = match &item["resource"] {
            Rego::Undefined => {
                let message = result::message(item)?;
                let named = places::named_in(self.graph.resources_of(root), message);
                let first = || self.graph.resources_of(root).next().map(|(id, _)| id);
                named.or_else(first).ok_or("the root holds no resource")?
            }
            named => result::named_resource(named, find)?,
        };
        result::with_details(resource, item, find)
    }

    fn scenarios(&self, root: RootId) -> Scenarios {
        let mut guards: Vec<Formula> = Vec::new();
        for (_, resource) in self.graph.resources_of(root) {
            if resource.guard != Formula::True && !guards.contains(&resource.guard) {
                guards.push(resource.guard.clone());
            }
            resource.properties.collect_guards(&mut guards);
        }
        let undecided = || Scenarios { scenarios: vec![Scenario::default()], decided: true };
        if guards.is_empty() {
            return undecided();
        }
        let scenarios = Scenarios::of(&guards, &self.graph.root(root).constraints);
        if scenarios.scenarios.len() > MAX_SCENARIOS { undecided() } else { scenarios }
    }

    /// Every document by itself.
    fn documents(&self) -> Outcome {
        let mut outcome = Outcome::default();
        for document in self.documents {
            if self.package.form == Form::Plan && !is_plan(&document.value) {
                continue;
            }
            match self.document(document) {
                Ok(part) => outcome.join(part),
                Err(problem) => return self.broken(problem),
            }
        }
        outcome.rules_applied = outcome.rules_applied.min(1);
        outcome
    }

    fn document(&self, document: &Document) -> Result<Outcome, Problem> {
        let mut engine = self.engine();
        self.add_file_info(&mut engine, document)?;
        engine.set_input(input::of_document(&document.value));
        self.results(&mut engine, |item| self.located(document, item))
    }

    /// All documents at once.
    fn combined(&self) -> Outcome {
        let Some(first) = self.documents.first() else { return Outcome::default() };
        let entry = |document: &Document| {
            let mut entry = Rego::new_object();
            if let Ok(members) = entry.as_object_mut() {
                members.insert(Rego::from("path"), Rego::from(document.name.as_str()));
                members.insert(Rego::from("contents"), input::of_document(&document.value));
            }
            entry
        };
        let mut engine = self.engine();
        let list: Vec<Rego> = self.documents.iter().map(entry).collect();
        engine.set_input(Rego::from(list));
        let located = |item: &Rego| {
            // The first document that holds what the result speaks of is its place.
            let found = self.documents.iter().find_map(|document| {
                places::find(self.graph, document, item).filter(|place| place.subject.is_some())
            });
            match found {
                Some(place) => self.diagnostic(place, item),
                None => self.located(first, item),
            }
        };
        self.results(&mut engine, located).unwrap_or_else(|problem| self.broken(problem))
    }

    /// `data.conftest.file`, for policies that read it.
    fn add_file_info(&self, engine: &mut Engine, document: &Document) -> Result<(), Problem> {
        let modules = self.package.bundle.modules();
        if !modules.iter().any(|module| module.text.contains("conftest.file")) {
            return Ok(());
        }
        let name = document.name.rsplit('/').next().unwrap_or_default();
        let data = serde_json::json!({
            "conftest": { "file": { "name": name, "dir": document.directory } }
        });
        let data = Rego::from_json_str(&data.to_string());
        let added = data.and_then(|data| engine.add_data(data));
        added.map_err(|error| Problem::of_regorus(&self.package.file, &format!("{error:#}")))
    }

    /// The results of the rule, without those that an exception accepts.
    fn results(
        &self,
        engine: &mut Engine,
        located: impl Fn(&Rego) -> Result<Diagnostic, String>,
    ) -> Result<Outcome, Problem> {
        let mut outcome = self.applied();
        let value = self.value(engine, &self.package.name)?;
        // conftest passes over what is no list; a rule without `contains` is a slip all the same.
        let items = match &value {
            Rego::Bool(false) => return Ok(outcome),
            value => result::items(value).map_err(|message| self.problem(message))?,
        };
        if !items.is_empty() && self.is_excepted(engine)? {
            outcome.waived = items.len();
            return Ok(outcome);
        }
        for item in items {
            let diagnostic = located(item).map_err(|message| self.problem(message))?;
            outcome.diagnostics.push(diagnostic);
        }
        Ok(outcome)
    }

    /// Whether `exception` names the rule: by its name without `deny_`, as conftest wants it.
    fn is_excepted(&self, engine: &mut Engine) -> Result<bool, Problem> {
        if !self.package.bundle.defines(&self.package.package, "exception") {
            return Ok(false);
        }
        let name = self.package.name.as_str();
        let suffix = name.split_once('_').map_or("", |(_, suffix)| suffix);
        let value = self.value(engine, "exception")?;
        let items = result::items(&value).map_err(|message| self.problem(message))?;
        let names = |item: &Rego| match item {
            Rego::Array(names) => names.contains(&Rego::from(suffix)),
            Rego::Set(names) => names.contains(&Rego::from(suffix)),
            _ => false,
        };
        Ok(items.into_iter().any(names))
    }

    fn located(&self, document: &Document, item: &Rego) -> Result<Diagnostic, String> {
        let place = places::find(self.graph, document, item);
        let start = Span::at(document.source, document.value.span.start);
        let place = place.unwrap_or(places::Found { span: start, subject: None });
        self.diagnostic(place, item)
    }

    fn diagnostic(&self, place: places::Found, item: &Rego) -> Result<Diagnostic, String> {
        let message = result::message(item)?;
        let severity = match result::text(item, "severity") {
            Some(severity) => severity.to_ascii_lowercase().parse().ok(),
            None => None,
        };
        let severity = severity.unwrap_or_else(|| self.rule.severity());
        let mut diagnostic =
            Diagnostic::new(self.rule.id().to_owned(), severity, place.span, message.to_owned());
        let fix = &*self.rule.metadata.fix;
        diagnostic.help = result::text(item, "help").map(str::to_owned);
        if diagnostic.help.is_none() && !fix.is_empty() {
            diagnostic.help = Some(fix.to_owned());
        }
        diagnostic.subject = place.subject.map(|(id, path)| self.subject(id, path));
        Ok(diagnostic)
    }

    fn subject(&self, id: ResourceId, path: PropertyPath) -> Subject {
        let resource = self.graph.resource(id);
        let by = self.graph.root(resource.root).enclosing(&resource.address);
        Subject {
            root: resource.root,
            enclosed: locate::enclosed(&resource.address, by),
            address: resource.address.clone(),
            declared: resource.span,
            construct: None,
            resource_type: resource.resource_type.clone(),
            source_type: resource.source_type.clone(),
            path,
            instances: Vec::new(),
        }
    }

    /// Places a finding at a resource, unless it rests on something unknown.
    fn add(
        &self,
        view: &View<'_>,
        finding: Finding,
        only_when: Option<String>,
        outcome: &mut Outcome,
    ) {
        if let Some(reason) = locate::unknown_behind(self.rule, view, &finding) {
            let found = view.properties().locate(&finding.path);
            outcome.undecided.push(Undecided {
                span: found.map_or(view.resource().span, |found| found.0),
                address: view.resource().address.clone(),
                path: finding.path,
                rule: self.rule.id().to_owned(),
                reason: Some(reason),
                enclosed: view.root().enclosing(&view.resource().address),
            });
            return;
        }
        let mut located = locate::locate(self.rule, view, finding);
        located.diagnostic.only_when = only_when;
        outcome.diagnostics.push(located.diagnostic);
        outcome.masks.extend(located.masks);
    }
}

fn is_plan(document: &Value) -> bool {
    ["planned_values", "resource_changes"].iter().any(|key| !document.get(key).is_absent())
}
