//! Resources in Terraform's words to resources in CloudFormation's.

use rustc_hash::FxHashMap as HashMap;
use std::sync::Arc;

use trilith_graph::{
    Diagnostic, Entry, Flags, Format, Formula, Map, Reason, Resource, Root, RootId, Severity, Span,
    Value, ValueKind,
};

use super::adapters;
use super::attributes::Types;
use super::cases::{blended, elements, in_each_case, is_conditional, otherwise};
use super::convert::literal;
use super::fold::Folding;
use super::table::{self, Block, Convert, Literal, NAMES, Row, Shape, Step, TypeTable};
use crate::hcl::{only_if, presence};

/// A resource as it is written, before it is put into CloudFormation's words.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    /// Its address, unique in the root.
    pub(crate) address: Arc<str>,
    /// The name its author gave it.
    pub(crate) name: Arc<str>,
    /// The type as written: `aws_s3_bucket`.
    pub(crate) source_type: Arc<str>,
    /// Where it is named.
    pub(crate) span: Span,
    /// Its attributes. References speak of Terraform's attributes.
    pub(crate) raw: Value,
    /// What stands beside them.
    pub(crate) attributes: Value,
    /// When it exists.
    pub(crate) guard: Formula,
    /// For each attribute whether nobody gives it, so that what a plan shows for it is not what
    /// its author wrote. Empty where all that is there is given.
    pub(crate) unset: Vec<bool>,
    /// What it is a part of, where its own attribute does not tell for certain.
    pub(crate) parent: Option<Value>,
    /// Whether its attributes may refer to other resources.
    pub(crate) has_references: bool,
}

impl Draft {
    /// Whether nobody gives an attribute.
    pub(super) fn is_unset(&self, attribute: &str) -> bool {
        let at = self.raw.entries().iter().position(|entry| &*entry.key == attribute);
        at.is_some_and(|at| self.unset.get(at) == Some(&true))
    }
}

/// Reads documents inside of texts.
pub(crate) trait Documents {
    /// The document that a text is, with the places inside it. `Err` if it is none.
    fn document(&self, text: &Value) -> Result<Value, ()>;
}

/// Whether an attribute of a type says which resource it is: `id`, `arn`, and what CloudFormation's
/// `Ref` gives.
pub(crate) fn is_identity(source_type: &str, attribute: &str) -> bool {
    matches!(attribute, "id" | "arn")
        || table::of(source_type).is_some_and(|table| table.reference.contains(&attribute))
}

/// For a type that is a part of another: the attribute that names the other, and a test for the
/// types that the other may have.
pub(crate) fn parent_of(source_type: &str) -> Option<(&'static str, impl Fn(&str) -> bool)> {
    let part = table::of(source_type)?;
    let is_parent = |candidate: &str| {
        table::of(candidate)
            .is_some_and(|table| table.satellite.is_none() && table.canonical == part.canonical)
    };
    Some((part.satellite?, is_parent))
}

/// Whether an attribute of a type is a resource of its own.
pub(crate) fn is_split(source_type: &str) -> bool {
    table::of(source_type).is_some_and(|table| !table.split.is_empty())
}

/// Puts drafts into CloudFormation's words and adds them to the root, in their order. Parts of
/// other resources become parts of them.
pub(crate) fn map_drafts(
    drafts: Vec<Draft>,
    documents: &dyn Documents,
    root: &mut Root,
) -> Vec<Diagnostic> {
    let types = drafts.iter().map(|draft| (&draft.address, &*draft.source_type)).collect();
    let mut mapping = Mapping::new(root.format, types);
    root.resources.reserve(drafts.len());
    for draft in drafts {
        mapping.add(draft, documents, &mut root.resources);
    }
    mapping.finish(documents, &mut root.resources)
}

/// Puts the drafts of a root into CloudFormation's words, one after the other.
///
/// A draft may be mapped as soon as it is read, while it is still at hand: a large plan is many
/// times larger than what a processor keeps near.
pub(crate) struct Mapping {
    shared: Shared,
    folding: Folding,
}

