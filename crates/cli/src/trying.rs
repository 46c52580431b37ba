//! `trilith rule try`: what a rule finds in files, how long it takes, and what it cannot decide.

use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use trilith_parser::{HclShape, Options};
use trilith_reporter::{RenderOptions, render_diagnostics};
use trilith_rules::{Outcome, Registry, Rule, evaluate, evaluate_packages, tell_others};

use crate::analyse::{Analysis, Input, analyse};
use crate::args::TryArgs;
use crate::check::Verdict;
use crate::discover::{Walk, discover};
use crate::failure::Failure;
use crate::policies::{Policies, read_data};
use crate::{documents, files, problems, unused, wording};

/// Runs `trilith rule try`.
pub fn try_rule(args: &TryArgs, color: bool, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let data = read_data(&args.data)?;
    let mut policies = Policies { registry: Registry::new(&[]), ..Policies::built_in() };
    policies.add(&args.rule, &data, &args.namespaces, false)?;
    let rules: Vec<&Rule> = policies.registry.rules().collect();
    let analysis = read(args, &rules)?;
    #[expect(clippy::disallowed_methods, reason = "the command line may look at the clock")]
    let start = Instant::now();
    let mut outcome = evaluate(&analysis.graph, &rules);
    let wanted = documents::are_wanted(&rules);
    let raw = if wanted { documents::of(&analysis, HclShape::default()) } else { Vec::new() };
    outcome.join(evaluate_packages(&analysis.graph, &rules, &raw, false, None));
    let took = start.elapsed();
    wording::in_source_words(&mut outcome.diagnostics);
    outcome.diagnostics.iter_mut().for_each(tell_others);
    let options = RenderOptions { color, ..RenderOptions::default() };
    render_diagnostics(&analysis.sources, &outcome.diagnostics, &options, out)?;
    undecided(&analysis, &outcome, out)?;
    unused::list(&rules, &outcome, out)?;
    writeln!(
        out,
        "{} found, {} not decided, by {} of {} in {:.1} ms",
        counted(outcome.diagnostics.len(), "place", "places"),
        outcome.undecided.len(),
        outcome.applied.len(),
        counted(rules.len(), "rule", "rules"),
        took.as_secs_f64() * 1000.0
    )?;
    out.flush()?;
    problems::print_notes(&policies);
    let broken = problems::print(&policies, &outcome.broken, color)?;
    Ok(match (broken, outcome.diagnostics.is_empty()) {
        (true, _) => Verdict::Incomplete,
        (false, true) => Verdict::Clean,
        (false, false) => Verdict::Findings,
    })
}

fn read(args: &TryArgs, rules: &[&Rule]) -> Result<Analysis, Failure> {
    let walk = Walk { no_ignore: args.no_ignore, ..Walk::default() };
    let paths: Vec<PathBuf> = args.paths.clone();
    let mut inputs = Vec::new();
    let mut named = std::collections::BTreeSet::new();
    for candidate in discover(&paths, &walk)? {
        if candidate.named {
            named.insert(candidate.name.clone());
        }
        inputs.push(Input::decode(candidate.name, files::read(&candidate.path)?));
    }
    let extra = documents::not_ours(&inputs, Some(&named).filter(|_| documents::are_wanted(rules)));
    let mut analysis = analyse(inputs, &Options::default());
    documents::add(&mut analysis, extra);
    if analysis.files == 0 {
        return Err(Failure::new("no CloudFormation, Terraform or IAM file to try the rule on"));
    }
    Ok(analysis)
}

fn undecided(analysis: &Analysis, outcome: &Outcome, out: &mut dyn Write) -> Result<(), Failure> {
    for undecided in &outcome.undecided {
        let at = analysis.sources.start(undecided.span);
        let file = analysis.sources.file(undecided.span.source).name();
        let reason = undecided.reason.as_ref().map(ToString::to_string);
        let reason = reason.unwrap_or_else(|| "rests on an unknown value".into());
        let (address, path) = (&undecided.address, &undecided.path);
        writeln!(out, "{file}:{}:{}: not decided: {address} {path}: {reason}", at.line, at.column)?;
    }
    Ok(())
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
