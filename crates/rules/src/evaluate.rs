//! Rules over resources: every rule on every resource of its types, in every scenario.

mod roots;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rayon::prelude::*;
use trilith_graph::{
    Diagnostic, Finding, Flags, PropertyPath, Reason, ResourceGraph, ResourceId, RootId, Scenario,
    Scenarios, Severity, Span,
};
use trilith_iam::PositionedDocument;

use crate::commons::Commons;
use crate::engine::guard_policy::{self, GuardEngine};
use crate::engine::native::Findings;
use crate::engine::rego::{Problem, policy as rego};
use crate::instances::{merge_instances, name_calls};
use crate::locate::{self, Located};
use crate::rule::{Predicate, Rule};
use crate::scope;
use crate::settings::Settings;
use crate::view::View;

/// Pairs of a rule and a resource below which starting threads costs more than it saves.
const PAIRS_WORTH_THREADS: usize = 400;
/// Resources that one thread takes at a time, at least: what a worker remembers of policies lasts
/// for one portion.
const CHUNK: usize = 64;
/// Portions for each thread, so that none waits long for the last one.
const PORTIONS: usize = 8;

/// What came of a run.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The findings, located and sorted.
    pub diagnostics: Vec<Diagnostic>,
    /// What could not be decided, sorted, each once.
    pub undecided: Vec<Undecided>,
    /// Policies that could not be evaluated.
    pub broken: Vec<BrokenRule>,
    /// Text to mask in every output.
    pub masks: Vec<Span>,
    /// Number of rules that had a resource to look at.
    pub rules_applied: usize,
    /// Ids of the rules that had something to look at.
    pub applied: Vec<String>,
    /// Number of findings that a policy itself makes an exception of: `exception` of conftest.
    pub waived: usize,
}

/// A rule could not decide about a resource.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Undecided {
    /// Where the value is written, or the resource.
    pub span: Span,
    /// Address of the resource.
    pub address: Arc<str>,
    /// The property whose value is unknown.
    pub path: PropertyPath,
    /// Id of the rule.
    pub rule: String,
    /// Why the value is unknown, as far as one reason can be named.
    pub reason: Option<Reason>,
    /// Where the modules and nested stacks around it are created.
    pub enclosed: Vec<Span>,
}

impl Undecided {
    /// Whether it is about the same value, in whatever root.
    fn is_same(&self, other: &Self) -> bool {
        let Self { span, address, path, rule, reason, enclosed: _ } = self;
        (span, address, path, rule, reason)
            == (&other.span, &other.address, &other.path, &other.rule, &other.reason)
    }

    fn at(view: &View<'_>, path: PropertyPath, rule: &str, reason: Option<Reason>) -> Self {
        let value = view.properties().at(&path);
        let reason = reason.or_else(|| value.unknown_reason().cloned()).or_else(|| {
            // Something that may be there and cannot be seen.
            let is_open = value.flags.has(Flags::OPEN) || view.root().open;
            is_open.then_some(Reason::OpenMap)
        });
        let span = view.properties().locate(&path).map_or(view.resource().span, |found| found.0);
        let address = locate::written_address(view);
        let enclosed = view.root().enclosing(&view.resource().address);
        Self { span, address, path, rule: rule.into(), reason, enclosed }
    }
}

/// A rule whose policy does not compile or does not run.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct BrokenRule {
    /// Id of the rule.
    pub rule: String,
    /// What is wrong, and where in the policy.
    pub problem: Problem,
}

impl Outcome {
    /// Adds what another part of the run gave.
    pub fn join(&mut self, other: Self) {
        self.diagnostics.extend(other.diagnostics);
        self.undecided.extend(other.undecided);
        self.broken.extend(other.broken);
        self.masks.extend(other.masks);
        self.rules_applied += other.rules_applied;
        self.waived += other.waived;
        self.applied.extend(other.applied);
        self.sort();
    }

    /// Puts everything into its order, each once.
    pub(crate) fn sort(&mut self) {
        Diagnostic::sort(&mut self.diagnostics);
        self.undecided.sort();
        // The same address in another root is no other value that is unknown.
        self.undecided.dedup_by(|next, kept| {
            let is_same = next.is_same(kept);
            if is_same {
                kept.enclosed.append(&mut next.enclosed);
            }
            is_same
        });
        self.broken.sort();
        self.broken.dedup();
        self.masks.sort();
        self.masks.dedup();
        self.applied.sort();
        self.applied.dedup();
    }
}

/// A rule with its policy parsed once, on first use.
struct Prepared<'r> {
    rule: &'r Rule,
    policy: Arc<CompiledPolicy>,
}

#[derive(Debug, Default)]
struct CompiledPolicy {
    rego: OnceLock<Result<rego::Policy, Problem>>,
    guard: OnceLock<Result<guard_policy::Policy, String>>,
}

