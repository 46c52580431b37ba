//! As much of JSON Schema (draft 4) as the schema of SARIF 2.1.0 needs for what we write.
//!
//! `tests/data/sarif-2.1.0.json` is the schema of OASIS (revision rtm.5) as the package
//! `@microsoft/jest-sarif` (MIT) carries it, without descriptions and defaults. A keyword that
//! this checker does not know panics, so nothing goes unchecked.

#![allow(clippy::unwrap_used, reason = "support of tests")]

use serde_json::{Map, Value};

#[derive(Debug)]
pub(crate) struct Schema {
    root: Value,
}

impl Schema {
    pub(crate) fn sarif() -> Self {
        let root = serde_json::from_str(include_str!("../data/sarif-2.1.0.json")).unwrap();
        Self { root }
    }

    /// What is wrong with a document, each with the place.
    pub(crate) fn check(&self, document: &Value) -> Vec<String> {
        let mut errors = Vec::new();
        self.visit(&self.root, document, "", &mut errors);
        errors
    }

    fn visit(&self, schema: &Value, value: &Value, at: &str, errors: &mut Vec<String>) {
        let schema = schema.as_object().unwrap();
        for (keyword, rule) in schema {
            let holds = match keyword.as_str() {
                "$schema" | "title" | "id" | "definitions" => true,
                "$ref" => {
                    let pointer = rule.as_str().unwrap().strip_prefix('#').unwrap();
                    self.visit(self.root.pointer(pointer).unwrap(), value, at, errors);
                    true
                }
                "type" => has_type(rule.as_str().unwrap(), value),
                "enum" => rule.as_array().unwrap().contains(value),
                "minimum" => value.as_f64().is_none_or(|n| n >= rule.as_f64().unwrap()),
                "maximum" => value.as_f64().is_none_or(|n| n <= rule.as_f64().unwrap()),
                "minItems" => {
                    value.as_array().is_none_or(|all| all.len() as u64 >= rule.as_u64().unwrap())
                }
                "uniqueItems" => {
                    let all = value.as_array().map_or(&[][..], Vec::as_slice);
                    all.iter().enumerate().all(|(index, item)| !all[..index].contains(item))
                }
                "format" => has_format(rule.as_str().unwrap(), value),
                "required" => rule
                    .as_array()
                    .unwrap()
                    .iter()
                    .all(|key| value.get(key.as_str().unwrap()).is_some()),
                "anyOf" => self.matching(rule, value) >= 1,
                "oneOf" => self.matching(rule, value) == 1,
                "items" => {
                    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.visit(rule, item, &format!("{at}/{index}"), errors);
                    }
                    true
                }
                "properties" => {
                    for (key, rule) in rule.as_object().unwrap() {
                        if let Some(value) = value.get(key) {
                            self.visit(rule, value, &format!("{at}/{key}"), errors);
                        }
                    }
                    true
                }
                "additionalProperties" => self.additional(schema, rule, value, at, errors),
                other => panic!("{at}: the schema uses `{other}`, which is not checked here"),
            };
            if !holds {
                errors.push(format!("{at}: {keyword} {rule}"));
            }
        }
    }

    fn matching(&self, rules: &Value, value: &Value) -> usize {
        let holds = |rule: &&Value| {
            let mut errors = Vec::new();
            self.visit(rule, value, "", &mut errors);
            errors.is_empty()
        };
        rules.as_array().unwrap().iter().filter(holds).count()
    }

    fn additional(
        &self,
        schema: &Map<String, Value>,
        rule: &Value,
        value: &Value,
        at: &str,
        errors: &mut Vec<String>,
    ) -> bool {
        let known = schema.get("properties").and_then(Value::as_object);
        let is_known = |key: &String| known.is_some_and(|known| known.contains_key(key));
        let Some(members) = value.as_object() else { return true };
        let mut others = members.iter().filter(|(key, _)| !is_known(key));
        match rule {
            Value::Bool(true) => true,
            Value::Bool(false) => others.next().is_none(),
            _ => {
                others.for_each(|(key, value)| {
                    self.visit(rule, value, &format!("{at}/{key}"), errors);
                });
                true
            }
        }
    }
}

fn has_type(name: &str, value: &Value) -> bool {
    match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        other => panic!("type `{other}` is not checked here"),
    }
}

fn has_format(name: &str, value: &Value) -> bool {
    let Some(text) = value.as_str() else { return true };
    let allowed = |byte: u8| byte.is_ascii_graphic() && !br#"<>"[]\^`{|}"#.contains(&byte);
    match name {
        "uri-reference" => text.bytes().all(allowed),
        "uri" => text.bytes().all(allowed) && text.contains(':'),
        other => panic!("format `{other}` is not checked here"),
    }
}
