//! Policy variables: `${aws:username}`.

use trilith_graph::ValueKind;

use super::Checker;
use crate::{Base, Pattern};

impl Checker<'_, '_> {
    pub(super) fn variables(&mut self) {
        let has_variables = self.document.version.is("2012-10-17");
        for statement in &self.document.statements {
            for pattern in statement.action.iter().chain(statement.not_action.iter()) {
                if text(&pattern).is_some_and(|text| text.contains("${")) {
                    let message = "policy variables do not work in actions";
                    self.error("VARIABLE_UNSUPPORTED_IN_ELEMENT", pattern.site, message);
                }
            }
            for condition in &statement.conditions.items {
                let base = condition.operator.base;
                if base.compares_text() || base == Base::Other {
                    continue;
                }
                for pattern in condition.values.iter() {
                    if text(&pattern).is_some_and(|text| text.contains("${")) {
                        let message = "policy variables work where texts and ARNs are compared";
                        self.error("INVALID_VARIABLE_FOR_OPERATOR", pattern.site, message);
                    }
                }
            }
            let resources = statement.resource.iter().chain(statement.not_resource.iter());
            let values = statement.conditions.items.iter().flat_map(|it| it.values.iter());
            for pattern in resources.chain(values) {
                let Some(text) = text(&pattern).filter(|text| text.contains("${")) else {
                    continue;
                };
                if has_variables.is_false() {
                    let message = "without version 2012-10-17, policy variables are plain text";
                    self.error("VARIABLE_UNSUPPORTED_IN_VERSION", pattern.site, message);
                }
                self.variable(&pattern, text);
            }
        }
    }

    fn variable(&mut self, pattern: &Pattern<'_>, text: &str) {
        let mut rest = text;
        while let Some((_, after)) = rest.split_once("${") {
            let Some((name, following)) = after.split_once('}') else {
                let message = format!("`{text}` has a variable without closing brace");
                self.error("MISSING_BRACE_IN_VARIABLE", pattern.site, message);
                return;
            };
            rest = following;
            let (key, default) = name.split_once(',').map_or((name, None), |(k, d)| (k, Some(d)));
            if key.trim().is_empty() {
                let message = "a variable must name a key";
                self.error("EMPTY_VARIABLE", pattern.site, message);
            } else if key.trim().contains(char::is_whitespace) || key != key.trim() {
                let message = format!("`{key}` has a space, which no key has");
                self.error("UNSUPPORTED_SPACE_IN_VARIABLE", pattern.site, message);
            } else if let Some(symbol) = foreign_symbol(key) {
                let message = format!("`{key}` has a `{symbol}`, which no key has");
                self.error("UNSUPPORTED_SYMBOL_IN_VARIABLE", pattern.site, message);
            }
            let is_quoted = default.is_none_or(|default| {
                let default = default.trim();
                default.len() >= 2 && default.starts_with('\'') && default.ends_with('\'')
            });
            if !is_quoted {
                let message = "the default of a variable stands in single quotes";
                self.error("MISSING_QUOTE_IN_VARIABLE", pattern.site, message);
            }
        }
    }
}

/// A character that no key has. `${*}`, `${?}` and `${$}` stand for the character; the name of a
/// tag behind the slash may have more (IAM User Guide, "IAM policy elements: Variables and
/// tags").
fn foreign_symbol(key: &str) -> Option<char> {
    if matches!(key, "*" | "?" | "$") {
        return None;
    }
    let (key, tag) = key.split_once('/').unwrap_or((key, ""));
    let is_own = |symbol: &char| symbol.is_ascii_alphanumeric() || ":-._".contains(*symbol);
    let of_tag = |symbol: &char| symbol.is_alphanumeric() || "_.:/=+-@".contains(*symbol);
    key.chars().find(|it| !is_own(it)).or_else(|| tag.chars().find(|it| !of_tag(it)))
}

/// The text, if it is not made by a template whose own holes look alike.
fn text<'v>(pattern: &Pattern<'v>) -> Option<&'v str> {
    match &pattern.value.kind {
        ValueKind::String(text) => Some(text),
        _ => None,
    }
}
