//! Guard rules that look at a whole root: evaluated on the document of each of its scenarios.

use std::collections::BTreeMap;
use std::sync::Arc;

use rayon::prelude::*;
use trilith_graph::{
    Diagnostic, Formula, PropertyPath, Reason, ResourceGraph, ResourceId, Root, RootId, Scenario,
    Scenarios, Span, Tri,
};

use super::{BrokenRule, Key, Options, Part, Undecided, describe, key};
use crate::engine::guard::{Document as _, RootDocument, RuleReport, Status};
use crate::engine::guard_policy::{
    Engine, Entry, GuardEngine, GuardRule, Place, entries, reference_reports,
};
use crate::engine::rego::Problem;
use crate::locate::{self, Located};
use crate::rule::{Predicate, Rule};
use crate::scope;
use crate::view::View;

/// Scenarios in which a document is looked at. With more, nothing is decided, and what differs
/// between them is unknown.
const MAX_SCENARIOS: usize = 64;
/// Resources times rules below which starting threads costs more than it saves.
const WORTH_THREADS: usize = 4_000;

/// The rule, if it wants the document of a whole root. The reference engine gets nothing else:
/// it costs some milliseconds a call.
pub(super) fn whole_rule(rule: &Rule, engine: GuardEngine) -> Option<&GuardRule> {
    match &rule.predicate {
        Predicate::GuardRule(guard)
            if !guard.is_one_by_one() || engine == GuardEngine::Reference =>
        {
            Some(guard)
        }
        _ => None,
    }
}

/// A rule with its place among the rules of the run.
#[derive(Clone, Copy)]
struct Asked<'r> {
    index: usize,
    rule: &'r Rule,
    guard: &'r GuardRule,
}

/// Evaluates those rules that look at whole roots.
pub(super) fn run(graph: &ResourceGraph, rules: &[&Rule], options: Options<'_>) -> Vec<Part> {
    let engine = options.guard();
    let asked: Vec<Asked<'_>> = rules
        .iter()
        .enumerate()
        .filter_map(|(index, rule)| {
            let guard = whole_rule(rule, engine.engine)?;
            Some(Asked { index, rule, guard })
        })
        .collect();
    if asked.is_empty() {
        return Vec::new();
    }
    let roots = (0..graph.roots().len() as u32).map(RootId);
    let roots: Vec<RootId> = roots.filter(|root| options.looks_at(*root)).collect();
    let work = |root: &RootId| of_root(graph, *root, &asked, engine);
    if roots.len() > 1 && graph.resources().len() * asked.len() >= WORTH_THREADS {
        roots.par_iter().flat_map_iter(work).collect()
    } else {
        roots.iter().flat_map(work).collect()
    }
}

fn of_root(graph: &ResourceGraph, id: RootId, asked: &[Asked<'_>], engine: Engine) -> Vec<Part> {
    let root = graph.root(id);
    // A policy document is no template in which something could be missing.
    if graph.resources_of(id).next().is_none() || root.format == trilith_graph::Format::Iam {
        return Vec::new();
    }
    let groups = by_guards(graph, id, asked);
    groups
        .into_iter()
        .map(|(guards, rules)| Group { graph, id, root, guards, rules, engine }.evaluate())
        .collect()
}

/// The rules by the conditions that they can see.
fn by_guards<'a>(
    graph: &ResourceGraph,
    root: RootId,
    asked: &'a [Asked<'a>],
) -> Vec<(Vec<Formula>, Vec<&'a Asked<'a>>)> {
    let mut of_type: BTreeMap<&str, Vec<Formula>> = BTreeMap::new();
    for (id, resource) in graph.resources_of(root) {
        let guards = of_type.entry(&resource.resource_type).or_default();
        scope::collect(graph, id, guards);
    }
    of_type.retain(|_, guards| !guards.is_empty());
    let mut groups: Vec<(Vec<Formula>, Vec<&Asked<'_>>)> = Vec::new();
    for one in asked {
        let mut guards: Vec<Formula> = Vec::new();
        for (_, own) in of_type.iter().filter(|(name, _)| one.guard.reads(name)) {
            for guard in own.iter().filter(|guard| !guards.contains(guard)).collect::<Vec<_>>() {
                guards.push(guard.clone());
            }
        }
        match groups.iter_mut().find(|(known, _)| *known == guards) {
            Some((_, rules)) => rules.push(one),
            None => groups.push((guards, vec![one])),
        }
    }
    groups
}

/// Rules that see the same conditions of a root.
struct Group<'a> {
    graph: &'a ResourceGraph,
    id: RootId,
    root: &'a Root,
    guards: Vec<Formula>,
    rules: Vec<&'a Asked<'a>>,
    engine: Engine,
}