/// Policies that were compiled, by the ids of their rules: for whoever applies the same rules
/// again and again, such as an editor's server. When a rule changes, start with an empty one.
#[derive(Debug, Default)]
pub struct Compiled {
    policies: Mutex<BTreeMap<String, Arc<CompiledPolicy>>>,
}

impl Compiled {
    fn policy(&self, rule: &Rule) -> Arc<CompiledPolicy> {
        // A thread that panicked left nothing half done in it.
        let mut policies = self.policies.lock().unwrap_or_else(PoisonError::into_inner);
        match policies.get(rule.id()) {
            Some(policy) => policy.clone(),
            None => policies.entry(rule.id().to_owned()).or_default().clone(),
        }
    }
}

/// How to apply rules.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'s> {
    /// What evaluates Guard rules.
    pub guard_engine: GuardEngine,
    /// The present time, in seconds since 1970, for rules that ask; unknown if not given.
    pub now: Option<i64>,
    /// What the repository says of itself.
    pub settings: &'s Settings,
    /// Service control policies around its accounts, by the levels of the organization: what a
    /// principal may do, a document of each level allows, and none denies.
    pub guardrails: &'s [Vec<PositionedDocument<'s>>],
    /// Policies that are compiled already.
    pub compiled: Option<&'s Compiled>,
    /// Whether the resources of each root are looked at; of all if it is not given.
    pub roots: Option<&'s [bool]>,
}

impl Options<'_> {
    fn looks_at(self, root: RootId) -> bool {
        self.roots.is_none_or(|roots| roots[root.0 as usize])
    }

    fn guard(self) -> guard_policy::Engine {
        guard_policy::Engine { engine: self.guard_engine, now: self.now }
    }
}

/// Applies rules to a graph.
pub fn evaluate(graph: &ResourceGraph, rules: &[&Rule]) -> Outcome {
    evaluate_with(graph, rules, Options::default())
}

/// Applies rules to a graph, as `options` say.
pub fn evaluate_with(graph: &ResourceGraph, rules: &[&Rule], options: Options<'_>) -> Outcome {
    let prepared: Vec<Prepared<'_>> = rules
        .iter()
        .map(|rule| {
            let policy = options.compiled.map(|compiled| compiled.policy(rule));
            Prepared { rule, policy: policy.unwrap_or_default() }
        })
        .collect();
    let by_type: BTreeMap<&str, Vec<usize>> = graph
        .types()
        .map(|(name, _)| {
            let is_whole = |rule: &Rule| {
                !rule.looks_at_resources()
                    || roots::whole_rule(rule, options.guard_engine).is_some()
            };
            let applies = |rule: &Rule| !is_whole(rule) && rule.applies_to(name);
            let applying = (0..rules.len()).filter(|index| applies(rules[*index]));
            (name, applying.collect())
        })
        .collect();
    let of_roots = graph.resources().filter(|(_, resource)| options.looks_at(resource.root));
    let ids: Vec<ResourceId> = of_roots.map(|(id, _)| id).collect();
    let pairs: usize =
        graph.types().map(|(name, ids)| ids.len() * by_type.get(name).map_or(0, Vec::len)).sum();
    let commons = Commons::default();
    let shared = Shared { graph, rules: &prepared, by_type: &by_type, options, commons: &commons };
    let work = |ids: &[ResourceId]| Worker::new(shared).run(ids);
    let mut parts: Vec<Part> = if pairs < PAIRS_WORTH_THREADS {
        vec![work(&ids)]
    } else {
        let portions = rayon::current_num_threads() * PORTIONS;
        ids.par_chunks((ids.len() / portions).max(CHUNK)).map(work).collect()
    };
    parts.extend(roots::run(graph, rules, options));
    let mut applied: BTreeSet<usize> = by_type.into_values().flatten().collect();
    applied.extend(parts.iter().flat_map(|part| &part.applied));
    let ids = applied.iter().map(|index| rules[*index].id().to_owned()).collect();
    collect(graph, parts, applied.len(), ids)
}

/// What one thread found.
#[derive(Default)]
struct Part {
    located: Vec<Located>,
    undecided: Vec<Undecided>,
    broken: Vec<BrokenRule>,
    /// Rules that looked at a whole root and found something there to look at.
    applied: BTreeSet<usize>,
}

/// What all threads look at.
#[derive(Clone, Copy)]
struct Shared<'w, 'r> {
    graph: &'w ResourceGraph,
    rules: &'w [Prepared<'r>],
    by_type: &'w BTreeMap<&'w str, Vec<usize>>,
    options: Options<'w>,
    commons: &'w Commons,
}

