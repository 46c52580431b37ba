//! What the texts of a module in JSON syntax amount to.
//!
//! Literals, input variables, local values, attributes of resources and policy documents are
//! followed. Calls of functions and operators are unknown, with the rest of the text around them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use trilith_graph::{
    Flags, Map, Part, PropertyPath, Reason, Reference, Segment, Span, Value, ValueKind, Via,
};

use super::address::{self, Step, Target};
use super::blocks::{At, Block, Blocks};
use super::iteration::Iteration;
use super::policy_document::policy;
use super::template::{Expression, PieceKind, expression, pieces};
use crate::canonical::{self, Documents};
use crate::tree::{
    Kind, Segments, SyntaxError, parse_embedded_json, to_value, to_value_with_holes,
};

/// Values that one attribute may amount to, all together.
const SIZE_LIMIT: usize = 200_000;
/// Bytes of a text after everything in it is known.
const TEXT_LIMIT: usize = 1 << 20;

/// Evaluates the texts of one module.
pub(super) struct Evaluator<'b, 't> {
    blocks: &'b Blocks<'t>,
    /// Names that an iteration gives a value to: `each`, `count`, the iterator of a dynamic block.
    iterations: Vec<Iteration>,
    /// Local values and defaults that are known already, with their size.
    known: HashMap<String, (Value, usize)>,
    /// Those that are being evaluated.
    active: HashSet<String>,
    size: usize,
    /// Texts that may be documents, by the place where they start.
    documents: HashMap<Span, At<'t>>,
    /// What the holes of those texts are, by the place of the text.
    holes: HashMap<Span, Vec<Value>>,
}

impl<'b, 't> Evaluator<'b, 't> {
    pub(super) fn new(blocks: &'b Blocks<'t>) -> Self {
        Self {
            blocks,
            iterations: Vec::new(),
            known: HashMap::new(),
            active: HashSet::new(),
            size: 0,
            documents: HashMap::new(),
            holes: HashMap::new(),
        }
    }

    /// Starts a round; the result goes to [`Evaluator::leave`].
    pub(super) fn enter(&mut self, iterations: Vec<Iteration>) -> usize {
        let depth = self.iterations.len();
        self.iterations.extend(iterations);
        self.size = 0;
        depth
    }

    /// Ends a round.
    pub(super) fn leave(&mut self, depth: usize) {
        self.iterations.truncate(depth);
    }

    /// What a node amounts to.
    pub(super) fn value(&mut self, at: At<'t>) -> Value {
        let span = at.tree.span(at.id);
        self.size += 1;
        if self.size > SIZE_LIMIT {
            return Value::unknown(Reason::Budget("the value is too large".into()), span);
        }
        let cut = if at.tree.is_cut(at.id) { Flags::OPEN } else { Flags::NONE };
        match at.tree.kind(at.id) {
            Kind::String | Kind::PlainString => self.text(at, span),
            Kind::List => {
                let items = at.tree.items(at.id).map(|id| self.value(At { id, ..at })).collect();
                Value::list(items, span).with(cut)
            }
            Kind::Map => {
                let mut map = Map::default();
                self.members(at, &["//"], &mut map);
                Value::map(map, span).with(cut)
            }
            _ => to_value(at.tree, at.id),
        }
    }

    /// The members of an object, but for those in `without`. Dynamic blocks are unrolled.
    pub(super) fn members(&mut self, at: At<'t>, without: &[&str], map: &mut Map) {
        let mut dynamic = None;
        for member in at.tree.members(at.id) {
            let value = At { id: member.value, ..at };
            if without.contains(&member.key.as_ref()) {
                continue;
            }
            if &**member.key == "dynamic" && at.tree.kind(member.value) != Kind::String {
                dynamic = Some(value);
                continue;
            }
            let value = self.value(value);
            map.insert(member.key.clone(), member.key_span, value);
        }
        for body in dynamic.into_iter().flat_map(At::bodies) {
            for member in body.members() {
                for block in (At { id: member.value, ..body }).bodies() {
                    let blocks = self.dynamic(member.key, block);
                    let merged = match map.remove(member.key) {
                        Some(before) => joined(&before, &blocks),
                        None => blocks,
                    };
                    map.insert(member.key.clone(), member.key_span, merged);
                }
            }
        }
    }

