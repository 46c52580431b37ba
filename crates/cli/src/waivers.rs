//! `trilith waivers`: the register of accepted risk.

mod import;
mod register;

use std::io::Write;

use trilith_waivers::{Expiry, Origin, Standing, Waived, Waiver};

use crate::args::{ListWaiversArgs, ScopeArgs, WaiversCommand};
use crate::check::{
    Examined, Examiner, Nested, Setup, Values, Verdict, nothing_to_check, read_inputs, set_threads,
    today,
};
use crate::failure::Failure;
use register::Row;

/// Runs `trilith waivers`.
pub fn run(what: &WaiversCommand, color: bool, out: &mut dyn Write) -> Result<Verdict, Failure> {
    match what {
        WaiversCommand::List(args) => list(args, color, out),
        WaiversCommand::Import(args) => {
            let run = Run::new(&args.scope, color)?;
            import::run(args, &run, out)
        }
        WaiversCommand::Check(args) => {
            let run = Run::new(&args.scope, color)?;
            check(&run, args.expiring, out)
        }
    }
}

/// What was looked at, and with what.
struct Run {
    examined: Examined,
}

impl Run {
    fn new(scope: &ScopeArgs, color: bool) -> Result<Self, Failure> {
        set_threads(scope);
        let setup = Setup::read(scope)?;
        let rules = setup.rules(&scope.rules, color)?;
        let values = Values::read(scope, &setup.config)?;
        let mut inputs = read_inputs(scope, &setup.config)?;
        let nested = Nested::find(scope, &setup, &mut inputs)?;
        let domains = nested.domains(&scope.rules, color)?;
        let examiner = Examiner::new(scope, &setup, &rules, &values, domains.as_ref());
        let found = examiner.examine(inputs);
        if found.analysis.files == 0 {
            // Without files there are no waivers either.
            nothing_to_check(scope, &found)?;
        }
        Ok(Self { examined: found })
    }

    /// Every waiver with what became of it, in the order of the places.
    fn rows(&self) -> Vec<Row> {
        let Examined { analysis, waivers, decision, given, paths, .. } = &self.examined;
        let mut rows = Vec::new();
        for (index, waiver) in waivers.iter().enumerate() {
            // Configurations that extend one file have its waivers, each by itself.
            let is_same = |other: &Waiver| {
                other.origin == Origin::Configuration && other.place == waiver.place
            };
            if waivers[..index].iter().any(is_same) {
                continue;
            }
            let file = analysis.sources.file(waiver.place.source);
            if given.as_ref().is_some_and(|given| !given.contains(file.name())) {
                continue;
            }
            let by = |waived: &&Waived| waived.waiver == index || is_same(&waivers[waived.waiver]);
            let covered: Vec<_> = decision.waived.iter().filter(by).collect();
            let path = paths.get(waiver.place.source.0 as usize);
            rows.push(Row::new(
                waiver,
                &decision.standing[index],
                decision.covered[index],
                &covered,
                (path.map_or(file.name(), String::as_str), analysis.sources.start(waiver.place)),
            ));
        }
        rows.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        rows
    }
}

/// Whether a waiver expires within some days, or has expired.
fn is_due(waiver: &Expiry, within: u32) -> bool {
    match waiver {
        Expiry::On(date) => *date <= today().plus_days(i64::from(within)),
        Expiry::Malformed(_) => true,
        Expiry::Never => false,
    }
}

fn list(args: &ListWaiversArgs, color: bool, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let run = Run::new(&args.scope, color)?;
    let mut rows = run.rows();
    if let Some(within) = args.expiring {
        rows.retain(|row| is_due(&row.expires, within));
    }
    register::print(&rows, args.format, out)?;
    Ok(Verdict::Clean)
}

fn check(run: &Run, expiring: Option<u32>, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let mut problems = 0;
    for diagnostic in &run.examined.decision.problems {
        let span = diagnostic.primary.span;
        let file = run.examined.analysis.sources.file(span.source).name();
        if run.examined.given.as_ref().is_some_and(|given| !given.contains(file)) {
            continue;
        }
        let at = run.examined.analysis.sources.start(span);
        writeln!(
            out,
            "{file}:{}:{}: {}: {}",
            at.line, at.column, diagnostic.rule, diagnostic.message
        )?;
        problems += 1;
    }
    let rows = run.rows();
    let soon = expiring.into_iter().flat_map(|within| {
        rows.iter().filter(move |row| row.standing == "valid" && is_due(&row.expires, within))
    });
    for row in soon {
        let owner = if row.owner.is_empty() { "nobody" } else { &row.owner };
        writeln!(
            out,
            "{}:{}: waiver of {} expires on {} (owner: {owner})",
            row.file, row.line, row.rules, row.expires
        )?;
        problems += 1;
    }
    if problems == 0 {
        let count = rows.len();
        writeln!(out, "{count} {} in order", if count == 1 { "waiver is" } else { "waivers are" })?;
        return Ok(Verdict::Clean);
    }
    Ok(Verdict::Findings)
}

/// Whether a waiver of another tool counts.
fn is_importable(waiver: &Waiver, standing: &Standing) -> bool {
    waiver.is_foreign() && *standing == Standing::Valid
}
