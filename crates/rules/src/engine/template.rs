//! Resources as a CloudFormation template, for the reference engine of Guard.

use serde_json::{Map, Value as Json, json};
use trilith_graph::{Part, Value, ValueKind};

use super::guard::{Document as _, RootDocument};
use crate::view::View;

/// A template that holds one resource.
pub(crate) fn of_resource(view: &View<'_>) -> Json {
    let resource = view.resource();
    let body = body(&resource.resource_type, view.properties(), &resource.attributes);
    json!({ "Resources": { &*resource.address: body } })
}

/// The template of a whole root.
pub(crate) fn of_root(document: &RootDocument<'_>) -> Json {
    let mut template = match to_json(document.members()) {
        Json::Object(members) => members,
        _ => Map::new(),
    };
    let mut resources = Map::new();
    for at in 0..document.resource_count() {
        let resource = document.resource(at);
        let body = body(resource.resource_type, resource.properties, resource.attributes);
        resources.insert(resource.address.to_owned(), body);
    }
    template.insert("Resources".into(), resources.into());
    template.into()
}

fn body(resource_type: &str, properties: &Value, attributes: &Value) -> Json {
    let mut body = Map::new();
    body.insert("Type".into(), Json::from(resource_type));
    if !properties.is_absent() {
        body.insert("Properties".into(), to_json(properties));
    }
    if let Json::Object(attributes) = to_json(attributes) {
        body.extend(attributes);
    }
    body.into()
}

/// A value as it would be written in a template; what is unknown is a reference to a parameter.
fn to_json(value: &Value) -> Json {
    match &value.kind {
        ValueKind::Absent | ValueKind::Null => Json::Null,
        ValueKind::Bool(value) => Json::from(*value),
        ValueKind::Int(value) => Json::from(*value),
        ValueKind::Float(value) => Json::from(*value),
        ValueKind::String(text) => Json::from(&**text),
        ValueKind::List(items) => items.iter().map(to_json).collect(),
        ValueKind::Map(map) => {
            let members = map.entries().iter().filter(|entry| !entry.value.is_absent());
            let members = members.map(|entry| (entry.key.to_string(), to_json(&entry.value)));
            Json::Object(members.collect())
        }
        ValueKind::Template(parts) => {
            let text: String = parts.iter().map(sub_part).collect();
            json!({ "Fn::Sub": text })
        }
        ValueKind::Reference(reference) if reference.attribute.is_empty() => {
            json!({ "Ref": &*reference.address })
        }
        ValueKind::Reference(reference) => {
            json!({ "Fn::GetAtt": [&*reference.address, &*reference.attribute] })
        }
        ValueKind::OneOf(_) | ValueKind::Unknown(_) => json!({ "Ref": "Unknown" }),
    }
}

fn sub_part(part: &Part) -> String {
    match part {
        Part::Text(text) => text.replace("${", "${!"),
        Part::Hole(hole) => match hole.as_reference() {
            Some(reference) => reference.to_string(),
            None => "${Unknown}".into(),
        },
    }
}
