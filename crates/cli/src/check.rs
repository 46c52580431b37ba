//! The main job: check files and report.

use std::collections::BTreeSet;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use rayon::prelude::*;
use trilith_graph::{Diagnostic, Severity};
use trilith_parser::{HclShape, Options};
use trilith_reporter::{Format, RenderOptions, Report, Summary, summary_line};
use trilith_rules::{GuardEngine, Outcome, Registry, Rule, evaluate_packages, evaluate_with};

use crate::analyse::{Analysis, Input, Loader, NoLoader, Problem, analyse_with};
use crate::args::{CheckArgs, DocumentParser, GuardEngineName, RuleArgs, Show};
use crate::cards::cards;
use crate::config::Config;
use crate::discover::{Candidate, Walk};
use crate::failure::Failure;
use crate::loader::DiskLoader;
use crate::parameters::Given;
use crate::plan_file::{PlanFile, PlanProblem};
use crate::policies::Policies;
use crate::{discover, documents, files, plan_file, problems, siblings, unused, wording};

/// Files above this size are plans or not ours.
const MAX_FILE: u64 = 256 * 1024 * 1024;

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing at or above the threshold.
    Clean,
    /// Findings.
    Findings,
    /// Some policy could not be applied; what the others found was printed.
    Incomplete,
}

/// The configuration for a command.
pub fn configuration(rules: &RuleArgs, paths: &[PathBuf]) -> Result<Config, Failure> {
    if rules.no_config {
        return Ok(Config::default());
    }
    match &rules.config {
        Some(path) => Config::read(path),
        None => {
            let start = files::current_directory();
            let start = paths.first().map_or(start.clone(), |path| start.join(path));
            Config::find(&start)
        }
    }
}

/// All rules of a run: built in and the user's. A policy that cannot be used is a failure.
pub fn registry(rules: &RuleArgs, config: &Config) -> Result<Registry, Failure> {
    let policies = Policies::load(rules, config)?;
    match policies.problems.first() {
        Some(problem) => Err(Failure::new(problem.to_string())),
        None => Ok(policies.registry),
    }
}

