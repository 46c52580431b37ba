//! What `--show` and `--statistics` add, and the summary.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use trilith_graph::Severity;
use trilith_reporter::{Report, Summary};
use trilith_rules::Rule;

use super::examine::Examined;
use crate::args::{CheckArgs, Show};
use crate::failure::Failure;
use crate::unused;

/// What a run looked at, and what it could not decide.
pub(crate) fn summary(examined: &Examined) -> Summary {
    let Examined { analysis, outcome, .. } = examined;
    let unknowns: BTreeSet<_> =
        outcome.undecided.iter().map(|undecided| (&undecided.address, &undecided.path)).collect();
    let unreadable: BTreeSet<_> = examined
        .decision
        .kept
        .iter()
        .filter(|diagnostic| trilith_parser::is_unreadable(&diagnostic.rule))
        .map(|diagnostic| diagnostic.primary.span.source)
        .collect();
    let skipped = analysis.skipped.iter();
    let real = || analysis.graph.resources().filter(|(_, resource)| resource.is_real());
    Summary {
        files_checked: analysis.files,
        files_skipped: skipped.map(|(reason, names)| (reason.clone(), names.len())).collect(),
        files_unreadable: unreadable.len(),
        resources: real().count(),
        resources_foreign: real().filter(|(_, resource)| !resource.is_of_aws()).count(),
        rules_applied: outcome.rules_applied,
        unknowns: unknowns.len(),
        findings_waived: outcome.waived,
        ..Summary::default()
    }
}

/// Lists what `--show` asks for, after the report.
pub(crate) fn show(
    args: &CheckArgs,
    examined: &Examined,
    rules: &[&Rule],
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let Examined { analysis, outcome, .. } = examined;
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
    if args.show.contains(&Show::Waived) {
        waived(examined, out)?;
    }
    if args.show.contains(&Show::Files) {
        let skipped: BTreeSet<&String> = analysis.skipped.values().flatten().collect();
        let mut names: Vec<&str> = analysis.sources.files().map(|(_, file)| file.name()).collect();
        names.sort_unstable();
        for name in names.into_iter().filter(|name| !skipped.contains(&(*name).to_owned())) {
            let why = if analysis.needed.contains(name) {
                "read, since others need it"
            } else {
                "checked"
            };
            writeln!(out, "{name}: {why}")?;
        }
    }
    if args.show.contains(&Show::Skipped) || args.show.contains(&Show::Files) {
        for (reason, names) in &analysis.skipped {
            for name in names {
                writeln!(out, "{name}: passed over: {reason}")?;
            }
        }
    }
    Ok(())
}

fn waived(examined: &Examined, out: &mut dyn Write) -> Result<(), Failure> {
    for waived in &examined.decision.waived {
        let (diagnostic, waiver) = (&waived.diagnostic, &examined.waivers[waived.waiver]);
        let at = examined.analysis.sources.start(diagnostic.primary.span);
        let name = examined.analysis.sources.file(diagnostic.primary.span.source).name();
        let mut terms = vec![waiver.origin.name().to_owned()];
        terms
            .extend([&waiver.owner, &waiver.ticket].into_iter().filter(|t| !t.is_empty()).cloned());
        let expires = waiver.expires.to_string();
        terms.push(if expires.is_empty() {
            "no expiry".into()
        } else {
            format!("until {expires}")
        });
        let reason = if waiver.reason.is_empty() { "no reason given" } else { &waiver.reason };
        let address = diagnostic.subject.as_ref().map_or("", |subject| &*subject.address);
        writeln!(
            out,
            "{name}:{}:{}: waived[{}] {address}: {reason} ({})",
            at.line,
            at.column,
            diagnostic.rule,
            terms.join(", "),
        )?;
    }
    Ok(())
}

/// How often each rule found something, the most frequent first.
pub(crate) fn statistics(report: &Report<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let mut counts: BTreeMap<&str, (usize, Severity)> = BTreeMap::new();
    for diagnostic in report.diagnostics {
        let entry = counts.entry(&diagnostic.rule).or_insert((0, diagnostic.severity));
        entry.0 += 1;
        entry.1 = entry.1.max(diagnostic.severity);
    }
    let mut rows: Vec<(&str, usize, Severity)> =
        counts.into_iter().map(|(rule, (count, severity))| (rule, count, severity)).collect();
    rows.sort_by(|a, b| b.1.cmp(&a.1).then(b.2.cmp(&a.2)).then(a.0.cmp(b.0)));
    let longest = rows.iter().map(|(rule, ..)| rule.len()).max().unwrap_or_default();
    for (rule, count, severity) in rows {
        let card = report.rules.iter().find(|card| card.id == rule);
        let title = card.map_or("", |card| &*card.title);
        writeln!(out, "{count:>6}  {severity:<8}  {rule:<longest$}  {title}")?;
    }
    Ok(())
}
