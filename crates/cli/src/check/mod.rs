//! The main job: check files and report.

mod examine;
mod inputs;
mod names;
mod nested;
mod outputs;
mod setup;
pub(crate) mod show;
mod values;

use std::collections::BTreeSet;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Instant;

use trilith_graph::{Diagnostic, Format as SourceFormat, Severity};
use trilith_reporter::{Format, Report, Summary, WaivedFinding};
use trilith_rules::{CALLED_HERE, Registry, Rule};
use trilith_waivers::{Baseline, Date, Names, is_about_waivers};

pub(crate) use examine::{Examined, Examiner};
pub(crate) use inputs::{Inputs, excluded, read_candidates, read_inputs, set_kinds};
pub(crate) use names::RuleNames;
pub(crate) use nested::Nested;
pub(crate) use outputs::root_prefix;
pub(crate) use setup::{Rules, Setup, paths_of};
pub(crate) use values::Values;

use crate::args::{CheckArgs, RuleArgs, ScopeArgs, WithFixes};
use crate::cards::cards;
use crate::config::Config;
use crate::failure::Failure;
use crate::policies::Policies;
use crate::progress::Progress;
use crate::{baseline, diff, files, fix, problems, stream, watch};
use inputs::excluded_by;
use outputs::Outputs;

/// Findings that make a first run long to read.
const MANY: usize = 20;
/// Findings above which a report goes without fixes unless it is asked for them: a proof reads and
/// evaluates files again, which takes more than all the rest of a run.
const MANY_TO_MEND: usize = 100;

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

/// Today, in UTC.
pub(crate) fn today() -> Date {
    Date::of_seconds_since_1970(files::seconds_since_1970())
}

/// Runs `trilith check`.
pub fn check(args: &CheckArgs, color: bool, out: &mut dyn Write) -> Result<Verdict, Failure> {
    if args.stream {
        return stream::run(args, out);
    }
    if args.watch {
        let paths = paths_of(&args.scope);
        return watch::run(&paths, || {
            let verdict = once(args, color, out);
            out.flush()?;
            verdict
        });
    }
    once(args, color, out)
}

/// Starts as many threads as the user wants.
pub(crate) fn set_threads(scope: &ScopeArgs) {
    if scope.threads > 0 {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(scope.threads);
        // Where one thread is to do all, it is this one.
        let pool = if scope.threads == 1 { pool.use_current_thread() } else { pool };
        // Fails only if a pool exists already, as in tests; the output is the same either way.
        let _ = pool.build_global();
    }
}

#[expect(clippy::similar_names, reason = "who examines, and what is examined")]
fn once(args: &CheckArgs, color: bool, out: &mut dyn Write) -> Result<Verdict, Failure> {
    #[expect(clippy::disallowed_methods, reason = "the command line may look at the clock")]
    let start = Instant::now();
    let outputs = Outputs::parse(args, color)?;
    let scope = &args.scope;
    set_threads(scope);
    let setup = Setup::read(scope)?;
    let rules = setup.rules(&scope.rules, color)?;
    let values = Values::read(scope, &setup.config)?;
    let progress = Progress::start(args.quiet);
    let mut inputs = read_inputs(scope, &setup.config)?;
    let nested = Nested::find(scope, &setup, &mut inputs)?;
    let domains = nested.domains(&scope.rules, color)?;
    let examiner = Examiner::new(scope, &setup, &rules, &values, domains.as_ref());
    let mut examined = examiner.examine(inputs);
    if examined.analysis.files == 0 {
        let verdict = nothing_to_check(scope, &examined);
        let broken = nested.print_problems(&setup, &[], color)?;
        return if broken { Ok(Verdict::Incomplete) } else { verdict };
    }
    values.check(scope, &examined.analysis)?;
    let mut summary = show::summary(&examined);
    let mut findings = Findings::taken_from(&mut examined, args.min_severity)?;
    let mut notes = Vec::new();
    let names = nested.names(&setup);
    let stands_for = |name: &str, rule: &str| names.iter().any(|it| it.stands_for(name, rule));
    if let Some(reference) = &args.diff_base {
        let known = diff::known_findings(&examiner, reference, args.min_severity)?;
        let fixed = findings.take_out(&known, &examined, &stands_for, &|_| true);
        summary.findings_fixed = Some(fixed.len());
    } else {
        for path in baseline::paths(args, &examined) {
            let known = baseline::read(&path)?;
            let of_path = |one: &Diagnostic| {
                args.baseline.is_some() || examined.limits_of(one).baseline.as_ref() == Some(&path)
            };
            let fixed = findings.take_out(&known, &examined, &stands_for, &of_path);
            notes.extend(baseline::note(&path, &fixed, examined.given.is_none()));
        }
    }
    drop(progress);
    summary.findings_known = findings.known;
    summary.findings_waived += findings.waived.len();
    summary.elapsed = Some(start.elapsed().as_micros().try_into().unwrap_or(u64::MAX));
    let is_by_format = args.fixes == WithFixes::Auto && outputs.are_for_fixes();
    let is_much = findings.diagnostics.len() > MANY_TO_MEND;
    if is_by_format && is_much {
        notes.push(format!(
            "note: fixes are left out of reports of more than {MANY_TO_MEND} findings; \
             `--fixes always` proves them all"
        ));
    }
    if args.fixes == WithFixes::Always || (is_by_format && !is_much) {
        fix::add(&examiner, &examined, &mut findings.diagnostics);
    }
    let Findings { diagnostics, waived, .. } = &findings;
    let found = diagnostics.iter().any(|diagnostic| {
        let fail_on = args.fail_on.or_else(|| examined.limits_of(diagnostic).fail_on);
        diagnostic.severity >= fail_on.unwrap_or(Severity::Medium)
    });
    let verdict = if found && !args.exit_zero { Verdict::Findings } else { Verdict::Clean };
    report(
        &outputs,
        nested.rules(&setup),
        &examined,
        (&diagnostics[..], &waived[..]),
        summary,
        out,
    )?;
    // What a program reads is the report alone.
    let mut standard_error = std::io::stderr();
    let lists: &mut dyn Write =
        if outputs.standard.is_for_people() { &mut *out } else { &mut standard_error };
    show::show(args, &examined, &examiner.all_rules(), lists)?;
    out.flush()?;
    if !args.quiet {
        problems::print_notes(&setup.policies);
        nested.setups().for_each(|nested| problems::print_notes(&nested.policies));
        if outputs.standard == Format::Pretty {
            notes.extend(first_steps(args, diagnostics.len(), &setup.config));
            notes.extend(may_be_fixed(diagnostics, &examined, &examiner.all_rules()));
        }
        for note in notes {
            let _ = writeln!(std::io::stderr(), "{note}");
        }
    }
    let broken = nested.print_problems(&setup, &examined.outcome.broken, color)?;
    // The process ends now: to take a large graph and all rules apart costs a tenth of the whole run.
    if !args.watch {
        std::mem::forget((examined, findings, rules));
        std::mem::forget(setup);
    }
    Ok(if broken { Verdict::Incomplete } else { verdict })
}

