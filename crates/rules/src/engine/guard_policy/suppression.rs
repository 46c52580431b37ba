//! Suppressions that a resource carries: `Metadata.guard.SuppressedRules`.
//!
//! Rules of AWS's registry test this list themselves, each on its own and not all alike; here it
//! counts for every Guard rule.

use trilith_graph::{Resource, Value};

use crate::rule::Rule;

/// Whether a resource asks that a rule leave it alone, by its id or one of its other names.
pub(crate) fn suppresses(resource: &Resource, rule: &Rule) -> bool {
    let list = resource.attributes.get("Metadata").get("guard").get("SuppressedRules");
    list.items().iter().filter_map(Value::as_str).any(|name| rule.answers_to(name))
}
