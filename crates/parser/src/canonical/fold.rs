//! Parts that Terraform writes as resources of their own become parts of their parents.
//!
//! A part keeps its spans. A part whose parent is not in the root becomes a parent itself, under
//! the part's address and open: rules about what is in it still fire, and nothing is called
//! missing. Parts that name the same absent parent share one.
//!
//! A part that exists under a condition says what it says under that condition only. Where two
//! parts of one type say different things of the same parent, either may be the one that
//! Terraform applies last, and both are kept. A part of which it cannot be known whose it is
//! leaves open what it says for every resource that it may belong to.

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use std::sync::Arc;

use trilith_graph::{
    Arm, Entry, Flags, Formula, Map, Part, Reason, Reference, Resource, Span, Value, ValueKind,
    Variable, VariableKind,
};

use super::map::{Draft, Mapper};
use super::table::{self, Row, Step, TypeTable};

/// Collects the parts of a root until all of its resources are there.
#[derive(Default)]
pub(super) struct Folding {
    /// What a part says about its parent, by the part's address.
    joins: HashMap<Arc<str>, Value>,
    parts: Vec<Pending>,
}

struct Pending {
    canonical: &'static str,
    /// Attributes that the part shares with its parent.
    shared: &'static [&'static str],
    /// The member that tells which element of a list the part speaks of.
    same: Option<&'static str>,
    parent: Value,
    properties: Value,
    /// Whether lists are continued and not replaced.
    appends: bool,
    draft: Draft,
}

/// What names a parent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Key {
    Address(Arc<str>),
    Text(String),
    /// What several attributes together are.
    Shared(Vec<String>),
}

/// References from part to part are followed no further than this.
const CHAIN_LIMIT: usize = 8;

impl Folding {
    /// Notes what a draft says about its parent.
    pub(super) fn note(&mut self, draft: &Draft, table: Option<&'static TypeTable>) {
        // A bucket policy is a resource of its own and still names its bucket by its id.
        let own = (&*draft.source_type == "aws_s3_bucket_policy").then_some("bucket");
        if let Some(by) = table.and_then(|table| table.satellite).or(own) {
            let parent = draft.parent.as_ref().unwrap_or_else(|| draft.raw.get(by));
            self.joins.insert(draft.address.clone(), parent.clone());
        }
    }

