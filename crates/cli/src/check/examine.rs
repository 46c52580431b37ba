//! Steps 3 to 7: files to findings, and to waivers that cover some of them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use trilith_graph::{Diagnostic, Severity, SourceFile, SourceId, Span};
use trilith_parser::{HclShape, Options, Reading};
use trilith_rules::{
    GuardEngine, Outcome, Rule, evaluate_packages, evaluate_with, merge_instances, tell_others,
};
use trilith_waivers::{Context, Date, Decision, Origin, Unsure, Waiver, apply};

use super::inputs::Inputs;
use super::names::RuleNames;
use super::nested::{Domains, Places};
use super::setup::{Rules, Setup, paths_of};
use super::values::Values;
use crate::analyse::{Analysis, Loader, analyse_with};
use crate::args::{DocumentParser, GuardEngineName, ScopeArgs};
use crate::paths::{Paths, normalised};
use crate::plan_file::PlanProblem;
use crate::{documents, files, wording};

/// What a run found.
pub(crate) struct Examined {
    pub(crate) analysis: Analysis,
    pub(crate) outcome: Outcome,
    /// The names of the files to report on, if not all.
    pub(crate) given: Option<BTreeSet<String>>,
    /// Paths of the sources from the directory of the configuration.
    pub(crate) paths: Vec<String>,
    pub(crate) waivers: Vec<Waiver>,
    /// Which findings are accepted.
    pub(crate) decision: Decision,
    /// Reads what else is needed, should it be looked at again.
    pub(crate) loader: Box<dyn Loader>,
    /// What the configuration says that is nearest to each part, that of the run first.
    pub(crate) limits: Vec<Limits>,
    /// Which of them counts where.
    places: Places,
}

/// What a configuration says of reports on the findings that it is for.
#[derive(Debug, Clone, Default)]
pub(crate) struct Limits {
    pub(crate) min_severity: Option<Severity>,
    pub(crate) fail_on: Option<Severity>,
    pub(crate) baseline: Option<PathBuf>,
    /// Globs that are left out, and the directory that they are relative to.
    pub(crate) exclude: (Vec<String>, Option<PathBuf>),
}

impl Examined {
    /// The index of the configuration that a finding is a matter of.
    pub(crate) fn domain_of(&self, diagnostic: &Diagnostic) -> usize {
        domain_of(&self.places, &self.analysis, diagnostic)
    }

    /// What the configuration says that a finding is a matter of.
    pub(crate) fn limits_of(&self, diagnostic: &Diagnostic) -> &Limits {
        &self.limits[self.domain_of(diagnostic)]
    }

    /// The index of the configuration that is nearest to a file.
    pub(crate) fn place_of(&self, name: &str) -> usize {
        self.places.of(name)
    }
}

/// A finding is a matter of the configuration that is nearest to its root, or to its file.
fn domain_of(places: &Places, analysis: &Analysis, diagnostic: &Diagnostic) -> usize {
    let roots = analysis.graph.roots();
    let root = diagnostic.subject.as_ref().and_then(|subject| roots.get(subject.root.0 as usize));
    let file = || analysis.sources.file(diagnostic.primary.span.source).name();
    places.of(root.map_or_else(file, |root| &*root.name))
}

/// How the files of a run are read, where several configurations say so.
pub(crate) struct Readings {
    places: Places,
    /// That of the run first.
    list: Vec<Options>,
}

impl Reading for Readings {
    fn options(&self, name: &str) -> &Options {
        let index = if name.is_empty() { 0 } else { self.places.of(name) };
        &self.list[index]
    }
}

/// What one of several configurations is for: for each root whether it is one of its own, and a
/// test for names of files.
type Part<'p> = (&'p [bool], &'p dyn Fn(&str) -> bool);

/// How to look at things.
#[derive(Clone, Copy)]
pub(crate) struct Examiner<'r> {
    pub(crate) args: &'r ScopeArgs,
    pub(crate) setup: &'r Setup,
    pub(crate) rules: &'r Rules<'r>,
    pub(crate) values: &'r Values,
    pub(crate) today: Date,
    /// The configurations that are nearer to some files.
    pub(crate) nested: Option<&'r Domains<'r>>,
}