/// The findings of all scenarios, with the scenarios in which each was made.
type Seen = BTreeMap<(Option<Arc<str>>, Key), (Located, Vec<usize>)>;

impl Group<'_> {
    fn evaluate(&self) -> Part {
        let scenarios = self.scenarios();
        let mut part = Part::default();
        let mut seen = Seen::new();
        for (at, scenario) in scenarios.scenarios.iter().enumerate() {
            let document = RootDocument::in_scenario(self.graph, self.id, scenario.clone());
            for (asked, reports) in self.reports(&document) {
                match reports {
                    Ok(reports) => {
                        let mut taker = Taker { group: self, asked, scenario, part: &mut part };
                        for located in taker.take(reports) {
                            let address = located.diagnostic.subject.as_ref();
                            let address = address.map(|subject| subject.address.clone());
                            let key = (address, key(asked.index, &located));
                            seen.entry(key).or_insert((located, Vec::new())).1.push(at);
                        }
                    }
                    Err(message) => part.broken.push(broken(asked, &message)),
                }
            }
        }
        for ((address, _), (mut located, mut indexes)) in seen {
            if let Some(guard) = address.and_then(|address| self.guard_of(&address)) {
                let missing = scenarios.scenarios.iter().enumerate();
                indexes.extend(
                    missing
                        .filter(|(_, scenario)| scenario.decides(guard) == Tri::False)
                        .map(|(at, _)| at),
                );
            }
            located.diagnostic.only_when = describe(&scenarios, &indexes);
            part.located.push(located);
        }
        part
    }

    fn guard_of(&self, address: &str) -> Option<&Formula> {
        let id = self.graph.find(self.id, address)?;
        Some(&self.graph.resource(id).guard)
    }

    fn scenarios(&self) -> Scenarios {
        let undecided = Scenarios { scenarios: vec![Scenario::default()], decided: true };
        if self.guards.is_empty() {
            return undecided;
        }
        let scenarios = Scenarios::of(&self.guards, &self.root.constraints);
        if scenarios.scenarios.len() > MAX_SCENARIOS { undecided } else { scenarios }
    }

    fn reports<'d>(
        &'d self,
        document: &'d RootDocument<'_>,
    ) -> Vec<(&'d Asked<'d>, Result<Vec<RuleReport>, String>)> {
        if self.engine.engine == GuardEngine::Reference {
            return self.reference_reports(document);
        }
        let evaluate =
            |asked: &&'d Asked<'d>| (*asked, Ok(asked.guard.reports(document, self.engine)));
        if document.resource_count() * self.rules.len() >= WORTH_THREADS {
            self.rules.par_iter().map(evaluate).collect()
        } else {
            self.rules.iter().map(evaluate).collect()
        }
    }

    /// What the cfn-guard crate says, asked once for every file.
    fn reference_reports<'d>(
        &'d self,
        document: &RootDocument<'_>,
    ) -> Vec<(&'d Asked<'d>, Result<Vec<RuleReport>, String>)> {
        let template = template(document);
        let files = self.rules.chunk_by(|one, other| one.guard.shares_file_with(other.guard));
        let files: Vec<_> = files.collect();
        files
            .par_iter()
            .flat_map_iter(|rules| {
                let said = match &template {
                    Ok(template) => reference_reports(rules[0].guard.file(), template),
                    Err(error) => Err(error.clone()),
                };
                rules.iter().map(move |asked| {
                    let own = said.clone().map(|reports| asked.guard.own(reports));
                    (*asked, own)
                })
            })
            .collect()
    }
}

