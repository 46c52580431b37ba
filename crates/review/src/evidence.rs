//! What shows that a practice is followed.
//!
//! A rule says what is wrong; evidence says what is there. Each [`Evidence`] looks at resources of
//! some types and answers in three values: what is unknown shows nothing.

use std::collections::BTreeMap;

use rayon::prelude::*;
use trilith_graph::{Flags, PropertyPath, Resource, ResourceGraph, ResourceId, Span, Tri};
use trilith_rules::{Settings, View, scenarios};

use crate::areas;

/// Resources that one thread takes at a time.
const CHUNK: usize = 256;

/// What a look at a resource showed: whether it is so, and the property that says it. `None`
/// where the resource is nothing that the question is about.
pub type Look = fn(&View<'_>) -> Option<Shown>;

/// An answer about one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Whether it is so.
    pub truth: Tri,
    /// Where it says so; empty for the resource as a whole.
    pub at: PropertyPath,
}

/// Something that, where it is so, shows a practice followed.
#[derive(Debug)]
pub struct Evidence {
    /// Its name: what is there, in lower-case words joined by hyphens.
    pub id: &'static str,
    /// The practices that it serves, by slug.
    pub practices: &'static [&'static str],
    /// The canonical types that it looks at.
    pub types: &'static [&'static str],
    /// Whether it must be so of every such resource, and not of one only.
    pub every: bool,
    /// What it shows, to be read after a number of resources: "log every call in all regions".
    pub proves: &'static str,
    /// How to tell.
    pub look: Look,
}

/// What became of one [`Evidence`].
#[derive(Debug)]
pub(crate) struct Finding {
    /// The evidence.
    pub(crate) evidence: &'static Evidence,
    /// What each resource in scope showed, in their order.
    pub(crate) looked: Vec<Looked>,
}

/// What one resource showed.
#[derive(Debug, Clone)]
pub(crate) struct Looked {
    /// The resource.
    pub(crate) resource: ResourceId,
    /// Whether it is so.
    pub truth: Tri,
    /// Where it is written.
    pub(crate) span: Span,
}

impl Finding {
    /// Number of resources for which the answer is `truth`.
    pub(crate) fn count(&self, truth: Tri) -> usize {
        self.looked.iter().filter(|one| one.truth == truth).count()
    }

    /// Whether the evidence is there.
    pub(crate) fn truth(&self) -> Tri {
        let answers = self.looked.iter().map(|one| one.truth);
        if self.evidence.every && !self.looked.is_empty() {
            answers.fold(Tri::True, Tri::and)
        } else {
            Tri::any(answers)
        }
    }
}

/// All evidence, by area.
pub fn all() -> impl Iterator<Item = &'static Evidence> {
    areas::EVIDENCE.iter().flat_map(|area| area.iter())
}

/// Looks for all evidence in a graph.
pub(crate) fn look(graph: &ResourceGraph, settings: &Settings) -> Vec<Finding> {
    let list: Vec<&'static Evidence> = all().collect();
    let mut by_type: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, evidence) in list.iter().enumerate() {
        for kind in evidence.types {
            by_type.entry(kind).or_default().push(index);
        }
    }
    let ids: Vec<(ResourceId, &[usize])> = graph
        .resources()
        .filter_map(|(id, resource)| Some((id, by_type.get(&*resource.resource_type)?.as_slice())))
        .collect();
    let work = |part: &[(ResourceId, &[usize])]| {
        let mut found = Vec::new();
        for (id, wanted) in part {
            resource(graph, *id, wanted, &list, settings, &mut found);
        }
        found
    };
    let parts: Vec<Vec<(usize, Looked)>> = if ids.len() <= CHUNK {
        vec![work(&ids)]
    } else {
        ids.par_chunks(CHUNK).map(work).collect()
    };
    let mut findings: Vec<Finding> =
        list.iter().map(|evidence| Finding { evidence, looked: Vec::new() }).collect();
    for (index, looked) in parts.into_iter().flatten() {
        findings[index].looked.push(looked);
    }
    findings
}

fn resource(
    graph: &ResourceGraph,
    id: ResourceId,
    wanted: &[usize],
    list: &[&'static Evidence],
    settings: &Settings,
    found: &mut Vec<(usize, Looked)>,
) {
    let scenarios = scenarios(graph, id);
    let views: Vec<View<'_>> = scenarios
        .scenarios
        .iter()
        .map(|scenario| View::new(graph, id, scenario).with_settings(settings))
        .collect();
    let always = views.iter().all(|view| view.existence().is_true());
    let views: Vec<View<'_>> = views.into_iter().filter(View::exists).collect();
    for index in wanted {
        let evidence = list[*index];
        let mut answer: Option<Shown> = None;
        for view in &views {
            let Some(shown) = (evidence.look)(view) else { continue };
            answer = Some(match answer {
                None => shown,
                Some(before) if before.truth == shown.truth => before,
                Some(before) => Shown { truth: Tri::Unknown, ..before },
            });
        }
        let Some(mut shown) = answer else { continue };
        // What exists only sometimes shows nothing about the other times.
        if !always && !evidence.every && shown.truth.is_true() {
            shown.truth = Tri::Unknown;
        }
        let span = place(graph.resource(id), &shown.at);
        found.push((*index, Looked { resource: id, truth: shown.truth, span }));
    }
}

fn place(resource: &Resource, path: &PropertyPath) -> Span {
    let deepest = resource.properties.locate(path).filter(|(_, depth)| *depth > 0);
    deepest.map_or(resource.span, |(span, _)| span)
}

/// Helpers for those who look.
pub(crate) mod prelude {
    pub(crate) use trilith_graph::{PropertyPath, Tri};
    pub(crate) use trilith_rules::View;

    pub(crate) use super::{Evidence, Shown};

    /// An answer at a property.
    pub(crate) fn shown(truth: impl Into<Tri>, at: impl Into<PropertyPath>) -> Option<Shown> {
        Some(Shown { truth: truth.into(), at: at.into() })
    }

    /// That the resource is there is all that matters.
    pub(crate) fn is_there(_: &View<'_>) -> Option<Shown> {
        shown(true, PropertyPath::root())
    }

    /// Whether a property is true.
    pub(crate) fn is_true(view: &View<'_>, path: &str) -> Option<Shown> {
        shown(view.get(path).is_true(), path)
    }

    /// Whether a property has a value at all.
    pub(crate) fn is_given(view: &View<'_>, path: &str) -> Option<Shown> {
        shown(view.get(path).is_present(), path)
    }

    /// Whether a property has one of some values.
    pub(crate) fn is_one_of(view: &View<'_>, path: &str, values: &[&str]) -> Option<Shown> {
        shown(view.get(path).is_one_of(values), path)
    }

    /// Whether one of the values behind a path with `*` is so; a list that is open or unknown
    /// may hold one.
    pub(crate) fn has_any(
        view: &View<'_>,
        list: &str,
        holds: impl Fn(&trilith_graph::Value) -> Tri,
    ) -> Option<Shown> {
        let found = Tri::any(view.all(list).iter().map(|(_, value)| holds(value)));
        let above = list.split('*').next().unwrap_or_default().trim_end_matches('/');
        let value = view.get(above);
        let hidden = if super::may_hold_more(value) { Tri::Unknown } else { Tri::False };
        shown(found.or(hidden), above)
    }
}

/// Whether a list may have members that cannot be seen.
fn may_hold_more(value: &trilith_graph::Value) -> bool {
    value.is_unknown() || value.flags.has(Flags::OPEN)
}
