//! `trilith review` and `trilith inventory`: where things stand, and what there is.

mod attestations;
mod outputs;
mod reproduce;

use std::io::Write;
use std::path::Path;

use trilith_graph::Severity;
use trilith_reporter::{Report, Shown, Summary, shown};
use trilith_review::render::{InventoryFormat, Options};
use trilith_review::{Counted, Framework, Review, Run, VERSION, Verdict as Standing, render};

use crate::analyse::analyse_with;
use crate::args::{InventoryArgs, InventoryFormatName, ReviewArgs};
use crate::check::{
    Examined, Examiner, Findings, Inputs, Rules, Setup, Values, Verdict, nothing_to_check,
    paths_of, read_inputs, root_prefix, set_threads, today,
};
use crate::config::error::nearest;
use crate::diff::git;
use crate::failure::Failure;
use crate::{files, problems};
use attestations::Attestations;
use outputs::Outputs;

/// Resources that a report lists for each kind of evidence, unless all are asked for.
const PLACES: usize = 20;

/// Runs `trilith review`.
#[expect(clippy::similar_names, reason = "who examines, and what is examined")]
pub fn run(args: &ReviewArgs, color: bool, out: &mut dyn Write) -> Result<Verdict, Failure> {
    if args.init {
        let name = attestations::init(args)?;
        writeln!(out, "wrote {name}: fill in what holds, and take away the `#`")?;
        return Ok(Verdict::Clean);
    }
    let outputs = Outputs::parse(args)?;
    let frameworks = frameworks(&args.framework)?;
    let old = args.compare.as_deref().map(read_review).transpose()?;
    let scope = &args.scope;
    set_threads(scope);
    let mut setup = Setup::read(scope)?;
    for rule in trilith_review::rules() {
        setup.policies.registry.add(rule).map_err(Failure::new)?;
    }
    let attestations = attestations::read(args, &setup)?;
    let rules = setup.rules(&scope.rules, color)?;
    let values = Values::read(scope, &setup.config)?;
    let today = args.date.unwrap_or_else(today);
    // A review is of one body of work: the configuration of its paths counts for all of it.
    let examiner = Examiner {
        args: scope,
        setup: &setup,
        rules: &rules,
        values: &values,
        today,
        nested: None,
    };
    let examined = examiner.examine(read_inputs(scope, &setup.config)?);
    if examined.analysis.files == 0 {
        return nothing_to_check(scope, &examined);
    }
    values.check(scope, &examined.analysis)?;
    let made = Made { args, setup: &setup, rules: &rules, examined: &examined, attestations };
    let mut review = made.review(today, &frameworks, outputs.want_snippets())?;
    review.comparison = old.map(|old| trilith_review::compare(&old, &review));
    let options = Options {
        color,
        evidence: args.evidence,
        expiring: args.expiring,
        frameworks: !args.framework.is_empty(),
    };
    outputs.write(&review, options, out)?;
    out.flush()?;
    let broken = problems::print(&setup.policies, &examined.outcome.broken, color)?;
    let verdict = verdict(&review, args);
    // The process ends now: to take a large graph apart would only cost time.
    std::mem::forget(examined);
    Ok(if broken { Verdict::Incomplete } else { verdict })
}

fn verdict(review: &Review, args: &ReviewArgs) -> Verdict {
    let threshold = args.fail_on.unwrap_or(Severity::Medium);
    let counts = |id: &String| {
        let row = review.findings.iter().find(|row| row.id == *id);
        row.and_then(|row| row.severity.parse::<Severity>().ok())
            .is_some_and(|severity| severity >= threshold)
    };
    let mut violated = review.practices.iter().filter(|row| row.verdict == Standing::Violated);
    let is_violated = violated.any(|row| row.violations.iter().any(counts));
    let is_unreadable = !review.not_visible.unreadable.is_empty();
    if (is_violated || is_unreadable) && !args.exit_zero {
        Verdict::Findings
    } else {
        Verdict::Clean
    }
}

/// What a review is made of.
struct Made<'m> {
    args: &'m ReviewArgs,
    setup: &'m Setup,
    rules: &'m Rules<'m>,
    examined: &'m Examined,
    attestations: Attestations,
}

