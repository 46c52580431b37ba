//! `Globals`: properties that all resources of a SAM type share.

use std::sync::Arc;

use trilith_graph::{Flags, Map, Resource, Value, ValueKind};

/// The prefix of SAM's types.
pub(super) const PREFIX: &str = "AWS::Serverless::";

/// Properties that SAM refuses in `Globals`, by what follows [`PREFIX`]: what is written of them
/// there has no effect.
const NOT_GLOBAL: [(&str, &[&str]); 3] = [
    ("Api", &["DefinitionBody", "StageName"]),
    ("Function", &["Events", "FunctionName", "Policies", "Role"]),
    ("HttpApi", &["DefinitionBody", "StageName"]),
];

/// The `Globals` section of a template.
#[derive(Debug)]
pub(crate) struct Globals {
    section: Value,
}

impl Globals {
    /// The section, evaluated; absent if there is none.
    pub(crate) const fn new(section: Value) -> Self {
        Self { section }
    }

    /// The properties that resources of a type get: `Function`.
    pub(super) fn of_kind(&self, kind: &str) -> &Value {
        self.section.get(kind)
    }

    /// Adds them to the properties of a resource.
    pub(super) fn merge_into(&self, resource: &mut Resource) {
        let Some(kind) = resource.resource_type.strip_prefix(PREFIX) else { return };
        let shared = self.without_ignored(kind, &resource.attributes);
        if !shared.is_absent() {
            resource.properties = merged(&shared, &resource.properties);
        }
    }

    /// The global properties of a type, without those that a resource does not want.
    fn without_ignored(&self, kind: &str, attributes: &Value) -> Value {
        let shared = self.of_kind(kind);
        let ignored = attributes.get("IgnoreGlobals");
        if ignored.is("*").is_true() {
            return Value::absent().clone();
        }
        let refused = NOT_GLOBAL.iter().find(|(of, _)| *of == kind).map_or(&[][..], |row| row.1);
        let ValueKind::Map(map) = &shared.kind else { return shared.clone() };
        let mut kept = Map::default();
        for entry in map.entries() {
            let is_ignored = ignored.items().iter().any(|name| name.is(&entry.key).is_true());
            if !is_ignored && !refused.contains(&&*entry.key) {
                kept.push(entry.clone());
            }
        }
        Value { kind: ValueKind::Map(Arc::new(kept)), ..shared.clone() }
    }
}

/// Both values: maps member by member, lists one after the other, of anything else the local one.
pub(super) fn merged(global: &Value, local: &Value) -> Value {
    match (&global.kind, &local.kind) {
        (_, ValueKind::Absent | ValueKind::Null) => global.clone(),
        (ValueKind::Map(shared), ValueKind::Map(own)) => {
            let mut map = Map::clone(shared);
            for entry in own.entries() {
                let value = match shared.get(&entry.key) {
                    Some(shared) => merged(shared, &entry.value),
                    None => entry.value.clone(),
                };
                // The local key is where a reader looks.
                map.insert(entry.key.clone(), entry.key_span, value);
            }
            let kind = ValueKind::Map(Arc::new(map));
            Value { kind, ..local.clone() }.with(opened(global))
        }
        (ValueKind::List(shared), ValueKind::List(own)) => {
            let items = shared.iter().chain(own.iter()).cloned().collect();
            let kind = ValueKind::List(Arc::new(items));
            Value { kind, ..local.clone() }.with(opened(global))
        }
        // SAM merges before functions are evaluated: one stands for the whole value.
        _ => local.clone(),
    }
}

const fn opened(global: &Value) -> Flags {
    if global.flags.has(Flags::OPEN) { Flags::OPEN } else { Flags::NONE }
}

#[cfg(test)]
mod tests {
    use trilith_graph::{SourceId, Span};

    use super::*;
    use crate::sam::place::Place;

    #[test]
    fn maps_merge_lists_follow_and_scalars_are_local() {
        let [global, local] = [1, 2].map(|at| Place(Span::at(SourceId(0), at)));
        let shared = global.map([
            ("Tags", global.map([("a", global.text("1")), ("b", global.text("1"))])),
            ("Layers", global.texts(&["x"])),
            ("Timeout", global.text("3")),
        ]);
        let own = local.map([
            ("Tags", local.map([("b", local.text("2"))])),
            ("Layers", local.texts(&["y"])),
            ("Timeout", local.text("9")),
        ]);
        let both = merged(&shared, &own);
        assert_eq!(both.path("Tags/a").as_str(), Some("1"));
        assert_eq!(both.path("Tags/b").as_str(), Some("2"));
        let layers: Vec<_> = both.get("Layers").items().iter().map(Value::as_str).collect();
        assert_eq!(layers, [Some("x"), Some("y")]);
        assert_eq!(both.get("Timeout").as_str(), Some("9"));
        assert_eq!(both.path("Tags/a").span.start, 1, "what is shared keeps its place");
    }
}