/// Runs `trilith check`.
pub fn check(args: &CheckArgs, color: bool, out: &mut dyn Write) -> Result<Verdict, Failure> {
    #[expect(clippy::disallowed_methods, reason = "the command line may look at the clock")]
    let start = Instant::now();
    let outputs = Outputs::parse(args)?;
    if args.threads > 0 {
        // Fails only if a pool exists already, as in tests; the output is the same either way.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(args.threads).build_global();
    }
    let config = configuration(&args.rules, &args.paths)?;
    let policies = Policies::load(&args.rules, &config)?;
    let registry = &policies.registry;
    let select = if args.rules.select.is_empty() { &config.select } else { &args.rules.select };
    let ignore: Vec<String> = config.ignore.iter().chain(&args.rules.ignore).cloned().collect();
    let rules = match registry.choose(select, &ignore) {
        Ok(rules) => rules,
        Err(error) => {
            // A name may be missing because its policy is broken.
            problems::print(&policies, &[], color)?;
            return Err(Failure::new(error.to_string()));
        }
    };
    if rules.is_empty() && policies.problems.is_empty() {
        return Err(Failure::new("no rule is left to apply"));
    }
    let parameters = Given::read(&args.parameters)?;
    let (variables, values) = args.variables.read()?;
    let Inputs { list: mut inputs, mut given, plan_problems, loader } = read_inputs(args, &config)?;
    inputs.extend(values);
    let wants_documents = documents::are_wanted(&rules);
    let extra = documents::not_ours(&inputs, given.as_ref().filter(|_| wants_documents));
    let options = Options { parameters: parameters.values(), variables, ..Options::default() };
    let mut analysis = analyse_with(inputs, &options, loader);
    documents::add(&mut analysis, extra);
    for PlanProblem { name, message, help } in plan_problems {
        analysis.add_unreadable(name, &message, help);
    }
    let analysis = analysis;
    if analysis.files == 0 {
        let verdict = nothing_to_check(args, &analysis);
        let broken = problems::print(&policies, &[], color)?;
        return if broken { Ok(Verdict::Incomplete) } else { verdict };
    }
    parameters.check(&analysis.graph)?;
    // Files of a hook are those that changed, which need not be those that the options are for.
    if !args.report_given {
        args.variables.check(&analysis)?;
    }
    if let Some(given) = &mut given {
        // What a plan finds is reported where its sources have it.
        let made_of = analysis.made_of.iter().filter(|(plan, _)| given.contains(*plan));
        let names: Vec<String> = made_of.flat_map(|(_, names)| names).cloned().collect();
        given.extend(names);
    }
    let guard_engine = match args.guard_engine {
        GuardEngineName::Trilith => GuardEngine::Trilith,
        GuardEngineName::CfnGuard => GuardEngine::Reference,
    };
    let options = trilith_rules::Options {
        guard_engine,
        now: Some(files::seconds_since_1970()),
        settings: &config.settings,
    };
    let mut outcome = evaluate_with(&analysis.graph, &rules, options);
    if wants_documents || documents::graphs_are_wanted(&rules) {
        let shape = args.parser.map_or_else(HclShape::default, DocumentParser::shape);
        let raw = if wants_documents { documents::of(&analysis, shape) } else { Vec::new() };
        outcome.join(evaluate_packages(&analysis.graph, &rules, &raw, args.combine));
    }
    let outcome = outcome;
    let mut diagnostics: Vec<Diagnostic> =
        analysis.diagnostics.iter().chain(&outcome.diagnostics).cloned().collect();
    diagnostics.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    let least = args.min_severity.or(config.min_severity).unwrap_or(Severity::Low);
    let is_excluded = excluded(&config)?;
    diagnostics.retain(|diagnostic| {
        let name = analysis.sources.file(diagnostic.primary.span.source).name();
        diagnostic.severity >= least
            && !(analysis.needed.contains(name) && is_excluded(name))
            && given.as_ref().is_none_or(|given| is_about(diagnostic, given, &analysis))
    });
    wording::in_source_words(&mut diagnostics);
    let threshold = args.fail_on.or(config.fail_on).unwrap_or(Severity::Medium);
    let found = diagnostics.iter().any(|diagnostic| diagnostic.severity >= threshold);
    let verdict = if found && !args.exit_zero { Verdict::Findings } else { Verdict::Clean };
    let ids: BTreeSet<&str> = diagnostics.iter().map(|diagnostic| &*diagnostic.rule).collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    let masks: Vec<_> = analysis.masks.iter().chain(&outcome.masks).copied().collect();
    let mut summary = summary(&analysis, &outcome);
    summary.elapsed = Some(start.elapsed().as_micros().try_into().unwrap_or(u64::MAX));
    let report = Report {
        sources: &analysis.sources,
        diagnostics: &diagnostics,
        rules: &cards(registry.rules(), &ids),
        masks: &masks,
        summary,
        root_prefix: "",
    };
    outputs.write(&report, color, args.quiet, out)?;
    show(args, &analysis, &outcome, &rules, out)?;
    out.flush()?;
    if !args.quiet {
        problems::print_notes(&policies);
    }
    let broken = problems::print(&policies, &outcome.broken, color)?;
    // The process ends now: to take a large graph apart costs a tenth of the whole run.
    std::mem::forget((analysis, outcome));
    Ok(if broken { Verdict::Incomplete } else { verdict })
}

/// Tells the files that the configuration leaves out: one of them may have been read because a
/// module that is not left out calls it.
fn excluded(config: &Config) -> Result<impl Fn(&str) -> bool, Failure> {
    let here = PathBuf::from(".");
    let from = config.directory.as_deref().unwrap_or(&here);
    let globs = discover::excluding(&config.exclude, from)?;
    Ok(move |name: &str| globs.matched(name, false).is_ignore())
}

/// Whether a diagnostic is about one of some files: it is there, or what it rests on is written
/// there and passed on to a module.
fn is_about(diagnostic: &Diagnostic, given: &BTreeSet<String>, analysis: &Analysis) -> bool {
    let mut labels = std::iter::once(&diagnostic.primary).chain(&diagnostic.related);
    labels.any(|label| given.contains(analysis.sources.file(label.span.source).name()))
}

/// Where reports go: one to standard output, any number to files.
struct Outputs {
    standard: Format,
    files: Vec<(Format, PathBuf)>,
}

impl Outputs {
    fn parse(args: &CheckArgs) -> Result<Self, Failure> {
        let format = |name: &str| name.parse::<Format>().map_err(Failure::new);
        let mut files = Vec::new();
        for output in &args.output {
            let (name, path) = output.split_once('=').ok_or_else(|| {
                Failure::new(format!("--output `{output}`: write it as FORMAT=FILE"))
            })?;
            files.push((format(name)?, PathBuf::from(path)));
        }
        Ok(Self { standard: format(&args.format)?, files })
    }

