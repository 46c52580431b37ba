//! What a Rego policy reads of a resource, so that resources which are alike in that are
//! evaluated once.
//!
//! A plan of ten thousand resources holds few different ones as far as one policy can see, and
//! an evaluation costs several microseconds. Only "nothing found" is remembered: a finding
//! names the resource, so it is made anew.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use trilith_graph::{Entry, Part, Value, ValueKind};

use crate::view::View;

/// A policy whose result depends on named properties, the type and the format only.
#[derive(Debug, Clone)]
pub(crate) struct Reads {
    /// The words of the policy: a property that it does not name, it does not read.
    words: HashSet<Box<str>>,
}

impl Reads {
    /// Finds out what a policy reads; `None` if it may read anything, such as every property in
    /// a loop or what is attached.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let code: Vec<&str> =
            text.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
        let text = code.join("\n");
        let is_named = code
            .iter()
            .all(|line| line.match_indices("input").all(|(at, _)| is_named_read(line, at, &text)));
        is_named.then(|| Self { words: words(&text) })
    }

    /// A number that is the same for resources which the policy cannot tell apart.
    pub(crate) fn fingerprint(&self, view: &View<'_>) -> u64 {
        let mut hasher = DefaultHasher::new();
        view.resource_type().hash(&mut hasher);
        view.is_terraform().hash(&mut hasher);
        for (entry, member) in view.properties().entries().iter().zip(view.member_hashes()) {
            if self.words.contains(&*entry.key) {
                member.hash(&mut hasher);
            }
        }
        hasher.finish()
    }
}

/// A number for each property, with its name, that is the same where a policy sees the same.
pub(crate) fn member_hashes(properties: &Value) -> Vec<u64> {
    let one = |entry: &Entry| {
        let mut hasher = DefaultHasher::new();
        entry.key.hash(&mut hasher);
        hash(&entry.value, &mut hasher);
        hasher.finish()
    };
    properties.entries().iter().map(one).collect()
}

/// The names in a text: `A`, `B` and `input` of `input.A["B/0"]`.
fn words(text: &str) -> HashSet<Box<str>> {
    let is_between = |c: char| !(c.is_alphanumeric() || c == '_' || c == '-');
    text.split(is_between).filter(|word| !word.is_empty()).map(Box::from).collect()
}

/// Whether the use of `input` at an offset reads something that the line names.
fn is_named_read(line: &str, at: usize, text: &str) -> bool {
    let before = &line[..at];
    let after = &line[at + "input".len()..];
    if before.ends_with(|c: char| c.is_alphanumeric() || c == '_') {
        return true;
    }
    let names_property = |rest: &str| rest.starts_with(|c: char| c.is_ascii_alphabetic());
    if let Some(rest) = after.strip_prefix(".properties") {
        let gets = before.ends_with("object.get(")
            && rest.strip_prefix(',').is_some_and(|key| is_own_key(key, text));
        let lists = before.ends_with("object.keys(")
            && rest.starts_with(')')
            && (!before.contains(" in ") || before.ends_with("\" in object.keys("));
        return rest.strip_prefix('.').is_some_and(names_property)
            || gets
            || lists
            || rest.strip_prefix('[').is_some_and(|rest| loops_over_names(rest, text));
    }
    if [".type", ".terraform", ".format"].iter().any(|field| after.starts_with(field)) {
        return true;
    }
    if after.starts_with(".name") || after.starts_with(".address") {
        return line.contains("sprintf(");
    }
    // A helper that reads the path it is given as text: `trilith.known(input, "A/B")`.
    after.starts_with(", \"") && PATH_HELPERS.iter().any(|helper| before.ends_with(helper))
}

/// Helpers of the library that read nothing but the path they are given.
const PATH_HELPERS: [&str; 5] = [
    "trilith.known(",
    "trilith.property(",
    "trilith.may_be(",
    "trilith.may_be_true(",
    "trilith.may_be_false(",
];

