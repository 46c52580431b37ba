//! `trilith waivers import`: comments for other tools, written anew as ours.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use trilith_graph::SourceId;
use trilith_waivers::{Date, Origin, Terms, Waiver, import};

use super::{Run, is_importable};
use crate::args::ImportArgs;
use crate::check::Verdict;
use crate::failure::Failure;
use crate::files;

/// Writes the comments that cover findings anew; the others stay as they are.
pub(super) fn run(args: &ImportArgs, run: &Run, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let expires: Date =
        args.expires.parse().map_err(|error| Failure::new(format!("--expires: {error}")))?;
    let terms = Terms { owner: args.owner.clone(), expires, reason: args.reason.clone() };
    let examined = &run.examined;
    let mut by_source: BTreeMap<SourceId, Vec<usize>> = BTreeMap::new();
    for (index, waiver) in examined.waivers.iter().enumerate() {
        let file = examined.analysis.sources.file(waiver.place.source).name();
        if examined.given.as_ref().is_none_or(|given| given.contains(file)) {
            by_source.entry(waiver.place.source).or_default().push(index);
        }
    }
    let (mut comments, mut changed, mut metadata) = (0, 0, 0);
    for (source, indexes) in by_source {
        let file = examined.analysis.sources.file(source);
        let waivers: Vec<Waiver> =
            indexes.iter().map(|index| examined.waivers[*index].clone()).collect();
        let is_metadata =
            |waiver: &Waiver| matches!(waiver.origin, Origin::Foreign { comment: false, .. });
        metadata += waivers.iter().filter(|waiver| is_metadata(waiver)).count();
        let rules = |waiver: &Waiver| -> Vec<String> {
            let own = indexes.iter().find(|index| {
                let other = &examined.waivers[**index];
                other.place == waiver.place && other.rules == waiver.rules
            });
            own.map(|index| rules_of(run, *index)).unwrap_or_default()
        };
        let imported = import(file, &waivers, &terms, args.keep, &rules);
        if imported.comments == 0 {
            continue;
        }
        comments += imported.comments;
        changed += 1;
        if args.write {
            files::write(Path::new(file.name()), &imported.text)?;
        } else {
            difference(file.name(), file.text(), &imported.text, out)?;
        }
    }
    let verb = if args.write { "written anew" } else { "to write anew (--write does it)" };
    writeln!(out, "{comments} comments in {changed} files {verb}")?;
    if metadata > 0 {
        writeln!(
            out,
            "{metadata} suppressions in the metadata of templates stay as they are, and count"
        )?;
    }
    Ok(Verdict::Clean)
}

/// The ids of the rules whose findings a waiver covers.
fn rules_of(run: &Run, index: usize) -> Vec<String> {
    let decision = &run.examined.decision;
    if !is_importable(&run.examined.waivers[index], &decision.standing[index]) {
        return Vec::new();
    }
    let waived = decision.waived.iter().filter(|waived| waived.waiver == index);
    let mut rules: Vec<String> = waived.map(|waived| waived.diagnostic.rule.to_string()).collect();
    let partly = decision.partly.iter().filter(|(waiver, _)| *waiver == index);
    rules.extend(partly.map(|(_, rule)| rule.to_string()));
    rules.sort();
    rules.dedup();
    rules
}

/// The lines that differ, old and new.
fn difference(name: &str, old: &str, new: &str, out: &mut dyn Write) -> Result<(), Failure> {
    writeln!(out, "--- {name}\n+++ {name}")?;
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let (mut a, mut b) = (0, 0);
    while a < old.len() || b < new.len() {
        if old.get(a) == new.get(b) {
            (a, b) = (a + 1, b + 1);
            continue;
        }
        // Comments are replaced one by one, so that the texts soon agree again.
        let next = (0..64).find_map(|distance| {
            let pair = (0..=distance).map(|left| (left, distance - left));
            pair.into_iter().find(|(left, right)| {
                let (x, y) = (old.get(a + left), new.get(b + right));
                x.is_some() && x == y
            })
        });
        let (left, right) = next.unwrap_or((old.len() - a, new.len() - b));
        writeln!(out, "@@ line {} @@", a + 1)?;
        for line in &old[a..a + left] {
            writeln!(out, "-{line}")?;
        }
        for line in &new[b..b + right] {
            writeln!(out, "+{line}")?;
        }
        (a, b) = (a + left, b + right);
    }
    Ok(())
}
