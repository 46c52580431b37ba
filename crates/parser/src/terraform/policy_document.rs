//! `aws_iam_policy_document`: the blocks that Terraform makes a policy of.
//!
//! The result is what the provider would print, with the spans of the blocks. Where a part is
//! known after apply, the rest of the policy is still there.

use std::sync::Arc;

use trilith_graph::{Entry, Flags, Formula, Map, Part, Span, Value, ValueKind};

use crate::canonical::cases::{elements, in_each_combination, otherwise};
use crate::hcl::{map_arms, only_if};

/// The policy that the attributes of a data source amount to. `read` gives the documents that
/// it continues or overrides, from their text.
pub(super) fn policy(raw: &Value, read: &mut dyn FnMut(&Value) -> Value) -> Value {
    let span = raw.span;
    let mut statements = Statements::default();
    for attribute in ["source_json", "source_policy_documents"] {
        statements.merge_all(raw.get(attribute), read);
    }
    let own = raw.get("statement");
    for (guard, block) in elements(own) {
        match &block.kind {
            ValueKind::Map(_) => statements.add(&guard, statement(block)),
            ValueKind::Null => {}
            _ => statements.is_open = true,
        }
    }
    statements.open_if_unknown(own);
    for attribute in ["override_json", "override_policy_documents"] {
        statements.merge_all(raw.get(attribute), read);
    }
    let mut policy = Map::default();
    let version = raw.get("version");
    let version = if is_given(version) {
        version.clone()
    } else {
        Value::string("2012-10-17", span).with(Flags::SCHEMA_DEFAULT)
    };
    policy.push(entry("Version", version));
    if is_given(raw.get("policy_id")) {
        policy.push(entry("Id", raw.get("policy_id").clone()));
    }
    let flags = if statements.is_open { Flags::OPEN } else { Flags::NONE };
    policy.push(entry("Statement", Value::list(statements.list, span).with(flags)));
    Value::map(policy, span)
}

#[derive(Default)]
struct Statements {
    list: Vec<Value>,
    /// Whether there may be more.
    is_open: bool,
}

impl Statements {
    /// Adds a statement that is there under a condition. One with the `Sid` of an earlier one
    /// takes its place.
    fn add(&mut self, guard: &Formula, statement: Value) {
        let sid = statement.get("Sid").as_str().filter(|sid| !sid.is_empty());
        let same = sid.and_then(|sid| {
            self.list.iter().position(|earlier| earlier.get("Sid").as_str() == Some(sid))
        });
        match same {
            Some(at) if *guard == Formula::True => self.list[at] = statement,
            Some(at) => self.list[at] = otherwise(guard, statement, self.list[at].clone()),
            None => self.list.push(only_if(guard.clone(), statement)),
        }
    }

    /// Adds what the documents of an attribute say.
    fn merge_all(&mut self, documents: &Value, read: &mut dyn FnMut(&Value) -> Value) {
        for (guard, document) in elements(documents) {
            self.merge(&guard, &read(document));
        }
        self.open_if_unknown(documents);
    }

    fn merge(&mut self, guard: &Formula, document: &Value) {
        let statements = document.get("Statement");
        self.open_if_unknown(document);
        self.open_if_unknown(statements);
        for (inner, statement) in elements(statements) {
            match &statement.kind {
                ValueKind::Map(_) => {
                    self.add(&Formula::all([guard.clone(), inner]), statement.clone());
                }
                _ => self.is_open = true,
            }
        }
    }

    fn open_if_unknown(&mut self, value: &Value) {
        if let ValueKind::OneOf(arms) = &value.kind {
            arms.iter().for_each(|arm| self.open_if_unknown(&arm.value));
            return;
        }
        self.is_open |= value.flags.has(Flags::OPEN)
            || !matches!(
                value.kind,
                ValueKind::Absent | ValueKind::Null | ValueKind::List(_) | ValueKind::Map(_)
            ) && value.as_str().is_none();
    }
}