/// What is left to report.
pub(crate) struct Findings {
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) waived: Vec<WaivedFinding>,
    /// Number of findings that were known.
    known: usize,
}

impl Findings {
    /// What was found in the files to report on, of at least the given severity or the one that
    /// the configuration names.
    pub(crate) fn of(examined: &Examined, least: Option<Severity>) -> Result<Self, Failure> {
        let found = examined.decision.kept.iter().chain(&examined.decision.problems);
        Self::among(found.cloned(), examined, least)
    }

    /// [`Findings::of`], with the findings that nobody accepts taken away from where they are.
    fn taken_from(examined: &mut Examined, least: Option<Severity>) -> Result<Self, Failure> {
        let mut found = std::mem::take(&mut examined.decision.kept);
        found.append(&mut examined.decision.problems);
        Self::among(found.into_iter(), examined, least)
    }

    fn among(
        found: impl Iterator<Item = Diagnostic>,
        examined: &Examined,
        least: Option<Severity>,
    ) -> Result<Self, Failure> {
        let Examined { analysis, decision, waivers, given, limits, .. } = examined;
        let excluded: Vec<_> = limits.iter().map(excluded_by).collect::<Result<_, Failure>>()?;
        let is_excluded = |name: &str| excluded[examined.place_of(name)](name);
        let is_wanted = |diagnostic: &Diagnostic| {
            let name = analysis.sources.file(diagnostic.primary.span.source).name();
            let least = least.or_else(|| examined.limits_of(diagnostic).min_severity);
            diagnostic.severity >= least.unwrap_or(Severity::Low)
                && !(analysis.needed.contains(name) && is_excluded(name))
                && given.as_ref().is_none_or(|given| is_about(diagnostic, given, examined))
        };
        let mut diagnostics: Vec<Diagnostic> = found.filter(&is_wanted).collect();
        Diagnostic::sort(&mut diagnostics);
        let waived = decision.waived.iter().filter(|waived| is_wanted(&waived.diagnostic));
        let waived = waived.map(|waived| {
            let by = &waivers[waived.waiver];
            WaivedFinding {
                diagnostic: waived.diagnostic.clone(),
                origin: by.origin.name(),
                reason: by.reason.clone(),
                owner: by.owner.clone(),
                ticket: by.ticket.clone(),
                expires: by.expires.to_string(),
            }
        });
        Ok(Self { waived: waived.collect(), diagnostics, known: 0 })
    }