    /// The blocks that a dynamic block makes.
    fn dynamic(&mut self, label: &str, block: At<'t>) -> Value {
        let span = block.tree.span(block.id);
        let iterator = block.get("iterator").and_then(|at| at.tree.string(at.id)).unwrap_or(label);
        let each = block.get("for_each").map(|at| self.value(at));
        let content = block.get("content").into_iter().flat_map(At::bodies).next();
        let Some(content) = content else { return Value::list(Vec::new(), span) };
        let rounds = each.as_ref().and_then(|each| Iteration::all(iterator, each));
        let (rounds, flags) = match rounds {
            Some(rounds) => (rounds, Flags::NONE),
            None => (vec![Iteration::unknown(iterator, span)], Flags::OPEN),
        };
        let mut items = Vec::with_capacity(rounds.len());
        for round in rounds {
            if self.size > SIZE_LIMIT {
                return Value::list(items, span).with(Flags::OPEN);
            }
            self.iterations.push(round);
            items.push(self.value(content).with(Flags::SYNTHETIC));
            self.iterations.pop();
        }
        Value::list(items, span).with(flags)
    }

    /// What a text amounts to.
    fn text(&mut self, at: At<'t>, span: Span) -> Value {
        let text = at.tree.text(at.id);
        if !text.contains("${") && !text.contains("%{") {
            self.note_document(text, at, span);
            return Value::string(text, span);
        }
        let pieces = pieces(text);
        if let [piece] = pieces.as_slice()
            && let PieceKind::Expression(inner) = piece.kind
        {
            let value = self.expression(inner, span);
            return Value { span, ..value };
        }
        let base = Segments::of_scalar(at.tree, at.id);
        let place = |range: &std::ops::Range<usize>| {
            base.as_ref().map_or(span, |base| base.outer(range.start as u32, range.end as u32))
        };
        let mut parts = Vec::with_capacity(pieces.len());
        let mut holes = Vec::new();
        let mut flags = Flags::NONE;
        let mut via = None;
        let mut length = 0;
        for piece in &pieces {
            let hole = match &piece.kind {
                PieceKind::Text(text) => {
                    length += text.len();
                    parts.push(Part::Text(text.as_ref().into()));
                    continue;
                }
                PieceKind::Expression(inner) => self.expression(inner, place(&piece.range)),
                PieceKind::Directive => {
                    Value::unknown(Reason::UnsupportedFunction("%{}".into()), place(&piece.range))
                }
            };
            holes.push(hole.clone());
            let is_scalar = matches!(
                hole.kind,
                ValueKind::String(_) | ValueKind::Bool(_) | ValueKind::Int(_) | ValueKind::Float(_)
            );
            match hole.display_text() {
                Some(text) if is_scalar && !hole.flags.has(Flags::SENSITIVE) => {
                    flags = flags.with(hole.flags);
                    via = via.or(hole.via);
                    length += text.len();
                    parts.push(Part::Text(text.into()));
                }
                _ => parts.push(Part::Hole(hole)),
            }
        }
        if length > TEXT_LIMIT {
            return Value::unknown(Reason::Budget("the text is too long".into()), span);
        }
        self.note_document(text, at, span);
        self.holes.insert(span, holes);
        Value { via, ..Value::new(ValueKind::template(parts), span).with(flags) }
    }

    fn note_document(&mut self, text: &str, at: At<'t>, span: Span) {
        if text.starts_with(['{', '[', ' ', '\n', '\t', '\r']) {
            self.documents.insert(span, at);
        }
    }

    fn expression(&mut self, text: &str, span: Span) -> Value {
        let kind = match expression(text) {
            Expression::Bool(value) => ValueKind::Bool(value),
            Expression::Null => ValueKind::Null,
            Expression::Number(number) => match (number.parse(), number.parse()) {
                (Ok(number), _) => ValueKind::Int(number),
                (_, Ok(number)) => ValueKind::Float(number),
                _ => ValueKind::String(number.into()),
            },
            Expression::Text(text) => ValueKind::String(text.into()),
            Expression::Reference(text) => return self.reference(text, span),
            Expression::Other(name) => {
                let name = name.unwrap_or("expression");
                ValueKind::Unknown(Reason::UnsupportedFunction(name.into()))
            }
        };
        Value::new(kind, span)
    }

