//! `trilith iam can` and `trilith iam who`: who may do what, and which statement decides.

use std::io::Write;
use std::path::Path;

use trilith_graph::{Part, Resource, SourceMap, Value, ValueKind};
use trilith_iam::{
    Access, Catalog, Pattern, PolicyKind, Question, Statement, Verdict as Proof, covers_action,
    covers_every_resource, covers_resource, documents,
};

use super::principal::{Given, Managed, Principal};
use super::read::read;
use crate::analyse::Analysis;
use crate::check::Verdict;
use crate::failure::Failure;
use crate::files;
use crate::guardrails::{Guardrails, Limits};

/// What is asked for.
struct Wanted<'w> {
    action: &'w str,
    resource: Target<'w>,
}

/// What something is done to.
enum Target<'w> {
    /// An ARN, perhaps with wildcards.
    Arn(&'w str),
    /// A resource of the files.
    Resource(&'w Resource),
}

impl<'w> Wanted<'w> {
    fn new(action: &'w str, resource: &'w str, analysis: &'w Analysis) -> Result<Self, Failure> {
        if resource == "*" || resource.starts_with("arn:") {
            return Ok(Self { action, resource: Target::Arn(resource) });
        }
        let mut resources = analysis.graph.resources().map(|(_, own)| own);
        let named = resources.find(|own| &*own.address == resource || &*own.name == resource);
        match named {
            Some(own) => Ok(Self { action, resource: Target::Resource(own) }),
            None => {
                let message =
                    format!("`{resource}` is neither an ARN nor a resource of these files");
                Err(Failure::new(message))
            }
        }
    }

    /// The patterns of resources to ask the policies about; none for all.
    fn patterns(&self) -> Vec<&str> {
        match self.resource {
            Target::Arn("*") | Target::Resource(_) => Vec::new(),
            Target::Arn(arn) => vec![arn],
        }
    }

    /// How far a statement is about the resource.
    fn is_meant_by(&self, statement: &Statement<'_>) -> Proof {
        let Target::Resource(resource) = self.resource else { return Proof::Witness };
        if !statement.resource.is_present.is_true() {
            return Proof::Possible;
        }
        let proofs = statement.resource.iter().map(|pattern| names(&pattern, resource));
        proofs.max().unwrap_or(Proof::Proved)
    }
}

/// Whether a pattern of resources is about one of the files: a witness if it is, and a proof
/// if it is not.
fn names(pattern: &Pattern<'_>, resource: &Resource) -> Proof {
    if covers_every_resource(pattern).is_true() || refers_to(pattern.value, resource) {
        return Proof::Witness;
    }
    match pattern.value.as_str() {
        // The name of the resource is one that AWS chooses, or stands elsewhere.
        Some(text) if !text.contains('*') => Proof::Proved,
        _ => Proof::Possible,
    }
}

fn refers_to(value: &Value, resource: &Resource) -> bool {
    match &value.kind {
        ValueKind::Reference(reference) => reference.address == resource.address,
        ValueKind::Template(parts) => parts.iter().any(|part| match part {
            Part::Hole(hole) => refers_to(hole, resource),
            Part::Text(_) => false,
        }),
        _ => false,
    }
}

/// Whether a principal may, and why.
struct Finding {
    proof: Proof,
    access: Option<Access>,
}

fn ask<'a>(
    principal: &Principal<'a>,
    limits: &Limits<'a>,
    wanted: &Wanted<'_>,
    catalog: &Catalog,
) -> Finding {
    let question = Question::all(Some(catalog));
    let answers =
        question.grants(&principal.policies(limits), &[wanted.action], &wanted.patterns());
    let mut best = Finding { proof: Proof::Proved, access: None };
    for access in answers.found {
        let given = access.statement.and_then(|(document, at)| {
            principal.grants.get(document)?.document().statements.get(at)
        });
        let meant = given.map_or(Proof::Possible, |statement| wanted.is_meant_by(statement));
        let is_sure = access.is_sure() && !principal.has_hidden_boundary;
        let proof = if is_sure { meant } else { meant.min(Proof::Possible) };
        if proof > best.proof {
            best = Finding { proof, access: Some(access) };
        }
    }
    if best.proof == Proof::Proved && !principal.unseen.is_empty() {
        best.proof = Proof::Possible;
    }
    best
}

/// The answer in a word.
const fn word(proof: Proof) -> &'static str {
    match proof {
        Proof::Witness => "yes",
        Proof::Possible => "maybe",
        Proof::Proved => "no",
    }
}

/// Whether a principal may do something. Exits with 1 if not, or if that cannot be told.
pub(super) fn can(
    (who, action, resource): (&str, &str, &str),
    path: &Path,
    guardrails: &Guardrails,
    catalog: &Catalog,
    out: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let analysis = read(path)?;
    let managed = Managed::of(&[&analysis], catalog);
    let limits = guardrails.limits();
    let principals = Principal::all(&analysis, &managed);
    let wanted = Wanted::new(action, resource, &analysis)?;
    let Some(principal) = principals.iter().find(|principal| principal.is_called(who)) else {
        let known: Vec<&str> = principals.iter().map(|it| &*it.resource.address).collect();
        let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
        let name = files::display(path);
        let message = format!("{name}: no principal `{who}`; there is {known}");
        return Err(Failure::new(message));
    };
    let finding = ask(principal, &limits, &wanted, catalog);
    let word = word(finding.proof);
    writeln!(out, "{word}: {} {action} on {resource}", principal.resource.address)?;
    explain(principal, &finding, (&analysis.sources, managed.sources()), out)?;
    if finding.proof != Proof::Witness {
        denials(principal, &wanted, (&analysis.sources, managed.sources()), out)?;
        for unseen in &principal.unseen {
            writeln!(out, "  not seen: {unseen}")?;
        }
        if let Some(name) = guardrails.stops(principal, &wanted.patterns(), action, catalog) {
            writeln!(out, "  not allowed within {name}")?;
        }
    }
    Ok(if finding.proof == Proof::Witness { Verdict::Clean } else { Verdict::Findings })
}

