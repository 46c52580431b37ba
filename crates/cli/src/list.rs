//! `trilith list`: rules, and resources as rules see them.

use std::io::{self, Write};
use std::path::PathBuf;

use serde_json::{Map, Number, Value as Json, json};
use trilith_graph::{Flags, Part, Resource, ResourceGraph, ResourceId, Scenario, Value, ValueKind};
use trilith_parser::Options;
use trilith_rules::{Rule, View};

use crate::analyse::{Analysis, Input, analyse_with};
use crate::args::{ListFormat, ListResourcesArgs};
use crate::discover::{Walk, discover};
use crate::failure::Failure;
use crate::files;
use crate::loader::FileLoader;
use crate::parameters::Given;

/// Prints rules.
pub fn rules(rules: &[&Rule], format: ListFormat, out: &mut dyn Write) -> Result<(), Failure> {
    let result = match format {
        ListFormat::Text => rules.iter().try_for_each(|rule| {
            let m = &rule.metadata;
            writeln!(
                out,
                "{:<8} {:<6} {:<58} {}",
                m.severity,
                rule.predicate.language(),
                m.id,
                m.title
            )
        }),
        ListFormat::Json => {
            let list: Vec<Json> = rules.iter().map(|rule| rule_json(rule)).collect();
            print_json(&Json::from(list), out)
        }
    };
    Ok(result?)
}

fn rule_json(rule: &Rule) -> Json {
    let m = &rule.metadata;
    json!({
        "id": m.id, "title": m.title, "summary": m.summary, "severity": m.severity,
        "confidence": m.confidence, "status": m.status, "since": m.since,
        "language": rule.predicate.language(), "resources": m.resources,
        "practices": m.practices, "responsibility": m.responsibility, "fix": m.fix,
        "controls": m.controls, "controls_source": m.controls_source,
        "aliases": m.aliases, "catalogue": m.catalogue, "not_in": m.not_in,
    })
}

/// Prints resources.
pub fn resources(args: &ListResourcesArgs, out: &mut dyn Write) -> Result<(), Failure> {
    let here = [PathBuf::from(".")];
    let paths = if args.paths.is_empty() { &here[..] } else { &args.paths[..] };
    let walk = Walk { no_ignore: args.no_ignore, ..Walk::default() };
    let mut inputs = Vec::new();
    for candidate in discover(paths, &walk)? {
        inputs.push(Input::decode(candidate.name, files::read(&candidate.path)?));
    }
    let parameters = Given::read(&args.parameters)?;
    let (variables, values) = args.variables.read()?;
    inputs.extend(values);
    let options = Options { parameters: parameters.values(), variables, ..Options::default() };
    let analysis = analyse_with(inputs, &options, &FileLoader::of_disk());
    if analysis.files == 0 {
        return Err(Failure::new("no CloudFormation, Terraform or IAM file to list"));
    }
    parameters.check(&analysis.graph)?;
    if args.input {
        return Ok(print_json(&inputs_of_rules(&analysis.graph), out)?);
    }
    let result = match args.format {
        ListFormat::Text => text(&analysis, out),
        ListFormat::Json => print_json(&graph_json(&analysis), out),
    };
    Ok(result?)
}

/// What Rego rules see as `input`, one for each resource. Conditions are not decided here: a
/// value that depends on one is unknown, while a run looks at every way they can come out.
fn inputs_of_rules(graph: &ResourceGraph) -> Json {
    let scenario = Scenario::default();
    let ids = graph.resources().map(|(id, _)| id);
    ids.map(|id| trilith_rules::resource_json(&View::new(graph, id, &scenario))).collect()
}

fn print_json(value: &Json, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}

fn text(analysis: &Analysis, out: &mut dyn Write) -> io::Result<()> {
    for (_, resource) in analysis.graph.resources() {
        let at = analysis.sources.start(resource.span);
        let file = analysis.sources.file(resource.span.source).name();
        let from = &resource.source_type;
        let from =
            if *from == resource.resource_type { String::new() } else { format!(" ({from})") };
        writeln!(
            out,
            "{file}:{}:{}: {} {}{from}",
            at.line, at.column, resource.address, resource.resource_type
        )?;
    }
    Ok(())
}

fn graph_json(analysis: &Analysis) -> Json {
    let graph = &analysis.graph;
    let list: Vec<Json> =
        graph.resources().map(|(id, resource)| resource_json(analysis, id, resource)).collect();
    json!({ "version": 1, "resources": list, "edges": edges_json(graph) })
}

fn resource_json(analysis: &Analysis, id: ResourceId, resource: &Resource) -> Json {
    let at = analysis.sources.start(resource.span);
    json!({
        "id": id.0,
        "address": &*resource.address,
        "name": &*resource.name,
        "type": &*resource.resource_type,
        "source_type": &*resource.source_type,
        "format": resource.format.name(),
        "root": &*analysis.graph.root(resource.root).name,
        "file": analysis.sources.file(resource.span.source).name(),
        "line": at.line,
        "column": at.column,
        "synthetic": resource.is_synthetic(),
        "condition": resource.guard.describe(true),
        "properties": value_json(&resource.properties),
        "attributes": value_json(&resource.attributes),
        "raw": value_json(&resource.raw),
    })
}

fn edges_json(graph: &ResourceGraph) -> Vec<Json> {
    let edge = |edge: &trilith_graph::Edge| {
        json!({
            "from": edge.from.0,
            "to": edge.to.0,
            "kind": format!("{:?}", edge.kind),
            "path": edge.path.to_string(),
            "attribute": &*edge.attribute,
        })
    };
    graph.edges().iter().map(edge).collect()
}

/// A value for people who write rules: what is not plainly known is an object with one key that
/// starts with `$`.
fn value_json(value: &Value) -> Json {
    if value.flags.has(Flags::SENSITIVE) {
        return json!({ "$sensitive": true });
    }
    match &value.kind {
        ValueKind::Absent => json!({ "$absent": true }),
        ValueKind::Null => Json::Null,
        ValueKind::Bool(value) => Json::Bool(*value),
        ValueKind::Int(value) => Json::from(*value),
        ValueKind::Float(value) => Number::from_f64(*value).map_or(Json::Null, Json::Number),
        ValueKind::String(text) => Json::from(&**text),
        ValueKind::List(items) => items.iter().map(value_json).collect(),
        ValueKind::Map(map) => {
            let members = map.entries().iter();
            let mut object: Map<String, Json> =
                members.map(|entry| (entry.key.to_string(), value_json(&entry.value))).collect();
            if value.flags.has(Flags::OPEN) {
                object.insert("$open".into(), Json::Bool(true));
            }
            Json::Object(object)
        }
        ValueKind::OneOf(arms) => {
            let arm = |arm: &trilith_graph::Arm| json!({ "when": arm.guard.describe(true), "value": value_json(&arm.value) });
            json!({ "$one_of": arms.iter().map(arm).collect::<Vec<_>>() })
        }
        ValueKind::Template(parts) => {
            let part = |part: &Part| match part {
                Part::Text(text) => Json::from(&**text),
                Part::Hole(hole) => value_json(hole),
            };
            json!({ "$template": parts.iter().map(part).collect::<Vec<_>>() })
        }
        ValueKind::Reference(reference) => {
            json!({ "$reference": { "address": &*reference.address, "attribute": &*reference.attribute } })
        }
        ValueKind::Unknown(reason) => json!({ "$unknown": reason.to_string() }),
    }
}
