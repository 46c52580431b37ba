//! `trilith iam explain`: what policies allow, risks first.

use std::io::Write;
use std::path::Path;

use trilith_iam::{Access, Catalog, Question, Verdict as Proof};

use super::describe::{self, Line};
use super::holders::{Holder, holders};
use super::read::read;
use crate::check::Verdict;
use crate::failure::Failure;
use crate::files;

/// Says what the policies of a file allow.
pub(super) fn explain(
    path: &Path,
    catalog: &Catalog,
    out: &mut dyn Write,
) -> Result<Verdict, Failure> {
    let analysis = read(path)?;
    let own = holders(&analysis, &files::display(path))?;
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
            lines.extend(describe::lines(holder, &own, &analysis.sources, catalog));
        }
        lines.sort_by_key(|line| (!line.escalates, std::cmp::Reverse(line.level)));
        if lines.is_empty() {
            writeln!(out, "  allows nothing")?;
        }
        for line in lines {
            let mark = if line.escalates { "  <- can become administrator" } else { "" };
            writeln!(out, "  {:<60} on {:<36} {}{mark}", line.what, line.resource, line.place)?;
        }
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
    for positioned in &holder.documents {
        let public = question.public_access(&positioned.document);
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