    /// Adds a part with its properties.
    pub(super) fn satellite(&mut self, table: &'static TypeTable, draft: Draft, mut part: Value) {
        place_whole(&mut part, draft.span);
        let by = table.satellite.unwrap_or_default();
        let repeats = |row: &Row| matches!(row.steps.first(), Some(Step::Each(_) | Step::At(..)));
        self.parts.push(Pending {
            canonical: table.canonical,
            shared: table.shared,
            same: table.same,
            parent: draft.parent.clone().unwrap_or_else(|| draft.raw.get(by).clone()),
            properties: part,
            appends: table.block.rows.iter().any(repeats),
            draft,
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
                // That it has the policy is said where it is named; which one, at the policy.
                let arns = Value::list(vec![policy.clone()], parent.span);
                let key = "ManagedPolicyArns".into();
                properties.push(Entry { key, key_span: parent.span, value: arns });
                let mut draft = draft.clone();
                draft.address = format!("{}#{attribute}.{at}", draft.address).into();
                self.parts.push(Pending {
                    canonical,
                    shared: &[],
                    same: None,
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
        // Which types of parts have been folded into a parent.
        let mut folded: HashSet<(usize, Arc<str>)> = HashSet::default();
        let declared = resources.len();
        for part in self.parts {
            let keys = keys_of(&part, &self.joins);
            let find = |key: &Key| parents.get(&(part.canonical, key.clone())).copied();
            if let Some(at) = keys.iter().find_map(find) {
                let is_first = folded.insert((at, part.draft.source_type.clone()));
                merge_into(&mut resources[at], &part, is_first);
                continue;
            }
            if may_be_anyones(&part.parent) {
                for parent in &mut resources[..declared] {
                    leave_open(parent, &part);
                }
            }
            folded.insert((resources.len(), part.draft.source_type.clone()));
            parents.extend(keys.into_iter().map(|key| ((part.canonical, key), resources.len())));
            resources.push(orphan(mapper, part));
        }
    }

    fn index(&self, resources: &[Resource]) -> HashMap<(&'static str, Key), usize> {
        let kinds: HashSet<&'static str> = self.parts.iter().map(|part| part.canonical).collect();
        let shared: HashSet<(&'static str, &'static [&'static str])> =
            self.parts.iter().map(|part| (part.canonical, part.shared)).collect();
        let mut parents = HashMap::default();
        for (at, resource) in resources.iter().enumerate() {
            let Some(kind) = kinds.get(&*resource.resource_type).copied() else { continue };
            parents.insert((kind, Key::Address(resource.address.clone())), at);
            let own = table::of(&resource.source_type).map_or(&[][..], |table| table.reference);
            for attribute in own.iter().chain(&["id", "arn"]) {
                if let Some(text) = text_of(resource.raw.get(attribute)) {
                    parents.entry((kind, Key::Text(text))).or_insert(at);
                }
            }
            for (_, attributes) in shared.iter().filter(|(owner, _)| *owner == kind) {
                if let Some(key) = shared_key(&resource.raw, attributes, &self.joins) {
                    parents.entry((kind, key)).or_insert(at);
                }
            }
        }
        parents
    }
}

/// What may name the parent of a part, the surest first.
fn keys_of(part: &Pending, joins: &HashMap<Arc<str>, Value>) -> Vec<Key> {
    let own = key_of(&part.parent, joins);
    if part.shared.is_empty() {
        return own.into_iter().collect();
    }
    // One attribute alone names nothing: every API has a stage `prod`.
    let own = own.filter(|key| matches!(key, Key::Address(_)));
    own.into_iter().chain(shared_key(&part.draft.raw, part.shared, joins)).collect()
}

/// What attributes of a part or of a parent are together.
fn shared_key(raw: &Value, attributes: &[&str], joins: &HashMap<Arc<str>, Value>) -> Option<Key> {
    let text = |attribute: &&str| match key_of(raw.get(attribute), joins)? {
        Key::Address(address) => Some(address.to_string()),
        Key::Text(text) => Some(text),
        Key::Shared(_) => None,
    };
    let texts: Option<Vec<String>> = attributes.iter().map(text).collect();
    texts.filter(|texts| !texts.is_empty()).map(Key::Shared)
}

/// Whether a part may belong to any resource of its type. What a variable or a data source names
/// is mostly not of this root, and text that is the same on both sides has been found before.
fn may_be_anyones(parent: &Value) -> bool {
    match &parent.kind {
        ValueKind::Unknown(reason) => !matches!(
            reason,
            Reason::NoDefault(_) | Reason::DataSource(_) | Reason::RemoteModule(_)
        ),
        ValueKind::OneOf(_) => true,
        ValueKind::Template(parts) => {
            parts.iter().any(|part| matches!(part, Part::Hole(hole) if may_be_anyones(hole)))
        }
        _ => false,
    }
}

/// Makes unknown what a part may say of a resource that says nothing itself.
fn leave_open(parent: &mut Resource, part: &Pending) {
    if *parent.resource_type != *part.canonical {
        return;
    }
    let ValueKind::Map(properties) = &mut parent.properties.kind else { return };
    let reason = part.parent.unknown_reason().cloned().unwrap_or(Reason::Undecided);
    for entry in part.properties.entries() {
        if properties.get(&entry.key).is_none() {
            let value = Value::unknown(reason.clone(), part.parent.span);
            Arc::make_mut(properties).insert(entry.key.clone(), entry.key_span, value);
        }
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

/// What a part says in several attributes, it says as a whole: none of them is the place of that.
fn place_whole(part: &mut Value, span: Span) {
    let ValueKind::Map(properties) = &mut part.kind else { return };
    for entry in Arc::make_mut(properties).entries_mut() {
        if entry.value.flags.has(Flags::SYNTHETIC) && matches!(entry.value.kind, ValueKind::Map(_))
        {
            entry.value.span = span;
            entry.key_span = span;
        }
    }
}

/// Adds what a part says to its parent. `is_first` tells whether no part of the same type has
/// spoken before.
fn merge_into(parent: &mut Resource, part: &Pending, is_first: bool) {
    note_part(parent, part);
    // Where the parent does not exist, nobody asks for its parts.
    let guard =
        if part.draft.guard == parent.guard { Formula::True } else { part.draft.guard.clone() };
    let (ValueKind::Map(into), ValueKind::Map(from)) =
        (&mut parent.properties.kind, &part.properties.kind)
    else {
        return;
    };
    let merging = Merging { part, is_first, guard };
    merging.merge(Arc::make_mut(into), from);
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

/// How one part is merged into its parent.
struct Merging<'p> {
    part: &'p Pending,
    is_first: bool,
    /// When the part exists, given that its parent does.
    guard: Formula,
}

impl Merging<'_> {
    fn merge(&self, into: &mut Map, from: &Map) {
        for entry in from.entries() {
            let Some(at) = into.entries().iter().position(|own| own.key == entry.key) else {
                into.push(Entry { value: self.under_guard(None, &entry.value), ..entry.clone() });
                continue;
            };
            let own = &mut into.entries_mut()[at];
            match (&mut own.value.kind, &entry.value.kind) {
                (ValueKind::Map(own), ValueKind::Map(part)) => {
                    self.merge(Arc::make_mut(own), part);
                }
                (ValueKind::List(own), ValueKind::List(part)) if self.part.appends => {
                    self.extend(Arc::make_mut(own), part);
                }
                // What a default says gives way to what is written, never the other way round.
                _ if entry.value.flags.has(Flags::SCHEMA_DEFAULT)
                    && !own.value.flags.has(Flags::SCHEMA_DEFAULT) => {}
                _ => {
                    *own = Entry { value: self.replaced(&own.value, &entry.value), ..entry.clone() }
                }
            }
        }
    }

    /// Adds elements to a list, or what they say to the elements that they speak of.
    fn extend(&self, own: &mut Vec<Value>, part: &[Value]) {
        for item in part {
            let name = self.part.same.and_then(|member| item.get(member).display_text());
            let found = name.and_then(|name| {
                let member = self.part.same.unwrap_or_default();
                own.iter_mut().find(|own| own.get(member).display_text().as_ref() == Some(&name))
            });
            match found.map(|found| (&mut found.kind, &item.kind)) {
                Some((ValueKind::Map(own), ValueKind::Map(part))) => {
                    self.merge(Arc::make_mut(own), part);
                }
                _ => own.push(self.under_guard(None, item)),
            }
        }
    }

    /// A value that takes the place of another.
    fn replaced(&self, own: &Value, value: &Value) -> Value {
        if self.guard != Formula::True {
            return self.under_guard(Some(own), value);
        }
        let is_same = own.display_text().is_some_and(|text| Some(text) == value.display_text());
        if self.is_first || is_same || own.flags.has(Flags::SCHEMA_DEFAULT) {
            return value.clone();
        }
        choice(&applied_last(&self.part.draft.address), value, Some(own))
    }

    fn under_guard(&self, own: Option<&Value>, value: &Value) -> Value {
        match &self.guard {
            Formula::True => value.clone(),
            guard => choice(guard, value, own),
        }
    }
}

/// One value if a condition holds, and otherwise the other.
fn choice(guard: &Formula, value: &Value, otherwise: Option<&Value>) -> Value {
    let mut arms = vec![Arm { guard: guard.clone(), value: value.clone() }];
    match otherwise.map(|other| (&other.kind, other)) {
        Some((ValueKind::OneOf(others), _)) => {
            arms.extend(others.iter().map(|arm| Arm {
                guard: Formula::all([arm.guard.clone(), guard.negate()]),
                value: arm.value.clone(),
            }));
        }
        Some((_, other)) => arms.push(Arm { guard: guard.negate(), value: other.clone() }),
        None => {}
    }
    Value { kind: ValueKind::OneOf(Arc::new(arms)), ..value.clone() }
}

/// Whether a part is the one of several that Terraform applies last.
fn applied_last(address: &str) -> Formula {
    let variable = Variable {
        name: format!("{address} is applied last").into(),
        kind: VariableKind::Condition,
        values: vec!["true".into(), "false".into()],
        open: false,
    };
    Formula::Is(Arc::new(variable), 0)
}

fn orphan(mapper: &mut Mapper<'_>, part: Pending) -> Resource {
    let properties = part.properties.with(Flags::OPEN);
    let mut resource = mapper.resource(part.canonical, &part.draft, properties);
    resource.flags = resource.flags.with(Flags::OPEN);
    resource
}