    fn write(
        &self,
        report: &Report<'_>,
        color: bool,
        quiet: bool,
        out: &mut dyn Write,
    ) -> Result<(), Failure> {
        let mut options = RenderOptions {
            color,
            tool_version: env!("CARGO_PKG_VERSION").into(),
            ..RenderOptions::default()
        };
        trilith_reporter::render(report, self.standard, &options, out)?;
        if !quiet && self.standard == Format::Concise {
            let _ = writeln!(std::io::stderr(), "{}", summary_line(report));
        }
        options.color = false;
        for (format, path) in &self.files {
            let mut file = files::create(path)?;
            trilith_reporter::render(report, *format, &options, &mut file)?;
            file.flush()?;
        }
        Ok(())
    }
}

/// The files of a run.
struct Inputs {
    list: Vec<Input>,
    /// The names of those to report on, if not all.
    given: Option<BTreeSet<String>>,
    /// What could not be read of files that `terraform plan -out` wrote.
    plan_problems: Vec<PlanProblem>,
    /// Reads what else is needed.
    loader: &'static dyn Loader,
}

fn read_inputs(args: &CheckArgs, config: &Config) -> Result<Inputs, Failure> {
    if args.paths.iter().any(|path| path.as_os_str() == "-") {
        let name = args.stdin_filename.clone().unwrap_or_else(|| "stdin".into());
        let given = BTreeSet::from([name.clone()]);
        let mut list = vec![Input::decode(name, files::read_stdin()?)];
        add_nested_templates(&mut list, None, args);
        let (given, plan_problems) = (Some(given), Vec::new());
        return Ok(Inputs { list, given, plan_problems, loader: &NoLoader });
    }
    let here = [PathBuf::from(".")];
    let paths = if args.paths.is_empty() { &here[..] } else { &args.paths[..] };
    let walk = Walk {
        no_ignore: args.no_ignore,
        exclude: &config.exclude,
        exclude_from: config.directory.as_deref(),
    };
    let mut candidates = discover::discover(paths, &walk)?;
    // Files that were named are what to report on; what they need to be understood is read too.
    let named_only = candidates.iter().all(|candidate| candidate.named);
    let mut given: Option<BTreeSet<String>> =
        named_only.then(|| candidates.iter().map(|c| c.name.clone()).collect());
    if named_only {
        siblings::add(&mut candidates);
    }
    let read: Result<Vec<Read>, Failure> =
        candidates.par_iter().map(|candidate| read(candidate, args)).collect();
    let mut list = Vec::with_capacity(candidates.len());
    let mut plan_files = Vec::new();
    for read in read? {
        match read {
            Read::File(input) => list.push(input),
            Read::Plan(plan) => plan_files.push(plan),
            Read::Nothing => {}
        }
    }
    let mut plan_problems = Vec::new();
    for plan in plan_files {
        plan_problems.extend(plan.problem);
        if let Some(given) = &mut given {
            given.extend(plan.inputs.iter().map(|input| input.name.clone()));
        }
        let known: BTreeSet<String> = list.iter().map(|input| input.name.clone()).collect();
        list.extend(plan.inputs.into_iter().filter(|input| !known.contains(&input.name)));
    }
    if given.is_some() {
        let beside = siblings::of_plans(&list, &candidates);
        list.extend(beside);
    }
    add_nested_templates(&mut list, given.as_mut(), args);
    Ok(Inputs { list, given, plan_problems, loader: &DiskLoader })
}

/// Adds the templates that others create as nested stacks. Who names a template means what it
/// creates, so they are reported on too.
fn add_nested_templates(
    inputs: &mut Vec<Input>,
    mut given: Option<&mut BTreeSet<String>>,
    args: &CheckArgs,
) {
    let mut known: BTreeSet<String> = inputs.iter().map(|input| input.name.clone()).collect();
    let mut at = 0;
    while let Some(input) = inputs.get(at) {
        at += 1;
        let is_given = given.as_ref().is_none_or(|given| given.contains(&input.name));
        let found = siblings::nested_templates(&input.name, &input.text, &mut known);
        for candidate in found {
            if let (true, Some(given)) = (is_given, given.as_mut()) {
                given.insert(candidate.name.clone());
            }
            if let Ok(Read::File(input)) = read(&candidate, args) {
                inputs.push(input);
            }
        }
    }
}

/// What a candidate turned out to be.
enum Read {
    File(Input),
    Plan(PlanFile),
    Nothing,
}