struct Worker<'w, 'r> {
    shared: Shared<'w, 'r>,
    /// This thread's clones of Rego policies, by rule.
    policies: BTreeMap<usize, rego::Policy>,
    part: Part,
}

impl<'w, 'r> Worker<'w, 'r> {
    fn new(shared: Shared<'w, 'r>) -> Self {
        Self { shared, policies: BTreeMap::new(), part: Part::default() }
    }

    fn run(mut self, ids: &[ResourceId]) -> Part {
        for id in ids {
            let resource = self.shared.graph.resource(*id);
            let rules = self.shared.by_type.get(&*resource.resource_type);
            if let Some(rules) = rules.filter(|rules| !rules.is_empty()) {
                self.resource(*id, rules);
            }
        }
        self.part
    }

    fn resource(&mut self, id: ResourceId, rules: &[usize]) {
        let scenarios = scope::scenarios(self.shared.graph, id);
        match scenarios.scenarios.as_slice() {
            [scenario] => self.once(id, rules, scenario, &scenarios),
            _ => self.each_scenario(id, rules, &scenarios),
        }
    }

    /// Looks at a resource in one scenario.
    fn once(
        &mut self,
        id: ResourceId,
        rules: &[usize],
        scenario: &Scenario,
        scenarios: &Scenarios,
    ) {
        let view = self.view(id, scenario);
        if !view.exists() {
            return;
        }
        for rule in rules {
            let mut located = self.apply(*rule, &view);
            if located.len() > 1 {
                located.sort_by_cached_key(|one| key(*rule, one));
                located.dedup_by(|next, kept| key(*rule, next) == key(*rule, kept));
            }
            for one in &mut located {
                one.diagnostic.only_when = describe(scenarios, &[0]);
            }
            self.part.located.append(&mut located);
        }
    }

    /// Looks at a resource in several scenarios: a finding that holds in many is one.
    fn each_scenario(&mut self, id: ResourceId, rules: &[usize], scenarios: &Scenarios) {
        let mut seen: BTreeMap<Key, Seen> = BTreeMap::new();
        let mut missing = Vec::new();
        for (index, scenario) in scenarios.scenarios.iter().enumerate() {
            let view = self.view(id, scenario);
            if !view.exists() {
                missing.push(index);
                continue;
            }
            for rule in rules {
                for located in self.apply(*rule, &view) {
                    match seen.entry(key(*rule, &located)) {
                        Entry::Vacant(entry) => {
                            entry.insert(Seen::new(located, index));
                        }
                        Entry::Occupied(entry) => entry.into_mut().take(located, index),
                    }
                }
            }
        }
        let findings = seen.into_values().map(|seen| seen.finding(scenarios, &missing));
        self.part.located.extend(findings);
    }

    fn view<'v>(&self, id: ResourceId, scenario: &'v Scenario) -> View<'v>
    where
        'w: 'v,
    {
        let Shared { graph, options, commons, .. } = self.shared;
        View::new(graph, id, scenario)
            .with_settings(options.settings)
            .with_guardrails(options.guardrails)
            .with_commons(commons)
    }

    /// The located findings of one rule on one resource in one scenario.
    fn apply(&mut self, index: usize, view: &View<'_>) -> Vec<Located> {
        let rule = self.shared.rules[index].rule;
        let findings = match &rule.predicate {
            Predicate::Native(predicate) => {
                let mut findings = Findings::new(view);
                predicate(view, &mut findings);
                let (findings, undecided) = findings.into_parts();
                for path in undecided {
                    self.note_undecided(rule, view, path, None);
                }
                findings
            }
            Predicate::Rego(_) | Predicate::Package(_) => match self.rego(index, view) {
                Ok(findings) => findings,
                Err(problem) => {
                    let rule = rule.id().to_owned();
                    self.part.broken.push(BrokenRule { rule, problem });
                    return Vec::new();
                }
            },
            Predicate::Guard(_) | Predicate::GuardRule(_) => match self.guard(index, view) {
                Ok(verdict) => {
                    for (path, reason) in verdict.undecided {
                        self.note_undecided(rule, view, path, reason);
                    }
                    verdict.findings
                }
                Err(message) => {
                    let problem = Problem::of_guard(&rule.policy_file(), &message);
                    let rule = rule.id().to_owned();
                    self.part.broken.push(BrokenRule { rule, problem });
                    return Vec::new();
                }
            },
        };
        let mut located = Vec::with_capacity(findings.len());
        for finding in findings {
            match locate::unknown_behind(rule, view, &finding) {
                Some(reason) => self.note_undecided(rule, view, finding.path, Some(reason)),
                None => located.push(locate::locate(rule, view, finding)),
            }
        }
        located
    }

    fn rego(&mut self, index: usize, view: &View<'_>) -> Result<Vec<Finding>, Problem> {
        if let Some(policy) = self.policies.get_mut(&index) {
            return policy.evaluate(view);
        }
        let prepared = &self.shared.rules[index];
        let policy = prepared.policy.rego.get_or_init(|| match &prepared.rule.predicate {
            Predicate::Rego(text) if prepared.rule.is_built_in() => {
                rego::Policy::parse_built_in(&prepared.rule.policy_file(), text)
            }
            Predicate::Rego(text) => rego::Policy::parse(&prepared.rule.policy_file(), text),
            Predicate::Package(rule) => Ok(rego::Policy::of_package(rule)),
            Predicate::Native(_) | Predicate::Guard(_) | Predicate::GuardRule(_) => {
                Err(Problem::of_file(&prepared.rule.policy_file(), "this is no Rego"))
            }
        });
        let mut policy = policy.clone()?;
        let findings = policy.evaluate(view);
        self.policies.insert(index, policy);
        findings
    }

    fn guard(&self, index: usize, view: &View<'_>) -> Result<guard_policy::Verdict, String> {
        let prepared = &self.shared.rules[index];
        let engine = self.shared.options.guard();
        match &prepared.rule.predicate {
            Predicate::GuardRule(guard) => guard.evaluate(view, engine),
            Predicate::Guard(text) => {
                let policy =
                    prepared.policy.guard.get_or_init(|| guard_policy::Policy::parse(text));
                policy.as_ref().map_err(Clone::clone)?.evaluate(view, engine)
            }
            _ => Ok(guard_policy::Verdict::default()),
        }
    }

    fn note_undecided(
        &mut self,
        rule: &Rule,
        view: &View<'_>,
        path: PropertyPath,
        reason: Option<Reason>,
    ) {
        self.part.undecided.push(Undecided::at(view, path, rule.id(), reason));
    }
}