impl Mapping {
    /// A mapping for a root with resources of these types, by address.
    pub(crate) fn new(format: Format, types: Types) -> Self {
        let shared = Shared {
            types,
            names: vec![None; NAMES.len()],
            interned: HashMap::default(),
            rooms: Vec::new(),
            format,
            diagnostics: Vec::new(),
        };
        Self { shared, folding: Folding::default() }
    }

    /// Adds what a draft stands for to the resources; a part of another resource is kept for
    /// [`Mapping::finish`].
    pub(crate) fn add(
        &mut self,
        draft: Draft,
        documents: &dyn Documents,
        resources: &mut Vec<Resource>,
    ) {
        let table = table::of(&draft.source_type);
        self.folding.note(&draft, table);
        // Two with one address cannot be told apart; nothing honest has them.
        if !self.shared.types.take(&draft.address) {
            return;
        }
        let mut mapper = Mapper { documents, shared: &mut self.shared };
        let raw = if draft.has_references {
            mapper.shared.types.translate(&draft.raw)
        } else {
            draft.raw.clone()
        };
        let Some(table) = table else {
            resources.push(mapper.unmapped(&draft, raw));
            return;
        };
        let properties = mapper.properties(table, &draft, &raw);
        if table.adapter == table::Adapter::PolicyAttachment {
            self.folding.attach_policy(&draft, &raw);
        }
        if table.satellite.is_some() {
            let properties = adapters::complete_part(table, &raw, properties);
            self.folding.satellite(table, draft, properties);
            return;
        }
        let mut resource = mapper.resource(table.canonical, &draft, properties);
        let siblings = adapters::apply(&mut mapper, table, &draft, &raw, &mut resource);
        resources.push(resource);
        resources.extend(siblings);
    }

    /// Makes the parts of resources parts of them. Gives what is wrong with what was mapped.
    pub(crate) fn finish(
        mut self,
        documents: &dyn Documents,
        resources: &mut Vec<Resource>,
    ) -> Vec<Diagnostic> {
        self.folding.finish(&mut Mapper { documents, shared: &mut self.shared }, resources);
        self.shared.diagnostics
    }
}

/// Maps values.
pub(crate) struct Mapper<'m> {
    documents: &'m dyn Documents,
    shared: &'m mut Shared,
}

/// What is shared between the resources of a root.
struct Shared {
    types: Types,
    names: Vec<Option<Arc<str>>>,
    interned: HashMap<&'static str, Arc<str>>,
    /// Empty maps with the room of earlier ones: how many members a resource has in
    /// CloudFormation's words is known when it has them all.
    rooms: Vec<Map>,
    format: Format,
    diagnostics: Vec<Diagnostic>,
}

/// A value that goes elsewhere than where its block stands.
struct Elsewhere {
    steps: &'static [Step],
    key_span: Span,
    value: Value,
}

