//! Whether two analyses differ in nothing but what an edit is about.

use std::collections::BTreeMap;

use trilith_graph::{
    EditPath, EditSegment, Flags, Part, Resource, ResourceGraph, SourceMap, Value, ValueKind,
};
use trilith_rules::Outcome;

/// What is looked at when a file changes: its graph and what was found in it.
#[derive(Debug)]
pub(super) struct State<'a> {
    pub(super) sources: &'a SourceMap,
    pub(super) graph: &'a ResourceGraph,
    pub(super) outcome: &'a Outcome,
    /// What could not be read.
    pub(super) problems: usize,
}

/// Rule, address and property, without the elements of lists.
pub(super) type Key = (String, String, String);

impl State<'_> {
    /// How often each finding occurs.
    pub(super) fn findings(&self) -> BTreeMap<Key, usize> {
        let mut counts = BTreeMap::new();
        for diagnostic in &self.outcome.diagnostics {
            *counts.entry(key(diagnostic)).or_default() += 1;
        }
        counts
    }

    fn undecided(&self) -> BTreeMap<(&str, &str), usize> {
        let mut counts = BTreeMap::new();
        for one in &self.outcome.undecided {
            *counts.entry((one.rule.as_str(), &*one.address)).or_default() += 1;
        }
        counts
    }
}

/// What tells a finding from others of its file, whatever line it is on.
pub(super) fn key(diagnostic: &trilith_graph::Diagnostic) -> Key {
    let subject = diagnostic.subject.as_ref();
    let address = subject.map(|subject| subject.address.to_string()).unwrap_or_default();
    let path = subject.map(|subject| subject.path.generic()).unwrap_or_default();
    (diagnostic.rule.to_string(), address, path)
}

/// Whether one finding is gone, none is new, and nothing else became unknown or unreadable.
pub(super) fn is_mended(before: &State<'_>, after: &State<'_>, mended: &Key) -> Result<(), String> {
    let (old, new) = (before.findings(), after.findings());
    if new.get(mended).copied().unwrap_or(0) >= old.get(mended).copied().unwrap_or(0) {
        return Err("the finding would still be there".into());
    }
    if let Some((key, _)) = new.iter().find(|(key, count)| old.get(*key).is_none_or(|n| n < *count))
    {
        return Err(format!("`{}` would be found then", key.0));
    }
    let (old, new) = (before.undecided(), after.undecided());
    if new.iter().any(|(key, count)| old.get(key).is_none_or(|n| n < count)) {
        return Err("a rule could not decide any more".into());
    }
    if after.problems > before.problems {
        return Err("the file could not be read any more".into());
    }
    Ok(())
}

/// Whether the graphs differ in nothing but some properties of the resources that are written at
/// one place.
pub(super) fn is_contained(
    before: &State<'_>,
    after: &State<'_>,
    changed: &Resource,
    in_sources: &SourceMap,
    paths: &[&EditPath],
) -> Result<(), String> {
    let same = before.graph.resources().len() == after.graph.resources().len();
    if !same {
        return Err("there would be other resources".into());
    }
    let declared = (in_sources.file(changed.span.source).name(), changed.span.start);
    for (id, old) in before.graph.resources() {
        let new = after.graph.resource(id);
        let what = || format!("`{}` would change too", old.address);
        if old.address != new.address
            || old.resource_type != new.resource_type
            || old.guard != new.guard
        {
            return Err(what());
        }
        let place = (before.sources.file(old.span.source).name(), old.span.start);
        let is_changed = place == declared && old.resource_type == changed.resource_type;
        let paths: Vec<&[EditSegment]> =
            if is_changed { paths.iter().map(|path| &path.0[..]).collect() } else { Vec::new() };
        // What Terraform says in a resource of its own is a part more.
        let parts = [EditSegment::Key("Parts".into())];
        let parts: &[&[EditSegment]] = if is_changed { &[&parts] } else { &[] };
        if !differs_only_at(&old.properties, &new.properties, &paths)
            || !differs_only_at(&old.attributes, &new.attributes, parts)
        {
            return Err(what());
        }
    }
    Ok(())
}

/// Whether two values differ at most at and below some paths. What a provider takes for granted
/// comes and goes with the block around it.
fn differs_only_at(before: &Value, after: &Value, paths: &[&[EditSegment]]) -> bool {
    if paths.iter().any(|path| path.is_empty()) || is_same(before, after) {
        return true;
    }
    if paths.is_empty() {
        return before.is_absent() && after.flags.has(Flags::SCHEMA_DEFAULT);
    }
    match (&before.kind, &after.kind) {
        (ValueKind::OneOf(old), ValueKind::OneOf(new)) => {
            old.len() == new.len()
                && old.iter().zip(new.iter()).all(|(old, new)| {
                    old.guard == new.guard && differs_only_at(&old.value, &new.value, paths)
                })
        }
        (ValueKind::OneOf(old), _) => {
            old.iter().all(|arm| differs_only_at(&arm.value, after, paths))
        }
        (_, ValueKind::OneOf(new)) => {
            new.iter().all(|arm| differs_only_at(before, &arm.value, paths))
        }
        (ValueKind::List(old), ValueKind::List(new)) => lists(old, new, paths),
        (ValueKind::Absent | ValueKind::Null, ValueKind::List(new)) => lists(&[], new, paths),
        (ValueKind::List(old), ValueKind::Absent | ValueKind::Null) => lists(old, &[], paths),
        (ValueKind::Map(_) | ValueKind::Absent | ValueKind::Null, ValueKind::Map(_)) => {
            maps(before, after, paths)
        }
        (ValueKind::Map(_), ValueKind::Absent | ValueKind::Null) => maps(before, after, paths),
        _ => false,
    }
}

