//! What a Rego policy reads of a resource, so that resources which are alike in that are
//! evaluated once.
//!
//! A plan of ten thousand resources holds few different ones as far as one policy can see, and
//! an evaluation costs tens of microseconds. What a finding says of the name of the resource is put
//! in afterwards: see [`super::stand_in`].

use std::hash::{Hash, Hasher};

use rustc_hash::{FxHashSet, FxHasher};
use trilith_graph::{Entry, Part, Value, ValueKind};

use super::builtins::PATH_HELPERS;
use crate::view::View;

/// What the result of a policy depends on, the type and the format of the resource aside.
#[derive(Debug, Clone)]
pub(crate) enum Reads {
    /// Properties that the policy names, by the numbers of the words of the policy: what is not
    /// among them, it does not read. Where two words have one number, it seems to read more.
    Named(FxHashSet<u64>),
    /// Any property of the resource itself, but nothing that is connected to it.
    Own,
}

impl Reads {
    /// Finds out what a policy reads; `None` if it may read anything, such as what is attached.
    pub(crate) fn of(text: &str) -> Option<Self> {
        let code: Vec<&str> =
            text.lines().filter(|line| !line.trim_start().starts_with('#')).collect();
        let text = code.join("\n");
        let all = |test: &dyn Fn(&str, usize) -> bool| {
            code.iter().all(|line| line.match_indices("input").all(|(at, _)| test(line, at)))
        };
        if all(&|line, at| is_named_read(line, at, &text)) {
            return Some(Self::Named(words(&text)));
        }
        all(&is_own_read).then_some(Self::Own)
    }

    /// A number that is the same for resources which the policy cannot tell apart.
    pub(crate) fn fingerprint(&self, view: &View<'_>) -> u64 {
        let mut hasher = FxHasher::default();
        view.resource_type().hash(&mut hasher);
        view.is_terraform().hash(&mut hasher);
        for member in view.member_numbers() {
            let is_read = match self {
                Self::Named(words) => words.contains(&member.key),
                Self::Own => true,
            };
            if is_read {
                member.whole.hash(&mut hasher);
            }
        }
        hasher.finish()
    }

    /// Whether different resources with the same fingerprint are the same to the policy, and
    /// not only the scenarios of one.
    pub(crate) const fn holds_for_others(&self) -> bool {
        matches!(self, Self::Named(_))
    }
}

/// What stands for a property, so that it is gone through once for all policies.
#[derive(Debug)]
pub(crate) struct MemberNumbers {
    /// That of its name.
    key: u64,
    /// That of its name and value: the same where a policy sees the same.
    whole: u64,
}

impl MemberNumbers {
    /// Those of all properties, in their order.
    pub(crate) fn of(properties: &Value) -> Vec<Self> {
        let one = |entry: &Entry| {
            let mut hasher = FxHasher::default();
            entry.key.hash(&mut hasher);
            let key = hasher.finish();
            hash(&entry.value, &mut hasher);
            Self { key, whole: hasher.finish() }
        };
        properties.entries().iter().map(one).collect()
    }
}

/// The numbers of the names in a text: `A`, `B` and `input` of `input.A["B/0"]`.
fn words(text: &str) -> FxHashSet<u64> {
    let is_between = |c: char| !(c.is_alphanumeric() || c == '_' || c == '-');
    let number = |word: &str| {
        let mut hasher = FxHasher::default();
        word.hash(&mut hasher);
        hasher.finish()
    };
    text.split(is_between).filter(|word| !word.is_empty()).map(number).collect()
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
        return is_printed(before);
    }
    // A helper that reads the path it is given: `trilith.known(input, "A/B")`.
    after.strip_prefix(", ").is_some_and(|path| is_own_path(path, text)) && is_path_helper(before)
}

/// Whether what follows is an argument of a `sprintf` that makes what a finding says.
fn is_printed(before: &str) -> bool {
    let Some((said, arguments)) = before.rsplit_once("sprintf(") else { return false };
    let said = said.trim_end();
    let mut members = SAID.iter().filter_map(|member| said.strip_suffix(member));
    !arguments.contains(')') && members.any(|before| !before.ends_with(is_of_name))
}

/// What a policy gives the texts of its findings with.
const SAID: [&str; 6] =
    ["\"message\":", "\"msg\":", "\"label\":", "\"help\":", "msg :=", "message :="];

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// What of `input` is the resource's own.
const OWN_FIELDS: [&str; 6] =
    [".properties", ".type", ".terraform", ".format", ".name", ".address"];

/// Whether the use of `input` at an offset reads nothing but the resource itself.
fn is_own_read(line: &str, at: usize) -> bool {
    let before = &line[..at];
    let after = &line[at + "input".len()..];
    if before.ends_with(|c: char| c.is_alphanumeric() || c == '_') {
        return true;
    }
    let is_field = OWN_FIELDS.iter().any(|field| {
        after
            .strip_prefix(field)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
    });
    is_field || (after.starts_with(", ") && is_path_helper(before))
}

fn is_path_helper(before: &str) -> bool {
    let is_called = |name: &str| PATH_HELPERS.iter().any(|helper| name.ends_with(helper));
    before.strip_suffix('(').is_some_and(is_called)
}