fn read(candidate: &Candidate, args: &CheckArgs) -> Result<Read, Failure> {
    if files::size(&candidate.path) > MAX_FILE {
        let mut input = Input::new(candidate.name.clone(), String::new());
        let message = format!("larger than {} MiB", MAX_FILE >> 20);
        input.problem = Some(Problem { offset: 0, message, help: None, binary: true });
        return Ok(Read::File(input));
    }
    match files::read(&candidate.path) {
        Ok(bytes) => Ok(match plan_file::read(candidate, &bytes) {
            Some(plan) => Read::Plan(plan),
            None => Read::File(Input::decode(candidate.name.clone(), bytes)),
        }),
        // A file that was named must be readable; one that was found may have gone meanwhile.
        Err(failure) if candidate.named && !args.report_given => Err(failure),
        Err(_) => Ok(Read::Nothing),
    }
}

/// No file is ours: a failure if the user asked for a check, nothing if a hook did.
fn nothing_to_check(args: &CheckArgs, analysis: &Analysis) -> Result<Verdict, Failure> {
    if args.report_given {
        return Ok(Verdict::Clean);
    }
    let paths: Vec<String> = args.paths.iter().map(|path| files::display(path)).collect();
    let place = if paths.is_empty() { "here".into() } else { format!("in {}", paths.join(", ")) };
    let mut message = format!("no CloudFormation, Terraform or IAM file {place}");
    if let Some((reason, names)) = analysis.skipped.iter().next() {
        let first = names.first().map(String::as_str).unwrap_or_default();
        let count: usize = analysis.skipped.values().map(Vec::len).sum();
        message = format!("{message} ({count} passed over, such as {first}: {reason})");
    }
    Err(Failure::new(message))
}

fn summary(analysis: &Analysis, outcome: &Outcome) -> Summary {
    let unknowns: BTreeSet<_> =
        outcome.undecided.iter().map(|undecided| (&undecided.address, &undecided.path)).collect();
    let unreadable: BTreeSet<_> = analysis
        .diagnostics
        .iter()
        .filter(|diagnostic| trilith_parser::is_unreadable(&diagnostic.rule))
        .map(|diagnostic| diagnostic.primary.span.source)
        .collect();
    let skipped = analysis.skipped.iter();
    Summary {
        files_checked: analysis.files,
        files_skipped: skipped.map(|(reason, names)| (reason.clone(), names.len())).collect(),
        files_unreadable: unreadable.len(),
        resources: analysis.graph.resources().filter(|(_, r)| r.is_real()).count(),
        rules_applied: outcome.rules_applied,
        unknowns: unknowns.len(),
        findings_waived: outcome.waived,
        elapsed: None,
    }
}

/// Lists what `--show` asks for, after the report.
fn show(
    args: &CheckArgs,
    analysis: &Analysis,
    outcome: &Outcome,
    rules: &[&Rule],
    out: &mut dyn Write,
) -> Result<(), Failure> {
    if args.show.contains(&Show::UnusedRules) {
        unused::list(rules, outcome, out)?;
    }
    if args.show.contains(&Show::Unknown) {
        for undecided in &outcome.undecided {
            let at = analysis.sources.start(undecided.span);
            let name = analysis.sources.file(undecided.span.source).name();
            let reason = undecided.reason.as_ref().map(ToString::to_string);
            let reason = reason.unwrap_or_else(|| "rests on an unknown value".into());
            writeln!(
                out,
                "{name}:{}:{}: unknown[{}] {} {}: {reason}",
                at.line, at.column, undecided.rule, undecided.address, undecided.path,
            )?;
        }
    }
    if args.show.contains(&Show::Skipped) {
        for (reason, names) in &analysis.skipped {
            for name in names {
                writeln!(out, "{name}: passed over: {reason}")?;
            }
        }
    }
    Ok(())
}

/// Whether standard output wants colours.
pub fn wants_color(choice: crate::args::Color) -> bool {
    match choice {
        crate::args::Color::Always => true,
        crate::args::Color::Never => false,
        crate::args::Color::Auto => {
            let set = |name: &str| files::environment(name).is_some_and(|value| !value.is_empty());
            if set("NO_COLOR") || files::environment("TERM").is_some_and(|term| term == "dumb") {
                false
            } else {
                set("CLICOLOR_FORCE") || set("FORCE_COLOR") || std::io::stdout().is_terminal()
            }
        }
    }
}

/// Name of the directory a file lies in.
pub(crate) fn directory_of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent.as_os_str().is_empty() => Path::new("."),
        Some(parent) => parent,
        None => Path::new("."),
    }
}