fn maps(before: &Value, after: &Value, paths: &[&[EditSegment]]) -> bool {
    let entries = before.entries().iter().chain(after.entries());
    entries.map(|entry| &entry.key).all(|key| {
        let below: Vec<&[EditSegment]> = paths
            .iter()
            .filter_map(|path| match path.split_first() {
                Some((EditSegment::Key(own), rest)) if own == key => Some(rest),
                // One that stands for a list of one.
                Some((EditSegment::Index(0) | EditSegment::Where(..), rest)) => match rest.split_first() {
                    Some((EditSegment::Key(own), rest)) if own == key => Some(rest),
                    _ => None,
                },
                _ => None,
            })
            .collect();
        let absent = Value::absent();
        let old = before.entries().iter().find(|entry| entry.key == *key);
        let new = after.entries().iter().find(|entry| entry.key == *key);
        let (old, new) = (old.map_or(absent, |e| &e.value), new.map_or(absent, |e| &e.value));
        // What names an element that was added.
        let names = |path: &&[EditSegment]| {
            matches!(path.first(), Some(EditSegment::Where(own, _)) if own == key)
        };
        differs_only_at(old, new, &below) || (old.is_absent() && paths.iter().any(names))
    })
}

fn lists(before: &[Value], after: &[Value], paths: &[&[EditSegment]]) -> bool {
    let longest = before.len().max(after.len());
    let by_place = (0..longest).all(|at| {
        let below: Vec<&[EditSegment]> = paths
            .iter()
            .filter_map(|path| match path.split_first() {
                Some((EditSegment::Index(own), rest)) if *own == at => Some(rest),
                Some((EditSegment::Where(..), _)) => Some(*path),
                _ => None,
            })
            .collect();
        let absent = Value::absent();
        let old = before.get(at).unwrap_or(absent);
        let new = after.get(at).unwrap_or(absent);
        differs_only_at(old, new, &below)
    });
    by_place || is_without_one(before, after, paths)
}

/// Whether one of the elements that the paths name is gone.
fn is_without_one(before: &[Value], after: &[Value], paths: &[&[EditSegment]]) -> bool {
    paths.iter().any(|path| match path {
        [EditSegment::Index(at)] if before.len() == after.len() + 1 && *at < before.len() => {
            let rest = before.iter().enumerate().filter(|(i, _)| i != at).map(|(_, value)| value);
            rest.zip(after).all(|(old, new)| is_same(old, new))
        }
        _ => false,
    })
}

/// Whether two values say the same, wherever they are written.
pub(super) fn is_same(a: &Value, b: &Value) -> bool {
    match (&a.kind, &b.kind) {
        (ValueKind::Absent | ValueKind::Null, ValueKind::Absent | ValueKind::Null) => true,
        (ValueKind::Bool(a), ValueKind::Bool(b)) => a == b,
        (ValueKind::Int(a), ValueKind::Int(b)) => a == b,
        (ValueKind::Float(a), ValueKind::Float(b)) => a.to_bits() == b.to_bits(),
        (ValueKind::String(a), ValueKind::String(b)) => a == b,
        (ValueKind::Reference(a), ValueKind::Reference(b)) => a == b,
        (ValueKind::Unknown(a), ValueKind::Unknown(b)) => a == b,
        (ValueKind::List(a), ValueKind::List(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| is_same(a, b))
        }
        (ValueKind::Map(a), ValueKind::Map(b)) => {
            let (a, b) = (a.entries(), b.entries());
            a.len() == b.len()
                && a.iter().zip(b).all(|(a, b)| a.key == b.key && is_same(&a.value, &b.value))
        }
        (ValueKind::OneOf(a), ValueKind::OneOf(b)) => {
            a.len() == b.len()
                && a.iter()
                    .zip(b.iter())
                    .all(|(a, b)| a.guard == b.guard && is_same(&a.value, &b.value))
        }
        (ValueKind::Template(a), ValueKind::Template(b)) => {
            a.len() == b.len()
                && a.iter().zip(b.iter()).all(|parts| match parts {
                    (Part::Text(a), Part::Text(b)) => a == b,
                    (Part::Hole(a), Part::Hole(b)) => is_same(a, b),
                    _ => false,
                })
        }
        _ => false,
    }
}