/// Whether the key at the start of `rest`, an argument of a call, is made of the policy's own
/// words, and not of what a resource says.
fn is_own_key(rest: &str, text: &str) -> bool {
    let mut depth = 0_usize;
    let is_end = |c: char| match c {
        '(' | '[' | '{' => {
            depth += 1;
            false
        }
        ')' | ']' | '}' if depth == 0 => true,
        ')' | ']' | '}' => {
            depth -= 1;
            false
        }
        _ => c == ',' && depth == 0,
    };
    let key = rest.find(is_end).map_or(rest, |end| &rest[..end]);
    let comes_from_resource = |name: &str| {
        text.lines().any(|line| {
            let given = [format!("{name} := "), format!("{name} = "), format!("{name} in ")];
            given.iter().any(|given| {
                line.split_once(given.as_str()).is_some_and(|(_, by)| by.contains("input.prop"))
            })
        })
    };
    // What is in quotes stands for itself.
    let outside = key.split('"').step_by(2);
    let is_between = |c: char| !(c.is_alphanumeric() || c == '_' || c == '.');
    let mut names = outside.flat_map(|part| part.split(is_between));
    names.all(|name| {
        !name.starts_with("input.prop") && (name.is_empty() || !comes_from_resource(name))
    })
}

/// Whether the variable at the start of `rest` runs over a list of the policy's own.
fn loops_over_names(rest: &str, text: &str) -> bool {
    let Some((variable, _)) = rest.split_once(']') else { return false };
    let is_name = variable.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let own = ["some", "every"].iter().any(|word| text.contains(&format!("{word} {variable} in ")));
    is_name && own && !loops_over_input(text)
}

/// Whether a variable runs over what the resource has. `"Key" in object.keys(...)` asks for one
/// member.
fn loops_over_input(text: &str) -> bool {
    let finds = |what: &str| text.match_indices(what).any(|(at, _)| !text[..at].ends_with('"'));
    finds(" in input") || finds(" in object.keys(input")
}

fn hash(value: &Value, hasher: &mut DefaultHasher) {
    std::mem::discriminant(&value.kind).hash(hasher);
    match &value.kind {
        ValueKind::Absent | ValueKind::Null | ValueKind::Unknown(_) | ValueKind::OneOf(_) => {}
        ValueKind::Bool(value) => value.hash(hasher),
        ValueKind::Int(value) => value.hash(hasher),
        ValueKind::Float(value) => value.to_bits().hash(hasher),
        ValueKind::String(text) => text.hash(hasher),
        ValueKind::List(items) => {
            items.len().hash(hasher);
            items.iter().for_each(|item| hash(item, hasher));
        }
        ValueKind::Map(map) => {
            map.len().hash(hasher);
            for entry in map.entries() {
                entry.key.hash(hasher);
                hash(&entry.value, hasher);
            }
        }
        ValueKind::Template(parts) => {
            for part in parts.iter() {
                match part {
                    Part::Text(text) => text.hash(hasher),
                    Part::Hole(hole) => hash(hole, hasher),
                }
            }
        }
        ValueKind::Reference(reference) => reference.hash(hasher),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads_names_only(text: &str) -> bool {
        Reads::of(text).is_some()
    }

    #[test]
    fn policies_that_name_what_they_read_are_known() {
        assert!(reads_names_only("not input.properties.Encrypted"));
        assert!(reads_names_only("msg := sprintf(\"`%s`\", [input.name])"));
        assert!(reads_names_only(
            "startswith(object.get(input.properties, \"Engine\", \"\"), \"a\")"
        ));
        assert!(reads_names_only("trilith.may_be(input, \"A/B\", {true})"));
        assert!(reads_names_only("some p in names\ninput.properties[p]"));
        assert!(reads_names_only("# some key in input.properties"));
        assert!(reads_names_only("not \"Engine\" in object.keys(input.properties)"));
        assert!(reads_names_only(
            "some p in names\ninput.properties[p]\nnot \"A\" in object.keys(input.properties)"
        ));
        assert!(reads_names_only("count(my_input) > 0"));
        assert!(reads_names_only(
            "place := object.get(places, input.type, [\"A\"])\n\
             some item in trilith.items(object.get(input.properties, place, []))"
        ));
        assert!(reads_names_only("object.get(input.properties, split(path, \"/\"), 1)"));
    }

    #[test]
    fn policies_that_may_read_anything_are_not() {
        for text in [
            "some key, value in input.properties",
            "input.properties[key] == 1",
            "some key in object.keys(input.properties)\ninput.properties[key]",
            "startswith(input.name, \"prod\")",
            "count(input.attachments) == 0",
            "check(input)",
            "trilith.known(input, path)",
            "count(trilith.attached(input, \"AWS::S3::BucketPolicy\")) == 0",
            "count(trilith.references(input)) == 0",
            "walk(input, [path, value])",
            "object.get(input.properties, input.properties.Which, 1)",
            "key := input.properties.Which\nobject.get(input.properties, key, 1)",
            "some key in input.properties.Keys\nobject.get(input.properties, [key], 1)",
        ] {
            assert!(!reads_names_only(text), "{text}");
        }
    }
}
