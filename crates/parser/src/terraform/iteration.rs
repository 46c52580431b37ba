//! The rounds that `count`, `for_each` and dynamic blocks make.

use std::sync::Arc;

use trilith_graph::{Flags, Reason, Span, Value, ValueKind};

/// One round of `count`, `for_each` or a dynamic block.
#[derive(Debug, Clone)]
pub(super) struct Iteration {
    /// The name that expressions use: `each`, `count`, or the iterator of a dynamic block.
    pub(super) name: Arc<str>,
    /// `each.key`, `count.index`.
    pub(super) key: Value,
    /// `each.value`.
    pub(super) value: Value,
}

impl Iteration {
    /// A round about which nothing is known.
    pub(super) fn unknown(name: &str, span: Span) -> Self {
        let unknown = Value::unknown(Reason::Undecided, span);
        Self { name: name.into(), key: unknown.clone(), value: unknown }
    }

    /// The round of a `count`.
    pub(super) fn count(at: usize, span: Span) -> Self {
        let index = Value::new(ValueKind::Int(i64::try_from(at).unwrap_or(i64::MAX)), span);
        Self { name: "count".into(), key: index.clone(), value: index }
    }

    /// The rounds over a map, or over a set of texts. `None` if they are not known.
    pub(super) fn all(name: &str, value: &Value) -> Option<Vec<Self>> {
        if value.flags.has(Flags::OPEN) {
            return None;
        }
        match &value.kind {
            ValueKind::Map(map) => Some(
                map.entries()
                    .iter()
                    .map(|entry| Self {
                        name: name.into(),
                        key: Value::string(entry.key.clone(), entry.key_span),
                        value: entry.value.clone(),
                    })
                    .collect(),
            ),
            ValueKind::List(items) => Some(
                items
                    .iter()
                    .map(|item| Self { name: name.into(), key: item.clone(), value: item.clone() })
                    .collect(),
            ),
            ValueKind::Null | ValueKind::Absent => Some(Vec::new()),
            _ => None,
        }
    }

    /// The key as text.
    pub(super) fn key_text(&self) -> String {
        self.key.display_text().unwrap_or_default()
    }
}
