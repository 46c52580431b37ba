//! Lowers a text for a test.

use std::collections::BTreeMap;

use trilith_graph::{
    Diagnostic, Edge, EdgeKind, Formula, Reason, Resource, ResourceGraph, Root, Scenarios,
    SourceFile, SourceMap, Span, Value, ValueKind,
};
use trilith_parser::cloudformation::lower;
use trilith_parser::link;
use trilith_parser::tree::{JsonOptions, parse_json, parse_yaml};

/// A lowered and linked template with its text.
pub(crate) struct Template {
    pub(crate) root: Root,
    pub(crate) diagnostics: Vec<Diagnostic>,
    sources: SourceMap,
}

/// Lowers YAML or, if it starts with a brace, JSON.
pub(crate) fn template(text: &str) -> Template {
    with_parameters(text, &[])
}

pub(crate) fn with_parameters(text: &str, parameters: &[(&str, &str)]) -> Template {
    let mut sources = SourceMap::new();
    let source = sources.add(SourceFile::new("template", text));
    let is_json = text.trim_start().starts_with('{');
    let parsed = if is_json {
        parse_json(source, text, &JsonOptions::default())
    } else {
        parse_yaml(source, text)
    };
    assert_eq!(parsed.errors, [], "the text of a test must be well formed");
    let parameters: BTreeMap<String, String> =
        parameters.iter().map(|(name, text)| ((*name).into(), (*text).into())).collect();
    let document = parsed.tree.documents()[0];
    let (mut root, diagnostics) = lower(&parsed.tree, document, "template", &parameters);
    link(&mut root);
    Template { root, diagnostics, sources }
}

impl Template {
    pub(crate) fn resource(&self, address: &str) -> &Resource {
        let found = self.root.resources.iter().find(|resource| &*resource.address == address);
        found.unwrap_or_else(|| panic!("no resource {address}"))
    }

    /// A property by address and path: `Bucket/Tags/0`.
    pub(crate) fn get(&self, path: &str) -> &Value {
        let (address, path) = path.split_once('/').expect("address and path");
        self.resource(address).properties.path(path)
    }

    pub(crate) fn text(&self, span: Span) -> &str {
        self.sources.text(span)
    }

    /// The text that a property was given by.
    pub(crate) fn written(&self, path: &str) -> &str {
        self.text(self.get(path).span)
    }

    /// The steps of the way of a property: the text of each place, and the note.
    pub(crate) fn way(&self, path: &str) -> Vec<(&str, String)> {
        let mut steps = Vec::new();
        let mut via = self.get(path).via.as_deref();
        while let Some(step) = via {
            steps.push((self.text(step.span), step.note.to_string()));
            via = step.next.as_deref();
        }
        steps
    }

    pub(crate) fn messages(&self) -> Vec<&str> {
        self.diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect()
    }

    /// Every way a property can come out: when, and what.
    pub(crate) fn cases(&self, path: &str) -> Vec<(Option<String>, String)> {
        let value = self.get(path);
        let mut guards = Vec::new();
        value.collect_guards(&mut guards);
        self.cases_of(&guards, |scenario| show(&value.project(scenario)))
    }

    fn cases_of(
        &self,
        formulas: &[Formula],
        outcome: impl Fn(&trilith_graph::Scenario) -> String,
    ) -> Vec<(Option<String>, String)> {
        let scenarios = Scenarios::of(formulas, &self.root.constraints);
        let mut cases: Vec<(Vec<usize>, String)> = Vec::new();
        for (index, scenario) in scenarios.scenarios.iter().enumerate() {
            let text = outcome(scenario);
            match cases.iter_mut().find(|(_, known)| *known == text) {
                Some((indexes, _)) => indexes.push(index),
                None => cases.push((vec![index], text)),
            }
        }
        let mut cases: Vec<(Option<String>, String)> =
            cases.into_iter().map(|(indexes, text)| (scenarios.describe(&indexes), text)).collect();
        cases.sort_by(|a, b| a.1.cmp(&b.1));
        cases
    }

    /// When a resource exists.
    pub(crate) fn exists(&self, address: &str) -> Vec<(Option<String>, String)> {
        let guard = &self.resource(address).guard;
        self.cases_of(std::slice::from_ref(guard), |scenario| {
            format!("{:?}", scenario.decides(guard))
        })
    }

    /// The edges of a kind as text: `From.Path -> To.Attribute`.
    pub(crate) fn edges(&self, kind: EdgeKind) -> Vec<String> {
        let address = |edge: &Edge| {
            let resources = &self.root.resources;
            (&resources[edge.from.0 as usize].address, &resources[edge.to.0 as usize].address)
        };
        let edges = self.root.edges.iter().filter(|edge| edge.kind == kind);
        let show = |edge: &Edge| {
            let (from, to) = address(edge);
            let dot = if edge.attribute.is_empty() { "" } else { "." };
            format!("{from}/{} -> {to}{dot}{}", edge.path, edge.attribute)
        };
        edges.map(show).collect()
    }

    pub(crate) fn into_graph(self) -> ResourceGraph {
        ResourceGraph::new(vec![self.root])
    }
}

/// A value in a few words.
pub(crate) fn show(value: &Value) -> String {
    match &value.kind {
        ValueKind::Absent => "absent".into(),
        ValueKind::Null => "null".into(),
        ValueKind::List(items) => {
            let items: Vec<String> = items.iter().map(show).collect();
            format!("[{}]", items.join(", "))
        }
        ValueKind::Map(map) => {
            let entries = map.entries().iter();
            let entries: Vec<String> =
                entries.map(|entry| format!("{}: {}", entry.key, show(&entry.value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        ValueKind::OneOf(arms) => {
            let arms: Vec<String> = arms.iter().map(|arm| show(&arm.value)).collect();
            arms.join(" | ")
        }
        ValueKind::Unknown(reason) => format!("?{}", show_reason(reason)),
        _ => value.display_text().unwrap_or_default(),
    }
}

fn show_reason(reason: &Reason) -> String {
    let text = format!("{reason:?}");
    text.replace('"', "")
}