/// One finding in several scenarios.
struct Seen {
    /// As it is where it is worst.
    worst: Located,
    /// The scenarios, by how bad it is in them.
    scenarios: BTreeMap<Severity, Vec<usize>>,
}

impl Seen {
    fn new(located: Located, scenario: usize) -> Self {
        let scenarios = BTreeMap::from([(located.diagnostic.severity, vec![scenario])]);
        Self { worst: located, scenarios }
    }

    fn take(&mut self, located: Located, scenario: usize) {
        let severity = located.diagnostic.severity;
        self.scenarios.entry(severity).or_default().push(scenario);
        if severity > self.worst.diagnostic.severity {
            self.worst = located;
        }
    }

    /// The finding with the conditions that it rests on, and where it is less bad. In the scenarios
    /// `missing` there is nothing to find it in.
    fn finding(self, scenarios: &Scenarios, missing: &[usize]) -> Located {
        let Self { mut worst, scenarios: by_severity } = self;
        let diagnostic = &mut worst.diagnostic;
        for (severity, indexes) in by_severity.iter().rev().skip(1) {
            if let Some(when) = describe(scenarios, &[indexes, missing].concat()) {
                diagnostic.notes.push(format!("the severity is {severity} when {when}"));
            }
        }
        let mut all: Vec<usize> = by_severity.into_values().flatten().collect();
        all.sort_unstable();
        all.extend(missing);
        diagnostic.only_when = describe(scenarios, &all);
        worst
    }
}

/// What makes two findings of one resource the same in different scenarios.
type Key = (usize, Span, String, PropertyPath);

fn key(rule: usize, located: &Located) -> Key {
    let diagnostic = &located.diagnostic;
    let path = diagnostic.subject.as_ref().map(|subject| subject.path.clone()).unwrap_or_default();
    (rule, diagnostic.primary.span, diagnostic.message.clone(), path)
}

fn describe(scenarios: &Scenarios, indexes: &[usize]) -> Option<String> {
    let text = scenarios.describe(indexes)?;
    Some(if scenarios.decided { text } else { format!("{text} (conditions not decided)") })
}

fn collect(
    graph: &ResourceGraph,
    parts: Vec<Part>,
    rules_applied: usize,
    applied: Vec<String>,
) -> Outcome {
    let mut outcome = Outcome { rules_applied, applied, ..Outcome::default() };
    outcome.diagnostics.reserve(parts.iter().map(|part| part.located.len()).sum());
    outcome.undecided.reserve(parts.iter().map(|part| part.undecided.len()).sum());
    for part in parts {
        for located in part.located {
            outcome.diagnostics.push(located.diagnostic);
            outcome.masks.extend(located.masks);
        }
        outcome.undecided.extend(part.undecided);
        outcome.broken.extend(part.broken);
    }
    name_calls(graph, &mut outcome.diagnostics);
    outcome.sort();
    outcome.diagnostics = merge_instances(outcome.diagnostics);
    outcome
}
