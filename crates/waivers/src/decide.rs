//! Which findings are waived, and which waivers do not hold.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use trilith_graph::{Diagnostic, Enclosed, Severity, SourceMap, Span};

use crate::date::Date;
use crate::policy::{Policy, Standing};
use crate::problem::{self, is_about_waivers, problems};
use crate::waiver::{Origin, RegionKind, Tool, Waiver};

/// What the names in waivers stand for.
pub trait Names {
    /// Whether a name stands for any rule that exists.
    fn is_known(&self, name: &str) -> bool;

    /// Whether a name stands for the rule with an id.
    fn stands_for(&self, name: &str, rule: &str) -> bool;

    /// Whether a name stands for a rule that was applied in this run, so that what it did not
    /// find is not there.
    fn was_applied(&self, name: &str) -> bool;

    /// An id that is spelled like a name that is none.
    fn suggest(&self, name: &str) -> Option<String>;
}

/// What a run knows besides its findings.
#[derive(Debug)]
pub struct Context<'c> {
    /// The texts.
    pub sources: &'c SourceMap,
    /// Paths of the sources, as waivers name them.
    pub paths: &'c [String],
    /// What the organization demands.
    pub policy: &'c Policy,
    /// Today.
    pub today: Date,
    /// Where rules could not decide. A waiver for such a place may be needed tomorrow.
    pub undecided: &'c [Unsure],
    /// Where modules are called that cannot be looked into.
    pub unseen_calls: &'c [Span],
    /// Whether the whole project is looked at, so that a waiver of the configuration that covers
    /// nothing is of no use.
    pub is_whole: bool,
}

/// Where a rule could not decide.
#[derive(Debug, Clone)]
pub struct Unsure {
    /// The place.
    pub span: Span,
    /// Address of the resource.
    pub address: Arc<str>,
    /// Id of the rule.
    pub rule: String,
    /// Where the modules and nested stacks around it are created.
    pub enclosed: Vec<Span>,
}

/// A finding that is accepted.
#[derive(Debug, Clone)]
pub struct Waived {
    /// The finding.
    pub diagnostic: Diagnostic,
    /// Index of the waiver.
    pub waiver: usize,
}

/// What became of findings and waivers.
#[derive(Debug, Default)]
pub struct Decision {
    /// Findings that nobody accepts, in their order.
    pub kept: Vec<Diagnostic>,
    /// Those that somebody does.
    pub waived: Vec<Waived>,
    /// What is wrong with waivers.
    pub problems: Vec<Diagnostic>,
    /// Whether each waiver holds.
    pub standing: Vec<Standing>,
    /// Number of findings that each waiver covers, whether it holds or not.
    pub covered: Vec<usize>,
    /// Waivers that cover some instances of a finding, with its rule; others of its instances are
    /// left.
    pub partly: BTreeSet<(usize, Arc<str>)>,
}

/// Applies waivers to the findings of a run.
pub fn decide(
    diagnostics: Vec<Diagnostic>,
    waivers: &[Waiver],
    names: &dyn Names,
    context: &Context<'_>,
) -> Decision {
    let mut decision = apply(diagnostics, waivers, names, context, &|_| true);
    for index in 0..waivers.len() {
        decision.report(index, waivers, names, context);
    }
    decision
}

/// Applies those waivers to findings whose index is accepted by `counts`. What is wrong with
/// waivers is not looked for: they may cover something elsewhere.
pub fn apply(
    diagnostics: Vec<Diagnostic>,
    waivers: &[Waiver],
    names: &dyn Names,
    context: &Context<'_>,
    counts: &dyn Fn(usize) -> bool,
) -> Decision {
    if waivers.is_empty() {
        return Decision { kept: diagnostics, ..Decision::default() };
    }
    let standing: Vec<Standing> =
        waivers.iter().map(|waiver| standing(waiver, names, context)).collect();
    let mut decision =
        Decision { standing, covered: vec![0; waivers.len()], ..Decision::default() };
    decision.kept.reserve(diagnostics.len());
    let groups = by_names(waivers);
    let mut by_rule: BTreeMap<Arc<str>, Vec<usize>> = BTreeMap::new();
    for diagnostic in diagnostics {
        let naming = by_rule.entry(diagnostic.rule.clone()).or_insert_with(|| {
            let names_it = |group: &&Vec<usize>| {
                group.first().is_some_and(|at| names_rule(&waivers[*at], names, &diagnostic.rule))
            };
            let mut naming: Vec<usize> = groups
                .iter()
                .filter(names_it)
                .flatten()
                .copied()
                .filter(|at| counts(*at))
                .collect();
            naming.sort_unstable();
            naming
        });
        decision.one(diagnostic, naming, waivers, context);
    }
    decision
}