#[cfg(feature = "cfn-guard")]
#[expect(clippy::unnecessary_wraps, reason = "the same form as without the feature")]
fn template(document: &RootDocument<'_>) -> Result<serde_json::Value, String> {
    Ok(crate::engine::template::of_root(document))
}

#[cfg(not(feature = "cfn-guard"))]
fn template(_: &RootDocument<'_>) -> Result<serde_json::Value, String> {
    Err("this trilith was built without the cfn-guard engine".into())
}

fn broken(asked: &Asked<'_>, message: &str) -> BrokenRule {
    let problem = Problem::of_guard(asked.guard.file_name(), message);
    BrokenRule { rule: asked.rule.id().into(), problem }
}

/// Takes what one rule says of one document.
struct Taker<'t, 'a> {
    group: &'t Group<'a>,
    asked: &'t Asked<'t>,
    scenario: &'t Scenario,
    part: &'t mut Part,
}

impl Taker<'_, '_> {
    fn take(&mut self, reports: Vec<RuleReport>) -> Vec<Located> {
        let mut found = Vec::new();
        for report in reports {
            if let Some(error) = &report.error {
                self.part.broken.push(broken(self.asked, error));
                continue;
            }
            if report.status != Status::Skip {
                self.part.applied.insert(self.asked.index);
            }
            for entry in entries(report.into_checks(), self.asked.guard.message()) {
                found.extend(self.entry(&entry));
            }
        }
        found
    }

    fn entry(&mut self, entry: &Entry) -> Option<Located> {
        match &entry.place {
            Place::Resource(address, path) => match self.resource(address) {
                Some(id) => self.at_resource(entry, id, path),
                None => self.at_root(entry),
            },
            Place::Document => self.at_root(entry),
        }
    }

    fn resource(&self, address: &str) -> Option<ResourceId> {
        self.group.graph.find(self.group.id, address)
    }

    fn at_resource(
        &mut self,
        entry: &Entry,
        id: ResourceId,
        path: &PropertyPath,
    ) -> Option<Located> {
        let rule = self.asked.rule;
        let view = View::new(self.group.graph, id, self.scenario);
        if entry.status == Status::Unknown {
            self.undecided(&view, path.clone(), entry.unknown.clone());
            return None;
        }
        let mut finding = entry.finding(&view, path.clone());
        for place in &entry.also {
            if let Place::Resource(address, path) = place
                && let Some(other) = self.resource(address)
            {
                finding = finding.related(other, path.clone(), "");
            }
        }
        match locate::unknown_behind(rule, &view, &finding) {
            Some(reason) => {
                self.undecided(&view, finding.path, Some(reason));
                None
            }
            None => Some(locate::locate(rule, &view, finding)),
        }
    }

    /// A clause that is about no resource in particular: at the start of the file.
    fn at_root(&mut self, entry: &Entry) -> Option<Located> {
        let root = self.group.root;
        let (rule, span) = (self.asked.rule, Span::at(root.source, 0));
        if entry.status == Status::Unknown {
            self.part.undecided.push(Undecided {
                span,
                address: root.name.clone(),
                path: PropertyPath::root(),
                rule: rule.id().into(),
                reason: entry.unknown.clone(),
                enclosed: Vec::new(),
            });
            return None;
        }
        let message = entry.message(&root.name);
        let mut diagnostic = Diagnostic::new(rule.id(), rule.severity(), span, message);
        diagnostic.help = entry.fix().map(str::to_owned).or_else(|| rule.fix_in(root.format));
        Some(Located { diagnostic, masks: Vec::new() })
    }

    fn undecided(&mut self, view: &View<'_>, path: PropertyPath, reason: Option<Reason>) {
        let rule = self.asked.rule.id();
        self.part.undecided.push(Undecided::at(view, path, rule, reason));
    }
}
