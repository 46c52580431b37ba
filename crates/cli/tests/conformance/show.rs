//! Values in a few words.

use trilith_graph::{Flags, Formula, Scenarios, Value, ValueKind};

/// Every way a value can come out: `text when condition`, sorted.
pub(crate) fn cases(value: &Value, constraints: &[Formula]) -> Vec<String> {
    let mut guards = Vec::new();
    value.collect_guards(&mut guards);
    let scenarios = Scenarios::of(&guards, constraints);
    let mut cases: Vec<(Vec<usize>, String)> = Vec::new();
    for (index, scenario) in scenarios.scenarios.iter().enumerate() {
        let text = show(&value.project(scenario));
        match cases.iter_mut().find(|(_, known)| *known == text) {
            Some((indexes, _)) => indexes.push(index),
            None => cases.push((vec![index], text)),
        }
    }
    let said = cases.into_iter().map(|(indexes, text)| match scenarios.describe(&indexes) {
        Some(when) => format!("{text} when {}", when.replace('`', "\"")),
        None => text,
    });
    let mut said: Vec<String> = said.collect();
    said.sort();
    said
}

/// A value without choices in a few words.
pub(crate) fn show(value: &Value) -> String {
    match &value.kind {
        ValueKind::Absent => "absent".into(),
        ValueKind::Null => "null".into(),
        ValueKind::List(items) => {
            let items: Vec<String> = items.iter().map(show).collect();
            format!("[{}]", items.join(", "))
        }
        ValueKind::Map(map) => {
            let entries = map.entries().iter();
            let entries: Vec<String> =
                entries.map(|entry| format!("{}: {}", entry.key, show(&entry.value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        ValueKind::OneOf(arms) => {
            let arms: Vec<String> = arms.iter().map(|arm| show(&arm.value)).collect();
            arms.join(" | ")
        }
        ValueKind::Unknown(reason) => format!("?{}", reason.to_string().replace('`', "\"")),
        _ => value.display_text().unwrap_or_default(),
    }
}

/// The facts about a value, by name.
pub(crate) fn flags(value: &Value) -> Vec<&'static str> {
    let known = [
        (Flags::SENSITIVE, "sensitive"),
        (Flags::ASSUMED, "assumed"),
        (Flags::SCHEMA_DEFAULT, "schema-default"),
        (Flags::SYNTHETIC, "synthetic"),
        (Flags::OPEN, "open"),
        (Flags::EMBEDDED, "embedded"),
        (Flags::BASE64, "base64"),
    ];
    known.into_iter().filter(|(flag, _)| value.flags.has(*flag)).map(|(_, name)| name).collect()
}
