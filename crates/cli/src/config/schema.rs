//! The JSON Schema of the configuration, from which editors complete and check it.
//!
//! It is written here beside the types that read the file (`file.rs`); a test holds that both
//! know the same keys and words.

use serde_json::{Value, json};

const SEVERITIES: [&str; 5] = ["info", "low", "medium", "high", "critical"];
const KINDS: [&str; 6] = [
    "identity-policy",
    "trust-policy",
    "resource-policy",
    "service-control-policy",
    "resource-control-policy",
    "ignored",
];
const SELECTOR: &str = "ids, globs (`s3-*`), services (`s3`), best practices (`SEC05-BP02`), \
                        severities (`severity:high`) or other tools' ids (`CKV_AWS_24`)";

/// The schema.
pub fn schema() -> Value {
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "https://raw.githubusercontent.com/trilith-dev/trilith/main/docs/trilith.schema.json",
        "title": "Trilith configuration",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "extend": text("A configuration file that this one goes on from, relative to this one."),
            "select": texts(&format!("Rules to apply: {SELECTOR}. All stable rules if this is not given.")),
            "ignore": texts("Rules not to apply."),
            "extend-select": texts("Rules to apply besides those of the file that is extended."),
            "extend-ignore": texts("Rules not to apply, besides those of the file that is extended."),
            "preview": { "type": "boolean", "description": "Whether rules that are new apply too." },
            "rule-set": text("The last release of which rules apply: an upgrade then brings no new findings."),
            "rules": texts("Directories, files and bundles with rules of your own, relative to this file."),
            "data": texts("JSON and YAML files that Rego policies see as `data`, relative to this file."),
            "namespaces": texts("Rego packages that are shown documents, besides `main`."),
            "exclude": texts("Globs of paths that are not looked at, as in .gitignore."),
            "min-severity": one_of("Least severity that is printed.", &SEVERITIES),
            "fail-on": one_of("Least severity that makes the exit code 1.", &SEVERITIES),
            "severity": severities("Severities of rules other than their own, by id, glob or another name."),
            "overrides": list("What holds for some paths only.", &overriding()),
            "parameters": values("Values of parameters of CloudFormation templates."),
            "parameter-files": texts("Files with such values, relative to this file."),
            "variables": values("Values of input variables of Terraform's root modules."),
            "var-files": texts("`.tfvars` files with such values, relative to this file."),
            "documents": {
                "type": "object",
                "description": "What documents are that do not say it themselves, by globs of paths.",
                "additionalProperties": { "type": "string", "enum": KINDS },
            },
            "baseline": text("The file with known findings, relative to this file."),
            "accounts": texts("Accounts that belong to the organization."),
            "guardrails": texts("Service control policies that apply to the accounts, one level of the organization each: files or directories, relative to this file."),
            "tags": {
                "type": "object",
                "description": "Which tags resources must have.",
                "additionalProperties": false,
                "properties": { "required": texts("Their keys.") },
            },
            "classification": {
                "type": "object",
                "description": "How the sensitivity of data is told.",
                "additionalProperties": false,
                "properties": { "tag": text("Key of the tag."), "values": texts("Its values.") },
            },
            "waiver-policy": waiver_policy(),
            "waivers": list("Findings that somebody accepts.", &waiver()),
        },
    })
}

fn overriding() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["paths"],
        "properties": {
            "paths": texts("Globs of the paths, relative to the configuration file."),
            "select": texts("The only rules that apply there."),
            "ignore": texts("Rules that do not apply there."),
            "severity": severities("Severities of rules there."),
        },
    })
}

fn waiver_policy() -> Value {
    let permission = ["allow", "deny"];
    json!({
        "type": "object",
        "description": "What is demanded of waivers, besides what the file demands that is extended.",
        "additionalProperties": false,
        "properties": {
            "inline": one_of("Whether waivers in comments and in metadata count.", &permission),
            "foreign": one_of("Whether suppressions of other tools count.", &permission),
            "max-days": {
                "type": "integer",
                "minimum": 0,
                "description": "How many days ahead an expiry may lie.",
            },
            "require": {
                "type": "array",
                "description": "What a waiver must say; reason, owner and expires unless this is given.",
                "items": { "type": "string", "enum": ["reason", "owner", "expires", "ticket"] },
            },
        },
    })
}