impl Decision {
    /// Adds what became of other findings.
    pub fn join(&mut self, other: Self) {
        if self.standing.is_empty() && self.kept.is_empty() && self.waived.is_empty() {
            *self = other;
            return;
        }
        self.kept.extend(other.kept);
        self.waived.extend(other.waived);
        self.problems.extend(other.problems);
        self.partly.extend(other.partly);
        self.covered.resize(other.covered.len(), 0);
        for (sum, more) in self.covered.iter_mut().zip(other.covered) {
            *sum += more;
        }
    }

    /// Looks for what is wrong with a waiver, once it is known what it covers.
    pub fn report(
        &mut self,
        index: usize,
        waivers: &[Waiver],
        names: &dyn Names,
        context: &Context<'_>,
    ) {
        let problem = self.problem(index, &waivers[index], names, context);
        self.problems.extend(problem);
    }

    fn one(
        &mut self,
        mut diagnostic: Diagnostic,
        naming: &[usize],
        waivers: &[Waiver],
        context: &Context<'_>,
    ) {
        let rule = diagnostic.rule.clone();
        let others = std::mem::take(&mut diagnostic.others);
        // What is said of some instances is accepted apart from what is said of others, and is
        // one finding all the same.
        let mut covering = BTreeSet::new();
        let (mut left, mut taken) = (Vec::new(), Vec::new());
        for part in std::iter::once(diagnostic).chain(others) {
            match self.part(part, naming, waivers, context, &mut covering) {
                (part, Some(by)) => taken.push((part, by)),
                (part, None) => left.push(part),
            }
        }
        for index in covering {
            self.covered[index] += 1;
        }
        if let Some(finding) = led(left) {
            self.partly.extend(taken.into_iter().map(|(_, by)| (by, rule.clone())));
            self.kept.push(finding);
            return;
        }
        let Some(first) = taken.first().map(|(_, by)| *by) else { return };
        let others = taken.iter().map(|(_, by)| *by).filter(|by| *by != first);
        self.partly.extend(others.map(|by| (by, rule.clone())));
        let finding = led(taken.into_iter().map(|(part, _)| part).collect());
        self.waived.extend(finding.map(|diagnostic| Waived { diagnostic, waiver: first }));
    }

    /// What is left of the instances of which one thing is said, or the waiver that accepts it of
    /// all. Adds the waivers that cover any.
    fn part(
        &mut self,
        mut diagnostic: Diagnostic,
        naming: &[usize],
        waivers: &[Waiver],
        context: &Context<'_>,
        covering: &mut BTreeSet<usize>,
    ) -> (Diagnostic, Option<usize>) {
        let mut accepted: Option<usize> = None;
        let source = diagnostic.primary.span.source;
        let path = context.paths.get(source.0 as usize).map_or("", String::as_str);
        let value = value_at(context.sources, diagnostic.primary.span);
        for index in naming {
            let waiver = &waivers[*index];
            if !waiver.scope.covers(&diagnostic, path, &value) {
                continue;
            }
            let holds = self.standing[*index] == Standing::Valid;
            let Some(rest) = instances_left(&diagnostic, waiver) else { continue };
            covering.insert(*index);
            if !holds || accepted.is_some() {
                continue;
            }
            if rest.is_empty() {
                accepted = Some(*index);
            } else if let Some(subject) = &mut diagnostic.subject {
                // Some instances are accepted, the others are not.
                self.partly.insert((*index, diagnostic.rule.clone()));
                let mut addresses = rest.iter().map(|one| one.address.clone());
                subject.address = addresses.next().unwrap_or_default();
                subject.instances = addresses.collect();
                subject.enclosed = if subject.enclosed.is_empty() { Vec::new() } else { rest };
            }
        }
        (diagnostic, accepted)
    }

