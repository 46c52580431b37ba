//! The tags of resources, and which ones their authors give to all of them.

use trilith_graph::{Entry, Flags, PropertyPath, ResourceId, Tri, Value, ValueKind};

use crate::View;

/// The properties that hold tags; most types have the first.
const PROPERTIES: [&str; 5] =
    ["Tags", "FileSystemTags", "HostedZoneTags", "UserPoolTags", "BackupVaultTags"];
/// How many other resources are asked what is usual: a plan may hold ten thousand.
const ASKED: usize = 24;
/// How many are looked at for that: of many it may not be known what they have.
const LOOKED_AT: usize = 4 * ASKED;
/// How many must agree, at least.
const FEW: usize = 3;

/// Keys of the tag that tells how sensitive data is, where the configuration names none.
pub const CLASSIFICATION: [&str; 6] = [
    "data-classification",
    "data-class",
    "classification",
    "data-sensitivity",
    "sensitivity",
    "confidentiality",
];

/// The property with the tags of a resource.
pub fn property(view: &View<'_>) -> &'static str {
    property_of(view.properties())
}

fn property_of(properties: &Value) -> &'static str {
    // One pass, since this is asked of many resources for each.
    let given = properties
        .entries()
        .iter()
        .filter(|entry| entry.key.ends_with("Tags") && !entry.value.is_absent());
    let places = given.filter_map(|entry| PROPERTIES.iter().position(|name| **name == *entry.key));
    PROPERTIES[places.min().unwrap_or(0)]
}

/// Whether tags hold a key for which `is_meant`.
pub fn hold(tags: &Value, is_meant: impl Fn(&str) -> bool) -> Tri {
    place(tags, is_meant).map_or_else(|missing| missing, |_| Tri::True)
}

/// Whether tags hold a key of each of some families; of one that nobody asks about, yes.
pub fn hold_each<const N: usize>(tags: &Value, families: [Option<&[&str]>; N]) -> [Tri; N] {
    let mut holds = families.map(|family| Tri::from(family.is_none()));
    // As long as one is not held, no key ends the pass: what is missing then is whether there may
    // be a key that cannot be seen.
    let missing = place(tags, |key| {
        for (holds, family) in holds.iter_mut().zip(families) {
            if holds.is_false() && family.is_some_and(|family| is_one_of(key, family)) {
                *holds = Tri::True;
            }
        }
        holds.iter().all(|holds| holds.is_true())
    });
    let missing = missing.err().unwrap_or(Tri::False);
    holds.map(|holds| holds.or(missing))
}

/// The value under a key, with its path below the tags; the error tells whether there may be
/// one that cannot be seen.
pub fn find(tags: &Value, is_meant: impl Fn(&str) -> bool) -> Result<(PropertyPath, &Value), Tri> {
    place(tags, is_meant).map(|place| match place {
        Place::Item(index, item) => {
            (PropertyPath::root().join(index).join("Value"), item.get("Value"))
        }
        Place::Member(entry) => (PropertyPath::root().join(&*entry.key), &entry.value),
    })
}

/// Where a tag stands.
enum Place<'t> {
    /// A pair of a key and a value, by its index.
    Item(usize, &'t Value),
    Member(&'t Entry),
}

fn place(tags: &Value, mut is_meant: impl FnMut(&str) -> bool) -> Result<Place<'_>, Tri> {
    let is_open = tags.flags.has(Flags::OPEN);
    let mut missing = if is_open { Tri::Unknown } else { Tri::False };
    match &tags.kind {
        ValueKind::Absent | ValueKind::Null => {}
        ValueKind::List(items) => {
            for (index, item) in items.iter().enumerate() {
                match item.get("Key").as_str() {
                    Some(key) if is_meant(key) => return Ok(Place::Item(index, item)),
                    Some(_) => {}
                    None => missing = Tri::Unknown,
                }
            }
        }
        ValueKind::Map(map) => {
            for entry in map.entries() {
                if is_meant(&entry.key) {
                    return Ok(Place::Member(entry));
                }
            }
        }
        _ => missing = Tri::Unknown,
    }
    Err(missing)
}

