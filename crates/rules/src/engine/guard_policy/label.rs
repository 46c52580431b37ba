//! What to say at a value that breaks a rule: the property and what was found there.

use trilith_graph::{PropertyPath, Segment, Value, ValueKind};

/// Longest value that is quoted.
const QUOTED: usize = 60;
/// Most members that are named.
const NAMED: usize = 4;

/// The property at a path and its value, in words: "`AuthType` is NONE". `None` for a resource as
/// a whole, and for what is not there, which is said elsewhere.
pub(super) fn found(path: &PropertyPath, value: &Value) -> Option<String> {
    let (last, around) = path.segments().split_last()?;
    match last {
        Segment::Key(name) => Some(format!("`{name}` {}", is(value)?)),
        Segment::Index(_) => {
            let mut keys = around.iter().rev().filter_map(|segment| match segment {
                Segment::Key(name) => Some(name),
                Segment::Index(_) => None,
            });
            let holder = keys.next()?;
            Some(match text(value) {
                Some(text) => format!("`{holder}` holds {text}"),
                None => format!("this element of `{holder}` {}", is(value)?),
            })
        }
    }
}

fn is(value: &Value) -> Option<String> {
    match &value.kind {
        ValueKind::Null => Some("is null".to_owned()),
        ValueKind::List(items) if items.is_empty() => Some("is an empty list".to_owned()),
        ValueKind::List(items) => {
            let texts: Option<Vec<String>> = items.iter().map(text).collect();
            let joined = texts.map(|texts| texts.join(", ")).filter(|text| is_short(text));
            Some(match joined {
                Some(joined) => format!("is [{joined}]"),
                None => format!("is a list of {}", items.len()),
            })
        }
        ValueKind::Map(map) if map.is_empty() => Some("is empty".to_owned()),
        ValueKind::Map(map) => {
            let names = map.entries().iter().map(|entry| format!("`{}`", entry.key));
            let mut names: Vec<String> = names.collect();
            if names.len() > NAMED {
                let more = names.len() - NAMED;
                names.truncate(NAMED);
                names.push(format!("{more} more"));
            }
            Some(format!("has {}", names.join(", ")))
        }
        _ => text(value).map(|text| format!("is {text}")),
    }
}

/// A scalar as people write it.
fn text(value: &Value) -> Option<String> {
    let text = value.display_text()?;
    if text.is_empty() {
        return Some("empty text".to_owned());
    }
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if is_short(&line) {
        return Some(line);
    }
    let start: String = line.chars().take(QUOTED - 3).collect();
    Some(format!("{}...", start.trim_end()))
}

fn is_short(text: &str) -> bool {
    text.chars().count() <= QUOTED
}

#[cfg(test)]
mod tests {
    use trilith_graph::{Flags, Map, Span};

    use super::*;

    fn label(path: &str, kind: ValueKind) -> Option<String> {
        found(&PropertyPath::parse(path), &Value::new(kind, nowhere()))
    }

    fn nowhere() -> Span {
        Value::absent().span
    }

    fn strings(items: &[&str]) -> ValueKind {
        let items = items.iter().map(|item| Value::string(*item, nowhere())).collect();
        Value::list(items, nowhere()).kind
    }

    #[test]
    fn a_value_is_named_with_its_property() {
        let words = |text: &str| ValueKind::String(text.into());
        let mut map = Map::default();
        for name in ["A", "B", "C", "D", "E", "F"] {
            map.insert(name, nowhere(), Value::new(ValueKind::Null, nowhere()));
        }
        for (path, kind, expected) in [
            ("AuthType", words("NONE"), "`AuthType` is NONE"),
            ("A/Port", ValueKind::Int(22), "`Port` is 22"),
            ("Name", words(""), "`Name` is empty text"),
            ("Name", ValueKind::Null, "`Name` is null"),
            ("Cidrs/1", words("0.0.0.0/0"), "`Cidrs` holds 0.0.0.0/0"),
            ("Cidrs", strings(&["a", "b"]), "`Cidrs` is [a, b]"),
            ("Cidrs", strings(&[]), "`Cidrs` is an empty list"),
            ("Tags", ValueKind::Map(map.into()), "`Tags` has `A`, `B`, `C`, `D`, 2 more"),
            ("Rules/0", ValueKind::Map(Map::default().into()), "this element of `Rules` is empty"),
        ] {
            assert_eq!(label(path, kind).as_deref(), Some(expected));
        }
        let long = label("Text", words(&"word ".repeat(40))).expect("a label");
        assert!(long.ends_with("...") && long.len() < 80, "{long}");
    }

    #[test]
    fn nothing_is_said_of_a_whole_resource_or_of_what_is_secret() {
        assert_eq!(label("", ValueKind::Bool(true)), None);
        let secret = Value::string("pw", nowhere()).with(Flags::SENSITIVE);
        let said = found(&PropertyPath::parse("Password"), &secret);
        assert_eq!(said.as_deref(), Some("`Password` is (sensitive)"));
    }
}
