//! `trilith baseline` and `--baseline`: findings of today that are accepted.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use trilith_graph::Diagnostic;
use trilith_waivers::{Baseline, Comparison, Entry, Names, import_checkov};

use crate::args::{BaselineArgs, CheckArgs};
use crate::check::{
    Examined, Examiner, Findings, Nested, Setup, Values, Verdict, may_be_known, nothing_to_check,
    read_inputs, set_threads,
};
use crate::failure::Failure;
use crate::files;

/// The file, unless it is named.
const NAME: &str = "trilith-baseline.json";
/// Findings to name at most.
const MOST_NAMED: usize = 20;

/// The baselines of a check: the one that is named, or those of the configurations.
pub(crate) fn paths(args: &CheckArgs, examined: &Examined) -> BTreeSet<PathBuf> {
    if args.no_baseline {
        return BTreeSet::new();
    }
    match &args.baseline {
        Some(path) => BTreeSet::from([path.clone()]),
        None => examined.limits.iter().filter_map(|limits| limits.baseline.clone()).collect(),
    }
}

/// Reads a baseline.
pub(crate) fn read(path: &Path) -> Result<Baseline, Failure> {
    let name = files::display_near(path);
    if !files::is_file(path) {
        return Err(Failure::new(format!(
            "no baseline at {name}; `trilith baseline --file {name}` makes one"
        )));
    }
    let text = files::read_text(path)?;
    Baseline::parse(&text)
        .map_err(|error| Failure::new(format!("{name}: this is no baseline: {error}")))
}

/// Compares findings with known ones.
pub(crate) fn compare(
    known: &Baseline,
    diagnostics: &[Diagnostic],
    examined: &Examined,
    stands_for: &dyn Fn(&str, &str) -> bool,
) -> Comparison {
    let found = entries(diagnostics, examined);
    let addresses = |at: usize| -> Vec<String> {
        let subject = diagnostics[at].subject.as_ref();
        let all = subject.map(|subject| &subject.instances).into_iter().flatten();
        all.map(ToString::to_string).collect()
    };
    let mut comparison = known.compare(&found, addresses, stands_for);
    for (is_known, diagnostic) in comparison.is_known.iter_mut().zip(diagnostics) {
        *is_known &= may_be_known(diagnostic);
    }
    comparison
}

fn entries(diagnostics: &[Diagnostic], examined: &Examined) -> Vec<Entry> {
    diagnostics
        .iter()
        .map(|diagnostic| Entry::new(diagnostic, file_of(diagnostic, examined)))
        .collect()
}

fn file_of<'e>(diagnostic: &Diagnostic, examined: &'e Examined) -> &'e str {
    let source = diagnostic.primary.span.source.0 as usize;
    examined.paths.get(source).map_or("", String::as_str)
}

/// The findings of a run as a baseline.
pub(crate) fn of(findings: &[Diagnostic], examined: &Examined) -> Baseline {
    let known: Vec<Diagnostic> =
        findings.iter().filter(|diagnostic| may_be_known(diagnostic)).cloned().collect();
    Baseline::new(&known, |diagnostic| file_of(diagnostic, examined).to_owned())
}

/// What to say about findings of a baseline that are gone, if all was looked at.
pub(crate) fn note(path: &Path, fixed: &[Entry], is_whole: bool) -> Option<String> {
    (is_whole && !fixed.is_empty()).then(|| {
        format!(
            "{} of the baseline {} gone: `trilith baseline --update` takes {} out of {}",
            counted(fixed.len()),
            if fixed.len() == 1 { "is" } else { "are" },
            if fixed.len() == 1 { "it" } else { "them" },
            files::display_near(path)
        )
    })
}