impl<'r> Examiner<'r> {
    /// Looks at things as of today.
    pub(crate) fn new(
        args: &'r ScopeArgs,
        setup: &'r Setup,
        rules: &'r Rules<'r>,
        values: &'r Values,
        nested: Option<&'r Domains<'r>>,
    ) -> Self {
        Self { args, setup, rules, values, today: super::today(), nested }
    }

    /// Those of each configuration, that of the run first.
    fn domains(&self) -> Vec<Examiner<'r>> {
        let own = Examiner { nested: None, ..*self };
        let nested = self.nested.into_iter().flat_map(|nested| &nested.list);
        let others = nested.map(|domain| Examiner {
            setup: domain.setup,
            rules: &domain.rules,
            values: domain.values,
            ..own
        });
        std::iter::once(own).chain(others).collect()
    }

    fn places(&self) -> Places {
        self.nested.map(|nested| nested.places.clone()).unwrap_or_default()
    }

    /// The rules of all configurations, each id once.
    pub(crate) fn all_rules(&self) -> Vec<&'r Rule> {
        if self.nested.is_none() {
            return self.rules.all.clone();
        }
        let mut ids = BTreeSet::new();
        let domains = self.domains();
        let rules = domains.iter().flat_map(|domain| domain.rules.all.iter().copied());
        rules.filter(|rule| ids.insert(rule.id())).collect()
    }

    /// Looks at files. Without one that is ours there is an analysis, and nothing in it.
    pub(crate) fn examine(&self, inputs: Inputs) -> Examined {
        let Inputs { list, mut given, plan_problems, loader } = inputs;
        let rules = self.all_rules();
        let wants_documents = documents::are_wanted(&rules);
        let extra = documents::not_ours(&list, given.as_ref().filter(|_| wants_documents));
        let domains = self.domains();
        let mut inputs = list;
        let mut read = BTreeSet::new();
        let values = domains.iter().flat_map(|domain| domain.values.files());
        inputs.extend(values.filter(|input| read.insert(input.name.clone())));
        let mut analysis = analyse_with(inputs, &self.options(), &*loader);
        documents::add(&mut analysis, extra);
        for PlanProblem { name, message, help } in plan_problems {
            analysis.add_unreadable(name, &message, help);
        }
        if let Some(given) = &mut given {
            // What a plan finds is reported where its sources have it.
            let made_of = analysis.made_of.iter().filter(|(plan, _)| given.contains(*plan));
            let names: Vec<String> = made_of.flat_map(|(_, names)| names).cloned().collect();
            given.extend(names);
        }
        let outcome =
            if analysis.files == 0 { Outcome::default() } else { self.evaluate(&analysis) };
        let places = self.places();
        let paths: Vec<Paths> = domains
            .iter()
            .map(|domain| Paths::new(domain.setup.config.directory.as_deref()))
            .collect();
        let path = |name: &str| paths[places.of(name)].of(name);
        let mut examined = Examined {
            paths: analysis.sources.files().map(|(_, file)| path(file.name())).collect(),
            limits: domains.iter().map(Examiner::limits).collect(),
            places,
            analysis,
            outcome,
            given,
            waivers: Vec::new(),
            decision: Decision::default(),
            loader,
        };
        Self::accept(&domains, &mut examined);
        examined
    }

    /// How files are read.
    pub(crate) fn options(&self) -> Readings {
        let of = |domain: &Examiner<'_>| Options {
            parameters: domain.values.parameters(),
            variables: domain.values.variables.clone(),
            ..Options::default()
        };
        Readings { places: self.places(), list: self.domains().iter().map(of).collect() }
    }

    fn limits(&self) -> Limits {
        let config = &self.setup.config;
        Limits {
            min_severity: config.min_severity,
            fail_on: config.fail_on,
            baseline: config.baseline.clone(),
            exclude: (config.exclude.clone(), config.directory.clone()),
        }
    }

    /// Applies the rules, to each root those of the configuration that is nearest to it.
    pub(crate) fn evaluate(&self, analysis: &Analysis) -> Outcome {
        let Some(nested) = self.nested else { return self.evaluate_in(analysis, None) };
        let of_roots: Vec<usize> =
            analysis.graph.roots().iter().map(|root| nested.places.of(&root.name)).collect();
        let mut outcome = Outcome::default();
        for (index, domain) in self.domains().iter().enumerate() {
            let roots: Vec<bool> = of_roots.iter().map(|of_root| *of_root == index).collect();
            let is_here = |name: &str| nested.places.of(name) == index;
            outcome.join(domain.evaluate_in(analysis, Some((&roots, &is_here))));
        }
        outcome.rules_applied = outcome.applied.len();
        outcome
    }

    /// Applies the rules of one configuration, to the roots and files that it is for.
    fn evaluate_in(&self, analysis: &Analysis, part: Option<Part<'_>>) -> Outcome {
        let rules = &self.rules.all;
        let roots = part.map(|(roots, _)| roots);
        let guard_engine = match self.args.guard_engine {
            GuardEngineName::Trilith => GuardEngine::Trilith,
            GuardEngineName::CfnGuard => GuardEngine::Reference,
        };
        // As of another day the time is its first second.
        let now = if self.today == super::today() {
            files::seconds_since_1970()
        } else {
            self.today.days_since_1970() * 86_400
        };
        let guardrails = self.setup.guardrails.limits();
        let options = trilith_rules::Options {
            guard_engine,
            now: Some(now),
            settings: &self.setup.config.settings,
            guardrails: &guardrails,
            compiled: Some(&self.setup.compiled),
            roots,
        };
        let mut outcome = evaluate_with(&analysis.graph, rules, options);
        if documents::are_wanted(rules) || documents::graphs_are_wanted(rules) {
            let wants_documents = documents::are_wanted(rules);
            let shape = self.args.parser.map_or_else(HclShape::default, DocumentParser::shape);
            let mut raw = if wants_documents { documents::of(analysis, shape) } else { Vec::new() };
            raw.retain(|document| part.is_none_or(|(_, is_here)| is_here(&document.name)));
            let combine = self.args.combine;
            outcome.join(evaluate_packages(&analysis.graph, rules, &raw, combine, roots));
        }
        outcome
    }

    /// Adjusts what was found to the configurations, and applies waivers to it.
    fn accept(domains: &[Examiner<'_>], examined: &mut Examined) {
        // Sorted below; there are many more findings than files that could not be read.
        let mut diagnostics: Vec<Diagnostic> = std::mem::take(&mut examined.outcome.diagnostics);
        diagnostics.append(&mut examined.analysis.diagnostics);
        let mut parts: Vec<Vec<Diagnostic>> = domains.iter().map(|_| Vec::new()).collect();
        if domains.len() == 1 {
            parts[0] = diagnostics;
        } else {
            for diagnostic in diagnostics {
                parts[examined.domain_of(&diagnostic)].push(diagnostic);
            }
        }
        let mut waivers = examined.analysis.take_waivers();
        let mut owners: Vec<usize> = waivers.iter().map(|one| examined.owner_of(one)).collect();
        let mut placed = BTreeMap::new();
        for (index, domain) in domains.iter().enumerate() {
            let own = domain.configured(examined, &mut placed);
            owners.resize(owners.len() + own.len(), index);
            waivers.extend(own);
        }
        let undecided: Vec<Unsure> = if waivers.is_empty() {
            Vec::new()
        } else {
            examined.outcome.undecided.iter().map(unsure).collect()
        };
        let roots = examined.analysis.graph.roots();
        let unseen: Vec<Span> = roots.iter().flat_map(|root| &root.unseen_calls).copied().collect();
        let names: Vec<RuleNames<'_>> = domains
            .iter()
            .map(|domain| RuleNames::new(&domain.setup.policies.registry, &domain.rules.all))
            .collect();
        let mut decision = Decision::default();
        let mut standings = Vec::with_capacity(domains.len());
        for (index, (domain, mut part)) in domains.iter().zip(parts).enumerate() {
            domain.rules.adjust(&mut part, &examined.paths);
            Diagnostic::sort(&mut part);
            wording::in_source_words(&mut part);
            // What a configuration accepts is a matter of its own findings.
            let counts =
                |at: usize| waivers[at].origin != Origin::Configuration || owners[at] == index;
            let part = apply(
                part,
                &waivers,
                &names[index],
                &domain.context(examined, &undecided, &unseen),
                &counts,
            );
            standings.push(part.standing.clone());
            decision.join(part);
        }
        if domains.len() > 1 {
            Diagnostic::sort(&mut decision.kept);
            decision.kept = merge_instances(decision.kept);
            share_counts(&waivers, &mut decision.covered);
        }
        decision.kept.iter_mut().for_each(tell_others);
        decision.waived.iter_mut().for_each(|one| tell_others(&mut one.diagnostic));
        for (at, owner) in owners.iter().enumerate() {
            decision.standing[at].clone_from(&standings[*owner][at]);
            let context = domains[*owner].context(examined, &undecided, &unseen);
            decision.report(at, &waivers, &names[*owner], &context);
        }
        if domains.len() > 1 {
            Diagnostic::sort(&mut decision.problems);
            decision.problems.dedup();
        }
        examined.decision = decision;
        examined.waivers = waivers;
    }

    fn context<'c>(
        &'c self,
        examined: &'c Examined,
        undecided: &'c [Unsure],
        unseen_calls: &'c [Span],
    ) -> Context<'c> {
        Context {
            sources: &examined.analysis.sources,
            paths: &examined.paths,
            policy: &self.setup.config.waiver_policy,
            today: self.today,
            undecided,
            unseen_calls,
            is_whole: examined.given.is_none() && self.is_whole(),
        }
    }

    /// The waivers of the configuration, placed in its files. One that several extend is placed
    /// once.
    fn configured(
        &self,
        examined: &mut Examined,
        known: &mut BTreeMap<String, SourceId>,
    ) -> Vec<Waiver> {
        let config = &self.setup.config;
        let mut placed = Vec::with_capacity(config.waivers.len());
        for (name, text) in &config.files {
            let own = config.waivers.iter().filter(|waiver| waiver.file == *name);
            let own: Vec<_> = own.collect();
            if own.is_empty() {
                continue;
            }
            // What is wrong with its waivers is said, whichever files are looked at.
            if let Some(given) = &mut examined.given {
                given.insert(name.clone());
            }
            let source = *known.entry(name.clone()).or_insert_with(|| {
                let file = SourceFile::new(name.as_str(), text.as_str());
                examined.paths.push(name.clone());
                examined.analysis.sources.add(file)
            });
            placed.extend(own.into_iter().map(|configured| {
                let (start, end) = (configured.range.start as u32, configured.range.end as u32);
                let place = Span::new(source, start, end);
                Waiver { place, ..configured.waiver.clone() }
            }));
        }
        placed
    }

    /// Whether all is looked at that the configuration is for.
    fn is_whole(&self) -> bool {
        let here = files::current_directory();
        let Some(directory) = &self.setup.config.directory else { return true };
        let directory = normalised(&here.join(directory));
        paths_of(self.args).iter().any(|path| directory.starts_with(normalised(&here.join(path))))
    }
}

impl Examined {
    /// The index of the configuration whose policy a waiver in a file has to meet.
    fn owner_of(&self, waiver: &Waiver) -> usize {
        self.place_of(self.analysis.sources.file(waiver.place.source).name())
    }
}

fn unsure(one: &trilith_rules::Undecided) -> Unsure {
    Unsure {
        span: one.span,
        address: one.address.clone(),
        rule: one.rule.clone(),
        enclosed: one.enclosed.clone(),
    }
}

/// A waiver of a configuration that others extend counts in each of them: what it covers is what
/// it covers in all.
fn share_counts(waivers: &[Waiver], covered: &mut [usize]) {
    fn is_configured(waiver: &Waiver) -> bool {
        waiver.origin == Origin::Configuration
    }
    let mut sums: BTreeMap<Span, usize> = BTreeMap::new();
    for (waiver, count) in waivers.iter().zip(&*covered).filter(|(one, _)| is_configured(one)) {
        *sums.entry(waiver.place).or_default() += count;
    }
    for (waiver, count) in waivers.iter().zip(covered).filter(|(one, _)| is_configured(one)) {
        *count = sums.get(&waiver.place).copied().unwrap_or(*count);
    }
}
