//! Sources in, plain JSON out, so that expectations can be written as CloudFormation.

use serde_json::{Value as Json, json};
use trilith_graph::{
    Diagnostic, Flags, Part, Resource, Root, SourceFile, SourceId, SourceMap, Span, Value,
    ValueKind,
};
use trilith_parser::terraform::{lower_plan, plan_tree};
use trilith_parser::{Options, Parsed, parse_modules};

/// Reads the text of a plan.
pub(crate) fn plan_with_diagnostics(text: &str) -> (Root, Vec<Diagnostic>) {
    let parsed = plan_tree(SourceId(0), text);
    assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
    lower_plan(&parsed.tree, parsed.tree.documents()[0], "plan.json")
}

/// Reads a plan that is all right.
pub(crate) fn plan(json: &Json) -> Root {
    let (root, diagnostics) = plan_with_diagnostics(&json.to_string());
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    root
}

/// Reads files as Terraform modules; each one that no other calls is a root.
pub(crate) fn modules(files: &[(&str, &str)]) -> Parsed {
    modules_with(files, &Options::default())
}

/// Reads files as Terraform modules, with values for variables.
pub(crate) fn modules_with(files: &[(&str, &str)], options: &Options) -> Parsed {
    let mut sources = SourceMap::new();
    let ids: Vec<SourceId> =
        files.iter().map(|(name, text)| sources.add(SourceFile::new(*name, *text))).collect();
    parse_modules(&sources, &ids, options)
}

/// Reads files of which one directory is the only root and all is well.
pub(crate) fn only_root(files: &[(&str, &str)]) -> Root {
    let mut parsed = modules(files);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    assert_eq!(parsed.roots.len(), 1);
    parsed.roots.remove(0)
}

/// Reads a module in JSON syntax.
pub(crate) fn module(text: &str) -> Root {
    only_root(&[("dir/main.tf.json", text)])
}

/// Reads a module in Terraform's own syntax.
pub(crate) fn hcl(text: &str) -> Root {
    only_root(&[("dir/main.tf", text)])
}

/// The resource with an address.
pub(crate) fn find<'r>(root: &'r Root, address: &str) -> &'r Resource {
    let found = root.resources.iter().find(|resource| &*resource.address == address);
    found.unwrap_or_else(|| panic!("no {address} in {:?}", addresses(root)))
}

/// Addresses of a root in order.
pub(crate) fn addresses(root: &Root) -> Vec<&str> {
    let written = root.resources.iter().filter(|resource| !resource.is_setting());
    written.map(|resource| resource.address.as_ref()).collect()
}

/// A value as JSON: references as CloudFormation writes them, what is not known as
/// `{"Unknown": why}`, and without what is only a default.
pub(crate) fn written(value: &Value) -> Json {
    match &value.kind {
        ValueKind::Absent | ValueKind::Null => Json::Null,
        ValueKind::Bool(value) => json!(value),
        ValueKind::Int(value) => json!(value),
        ValueKind::Float(value) => json!(value),
        ValueKind::String(text) => json!(&**text),
        ValueKind::List(items) => items.iter().map(written).collect(),
        ValueKind::Map(map) => Json::Object(
            map.entries()
                .iter()
                .filter(|entry| !entry.value.flags.has(Flags::SCHEMA_DEFAULT))
                .map(|entry| (entry.key.to_string(), written(&entry.value)))
                .collect(),
        ),
        ValueKind::Reference(reference) if reference.attribute.is_empty() => {
            json!({ "Ref": &*reference.address })
        }
        ValueKind::Reference(reference) => {
            json!({ "Fn::GetAtt": [&*reference.address, &*reference.attribute] })
        }
        ValueKind::Template(parts) => {
            let text: String = parts
                .iter()
                .map(|part| match part {
                    Part::Text(text) => text.to_string(),
                    Part::Hole(hole) => match &hole.kind {
                        ValueKind::Reference(reference) => reference.to_string(),
                        _ => "${?}".into(),
                    },
                })
                .collect();
            json!({ "Fn::Sub": text })
        }
        ValueKind::Unknown(reason) => json!({ "Unknown": reason.to_string() }),
        ValueKind::OneOf(arms) => json!({
            "OneOf": arms
                .iter()
                .map(|arm| json!([arm.guard.describe(true), written(&arm.value)]))
                .collect::<Vec<_>>()
        }),
    }
}

/// Type and properties of the resource with an address.
pub(crate) fn resource(root: &Root, address: &str) -> (String, Json) {
    let resource = find(root, address);
    (resource.resource_type.to_string(), written(&resource.properties))
}

/// The text under a span.
pub(crate) fn under(text: &str, span: Span) -> &str {
    &text[span.start as usize..span.end as usize]
}