impl Mapper<'_> {
    /// The name at an index of the tables, shared between resources.
    pub(super) fn name(&mut self, at: u16) -> Arc<str> {
        let at = usize::from(at);
        self.shared.names[at].get_or_insert_with(|| NAMES[at].into()).clone()
    }

    /// A name that is written in code, shared between resources.
    pub(super) fn key(&mut self, name: &'static str) -> Arc<str> {
        self.shared.interned.entry(name).or_insert_with(|| name.into()).clone()
    }

    /// The document that a text is. Text that does not look like one stays text.
    pub(super) fn document(&mut self, value: &Value) -> Value {
        // A plan tells of what a document is made that it does not know.
        if let ValueKind::List(items) = &value.kind
            && value.flags.has(Flags::OPEN)
            && items.iter().any(|item| matches!(item.kind, ValueKind::Reference(_)))
        {
            let kind = ValueKind::Unknown(Reason::ComputedAfterApply);
            return Value { kind, ..value.clone() };
        }
        let looks_like_json = match &value.kind {
            ValueKind::String(text) => text.trim_start().starts_with(['{', '[']),
            ValueKind::Template(_) => true,
            _ => false,
        };
        if !looks_like_json {
            return value.clone();
        }
        if let Ok(document) = self.documents.document(value) {
            return self.shared.types.translate(&document);
        }
        if matches!(value.kind, ValueKind::String(_)) {
            let message = "this text is not the JSON document that it looks like";
            let diagnostic =
                Diagnostic::new("terraform-malformed", Severity::Medium, value.span, message);
            self.shared.diagnostics.push(diagnostic.help("check quotes, commas and braces"));
        }
        Value { kind: ValueKind::Unknown(Reason::Malformed), ..value.clone() }
    }

    /// A resource around properties that are canonical already.
    pub(super) fn resource(
        &mut self,
        canonical: &'static str,
        draft: &Draft,
        properties: Value,
    ) -> Resource {
        Resource {
            root: RootId(0),
            address: draft.address.clone(),
            name: draft.name.clone(),
            resource_type: self.key(canonical),
            source_type: draft.source_type.clone(),
            format: self.shared.format,
            span: draft.span,
            properties,
            raw: draft.raw.clone(),
            attributes: draft.attributes.clone(),
            guard: draft.guard.clone(),
            flags: Flags::NONE,
        }
    }

    fn unmapped(&mut self, draft: &Draft, raw: Value) -> Resource {
        let mut resource = self.resource("", draft, raw);
        resource.resource_type = draft.source_type.clone();
        resource
    }

    fn room(&mut self) -> Map {
        self.shared.rooms.pop().unwrap_or_default()
    }

    /// The members of a map from [`Mapper::room`], in a map that is kept.
    fn fitted(&mut self, mut map: Map) -> Map {
        let members = map.take_members();
        self.shared.rooms.push(map);
        members
    }

    /// A draft's attributes as canonical properties.
    pub(super) fn properties(
        &mut self,
        table: &'static TypeTable,
        draft: &Draft,
        whole: &Value,
    ) -> Value {
        let ValueKind::Map(raw) = &whole.kind else {
            return Value::map(Map::default(), draft.span).with(Flags::OPEN);
        };
        // A type of its own keeps its words; rows say what its texts are.
        let is_own = !table.canonical.starts_with("AWS::");
        if is_own && table.block.rows.is_empty() {
            return whole.clone();
        }
        let mut properties = if is_own { Map::clone(raw) } else { self.room() };
        let mut elsewhere = Vec::new();
        for entry in raw.entries() {
            let Some(row) = table.block.row(&entry.key) else { continue };
            let value = match row.name {
                "tags" => tags(raw, entry),
                _ => entry.value.clone(),
            };
            // None of the blocks is the place of one that is missing.
            let is_named = matches!(row.convert, Convert::Named);
            let key_span = if is_named { draft.span } else { entry.key_span };
            self.place(row, key_span, &value, &mut properties, &mut elsewhere);
        }
        if let (Some(all), None, Some(row)) =
            (raw.entry("tags_all"), raw.get("tags"), table.block.row("tags"))
        {
            self.place(row, all.key_span, &all.value, &mut properties, &mut elsewhere);
        }
        for item in elsewhere {
            self.put(&mut properties, item.steps, item.key_span, item.value);
        }
        for (steps, default) in table.defaults {
            let value = literal(*default, draft.span).with(Flags::SCHEMA_DEFAULT);
            self.put_if_missing(&mut properties, steps, draft.span, value);
        }
        Value::map(self.fitted(properties), draft.raw.span).with(draft.raw.flags)
    }

    /// The members of a block as the members of its counterpart.
    pub(super) fn members(&mut self, block: &'static Block, whole: &Value, raw: &Map) -> Value {
        let mut members = self.room();
        let mut elsewhere = Vec::new();
        self.fill(block, whole.span, raw, &mut members, &mut elsewhere);
        // Places outside of the counterpart cannot be reached from an element of a list; no
        // table asks for it.
        for item in elsewhere {
            self.put(&mut members, item.steps, item.key_span, item.value);
        }
        let members = ValueKind::Map(Arc::new(self.fitted(members)));
        let members = Value { kind: members, ..whole.clone() };
        // Of a block without rows it is not known what it says: nothing is missing there.
        let is_silent = block.rows.is_empty() && !raw.is_empty();
        if is_silent { members.with(Flags::OPEN) } else { members }
    }

    fn fill(
        &mut self,
        block: &'static Block,
        span: Span,
        raw: &Map,
        out: &mut Map,
        elsewhere: &mut Vec<Elsewhere>,
    ) {
        for entry in raw.entries() {
            if let Some(row) = block.row(&entry.key) {
                self.place(row, entry.key_span, &entry.value, out, elsewhere);
            }
        }
        for (row, default) in missing(block, raw) {
            let value = literal(default, span).with(Flags::SCHEMA_DEFAULT);
            self.put(out, row.steps, span, value);
        }
    }

    /// Puts the value of an attribute where its row says.
    fn place(
        &mut self,
        row: &'static Row,
        key_span: Span,
        value: &Value,
        out: &mut Map,
        elsewhere: &mut Vec<Elsewhere>,
    ) {
        if let (Some(block), true) = (row.block, row.steps.is_empty()) {
            self.flatten(block, value, out, elsewhere);
            return;
        }
        if let (Some(block), [Step::Each(name)]) = (row.block, row.steps) {
            self.each(block, *name, key_span, value, out);
            return;
        }
        if let (None, [.., Step::Each(_)], ValueKind::List(items)) =
            (row.block, row.steps, &value.kind)
        {
            for item in items.iter() {
                self.put(out, row.steps, key_span, item.clone());
            }
            return;
        }
        let Some(value) = self.convert(row, value) else { return };
        // What is switched off says nothing else.
        let also = if value.as_bool() == Some(false) { &[][..] } else { row.also };
        for (steps, constant) in also {
            let constant = literal(*constant, value.span).with(Flags::SYNTHETIC);
            self.put(out, steps, key_span, constant);
        }
        let is_decided = !value.flags.has(Flags::OPEN) && !is_conditional(&value);
        if let (ValueKind::List(items), true) = (&value.kind, is_decided) {
            let count = i64::try_from(items.len()).unwrap_or(i64::MAX);
            let count = Value::new(ValueKind::Int(count), value.span).with(Flags::SYNTHETIC);
            self.put(out, row.count, key_span, count);
        }
        if row.absolute {
            elsewhere.push(Elsewhere { steps: row.steps, key_span, value });
        } else {
            self.put(out, row.steps, key_span, value);
        }
    }

    /// What is in a block without a counterpart.
    fn flatten(
        &mut self,
        block: &'static Block,
        value: &Value,
        out: &mut Map,
        elsewhere: &mut Vec<Elsewhere>,
    ) {
        if matches!(value.kind, ValueKind::Unknown(_)) {
            for row in block.rows {
                self.place(row, value.span, value, out, elsewhere);
            }
            return;
        }
        if is_conditional(value) {
            self.flatten_cases(block, value, out, elsewhere);
            return;
        }
        for item in value.items() {
            match &item.kind {
                ValueKind::Map(raw) => self.fill(block, item.span, raw, out, elsewhere),
                ValueKind::Unknown(_) => self.flatten(block, item, out, elsewhere),
                _ => {}
            }
        }
    }

    /// What is in a block without a counterpart that is there under a condition: every member has
    /// that.
    fn flatten_cases(
        &mut self,
        block: &'static Block,
        value: &Value,
        out: &mut Map,
        elsewhere: &mut Vec<Elsewhere>,
    ) {
        let cases = elements(value);
        let maps: Vec<(Formula, &Map)> = cases
            .iter()
            .filter_map(|(guard, item)| match &item.kind {
                ValueKind::Map(raw) => Some((guard.clone(), &**raw)),
                _ => None,
            })
            .collect();
        let members = blended(&maps);
        for entry in members.entries() {
            if let Some(row) = block.row(&entry.key) {
                self.place(row, entry.key_span, &entry.value, out, elsewhere);
            }
        }
        for (guard, given) in maps {
            for (row, default) in missing(block, given) {
                let value = literal(default, value.span).with(Flags::SCHEMA_DEFAULT);
                self.put_if_missing(out, row.steps, value.span, only_if(guard.clone(), value));
            }
        }
        for (_, item) in cases {
            if matches!(item.kind, ValueKind::Unknown(_)) {
                self.flatten(block, item, out, elsewhere);
            }
        }
    }

    /// Blocks that are elements of a list which other attributes share.
    fn each(
        &mut self,
        block: &'static Block,
        name: u16,
        key_span: Span,
        value: &Value,
        out: &mut Map,
    ) {
        let name = self.name(name);
        for item in value.items() {
            let element = in_each_case(item, &mut |item| match &item.kind {
                ValueKind::Map(raw) => Some(self.members(block, item, raw)),
                ValueKind::Unknown(_) => Some(item.clone()),
                _ => None,
            });
            if let Some(element) = element {
                push(out, &name, key_span, element);
            }
        }
    }

    /// Sets the property behind `steps`, making what leads there.
    pub(super) fn put(&mut self, out: &mut Map, steps: &[Step], key_span: Span, value: Value) {
        let Some((step, rest)) = steps.split_first() else { return };
        match step {
            Step::Key(name) => {
                let name = self.name(*name);
                if rest.is_empty() {
                    out.insert(name, key_span, value);
                    return;
                }
                let span = value.span;
                let make = || Value::map(Map::default(), span).with(Flags::SYNTHETIC);
                let inner = out.get_or_insert_with(&name, key_span, make);
                if let ValueKind::Map(map) = &mut inner.kind {
                    self.put(Arc::make_mut(map), rest, key_span, value);
                }
            }
            Step::Each(name) => {
                let name = self.name(*name);
                let value = self.nested(rest, key_span, value);
                push(out, &name, key_span, value);
            }
            Step::At(name, at) => {
                let name = self.name(*name);
                let Some(items) = list(out, &name, key_span, value.span) else { return };
                let at = usize::from(*at);
                while items.len() <= at {
                    items.push(Value::map(Map::default(), value.span).with(Flags::SYNTHETIC));
                }
                if let ValueKind::Map(map) = &mut items[at].kind {
                    self.put(Arc::make_mut(map), rest, key_span, value);
                }
            }
            Step::Where(name, member, wanted) => {
                let [name, member] = [self.name(*name), self.name(*member)];
                let Some(items) = list(out, &name, key_span, value.span) else { return };
                let found = items.iter().position(|item| {
                    item.get(&member).as_str().is_some_and(|text| text == *wanted)
                });
                let at = found.unwrap_or_else(|| {
                    let mut map = Map::default();
                    map.insert(member, key_span, Value::string(*wanted, key_span));
                    items.push(Value::map(map, value.span).with(Flags::SYNTHETIC));
                    items.len() - 1
                });
                if let ValueKind::Map(map) = &mut items[at].kind {
                    self.put(Arc::make_mut(map), rest, key_span, value);
                }
            }
            Step::Pair(name, key) => {
                let name = self.name(*name);
                let mut pair = Map::with_capacity(2);
                let span = value.span;
                let key = Value::string(*key, key_span);
                pair.push(Entry { key: self.key("Key"), key_span, value: key });
                pair.push(Entry { key: self.key("Value"), key_span, value });
                push(out, &name, key_span, Value::map(pair, span));
            }
        }
    }

    fn nested(&mut self, steps: &[Step], key_span: Span, value: Value) -> Value {
        if steps.is_empty() {
            return value;
        }
        let span = value.span;
        let mut map = Map::default();
        self.put(&mut map, steps, key_span, value);
        Value::map(map, span).with(Flags::SYNTHETIC)
    }

    fn put_if_missing(&mut self, out: &mut Map, steps: &[Step], key_span: Span, value: Value) {
        let mut at: Option<&Value> = None;
        for (depth, step) in steps.iter().enumerate() {
            let name = NAMES[usize::from(step.name())];
            let next = if depth == 0 { out.get(name) } else { at.map(|value| value.get(name)) };
            match next {
                None => break,
                Some(value) if value.is_absent() => break,
                Some(found) if matches!(found.kind, ValueKind::OneOf(_)) => {
                    let found = found.clone();
                    let (reached, rest) = steps.split_at(depth + 1);
                    self.complete_cases(out, reached, &found, rest, key_span, value);
                    return;
                }
                Some(value) if value.is_unknown() || depth + 1 == steps.len() => return,
                Some(value) => at = Some(value),
            }
        }
        self.put(out, steps, key_span, value);
    }

    /// Puts a value where a choice that has been reached leaves it out.
    fn complete_cases(
        &mut self,
        out: &mut Map,
        reached: &[Step],
        choice: &Value,
        rest: &[Step],
        key_span: Span,
        value: Value,
    ) {
        if !reached.iter().all(|step| matches!(step, Step::Key(_))) {
            return;
        }
        let complete = in_each_case(choice, &mut |case| {
            let mut case = case.clone();
            if let (ValueKind::Map(map), false) = (&mut case.kind, rest.is_empty()) {
                self.put_if_missing(Arc::make_mut(map), rest, key_span, value.clone());
            }
            Some(case).filter(|case| !case.is_absent())
        });
        let missing = self.nested(rest, key_span, value);
        let complete = complete
            .map_or(missing.clone(), |complete| otherwise(&presence(&complete), complete, missing));
        self.put(out, reached, key_span, complete);
    }

    /// The shape's value for text that an adapter makes.
    pub(super) fn shaped_text(&mut self, value: &Value) -> Option<Value> {
        self.shaped(&Shape::Text, value)
    }
}