fn statement(block: &Value) -> Value {
    let mut statement = Map::default();
    if is_given(block.get("sid")) {
        statement.push(entry_of(block, "sid", "Sid", block.get("sid").clone()));
    }
    let effect = block.get("effect");
    let effect = if is_given(effect) {
        effect.clone()
    } else {
        Value::string("Allow", block.span).with(Flags::SCHEMA_DEFAULT)
    };
    statement.push(entry_of(block, "effect", "Effect", effect));
    for (attribute, key) in [
        ("actions", "Action"),
        ("not_actions", "NotAction"),
        ("resources", "Resource"),
        ("not_resources", "NotResource"),
    ] {
        let value = block.get(attribute);
        if has_elements(value) {
            statement.push(entry_of(block, attribute, key, texts(value)));
        }
    }
    for (attribute, key) in [("principals", "Principal"), ("not_principals", "NotPrincipal")] {
        let value = block.get(attribute);
        if has_elements(value) {
            let value = in_each_combination(value, &mut |blocks| principals(blocks));
            statement.push(entry_of(block, attribute, key, value));
        }
    }
    let condition = block.get("condition");
    if has_elements(condition) {
        let value = in_each_combination(condition, &mut |blocks| conditions(blocks));
        statement.push(entry_of(block, "condition", "Condition", value));
    }
    Value { kind: ValueKind::Map(Arc::new(statement)), ..block.clone() }
}

fn principals(blocks: &Value) -> Value {
    let mut map = Map::default();
    let mut open = blocks.flags.has(Flags::OPEN);
    for block in blocks.items() {
        let (kind, identifiers) = (block.get("type"), block.get("identifiers"));
        let Some(kind_text) = kind.as_str() else {
            open = true;
            continue;
        };
        // "*" is not a kind of principal but everybody.
        if kind_text == "*" {
            return everybody(identifiers, kind);
        }
        let more = texts(identifiers);
        match map.entries_mut().iter_mut().find(|entry| &*entry.key == kind_text) {
            Some(entry) => entry.value = joined(&entry.value, &more),
            None => map.push(Entry { key: kind_text.into(), key_span: kind.span, value: more }),
        }
    }
    let flags = if open { Flags::OPEN } else { Flags::NONE };
    match &blocks.kind {
        ValueKind::List(_) | ValueKind::Map(_) => Value::map(map, blocks.span).with(flags),
        _ => blocks.clone(),
    }
}

fn everybody(identifiers: &Value, kind: &Value) -> Value {
    let star = identifiers.items().iter().find(|identifier| identifier.as_str() == Some("*"));
    star.unwrap_or(kind).clone()
}

fn joined(first: &Value, second: &Value) -> Value {
    let items = first.items().iter().chain(second.items()).cloned().collect();
    Value { kind: ValueKind::List(Arc::new(items)), ..first.clone() }
}

fn conditions(blocks: &Value) -> Value {
    let mut tests = Map::default();
    let mut open = blocks.flags.has(Flags::OPEN);
    for block in blocks.items() {
        let (test, variable) = (block.get("test"), block.get("variable"));
        let (Some(name), Some(key)) = (test.as_str(), variable.as_str()) else {
            open = true;
            continue;
        };
        let make = || Value::map(Map::default(), block.span);
        let keys = tests.get_or_insert_with(name, test.span, make);
        if let ValueKind::Map(keys) = &mut keys.kind {
            let keys = Arc::make_mut(keys);
            let values = texts(block.get("values"));
            match keys.get(key).cloned() {
                Some(earlier) => keys.insert(key, variable.span, joined(&earlier, &values)),
                None => keys.insert(key, variable.span, values),
            }
        }
    }
    let flags = if open { Flags::OPEN } else { Flags::NONE };
    match &blocks.kind {
        ValueKind::List(_) | ValueKind::Map(_) => Value::map(tests, blocks.span).with(flags),
        _ => blocks.clone(),
    }
}

/// A list of texts as the provider prints it: one text stands alone.
fn texts(value: &Value) -> Value {
    match &value.kind {
        ValueKind::OneOf(_) => map_arms(value, &mut texts),
        ValueKind::List(items) => {
            let items: Vec<Value> = items
                .iter()
                .filter(|item| !matches!(item.kind, ValueKind::Null | ValueKind::Absent))
                .map(variables)
                .collect();
            match (<[Value; 1]>::try_from(items), value.flags.has(Flags::OPEN)) {
                (Ok([only]), false) => only,
                (Ok(only), true) => Value::list(only.into(), value.span).with(value.flags),
                (Err(items), _) => Value::list(items, value.span).with(value.flags),
            }
        }
        _ => variables(value),
    }
}

/// `&{aws:username}` stands for the policy variable that Terraform itself would take for an
/// expression.
fn variables(value: &Value) -> Value {
    let kind = match &value.kind {
        ValueKind::String(text) if text.contains("&{") => {
            ValueKind::String(text.replace("&{", "${").into())
        }
        ValueKind::Template(parts) => {
            let parts = parts.iter().map(|part| match part {
                Part::Text(text) => Part::Text(text.replace("&{", "${").into()),
                Part::Hole(hole) => Part::Hole(hole.clone()),
            });
            ValueKind::Template(Arc::new(parts.collect()))
        }
        other => other.clone(),
    };
    Value { kind, ..value.clone() }
}