impl Made<'_> {
    fn review(
        &self,
        today: trilith_waivers::Date,
        frameworks: &[Framework],
        snippets: bool,
    ) -> Result<Review, Failure> {
        let Self { examined, setup, rules, .. } = self;
        let mut findings = Findings::of(examined, Some(Severity::Info))?;
        let sources = &examined.analysis.sources;
        let mut unreadable: Vec<String> = findings
            .diagnostics
            .iter()
            .filter(|one| trilith_parser::is_unreadable(&one.rule))
            .map(|one| sources.file(one.primary.span.source).name().to_owned())
            .collect();
        unreadable.sort();
        unreadable.dedup();
        findings.diagnostics.retain(|one| !trilith_parser::is_unreadable(&one.rule));
        let masks: Vec<_> =
            examined.analysis.masks.iter().chain(&examined.outcome.masks).copied().collect();
        let report = Report {
            sources,
            diagnostics: &findings.diagnostics,
            waived: &findings.waived,
            rules: &[],
            masks: &masks,
            summary: Summary::default(),
            root_prefix: &root_prefix(),
        };
        let (open, accepted): (Vec<Shown>, Vec<Shown>) = shown(&report, snippets);
        let mut others = setup.config.files.clone();
        others.extend(self.attestations.file.clone());
        Ok(trilith_review::assess(&Run {
            graph: &examined.analysis.graph,
            sources,
            settings: &setup.config.settings,
            rules: &rules.all,
            rules_left_out: setup.policies.registry.rules().count() - rules.all.len(),
            looked: &examined.outcome.applied,
            open: &open,
            accepted: accepted.iter().zip(&findings.waived).collect(),
            undecided: &examined.outcome.undecided,
            unreadable,
            skipped: skipped(examined),
            files: examined.analysis.files,
            paths: paths_of(&self.args.scope).iter().map(|path| files::display(path)).collect(),
            attestations: &self.attestations.list,
            frameworks,
            today,
            tool_version: env!("CARGO_PKG_VERSION").into(),
            reproduce: reproduce::of(sources, &others, &rules.all, git::head()),
            most_places: if self.args.evidence { usize::MAX } else { PLACES },
        }))
    }
}

fn skipped(examined: &Examined) -> Vec<Counted> {
    let skipped = examined.analysis.skipped.iter();
    skipped.map(|(why, names)| Counted { what: why.clone(), count: names.len() }).collect()
}

/// The frameworks to show: all unless some are named.
fn frameworks(names: &[String]) -> Result<Vec<Framework>, Failure> {
    let all = trilith_review::frameworks();
    if names.is_empty() {
        return Ok(all);
    }
    let known: Vec<&str> = all.iter().map(|one| one.id).collect();
    let chosen = names.iter().map(|name| {
        let found = all.iter().find(|one| one.id.eq_ignore_ascii_case(name)).copied();
        found.ok_or_else(|| {
            let hint = match nearest(name, &known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known are {}", known.join(", ")),
            };
            Failure::new(format!("--framework: no framework is called `{name}`; {hint}"))
        })
    });
    chosen.collect()
}

/// Reads a review that was written before.
fn read_review(path: &Path) -> Result<Review, Failure> {
    let name = files::display(path);
    let text = files::read_text(path)?;
    let fail = |error: serde_json::Error| {
        Failure::new(format!("--compare {name}: this is no review that Trilith wrote: {error}"))
    };
    let whole: serde_json::Value = serde_json::from_str(&text).map_err(fail)?;
    match whole.get("version").and_then(serde_json::Value::as_u64) {
        Some(version) if version != u64::from(VERSION) => Err(Failure::new(format!(
            "--compare {name}: it is written in version {version}, and this is version {VERSION}"
        ))),
        _ => serde_json::from_value(whole).map_err(fail),
    }
}

/// Runs `trilith inventory`.
pub fn inventory(args: &InventoryArgs, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let scope = &args.scope;
    set_threads(scope);
    let config = crate::check::configuration(&scope.rules, &scope.paths)?;
    let values = Values::read(scope, &config)?;
    let Inputs { list, loader, .. } = read_inputs(scope, &config)?;
    let options = trilith_parser::Options {
        parameters: values.parameters(),
        variables: values.variables.clone(),
        ..trilith_parser::Options::default()
    };
    let mut inputs = list;
    inputs.extend(values.files());
    let analysis = analyse_with(inputs, &options, &*loader);
    if analysis.files == 0 {
        let paths: Vec<String> = paths_of(scope).iter().map(|path| files::display(path)).collect();
        let place = paths.join(", ");
        return Err(Failure::new(format!("no CloudFormation, Terraform or IAM file in {place}")));
    }
    let inventory = trilith_review::inventory(&analysis.graph, &analysis.sources, &config.settings);
    let format = match args.format {
        InventoryFormatName::Table => InventoryFormat::Table,
        InventoryFormatName::Csv => InventoryFormat::Csv,
        InventoryFormatName::Json => InventoryFormat::Json,
    };
    render::inventory(&inventory, format, out)?;
    Ok(Verdict::Clean)
}