/// How many of the other resources of a root that hold tags have a key, and of how many that
/// were asked. Only the first few are. `question` names what is asked, the types included: the
/// resources are asked once for all of a root.
pub fn usage(
    view: &View<'_>,
    question: &'static str,
    types: &[&str],
    is_meant: impl Fn(&str) -> bool,
) -> (usize, usize) {
    let graph = view.graph();
    let answers = view.of_root(question, || {
        let asked = graph
            .resources_of(view.resource().root)
            .filter(|(_, other)| other.is_real() && types.contains(&&*other.resource_type))
            // One more than counts, since the one that wants to know is not asked itself.
            .take(LOOKED_AT + 1);
        let answers = asked.map(|(id, other)| {
            (id, hold(other.properties.get(property_of(&other.properties)), &is_meant))
        });
        Answers::of(answers.filter(|(_, has)| !has.is_unknown()).collect())
    });
    answers.without(view.id())
}

/// What resources answered.
struct Answers {
    /// In the order of the graph.
    all: Vec<(ResourceId, Tri)>,
    /// How many of the first ones have the key, and how many those are.
    usual: (usize, usize),
}

impl Answers {
    fn of(all: Vec<(ResourceId, Tri)>) -> Self {
        let usual = usage_of(all.iter());
        Self { all, usual }
    }

    /// The usage, as a resource sees it that does not ask itself.
    fn without(&self, id: ResourceId) -> (usize, usize) {
        if self.all.iter().take(ASKED).next_back().is_some_and(|(last, _)| id <= *last) {
            usage_of(self.all.iter().filter(|(asked, _)| *asked != id))
        } else {
            self.usual
        }
    }
}

fn usage_of<'a>(answers: impl Iterator<Item = &'a (ResourceId, Tri)>) -> (usize, usize) {
    answers
        .take(ASKED)
        .fold((0, 0), |(having, asked), (_, has)| (having + usize::from(has.is_true()), asked + 1))
}

/// Whether a usage is a convention that whoever leaves the key out has forgotten.
pub const fn is_convention((having, asked): (usize, usize)) -> bool {
    having >= FEW && having * 4 >= asked * 3
}

/// Whether two keys are one and the same for people: `DataClass` and `data-class`.
#[inline]
pub fn is_like(key: &str, wanted: &str) -> bool {
    !differ_at_once(key, wanted) && have_the_same_letters(key, wanted)
}

fn have_the_same_letters(key: &str, wanted: &str) -> bool {
    if key.is_ascii() && wanted.is_ascii() {
        return plain_letters(key).eq(plain_letters(wanted));
    }
    letters(key).eq(letters(wanted))
}

/// Whether a key is for people one of several.
pub fn is_one_of(key: &str, wanted: &[&str]) -> bool {
    wanted.iter().any(|wanted| is_like(key, wanted))
}

/// Whether two keys begin with different letters: so do most.
#[inline]
fn differ_at_once(key: &str, wanted: &str) -> bool {
    match (key.as_bytes().first(), wanted.as_bytes().first()) {
        (Some(a), Some(b)) if a.is_ascii_alphanumeric() && b.is_ascii_alphanumeric() => {
            !a.eq_ignore_ascii_case(b)
        }
        _ => false,
    }
}

/// What nearly all keys are made of.
fn plain_letters(text: &str) -> impl Iterator<Item = u8> {
    text.bytes().filter(u8::is_ascii_alphanumeric).map(|byte| byte.to_ascii_lowercase())
}

fn letters(text: &str) -> impl Iterator<Item = char> {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_compared_as_people_read_them() {
        assert!(is_like("DataClass", "data-class") && !is_like("DataClasses", "data-class"));
        assert!(is_one_of("Cost_Center", &["owner", "costcenter"]));
        assert!(is_one_of("Größe", &["größe"]));
        assert!(!is_one_of("Owners", &["owner", "team"]));
    }
}