fn is_given(value: &Value) -> bool {
    match &value.kind {
        ValueKind::Absent | ValueKind::Null => false,
        ValueKind::String(text) => !text.is_empty(),
        _ => true,
    }
}

fn has_elements(value: &Value) -> bool {
    match &value.kind {
        ValueKind::List(items) => !items.is_empty() || value.flags.has(Flags::OPEN),
        _ => is_given(value),
    }
}

fn entry(key: &str, value: Value) -> Entry {
    Entry { key: key.into(), key_span: value.span, value }
}

/// A member with the place of the attribute that it comes from.
fn entry_of(block: &Value, attribute: &str, key: &str, value: Value) -> Entry {
    let place: Option<Span> = match &block.kind {
        ValueKind::Map(map) => map.entry(attribute).map(|entry| entry.key_span),
        _ => None,
    };
    Entry { key: key.into(), key_span: place.unwrap_or(value.span), value }
}

#[cfg(test)]
mod tests {
    use trilith_graph::{Reason, SourceId};

    use super::*;
    use crate::tree::{JsonOptions, parse_json, to_value};

    fn json(text: &str) -> Value {
        let parsed = parse_json(SourceId(0), text, &JsonOptions::default());
        assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
        to_value(&parsed.tree, parsed.tree.documents()[0])
    }

    fn text(value: &Value) -> String {
        match &value.kind {
            ValueKind::List(items) => {
                format!("[{}]", items.iter().map(text).collect::<Vec<_>>().join(", "))
            }
            ValueKind::Map(map) => {
                let members: Vec<String> = map
                    .entries()
                    .iter()
                    .map(|entry| format!("{}: {}", entry.key, text(&entry.value)))
                    .collect();
                format!("{{{}}}", members.join(", "))
            }
            ValueKind::Unknown(_) => "?".into(),
            _ => value.display_text().unwrap_or_default(),
        }
    }

    #[test]
    fn blocks_become_what_the_provider_prints() {
        let raw = json(
            r#"{"statement": [{
                "sid": "", "effect": null, "actions": ["s3:GetObject"], "resources": ["a", "b/&{aws:username}"],
                "principals": [{"type": "AWS", "identifiers": ["x"]}, {"type": "AWS", "identifiers": ["y"]}],
                "condition": [{"test": "Bool", "variable": "aws:SecureTransport", "values": ["true"]}]
            }, {"effect": "Deny", "not_actions": ["*"], "principals": [{"type": "*", "identifiers": ["*"]}]}]}"#,
        );
        let policy = policy(&raw, &mut Value::clone);
        assert_eq!(
            text(&policy),
            "{Version: 2012-10-17, Statement: [{Effect: Allow, Action: s3:GetObject, \
             Resource: [a, b/${aws:username}], Principal: {AWS: [x, y]}, \
             Condition: {Bool: {aws:SecureTransport: true}}}, \
             {Effect: Deny, NotAction: *, Principal: *}]}"
        );
        assert!(policy.get("Statement").items()[0].get("Effect").flags.has(Flags::SCHEMA_DEFAULT));
    }

    #[test]
    fn documents_are_merged_by_sid() {
        let raw = json(
            r#"{"source_policy_documents": [{"Statement": [{"Sid": "a", "Action": "1"}, {"Action": "2"}]}],
                "statement": [{"sid": "b", "actions": ["3"]}, {"sid": "a", "actions": ["4"]}],
                "override_policy_documents": [{"Statement": {"Sid": "b", "Action": "5"}}]}"#,
        );
        let policy = policy(&raw, &mut Value::clone);
        let actions: Vec<String> =
            policy.get("Statement").items().iter().map(|s| text(s.get("Action"))).collect();
        assert_eq!(actions, ["4", "2", "5"]);
        // No text stands for one of them: `jsondecode` of the whole takes it apart.
        let statements = policy.get("Statement").items();
        assert!(statements.iter().all(|statement| !statement.flags.has(Flags::EMBEDDED)));
        assert!(!policy.get("Statement").flags.has(Flags::OPEN));
    }

    #[test]
    fn an_unknown_document_leaves_the_statements_open() {
        let raw = json(r#"{"source_policy_documents": ["?"], "statement": [{"actions": ["*"]}]}"#);
        let mut unknown = |value: &Value| Value::unknown(Reason::ComputedAfterApply, value.span);
        let policy = policy(&raw, &mut unknown);
        assert!(policy.get("Statement").flags.has(Flags::OPEN));
        assert_eq!(policy.get("Statement").items().len(), 1);
    }
}