/// The rows that have a default and are not given.
fn missing(block: &'static Block, given: &Map) -> impl Iterator<Item = (&'static Row, Literal)> {
    block.rows.iter().filter_map(|row| {
        let default = row.default?;
        let is_given =
            given.get(row.name).is_some_and(|value| !matches!(value.kind, ValueKind::Null));
        (!is_given).then_some((row, default))
    })
}

/// `tags_all` has the provider's default tags too. Where it is not known, there may be more
/// tags than `tags` gives.
fn tags(raw: &Map, tags: &Entry) -> Value {
    match raw.get("tags_all").map(|all| (&all.kind, all)) {
        Some((ValueKind::Map(_), all)) => all.clone(),
        Some((ValueKind::Unknown(_), all)) => match &tags.value.kind {
            ValueKind::Map(_) => tags.value.clone().with(Flags::OPEN),
            _ => all.clone(),
        },
        _ => tags.value.clone(),
    }
}

/// The list of a member, made if it is missing; `None` if it is something else.
pub(super) fn list<'o>(
    out: &'o mut Map,
    name: &str,
    key_span: Span,
    span: Span,
) -> Option<&'o mut Vec<Value>> {
    let make = || Value::new(ValueKind::List(Arc::default()), span);
    match &mut out.get_or_insert_with(name, key_span, make).kind {
        ValueKind::List(items) => Some(Arc::make_mut(items)),
        _ => None,
    }
}

/// Adds an element to the list of a member. An unknown element makes the list open.
pub(super) fn push(out: &mut Map, name: &str, key_span: Span, value: Value) {
    let span = value.span;
    if let Some(items) = list(out, name, key_span, span) {
        items.push(value);
    }
}