    fn problem(
        &self,
        index: usize,
        waiver: &Waiver,
        names: &dyn Names,
        context: &Context<'_>,
    ) -> Option<Diagnostic> {
        let report = |id: &'static str, message: String| {
            let problem = problems().iter().find(|problem| problem.id == id);
            let severity = problem.map_or(Severity::Medium, |problem| problem.severity);
            let mut diagnostic = Diagnostic::new(id, severity, waiver.place, message);
            diagnostic.help = problem.map(|problem| problem.help.to_owned());
            diagnostic
        };
        let rules = waiver.rules.join("`, `");
        let covered = self.covered[index];
        let findings =
            if covered == 1 { "1 finding".into() } else { format!("{covered} findings") };
        match &self.standing[index] {
            // What is wrong with the suppressions of another tool is that tool's matter, unless
            // somebody would take a finding for accepted.
            _ if waiver.is_foreign() && covered == 0 => None,
            // It may have waived something in a file that is not looked at.
            Standing::Expired(_) if covered == 0 && is_wider(waiver, context) => None,
            Standing::Malformed(reason) => {
                let message = if rules.is_empty() {
                    format!("this waiver waives nothing: {reason}")
                } else {
                    format!("this waiver of `{rules}` waives nothing: {reason}")
                };
                Some(report(problem::MALFORMED, message))
            }
            Standing::Expired(date) => {
                let owner = if waiver.owner.is_empty() { "nobody" } else { &waiver.owner };
                let message = format!(
                    "this waiver of `{rules}` expired on {date}: {findings} came back (owner: {owner})"
                );
                Some(report(problem::EXPIRED, message))
            }
            Standing::NotAllowed(reason) => {
                let message = format!("this waiver of `{rules}` does not count: {reason}");
                Some(report(problem::NOT_ALLOWED, message))
            }
            Standing::Valid if covered == 0 => {
                let is_unused = !waiver.is_foreign() && is_unused(waiver, names, context);
                is_unused.then(|| {
                    let mut diagnostic = report(
                        problem::UNUSED,
                        format!("this waiver of `{rules}` covers no finding"),
                    );
                    if let Some(help) = self.near_miss(waiver, names) {
                        diagnostic.help = Some(help);
                    }
                    diagnostic
                })
            }
            Standing::Valid => {
                let most = waiver.findings.filter(|most| covered > *most)?;
                let message = format!(
                    "this waiver of `{rules}` was written for {most} and covers {findings}"
                );
                let mut diagnostic = report(problem::WIDENED, message);
                let own = self.waived.iter().filter(|waived| waived.waiver == index);
                for waived in own.take(8) {
                    diagnostic = diagnostic
                        .related(waived.diagnostic.primary.span, "covered by this waiver");
                }
                Some(diagnostic)
            }
        }
    }

    /// What to do about a waiver that stands at the wrong place of its resource.
    fn near_miss(&self, waiver: &Waiver, names: &dyn Names) -> Option<String> {
        let region = waiver.scope.region.filter(|region| region.kind == RegionKind::Item)?;
        let resource = region.resource?;
        let is_near = |diagnostic: &&Diagnostic| {
            names_rule(waiver, names, &diagnostic.rule)
                && (resource.contains(diagnostic.primary.span)
                    || diagnostic.subject.as_ref().is_some_and(|s| resource.contains(s.declared)))
        };
        self.kept.iter().find(is_near).map(|_| {
            "it covers only what it stands beside or above, and the finding is elsewhere in this \
             resource: write it there, above the resource, or as `trilith: ignore-block[...]`"
                .to_owned()
        })
    }
}