    fn reference(&mut self, text: &str, span: Span) -> Value {
        let steps = address::steps(text);
        let first = steps.first().map_or("", |step| step.name);
        if let Some(iteration) = self.iterations.iter().rev().find(|one| &*one.name == first) {
            let value = match steps.get(1).map(|step| step.name) {
                Some("key" | "index") => iteration.key.clone(),
                _ => iteration.value.clone(),
            };
            return inner(value, &steps[1.min(steps.len())..], span);
        }
        match address::target(text) {
            Target::Variable(name) => inner(self.variable(name, span), &steps[1..], span),
            Target::Local(name) => inner(self.local(name, span), &steps[1..], span),
            Target::Module { name, .. } => Value::unknown(Reason::RemoteModule(name.into()), span),
            Target::Resource { address, key, attribute } => {
                let address =
                    Address { local: address, key, attribute: attribute.unwrap_or_default() };
                match address.local.strip_prefix("data.") {
                    Some(data) => self.data(data, &address, span),
                    None => self.resource(&address, &steps, span),
                }
            }
            Target::Other => Value::unknown(Reason::Undecided, span),
        }
    }

    /// The default of an input variable.
    fn variable(&mut self, name: &str, span: Span) -> Value {
        let blocks = self.blocks;
        let Some(block) = blocks.variables.iter().find(|block| &*block.name == name) else {
            return Value::unknown(Reason::Undeclared(format!("var.{name}").into()), span);
        };
        let Some(default) = block.get("default") else {
            return Value::unknown(Reason::NoDefault(name.into()), span);
        };
        let mut value = to_value(default.tree, default.id);
        self.size += 1;
        if let Some(text) = default.tree.string(default.id) {
            self.note_document(text, default, value.span);
        }
        if block.get("sensitive").is_some_and(|at| at.tree.kind(at.id) == Kind::Bool(true)) {
            value = value.with(Flags::SENSITIVE);
        }
        let note = format!("default of variable `{name}`").into();
        let via = Via { span: value.span, note, next: value.via.take() };
        Value { via: Some(Arc::new(via)), ..value }.with(Flags::ASSUMED)
    }

    fn local(&mut self, name: &str, span: Span) -> Value {
        let blocks = self.blocks;
        let Some((at, key_span)) = blocks.locals.get(name) else {
            return Value::unknown(Reason::Undeclared(format!("local.{name}").into()), span);
        };
        let key = format!("local.{name}");
        if let Some((value, size)) = self.known.get(&key).cloned() {
            self.size += size;
            if self.size > SIZE_LIMIT {
                return Value::unknown(Reason::Budget("the value is too large".into()), span);
            }
            return value;
        }
        if !self.active.insert(key.clone()) {
            let cycle = "local values that refer to each other".into();
            return Value::unknown(Reason::Budget(cycle), span);
        }
        // A local value cannot see the iteration that it is used in.
        let iterations = std::mem::take(&mut self.iterations);
        let before = self.size;
        let mut value = self.value(*at);
        self.iterations = iterations;
        self.active.remove(&key);
        let note = format!("local value `{name}`").into();
        let via = Via { span: *key_span, note, next: value.via.take() };
        value.via = Some(Arc::new(via));
        self.known.insert(key, (value.clone(), self.size - before));
        value
    }

    /// An attribute of a resource: a reference, or what is written there if the attribute is
    /// not what names the resource.
    fn resource(&mut self, of: &Address<'_>, steps: &[Step<'_>], span: Span) -> Value {
        let blocks = self.blocks;
        let Some(at) = blocks.by_address.get(of.local) else {
            return Value::unknown(Reason::Undeclared(of.local.into()), span);
        };
        let block = &blocks.resources[*at];
        let key = of.key.map_or(String::new(), |key| format!("[{key}]"));
        let reference = Reference {
            address: format!("{}{key}", of.local).into(),
            attribute: of.attribute.into(),
        };
        if !canonical::is_identity(&block.kind, of.attribute)
            && !of.attribute.is_empty()
            && let Some(given) = block.get(of.attribute)
        {
            let key = format!("{}.{}", of.local, of.attribute);
            if self.active.insert(key.clone()) {
                let value = self.value(given);
                self.active.remove(&key);
                let note = format!("`{key}`").into();
                let via = Via { span: value.span, note, next: value.via.clone() };
                let value = Value { via: Some(Arc::new(via)), ..value };
                return inner(value, &steps[3.min(steps.len())..], span);
            }
        }
        if steps.len() > 3 {
            return Value::unknown(Reason::ComputedAfterApply, span);
        }
        Value::new(ValueKind::Reference(Arc::new(reference)), span)
    }

    fn data(&mut self, address: &str, of: &Address<'_>, span: Span) -> Value {
        let unknown = Value::unknown(Reason::DataSource(of.local.into()), span);
        let blocks = self.blocks;
        let Some(block) = blocks.data.get(address) else {
            return Value::unknown(Reason::Undeclared(of.local.into()), span);
        };
        let is_policy = &*block.kind == "aws_iam_policy_document";
        if !is_policy || !matches!(of.attribute, "json" | "minified_json") {
            return unknown;
        }
        let key = format!("data.{address}");
        if let Some((value, size)) = self.known.get(&key).cloned() {
            self.size += size;
            return if self.size > SIZE_LIMIT { unknown } else { value };
        }
        if !self.active.insert(key.clone()) {
            return unknown;
        }
        let iterations = std::mem::take(&mut self.iterations);
        let before = self.size;
        let raw = self.policy_block(block);
        self.iterations = iterations;
        self.active.remove(&key);
        let mut read = |text: &Value| match &text.kind {
            ValueKind::String(_) | ValueKind::Template(_) => {
                self.document(text).unwrap_or_else(|()| Value {
                    kind: ValueKind::Unknown(Reason::Malformed),
                    ..text.clone()
                })
            }
            _ => text.clone(),
        };
        let value = policy(&raw, &mut read);
        self.known.insert(key, (value.clone(), self.size - before));
        value
    }

    fn policy_block(&mut self, block: &Block<'t>) -> Value {
        let mut map = Map::default();
        if block.get("count").is_some() || block.get("for_each").is_some() {
            self.iterations.push(Iteration::unknown("count", block.span));
            self.iterations.push(Iteration::unknown("each", block.span));
        }
        for body in &block.body {
            self.members(*body, &["//", "count", "for_each", "provider", "depends_on"], &mut map);
        }
        let span = block.body.first().map_or(block.span, |body| body.tree.span(body.id));
        Value::map(map, span)
    }
}