fn waiver() -> Value {
    json!({
        "type": "object",
        "additionalProperties": false,
        "required": ["rule"],
        "properties": {
            "rule": one_or_many("The rule, by id, glob or another tool's id; or several."),
            "resource": one_or_many("Addresses of resources, with `*` for any text."),
            "path": one_or_many("Globs of paths, relative to the configuration file."),
            "property": text("The property, with `*` for any text: `Policies/*/PolicyDocument`."),
            "value": one_or_many("The value at the finding, with `*` for any text; or several."),
            "reason": text("Why it is accepted."),
            "owner": text("Who accepts it."),
            "expires": text("The last day on which it holds: `2026-12-31`."),
            "ticket": text("Where it was decided."),
            "findings": {
                "type": "integer",
                "minimum": 0,
                "description": "Number of findings that it was written for: more of them are reported.",
            },
        },
    })
}

fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

fn texts(description: &str) -> Value {
    json!({ "type": "array", "description": description, "items": { "type": "string" } })
}

fn one_or_many(description: &str) -> Value {
    json!({
        "description": description,
        "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }],
    })
}

fn one_of(description: &str, words: &[&str]) -> Value {
    json!({ "type": "string", "description": description, "enum": words })
}

fn list(description: &str, item: &Value) -> Value {
    json!({ "type": "array", "description": description, "items": item })
}

fn severities(description: &str) -> Value {
    json!({
        "type": "object",
        "description": description,
        "additionalProperties": { "type": "string", "enum": SEVERITIES },
    })
}

fn values(description: &str) -> Value {
    json!({
        "type": "object",
        "description": description,
        "additionalProperties": {
            "type": ["string", "number", "integer", "boolean", "array"],
        },
    })
}

#[cfg(test)]
mod tests {
    use super::super::file::File;
    use super::*;

    /// The words that serde would have accepted at the place of a wrong one.
    fn known(text: &str) -> Vec<String> {
        let error = toml::from_str::<File>(text).expect_err("a wrong word");
        let (_, list) = error.message().split_once("expected ").expect("a list of words");
        let mut known: Vec<String> =
            list.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        known.sort();
        known
    }

    fn keys(pointer: &str) -> Vec<String> {
        let schema = schema();
        let found = schema.pointer(pointer).unwrap_or_else(|| panic!("no {pointer}"));
        let mut keys: Vec<String> = match found {
            Value::Object(members) => members.keys().cloned().collect(),
            Value::Array(words) => {
                words.iter().filter_map(Value::as_str).map(str::to_owned).collect()
            }
            _ => Vec::new(),
        };
        keys.sort();
        keys
    }

    #[test]
    fn the_schema_and_the_types_know_the_same_words() {
        for (pointer, wrong) in [
            ("/properties", "zz = 1"),
            ("/properties/overrides/items/properties", "[[overrides]]\npaths = []\nzz = 1"),
            ("/properties/tags/properties", "[tags]\nzz = 1"),
            ("/properties/classification/properties", "[classification]\nzz = 1"),
            ("/properties/waiver-policy/properties", "[waiver-policy]\nzz = 1"),
            ("/properties/waivers/items/properties", "[[waivers]]\nrule = \"x\"\nzz = 1"),
            ("/properties/fail-on/enum", "fail-on = \"zz\""),
            ("/properties/severity/additionalProperties/enum", "[severity]\nx = \"zz\""),
            ("/properties/documents/additionalProperties/enum", "[documents]\nx = \"zz\""),
            (
                "/properties/waiver-policy/properties/inline/enum",
                "[waiver-policy]\ninline = \"zz\"",
            ),
            (
                "/properties/waiver-policy/properties/require/items/enum",
                "[waiver-policy]\nrequire = [\"zz\"]",
            ),
        ] {
            assert_eq!(keys(pointer), known(wrong), "{pointer}");
        }
    }
}
