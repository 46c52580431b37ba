//! Steps 3 to 7: files to findings, and to waivers that cover some of them.

use std::collections::BTreeSet;
use std::sync::Arc;

use trilith_graph::{Diagnostic, SourceFile, Span};
use trilith_parser::{HclShape, Options};
use trilith_rules::{GuardEngine, Outcome, evaluate_packages, evaluate_with};
use trilith_waivers::{Context, Date, Decision, Waiver, decide};

use super::inputs::Inputs;
use super::names::RuleNames;
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
}

/// How to look at things.
pub(crate) struct Examiner<'r> {
    pub(crate) args: &'r ScopeArgs,
    pub(crate) setup: &'r Setup,
    pub(crate) rules: &'r Rules<'r>,
    pub(crate) values: &'r Values,
    pub(crate) today: Date,
}

impl Examiner<'_> {
    /// Looks at files. Without one that is ours there is an analysis, and nothing in it.
    pub(crate) fn examine(&self, inputs: Inputs) -> Examined {
        let Inputs { list, mut given, plan_problems, loader } = inputs;
        let rules = &self.rules.all;
        let wants_documents = documents::are_wanted(rules);
        let extra = documents::not_ours(&list, given.as_ref().filter(|_| wants_documents));
        let options = self.options();
        let mut inputs = list;
        inputs.extend(self.values.files());
        let mut analysis = analyse_with(inputs, &options, &*loader);
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
        let paths = Paths::new(self.setup.config.directory.as_deref());
        let mut examined = Examined {
            paths: analysis.sources.files().map(|(_, file)| paths.of(file.name())).collect(),
            analysis,
            outcome,
            given,
            waivers: Vec::new(),
            decision: Decision::default(),
            loader,
        };
        self.accept(&mut examined);
        examined
    }

    /// How files are read.
    pub(crate) fn options(&self) -> Options {
        Options {
            parameters: self.values.parameters(),
            variables: self.values.variables.clone(),
            ..Options::default()
        }
    }

    /// Applies the rules.
    pub(crate) fn evaluate(&self, analysis: &Analysis) -> Outcome {
        let rules = &self.rules.all;
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
        let options = trilith_rules::Options {
            guard_engine,
            now: Some(now),
            settings: &self.setup.config.settings,
            compiled: Some(&self.setup.compiled),
        };
        let mut outcome = evaluate_with(&analysis.graph, rules, options);
        if documents::are_wanted(rules) || documents::graphs_are_wanted(rules) {
            let wants_documents = documents::are_wanted(rules);
            let shape = self.args.parser.map_or_else(HclShape::default, DocumentParser::shape);
            let raw = if wants_documents { documents::of(analysis, shape) } else { Vec::new() };
            outcome.join(evaluate_packages(&analysis.graph, rules, &raw, self.args.combine));
        }
        outcome
    }

    /// Adjusts what was found to the configuration, and applies waivers to it.
    fn accept(&self, examined: &mut Examined) {
        let Examined { analysis, outcome, paths, .. } = examined;
        let mut diagnostics: Vec<Diagnostic> = std::mem::take(&mut analysis.diagnostics);
        diagnostics.append(&mut outcome.diagnostics);
        self.rules.adjust(&mut diagnostics, paths);
        diagnostics.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        wording::in_source_words(&mut diagnostics);
        let mut waivers = analysis.take_waivers();
        waivers.extend(self.configured(analysis, paths));
        let undecided: Vec<(Span, Arc<str>, String)> = if waivers.is_empty() {
            Vec::new()
        } else {
            let undecided = outcome.undecided.iter();
            undecided.map(|one| (one.span, one.address.clone(), one.rule.clone())).collect()
        };
        let context = Context {
            sources: &analysis.sources,
            paths,
            policy: &self.setup.config.waiver_policy,
            today: self.today,
            undecided: &undecided,
            is_whole: examined.given.is_none() && self.is_whole(),
        };
        let names = RuleNames::new(&self.setup.policies.registry, &self.rules.all);
        examined.decision = decide(diagnostics, &waivers, &names, &context);
        examined.waivers = waivers;
    }

    /// The waivers of the configuration, placed in its files.
    fn configured(&self, analysis: &mut Analysis, paths: &mut Vec<String>) -> Vec<Waiver> {
        let config = &self.setup.config;
        let mut placed = Vec::with_capacity(config.waivers.len());
        for (name, text) in &config.files {
            let own = config.waivers.iter().filter(|waiver| waiver.file == *name);
            let own: Vec<_> = own.collect();
            if own.is_empty() {
                continue;
            }
            let file = SourceFile::new(name.as_str(), text.as_str());
            let source = analysis.sources.add(file);
            paths.push(name.clone());
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