/// One finding of what is said of some instances, the worst first.
fn led(mut parts: Vec<Diagnostic>) -> Option<Diagnostic> {
    let others = parts.split_off(parts.len().min(1));
    let mut finding = parts.pop()?;
    finding.others = others;
    Some(finding)
}

/// Whether a waiver holds, and names rules that exist.
fn standing(waiver: &Waiver, names: &dyn Names, context: &Context<'_>) -> Standing {
    if !waiver.is_foreign() && waiver.error.is_none() {
        let unknown = waiver.rules.iter().find(|name| !names.is_known(name));
        if let Some(name) = unknown {
            let hint = names.suggest(name).map(|id| format!("; did you mean `{id}`?"));
            let hint = hint.unwrap_or_default();
            return Standing::Malformed(format!("no rule is called `{name}`{hint}"));
        }
    }
    context.policy.judge(waiver, context.today)
}

/// The waivers in groups that name the same: a repository repeats few names often.
fn by_names(waivers: &[Waiver]) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (index, waiver) in waivers.iter().enumerate() {
        groups.entry((&waiver.rules, is_aqua(waiver))).or_default().push(index);
    }
    groups.into_values().collect()
}

fn names_rule(waiver: &Waiver, names: &dyn Names, rule: &str) -> bool {
    // That a file cannot be read, or a waiver does not hold, is nothing to accept.
    if is_about_waivers(rule) || trilith_parser::is_unreadable(rule) {
        return false;
    }
    waiver.rules.iter().any(|name| {
        names.stands_for(name, rule)
            || is_aqua(waiver) && names.stands_for(&format!("AVD-{name}"), rule)
    })
}

/// Trivy leaves out the `AVD-` of its ids since 2025.
fn is_aqua(waiver: &Waiver) -> bool {
    matches!(waiver.origin, Origin::Foreign { tool: Tool::Trivy | Tool::Tfsec, .. })
}

/// The instances of a finding that a waiver does not cover; `None` if it covers none.
fn instances_left(diagnostic: &Diagnostic, waiver: &Waiver) -> Option<Vec<Enclosed>> {
    let scope = &waiver.scope;
    let region = scope.region;
    let covers_place = region.is_none_or(|region| region.covers(diagnostic, waiver.is_foreign()));
    if covers_place && scope.addresses.is_empty() {
        return Some(Vec::new());
    }
    // It may still stand at the call of the module that one of the instances is in.
    let covers = |one: &Enclosed| {
        (covers_place || region.is_some_and(|region| region.is_call(&one.by)))
            && scope.covers_address(&one.address)
    };
    let all = diagnostic.subject.as_ref()?.all_enclosed();
    let count = all.len();
    let rest: Vec<Enclosed> = all.into_iter().filter(|one| !covers(one)).collect();
    (rest.len() < count).then_some(rest)
}

/// The text at a place, without quotes.
fn value_at(sources: &SourceMap, span: Span) -> String {
    let text = sources.text(sources.first_line(span)).trim();
    let text = text.trim_start_matches("- ").trim_end_matches(',');
    text.trim_matches(['"', '\'', '\\']).to_owned()
}

/// Whether a waiver is for more than what is looked at.
fn is_wider(waiver: &Waiver, context: &Context<'_>) -> bool {
    waiver.origin == Origin::Configuration && !context.is_whole
}

/// Whether a waiver that covers nothing can be removed.
fn is_unused(waiver: &Waiver, names: &dyn Names, context: &Context<'_>) -> bool {
    if is_wider(waiver, context) {
        return false;
    }
    if !waiver.rules.iter().all(|name| names.was_applied(name)) {
        return false;
    }
    let may_speak = |unsure: &Unsure| {
        names_rule(waiver, names, &unsure.rule)
            && waiver.scope.covers_address(&unsure.address)
            && waiver.scope.region.is_none_or(|region| {
                region.span.contains(unsure.span)
                    || region.resource.is_some_and(|around| around.contains(unsure.span))
                    || region.is_call(&unsure.enclosed)
            })
    };
    let is_unseen = waiver.scope.region.is_some_and(|region| region.is_call(context.unseen_calls));
    !is_unseen && !context.undecided.iter().any(may_speak)
}