/// Whether the key at the start of `rest`, an argument of a call, is not what a resource says.
fn is_own_key(rest: &str, text: &str) -> bool {
    names(argument(rest)).all(|(name, _)| {
        !name.starts_with("input.prop") && !definitions(name, text).any(says_what_resource_says)
    })
}

/// Whether the path at the start of `rest` is made of nothing but the policy's own words.
fn is_own_path(rest: &str, text: &str) -> bool {
    names(argument(rest)).all(|(name, is_call)| {
        let mut given = definitions(name, text).peekable();
        is_call || (given.peek().is_some() && !given.any(says_what_resource_says))
    })
}

fn says_what_resource_says(definition: &str) -> bool {
    definition.contains("input.prop")
}

/// The argument of a call at the start of `rest`.
fn argument(rest: &str) -> &str {
    let mut depth = 0_usize;
    let end = rest.find(|c: char| {
        let closes = matches!(c, ')' | ']' | '}');
        if depth == 0 && (closes || c == ',') {
            return true;
        }
        depth += usize::from(matches!(c, '(' | '[' | '{'));
        depth -= usize::from(closes);
        false
    });
    end.map_or(rest, |end| &rest[..end])
}

/// The names in an expression, each with whether it is that of a function. What is in quotes
/// stands for itself.
fn names(expression: &str) -> impl Iterator<Item = (&str, bool)> {
    expression.split('"').step_by(2).flat_map(|part| {
        let is_between = |c: char| !(c.is_alphanumeric() || c == '_' || c == '.');
        let named = part.split(is_between).filter(|name| !name.is_empty());
        named.map(move |name| {
            let after = name.as_ptr() as usize - part.as_ptr() as usize + name.len();
            (name, part[after..].starts_with('('))
        })
    })
}

/// What a name stands for in a text, wherever that is said.
fn definitions<'t>(name: &'t str, text: &'t str) -> impl Iterator<Item = &'t str> {
    [" := ", " = ", " in "].into_iter().flat_map(move |sign| {
        text.lines().filter_map(move |line| {
            let (before, given) = line.split_once(sign)?;
            // `else := ...` goes on with what some rule stands for: any.
            let is_name = before.ends_with("else")
                || before.strip_suffix(name).is_some_and(|before| {
                    !before.ends_with(|c: char| c.is_alphanumeric() || c == '_')
                });
            is_name.then_some(given)
        })
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

fn hash(value: &Value, hasher: &mut FxHasher) {
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
        matches!(Reads::of(text), Some(Reads::Named(_)))
    }

    #[test]
    fn policies_that_name_what_they_read_are_known() {
        assert!(reads_names_only("not input.properties.Encrypted"));
        assert!(reads_names_only("msg := sprintf(\"`%s`\", [input.name])"));
        assert!(reads_names_only("deny contains {\"message\": sprintf(\"`%s`\", [input.name])}"));
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
        assert!(reads_names_only(
            "path := \"A\" if {\n}\ntrilith.known(input, concat(\"/\", [path, \"B\"]))"
        ));
        assert!(reads_names_only("object.get(input.properties, split(path, \"/\"), 1)"));
    }

    #[test]
    fn policies_that_read_only_the_resource_are_told_from_those_that_look_around() {
        for text in [
            "some key, value in input.properties",
            "volumes contains [\"\", input.properties] if input.type == \"A\"",
            "startswith(input.name, \"prod\")",
            "trilith.known(input, path)",
        ] {
            assert!(matches!(Reads::of(text), Some(Reads::Own)), "{text}");
        }
        for text in [
            "count(input.attachments) == 0",
            "check(input)",
            "count(trilith.attached(input, \"AWS::S3::BucketPolicy\")) == 0",
            "walk(input, [path, value])",
            "some key, value in input",
            "input[key]",
            "input.properties_of_another",
        ] {
            assert!(Reads::of(text).is_none(), "{text}");
        }
    }

    #[test]
    fn policies_that_may_read_anything_are_not() {
        for text in [
            "some key, value in input.properties",
            "input.properties[key] == 1",
            "some key in object.keys(input.properties)\ninput.properties[key]",
            "startswith(input.name, \"prod\")",
            "startswith(sprintf(\"%s\", [input.name]), \"prod\")",
            "startswith(sprintf(\"%s\", [1]), input.name)",
            "count(input.attachments) == 0",
            "check(input)",
            "trilith.known(input, path)",
            "count(trilith.attached(input, \"AWS::S3::BucketPolicy\")) == 0",
            "count(trilith.references(input)) == 0",
            "walk(input, [path, value])",
            "object.get(input.properties, input.properties.Which, 1)",
            "trilith.known(input, concat(\"/\", [path, \"A\"]))",
            "path := input.properties.A\ntrilith.known(input, concat(\"/\", [path, \"A\"]))",
            "key := input.properties.Which\nobject.get(input.properties, key, 1)",
            "some key in input.properties.Keys\nobject.get(input.properties, [key], 1)",
        ] {
            assert!(!reads_names_only(text), "{text}");
        }
    }
}