    /// Takes out what was known of the findings that `among` accepts, and returns what is gone.
    /// `stands_for` tells whether a name means a rule.
    pub(crate) fn take_out(
        &mut self,
        known: &Baseline,
        examined: &Examined,
        stands_for: &dyn Fn(&str, &str) -> bool,
        among: &dyn Fn(&Diagnostic) -> bool,
    ) -> Vec<trilith_waivers::Entry> {
        let (asked, others) = std::mem::take(&mut self.diagnostics).into_iter().partition(among);
        let mut asked: Vec<Diagnostic> = asked;
        let comparison = baseline::compare(known, &asked, examined, stands_for);
        let mut is_known = comparison.is_known.iter();
        asked.retain(|_| !is_known.next().copied().unwrap_or(false));
        self.known += comparison.is_known.iter().filter(|known| **known).count();
        self.diagnostics = others;
        self.diagnostics.extend(asked);
        Diagnostic::sort(&mut self.diagnostics);
        comparison.fixed.into_iter().map(|index| known.findings[index].clone()).collect()
    }
}

/// Whether a diagnostic is about one of some files: it is there, or what it rests on is written
/// there and passed on to a module.
fn is_about(diagnostic: &Diagnostic, given: &BTreeSet<String>, examined: &Examined) -> bool {
    let sources = &examined.analysis.sources;
    let related = diagnostic.related.iter().filter(|label| label.message != CALLED_HERE);
    let mut labels = std::iter::once(&diagnostic.primary).chain(related);
    labels.any(|label| given.contains(sources.file(label.span.source).name()))
}

fn report<'r>(
    outputs: &Outputs,
    all: impl Iterator<Item = &'r Rule>,
    examined: &Examined,
    (diagnostics, waived): (&[Diagnostic], &[WaivedFinding]),
    summary: Summary,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let of_waived = waived.iter().map(|waived| &*waived.diagnostic.rule);
    let ids: BTreeSet<&str> =
        diagnostics.iter().map(|diagnostic| &*diagnostic.rule).chain(of_waived).collect();
    let ids: Vec<&str> = ids.into_iter().collect();
    let masks: Vec<_> =
        examined.analysis.masks.iter().chain(&examined.outcome.masks).copied().collect();
    let report = Report {
        sources: &examined.analysis.sources,
        diagnostics,
        waived,
        rules: &cards(all, &ids),
        masks: &masks,
        summary,
        root_prefix: &root_prefix(),
    };
    outputs.write(&report, out)
}

/// How many findings `trilith fix` knows an edit for. Whether it mends them is only proved there.
fn may_be_fixed(
    diagnostics: &[Diagnostic],
    examined: &Examined,
    rules: &[&Rule],
) -> Option<String> {
    let roots = examined.analysis.graph.roots();
    let has_edits = |diagnostic: &&Diagnostic| {
        let Some(subject) = &diagnostic.subject else {
            return trilith_waivers::is_unused(&diagnostic.rule);
        };
        let root = roots.get(subject.root.0 as usize);
        let is_source = root.is_some_and(|root| root.format != SourceFormat::TerraformPlan);
        let mut rules = rules.iter().filter(|rule| rule.id() == &*diagnostic.rule);
        is_source && (!diagnostic.edits.is_empty() || rules.any(|rule| rule.metadata.has_edits))
    };
    let count = diagnostics.iter().filter(has_edits).count();
    (count > 0).then(|| {
        let findings =
            if count == 1 { "1 finding".to_owned() } else { format!("{count} findings") };
        format!("`trilith fix --diff` shows what it can mend: it knows an edit for {findings}.")
    })
}

/// What to do about a first run in a project with a history.
fn first_steps(args: &CheckArgs, found: usize, config: &Config) -> Option<String> {
    let is_new = args.baseline.is_none() && args.diff_base.is_none() && config.baseline.is_none();
    (is_new && found > MANY).then(|| {
        format!(
            "New here? `trilith baseline` accepts today's {found} findings; only new ones will be \
             reported."
        )
    })
}

/// Whether a finding may be part of a baseline: that a file cannot be read, or a waiver does not
/// hold, is nothing to get used to.
pub(crate) fn may_be_known(diagnostic: &Diagnostic) -> bool {
    !is_about_waivers(&diagnostic.rule) && !trilith_parser::is_unreadable(&diagnostic.rule)
}

/// No file is ours: a failure if the user asked for a check, nothing if a hook did.
pub(crate) fn nothing_to_check(args: &ScopeArgs, examined: &Examined) -> Result<Verdict, Failure> {
    if args.report_given {
        return Ok(Verdict::Clean);
    }
    let skipped = &examined.analysis.skipped;
    let paths: Vec<String> = args.paths.iter().map(|path| files::display(path)).collect();
    let place = if paths.is_empty() { "here".into() } else { format!("in {}", paths.join(", ")) };
    let mut message = format!("no CloudFormation, Terraform or IAM file {place}");
    if let Some((reason, names)) = skipped.iter().next() {
        let first = names.first().map(String::as_str).unwrap_or_default();
        let count: usize = skipped.values().map(Vec::len).sum();
        message = format!("{message} ({count} passed over, such as {first}: {reason})");
    }
    Err(Failure::new(message))
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
