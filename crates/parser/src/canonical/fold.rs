//! Parts that Terraform writes as resources of their own become parts of their parents.
//!
//! A part keeps its spans. A part whose parent is not in the root becomes a parent itself, under
//! the part's address and open: rules about what is in it still fire, and nothing is called
//! missing. Parts that name the same absent parent share one.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use trilith_graph::{Entry, Flags, Map, Part, Reason, Reference, Resource, Value, ValueKind};

use super::map::{Draft, Mapper};
use super::table::{self, Row, Step, TypeTable};

/// Collects the parts of a root until all of its resources are there.
pub(super) struct Folding {
    /// What a part says about its parent, by the part's address.
    joins: HashMap<Arc<str>, Value>,
    parts: Vec<Pending>,
}

struct Pending {
    canonical: &'static str,
    parent: Value,
    properties: Value,
    /// Whether lists are continued and not replaced.
    appends: bool,
    draft: Draft,
}

/// What names a parent.
#[derive(PartialEq, Eq, Hash)]
enum Key {
    Address(Arc<str>),
    Text(String),
}

/// References from part to part are followed no further than this.
const CHAIN_LIMIT: usize = 8;

impl Folding {
    pub(super) fn new(drafts: &[Draft], tables: &[Option<&'static TypeTable>]) -> Self {
        let mut joins = HashMap::new();
        for (draft, table) in drafts.iter().zip(tables) {
            // A bucket policy is a resource of its own and still names its bucket by its id.
            let own = (&*draft.source_type == "aws_s3_bucket_policy").then_some("bucket");
            if let Some(by) = table.and_then(|table| table.satellite).or(own) {
                let parent = draft.parent.as_ref().unwrap_or_else(|| draft.raw.get(by));
                joins.insert(draft.address.clone(), parent.clone());
            }
        }
        Self { joins, parts: Vec::new() }
    }

    /// Adds a part with its properties.
    pub(super) fn satellite(&mut self, table: &'static TypeTable, draft: &Draft, part: Value) {
        let by = table.satellite.unwrap_or_default();
        let repeats = |row: &Row| matches!(row.steps.first(), Some(Step::Each(_) | Step::First(_)));
        self.parts.push(Pending {
            canonical: table.canonical,
            parent: draft.parent.clone().unwrap_or_else(|| draft.raw.get(by).clone()),
            properties: part,
            appends: table.block.rows.iter().any(repeats),
            draft: draft.clone(),
        });
    }

    /// Adds what attaches one managed policy to any number of roles, users and groups.
    pub(super) fn attach_policy(&mut self, draft: &Draft, raw: &Value) {
        let kinds = [
            ("roles", "AWS::IAM::Role"),
            ("users", "AWS::IAM::User"),
            ("groups", "AWS::IAM::Group"),
        ];
        let policy = raw.get("policy_arn");
        for (attribute, canonical) in kinds {
            for (at, parent) in draft.raw.get(attribute).items().iter().enumerate() {
                let mut properties = Map::default();
                let arns = Value::list(vec![policy.clone()], policy.span);
                let key = "ManagedPolicyArns".into();
                properties.push(Entry { key, key_span: policy.span, value: arns });
                let mut draft = draft.clone();
                draft.address = format!("{}#{attribute}.{at}", draft.address).into();
                self.parts.push(Pending {
                    canonical,
                    parent: parent.clone(),
                    properties: Value::map(properties, draft.span),
                    appends: true,
                    draft,
                });
            }
        }
    }

    /// Folds every part into its parent, or makes a parent of it.
    pub(super) fn finish(self, mapper: &mut Mapper<'_>, resources: &mut Vec<Resource>) {
        if self.parts.is_empty() {
            return;
        }
        let mut parents = self.index(resources);
        for part in self.parts {
            let key = key_of(&part.parent, &self.joins);
            let key = key.map(|key| (part.canonical, key));
            let found = key.as_ref().and_then(|key| parents.get(key)).copied();
            if let Some(at) = found {
                merge_into(&mut resources[at], &part);
            } else {
                parents.extend(key.map(|key| (key, resources.len())));
                resources.push(orphan(mapper, part));
            }
        }
    }

    fn index(&self, resources: &[Resource]) -> HashMap<(&'static str, Key), usize> {
        let kinds: HashSet<&'static str> = self.parts.iter().map(|part| part.canonical).collect();
        let mut parents = HashMap::new();
        for (at, resource) in resources.iter().enumerate() {
            let Some(kind) = kinds.get(&*resource.resource_type).copied() else { continue };
            parents.insert((kind, Key::Address(resource.address.clone())), at);
            let own = table::of(&resource.source_type).map_or(&[][..], |table| table.reference);
            for attribute in own.iter().chain(&["id", "arn"]) {
                if let Some(text) = text_of(resource.raw.get(attribute)) {
                    parents.entry((kind, Key::Text(text))).or_insert(at);
                }
            }
        }
        parents
    }
}

fn key_of(value: &Value, joins: &HashMap<Arc<str>, Value>) -> Option<Key> {
    let mut value = value;
    for _ in 0..CHAIN_LIMIT {
        let ValueKind::Reference(reference) = &value.kind else {
            return text_of(value).map(Key::Text);
        };
        // `bucket = aws_s3_bucket_versioning.x.bucket` means the bucket of that part.
        match joins.get(&reference.address) {
            Some(next) => value = next,
            None => return Some(Key::Address(reference.address.clone())),
        }
    }
    None
}

/// Text that is the same wherever the same thing is named, also where it is not known.
fn text_of(value: &Value) -> Option<String> {
    match &value.kind {
        ValueKind::String(text) if !text.is_empty() => Some(text.to_string()),
        ValueKind::Unknown(Reason::NoDefault(name)) => Some(format!("${{var.{name}}}")),
        ValueKind::Reference(reference) => Some(reference_text(reference)),
        ValueKind::Template(parts) => {
            let mut text = String::new();
            for part in parts.iter() {
                match part {
                    Part::Text(literal) => text.push_str(literal),
                    Part::Hole(hole) => text.push_str(&text_of(hole)?),
                }
            }
            Some(text)
        }
        _ => None,
    }
}

fn reference_text(reference: &Reference) -> String {
    format!("${{{}.{}}}", reference.address, reference.attribute)
}

fn merge_into(parent: &mut Resource, part: &Pending) {
    note_part(parent, part);
    let (ValueKind::Map(into), ValueKind::Map(from)) =
        (&mut parent.properties.kind, &part.properties.kind)
    else {
        return;
    };
    merge(Arc::make_mut(into), from, part.appends);
}

/// Adds the part's address to the parent's attributes.
fn note_part(parent: &mut Resource, part: &Pending) {
    let span = part.draft.span;
    let address = Value::string(part.draft.address.clone(), span);
    if !matches!(parent.attributes.kind, ValueKind::Map(_)) {
        parent.attributes = Value::map(Map::default(), parent.span);
    }
    if let ValueKind::Map(attributes) = &mut parent.attributes.kind {
        super::map::push(Arc::make_mut(attributes), "Parts", span, address);
    }
}

fn merge(into: &mut Map, from: &Map, appends: bool) {
    for entry in from.entries() {
        let Some(at) = into.entries().iter().position(|own| own.key == entry.key) else {
            into.push(entry.clone());
            continue;
        };
        let own = &mut into.entries_mut()[at];
        match (&mut own.value.kind, &entry.value.kind) {
            (ValueKind::Map(own), ValueKind::Map(part)) => merge(Arc::make_mut(own), part, appends),
            (ValueKind::List(own), ValueKind::List(part)) if appends => {
                Arc::make_mut(own).extend(part.iter().cloned());
            }
            // What a default says gives way to what is written, never the other way round.
            _ if entry.value.flags.has(Flags::SCHEMA_DEFAULT)
                && !own.value.flags.has(Flags::SCHEMA_DEFAULT) => {}
            _ => *own = entry.clone(),
        }
    }
}

fn orphan(mapper: &mut Mapper<'_>, part: Pending) -> Resource {
    let properties = part.properties.with(Flags::OPEN);
    let mut resource = mapper.resource(part.canonical, &part.draft, properties);
    resource.flags = resource.flags.with(Flags::OPEN);
    resource
}
