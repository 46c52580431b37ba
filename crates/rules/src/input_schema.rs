//! The JSON Schema of `input`, for editors, Regal and `opa check --schema`.

use serde_json::{Map, Value as Json, json};

/// Name, schema and meaning of a member.
type Field = (&'static str, &'static str, &'static str);

/// The members of a resource.
const RESOURCE: &[Field] = &[
    ("address", "string", "Address, unique in its root: a logical id, or a Terraform address."),
    ("attributes", "object", "What stands beside the properties: `DeletionPolicy`, `Metadata`."),
    ("format", "format", "What its root is written in."),
    ("name", "string", "The name that its author gave it."),
    (
        "properties",
        "object",
        "Properties under CloudFormation's names, whatever it is written in. Unknown ones are left out.",
    ),
    ("source_type", "string", "Type as written: `aws_s3_bucket`."),
    ("terraform", "boolean", "Whether Terraform's defaults apply."),
    ("type", "string", "Canonical type: `AWS::S3::Bucket`."),
    ("unknown", "strings", "Paths of unknown properties, such as `Tags/0/Value`."),
];

/// What only the resource that is looked at has, and not its attachments.
const WHOLE: &[Field] = &[
    (
        "attachments",
        "attachments",
        "Resources that are a part of it and written apart: its bucket policy, its ingress rules.",
    ),
    ("references", "references", "What it refers to."),
];

const REFERENCE: &[Field] = &[
    ("address", "string", "Address of the resource that is referred to."),
    ("attribute", "string", "The attribute that is read; empty for the resource itself."),
    ("kind", "kind", "What the reference means."),
    ("path", "string", "The property that holds the reference."),
    ("type", "string", "Canonical type of the resource that is referred to."),
];

const EDGE: &[Field] = &[
    ("attribute", "string", "The attribute of `to` that is read; empty for the resource itself."),
    ("from", "string", "Address of the resource that holds the reference."),
    ("kind", "kind", "What the reference means."),
    ("path", "string", "The property of `from` that holds it."),
    ("to", "string", "Address of the resource that is referred to."),
];

const ROOT: &[Field] = &[
    ("format", "format", "What it is written in."),
    ("name", "string", "Path of its file or directory."),
    ("open", "boolean", "Whether it may hold resources that cannot be seen."),
    ("version", "integer", "Version of this shape."),
];

/// The schema of `input` for rules that are shown a resource, and for those that are shown a
/// whole root.
pub fn input_schema() -> Json {
    let resource: Vec<Field> = RESOURCE.iter().chain(WHOLE).copied().collect();
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Input of Trilith's Rego rules",
        "description": "A rule sees one resource, or with `custom.input: graph` a whole root.",
        "anyOf": [{ "$ref": "#/$defs/resource" }, { "$ref": "#/$defs/root" }],
        "$defs": {
            "resource": object(&resource),
            "attachment": object(RESOURCE),
            "reference": object(REFERENCE),
            "edge": object(EDGE),
            "root": {
                "type": "object",
                "additionalProperties": false,
                "required": ["edges", "resources", "trilith"],
                "properties": {
                    "trilith": object(ROOT),
                    "resources": {
                        "type": "object",
                        "description": "The resources by their addresses.",
                        "additionalProperties": { "$ref": "#/$defs/resource" },
                    },
                    "edges": { "type": "array", "items": { "$ref": "#/$defs/edge" } },
                },
            },
        },
    })
}

fn object(fields: &[Field]) -> Json {
    let members: Map<String, Json> = fields
        .iter()
        .map(|(name, kind, about)| ((*name).to_owned(), member(kind, about)))
        .collect();
    let names: Vec<&str> = fields.iter().map(|(name, _, _)| *name).collect();
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": names,
        "properties": members,
    })
}

fn member(kind: &str, about: &str) -> Json {
    let list =
        |name: &str| json!({ "type": "array", "items": { "$ref": format!("#/$defs/{name}") } });
    let mut schema = match kind {
        "strings" => json!({ "type": "array", "items": { "type": "string" } }),
        "attachments" => list("attachment"),
        "references" => list("reference"),
        "format" => {
            json!({ "enum": ["cloudformation", "iam", "terraform", "terraform-json", "terraform-plan"] })
        }
        "kind" => json!({ "enum": ["attached-to", "depends-on", "refers-to"] }),
        plain => json!({ "type": plain }),
    };
    schema["description"] = Json::from(about);
    schema
}