/// Which principals may do something, and whom the policies of resources let do it.
pub(super) fn who(
    (action, resource): (&str, &str),
    path: &Path,
    guardrails: &Guardrails,
    catalog: &Catalog,
    out: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let analysis = read(path)?;
    let managed = Managed::of(&[&analysis], catalog);
    let limits = guardrails.limits();
    let wanted = Wanted::new(action, resource, &analysis)?;
    let mut count = 0;
    for principal in Principal::all(&analysis, &managed) {
        let finding = ask(&principal, &limits, &wanted, catalog);
        if finding.proof == Proof::Proved {
            continue;
        }
        let word = word(finding.proof);
        count += 1;
        let kind = &principal.resource.source_type;
        writeln!(out, "{word:<6} {} ({kind})", principal.resource.address)?;
        explain(&principal, &finding, (&analysis.sources, managed.sources()), out)?;
        for unseen in principal.unseen.iter().filter(|_| finding.proof == Proof::Possible) {
            writeln!(out, "  not seen: {unseen}")?;
        }
    }
    count += by_resource_policies(&analysis, &wanted, catalog, out)?;
    if count == 0 {
        writeln!(out, "nobody: proved for the text of the policies")?;
    }
    Ok(Verdict::Clean)
}

/// Whom the policies of resources let do it.
fn by_resource_policies(
    analysis: &Analysis,
    wanted: &Wanted<'_>,
    catalog: &Catalog,
    out: &mut dyn Write,
) -> Result<usize, Failure> {
    let mut count = 0;
    for (_, resource) in analysis.graph.resources() {
        for positioned in documents(resource) {
            if !matches!(positioned.kind, PolicyKind::Resource(_) | PolicyKind::Trust) {
                continue;
            }
            let policies = trilith_iam::Policies::of(&positioned.document);
            let question = Question::all(Some(catalog));
            let answers = question.grants(&policies, &[wanted.action], &wanted.patterns());
            for access in &answers.found {
                let Some((_, at)) = access.statement else { continue };
                let statement = &positioned.document.statements[at];
                let meant = wanted.is_meant_by(statement);
                if meant == Proof::Proved {
                    continue;
                }
                count += 1;
                let is_sure = access.is_sure() && meant == Proof::Witness;
                let word = if is_sure { "yes" } else { "maybe" };
                writeln!(out, "{word:<6} by {} ({})", resource.address, positioned.kind)?;
                let span = positioned.document.value.locate(&statement.path());
                let place = span.map(|(span, _)| place(span, &analysis.sources));
                let place = place.unwrap_or_default();
                writeln!(out, "  allowed at {place}: {}", access.request)?;
            }
        }
    }
    Ok(count)
}

/// The statement that allows it.
fn explain(
    principal: &Principal<'_>,
    finding: &Finding,
    sources: (&SourceMap, &SourceMap),
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let Some(access) = &finding.access else { return Ok(()) };
    let given = access.statement.and_then(|(document, at)| {
        let given = principal.grants.get(document)?;
        Some((given, given.document().statements.get(at)?))
    });
    if let Some((given, statement)) = given {
        let place = place_of(given, statement, sources);
        writeln!(out, "  allowed at {place}: {}", access.request)?;
    }
    for doubt in &access.doubts {
        writeln!(out, "  not proved: {doubt}")?;
    }
    Ok(())
}

/// The statements that deny it.
fn denials(
    principal: &Principal<'_>,
    wanted: &Wanted<'_>,
    sources: (&SourceMap, &SourceMap),
    out: &mut dyn Write,
) -> Result<(), Failure> {
    for given in &principal.grants {
        for statement in &given.document().statements {
            let denies = statement.is_deny().truth;
            let mut actions = statement.action.iter();
            let action = actions.any(|it| !covers_action(&it, wanted.action).is_false())
                || statement.not_action.is_present.is_true();
            let mut resources = statement.resource.iter();
            let resource = match wanted.resource {
                Target::Arn(arn) => resources.any(|it| !covers_resource(&it, arn).is_false()),
                Target::Resource(own) => resources.any(|it| names(&it, own) != Proof::Proved),
            } || statement.not_resource.is_present.is_true();
            if !denies.is_false() && action && resource {
                let place = place_of(given, statement, sources);
                writeln!(out, "  denied at {place}, as far as its conditions hold")?;
            }
        }
    }
    Ok(())
}

fn place_of(
    given: &Given<'_>,
    statement: &Statement<'_>,
    (own, managed): (&SourceMap, &SourceMap),
) -> String {
    let sources = if given.is_managed { managed } else { own };
    let located = given.document().value.locate(&statement.path());
    let span = located.map_or(given.resource.span, |(span, _)| span);
    place(span, sources)
}

fn place(span: trilith_graph::Span, sources: &SourceMap) -> String {
    format!("{}:{}", sources.file(span.source).name(), sources.start(span).line)
}