/// What a reference to a resource or data source names.
struct Address<'a> {
    local: &'a str,
    key: Option<&'a str>,
    attribute: &'a str,
}

/// The value that further steps of a reference lead to. The first step's name has been followed,
/// but not its key.
fn inner(value: Value, steps: &[Step<'_>], span: Span) -> Value {
    let mut path = PropertyPath::root();
    for (at, step) in steps.iter().enumerate() {
        if at > 0 && !step.name.is_empty() {
            path.push(Segment::from(step.name));
        }
        if let Some(key) = step.key {
            match key.parse::<usize>() {
                Ok(index) => path.push(index),
                Err(_) => path.push(Segment::from(key.trim_matches('"'))),
            }
        }
    }
    if path.is_root() {
        return value;
    }
    let found = value.at(&path);
    if found.is_absent() {
        return Value::unknown(Reason::Undecided, span);
    }
    let via = found.via.clone().or(value.via.clone());
    let assumed = if value.flags.has(Flags::ASSUMED) { Flags::ASSUMED } else { Flags::NONE };
    Value { via, ..found.clone() }.with(assumed)
}

fn joined(before: &Value, after: &Value) -> Value {
    let items = before.items().iter().chain(after.items()).cloned().collect();
    let flags = before.flags.with(after.flags);
    Value::list(items, before.span).with(flags)
}

impl Documents for Evaluator<'_, '_> {
    fn document(&self, text: &Value) -> Result<Value, ()> {
        // What came through a variable or a local value is written there.
        let place = text.via.as_ref().map_or(text.span, |via| via.span);
        let at = self.documents.get(&text.span).or_else(|| self.documents.get(&place)).ok_or(())?;
        let base = Segments::of_scalar(at.tree, at.id).ok_or(())?;
        let source = at.tree.text(at.id);
        let holes = self.holes.get(&at.tree.span(at.id)).map_or(&[][..], Vec::as_slice);
        let mut segments = Segments::new(base.whole());
        for piece in pieces(source) {
            let (start, end) = (piece.range.start, piece.range.end);
            match piece.kind {
                PieceKind::Text(literal) if literal.len() == end - start => {
                    // Character by character, so that escapes keep their places.
                    for (offset, c) in source[start..end].char_indices() {
                        let from = start + offset;
                        let to = from + c.len_utf8();
                        let outer = base.outer(from as u32, to as u32);
                        segments.push(&source[from..to], outer);
                    }
                }
                PieceKind::Text(literal) => {
                    segments.push(&literal, base.outer(start as u32, end as u32));
                }
                _ => {
                    segments.push_hole(base.outer(start as u32, end as u32));
                }
            }
        }
        let parsed = parse_embedded_json(segments);
        let document = *parsed.tree.documents().first().ok_or(())?;
        if parsed.errors.iter().any(SyntaxError::is_fatal) {
            return Err(());
        }
        let value = to_value_with_holes(&parsed.tree, document, holes);
        let flags = value.flags.with(text.flags);
        Ok(Value { flags, via: text.via.clone(), ..value })
    }
}
