//! `trilith iam explain`: what policies allow, risks first.

use std::io::Write;
use std::path::Path;

use trilith_iam::{Access, Catalog, Question, Verdict as Proof, validate};

use super::describe::{self, Line};
use super::holders::{Holder, Sources, holders};
use super::principal::Managed;
use super::read::read;
use crate::check::Verdict;
use crate::failure::Failure;
use crate::files;
use crate::guardrails::Guardrails;

/// Says what the policies of a file allow.
pub(super) fn explain(
    path: &Path,
    guardrails: &Guardrails,
    catalog: &Catalog,
    out: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let analysis = read(path)?;
    let managed = Managed::of(&[&analysis], catalog);
    let own = holders(&analysis, &managed, &guardrails.limits(), &files::display(path))?;
    let sources = Sources { own: &analysis.sources, managed: managed.sources() };
    for (index, holder) in own.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        writeln!(out, "{}", holder.name)?;
        risks(holder, out)?;
        let question = Question::all(Some(catalog));
        let answers = question.grants(&holder.policies(), &[], &[]);
        let mut statements: Vec<_> = answers.found.iter().map(|access| access.statement).collect();
        statements.dedup();
        let mut lines: Vec<Line> = Vec::new();
        for statement in statements {
            let own: Vec<&Access> =
                answers.found.iter().filter(|access| access.statement == statement).collect();
            lines.extend(describe::lines(holder, &own, sources, catalog));
        }
        lines.sort_by_key(|line| (!line.escalates, std::cmp::Reverse(line.level)));
        if lines.is_empty() {
            writeln!(out, "  allows nothing")?;
        }
        for line in lines {
            let mark = if line.escalates { "  <- can become administrator" } else { "" };
            writeln!(out, "  {:<60} on {:<36} {}{mark}", line.what, line.resource, line.place)?;
        }
        for unseen in &holder.unseen {
            writeln!(out, "  not seen: {unseen}")?;
        }
        remarks(holder, sources, catalog, out)?;
    }
    Ok(Verdict::Clean)
}

fn risks(holder: &Holder<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let question = Question::default();
    if !holder.kind.names_principals() {
        if question.is_admin(&holder.policies()) == Proof::Proved {
            writeln!(out, "  ! administrator: may do everything to identities, without condition")?;
        }
        return Ok(());
    }
    for held in &holder.held {
        let public = question.public_access(&held.policy.document);
        let word = match public.verdict() {
            Proof::Proved => continue,
            Proof::Witness => "open to strangers",
            Proof::Possible => "perhaps open to strangers",
        };
        if let Some(access) = public.example() {
            writeln!(out, "  ! {word}: {}", access.request)?;
            for doubt in &access.doubts {
                writeln!(out, "    not proved: {doubt}")?;
            }
        }
    }
    Ok(())
}

/// What the checks of a policy find, as Access Analyzer names it; errors first. What AWS itself
/// writes is left alone.
fn remarks(
    holder: &Holder<'_>,
    sources: Sources<'_>,
    catalog: &Catalog,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    let mut found = Vec::new();
    for held in holder.held.iter().filter(|held| !held.is_managed) {
        let document = &held.policy.document;
        for finding in validate(document, held.policy.kind, catalog) {
            let located = document.value.locate(&finding.path);
            let place = located.map(|(span, _)| sources.place(span, false)).unwrap_or_default();
            found.push((finding, place));
        }
    }
    found.sort_by_key(|(finding, _)| std::cmp::Reverse(finding.finding_type));
    for (finding, place) in found {
        let help = finding.help.map(|help| format!(": {help}")).unwrap_or_default();
        let (kind, message) = (finding.finding_type.name(), finding.message);
        writeln!(out, "  {kind}[{}]: {message}{help}  {place}", finding.code)?;
    }
    Ok(())
}