/// Runs `trilith baseline`.
#[expect(clippy::similar_names, reason = "who examines, and what is examined")]
pub fn run(args: &BaselineArgs, color: bool, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let scope = &args.scope;
    set_threads(scope);
    let setup = Setup::read(scope)?;
    let path = args.file.clone().or_else(|| setup.config.baseline.clone());
    let path = path.unwrap_or_else(|| PathBuf::from(NAME));
    let name = files::display_near(&path);
    let exists = files::is_file(&path);
    if exists && !args.update {
        return Err(Failure::new(format!("{name} exists; `--update` brings it up to date")));
    }
    if let Some(other) = &args.import_checkov {
        let text = files::read_text(other)?;
        let fail = |error| Failure::new(format!("{}: {error}", files::display(other)));
        let baseline = import_checkov(&text).map_err(fail)?;
        files::write(&path, &baseline.to_text())?;
        writeln!(out, "{name}: {} taken over", counted(baseline.findings.len()))?;
        return Ok(Verdict::Clean);
    }
    let rules = setup.rules(&scope.rules, color)?;
    let values = Values::read(scope, &setup.config)?;
    let mut inputs = read_inputs(scope, &setup.config)?;
    let nested = Nested::find(scope, &setup, &mut inputs)?;
    let domains = nested.domains(&scope.rules, color)?;
    let examiner = Examiner::new(scope, &setup, &rules, &values, domains.as_ref());
    let examined = examiner.examine(inputs);
    if examined.analysis.files == 0 {
        return nothing_to_check(scope, &examined);
    }
    let mut diagnostics = Findings::of(&examined, None)?.diagnostics;
    diagnostics.retain(may_be_known);
    if args.file.is_none() {
        // Findings that another configuration keeps elsewhere are not for this file.
        let is_for_this = |one: &Diagnostic| {
            let baseline = &examined.limits_of(one).baseline;
            baseline.as_ref().is_none_or(|baseline| *baseline == path)
        };
        diagnostics.retain(is_for_this);
    }
    if !exists {
        let baseline = of(&diagnostics, &examined);
        files::write(&path, &baseline.to_text())?;
        writeln!(out, "{name}: {} accepted", counted(baseline.findings.len()))?;
        if setup.config.baseline.is_none() {
            let _ = writeln!(
                std::io::stderr(),
                "write `baseline = \"{name}\"` into trilith.toml, or check with --baseline {name}"
            );
        }
        return Ok(Verdict::Clean);
    }
    let names = nested.names(&setup);
    let stands_for = |name: &str, rule: &str| names.iter().any(|it| it.stands_for(name, rule));
    update(args, &path, (&diagnostics, &examined), &stands_for, out)
}

fn update(
    args: &BaselineArgs,
    path: &Path,
    (diagnostics, examined): (&[Diagnostic], &Examined),
    stands_for: &dyn Fn(&str, &str) -> bool,
    out: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let name = files::display_near(path);
    let mut baseline = read(path)?;
    let comparison = compare(&baseline, diagnostics, examined, stands_for);
    let new: Vec<Entry> = entries(diagnostics, examined)
        .into_iter()
        .zip(&comparison.is_known)
        .filter(|(_, is_known)| !**is_known)
        .map(|(entry, _)| entry)
        .collect();
    // A server has nobody to ask: a baseline that grows there would hide what it is for.
    let in_ci = files::environment("CI").is_some_and(|value| !value.is_empty() && value != "false");
    if !new.is_empty() && in_ci && !args.allow_growth {
        list(&new, "new", out)?;
        return Err(Failure::new(format!(
            "{name} would grow by {}; repair them, or say --allow-growth",
            counted(new.len())
        )));
    }
    let fixed: Vec<Entry> =
        comparison.fixed.iter().map(|index| baseline.findings[*index].clone()).collect();
    let mut index = 0;
    // Only what was looked at can be said to be gone.
    let is_whole = examined.given.is_none();
    baseline.findings.retain(|_| {
        index += 1;
        !is_whole || !comparison.fixed.contains(&(index - 1))
    });
    list(&new, "new", out)?;
    if is_whole {
        list(&fixed, "fixed", out)?;
    }
    let (added, removed) = (new.len(), if is_whole { fixed.len() } else { 0 });
    baseline.findings.extend(new);
    files::write(path, &baseline.to_text())?;
    writeln!(
        out,
        "{name}: {} accepted ({added} new, {removed} fixed)",
        counted(baseline.findings.len())
    )?;
    Ok(Verdict::Clean)
}

fn list(entries: &[Entry], what: &str, out: &mut dyn Write) -> Result<(), Failure> {
    for entry in entries.iter().take(MOST_NAMED) {
        writeln!(
            out,
            "{what}: {} {} {} ({})",
            entry.rule, entry.address, entry.property, entry.file
        )?;
    }
    if entries.len() > MOST_NAMED {
        writeln!(out, "{what}: and {} more", entries.len() - MOST_NAMED)?;
    }
    Ok(())
}

fn counted(count: usize) -> String {
    if count == 1 { "1 finding".into() } else { format!("{count} findings") }
}
