//! What a resource block makes: one resource, or one for each round of `count` and `for_each`.

use std::sync::Arc;

use trilith_graph::{Entry, Flags, Formula, Map, Reason, Reference, Span, Value, ValueKind};

use super::META;
use super::body::{Texts, body_value};
use super::names::Names;
use crate::canonical::Draft;
use crate::hcl::{Bindings, Block, Expression, ExpressionKind, Scope, StepKind, evaluate};

/// Instances that one block may make before one stands for all.
const INSTANCE_LIMIT: usize = 256;

/// The instances of a block.
pub(super) enum Instances {
    /// One, without a key.
    Single,
    /// One for each key, with when it exists and what `count` or `each` is in it.
    Keyed(Vec<Instance>),
    /// Nobody knows how many: one stands for all.
    Unknown(&'static str, Span),
}

/// One instance.
pub(super) struct Instance {
    /// Its key as Terraform writes it: `[0]`, `["a"]`.
    key: String,
    guard: Formula,
    name: &'static str,
    value: Value,
}

impl Instances {
    /// The address of the instance that a reference with an index means; `None` if it cannot be
    /// told.
    pub(super) fn address(&self, address: &str, index: Option<&Value>) -> Option<String> {
        match (self, index) {
            (Self::Single | Self::Unknown(..), _) => Some(address.to_owned()),
            (Self::Keyed(_), Some(index)) => {
                let key = match &index.kind {
                    ValueKind::Int(number) => format!("[{number}]"),
                    ValueKind::String(text) => format!("[\"{text}\"]"),
                    _ => return None,
                };
                Some(format!("{address}{key}"))
            }
            (Self::Keyed(list), None) => match list.as_slice() {
                [only] => Some(format!("{address}{}", only.key)),
                _ => None,
            },
        }
    }
}

/// The instances of a resource block.
pub(super) fn of(block: &Block, names: &Names<'_>) -> Instances {
    if let Some(count) = block.body.attribute("count") {
        return counted(&evaluate(&count.value, names));
    }
    if let Some(each) = block.body.attribute("for_each") {
        return each_of(&evaluate(&each.value, names));
    }
    Instances::Single
}

fn counted(value: &Value) -> Instances {
    let number = |value: &Value| value.as_int().and_then(|count| usize::try_from(count).ok());
    // `var.create ? 1 : 0` with an unknown variable: the instance exists under the condition.
    let arms: Vec<(Formula, Option<usize>)> = match &value.kind {
        ValueKind::OneOf(arms) => {
            arms.iter().map(|arm| (arm.guard.clone(), number(&arm.value))).collect()
        }
        _ => vec![(Formula::True, number(value))],
    };
    let most = arms.iter().map(|(_, count)| *count).collect::<Option<Vec<_>>>();
    let most = most.and_then(|counts| counts.into_iter().max());
    let Some(most) = most.filter(|most| *most <= INSTANCE_LIMIT) else {
        return Instances::Unknown("count", value.span);
    };
    let instance = |at: usize| {
        let existing = arms.iter().filter(|(_, count)| count.is_some_and(|count| count > at));
        let index = Value::new(ValueKind::Int(i64::try_from(at).unwrap_or(i64::MAX)), value.span);
        let mut map = Map::default();
        map.insert("index", value.span, index);
        Instance {
            key: format!("[{at}]"),
            guard: Formula::any(existing.map(|(guard, _)| guard.clone())),
            name: "count",
            value: Value::map(map, value.span),
        }
    };
    Instances::Keyed((0..most).map(instance).collect())
}

fn each_of(value: &Value) -> Instances {
    let pairs: Vec<(Arc<str>, Value)> = match &value.kind {
        _ if value.flags.has(Flags::OPEN) => return Instances::Unknown("each", value.span),
        ValueKind::Map(map) => {
            map.entries().iter().map(|entry| (entry.key.clone(), entry.value.clone())).collect()
        }
        ValueKind::List(items) => {
            let texts = items.iter().map(|item| Some((item.as_str()?.into(), item.clone())));
            match texts.collect() {
                Some(pairs) => pairs,
                None => return Instances::Unknown("each", value.span),
            }
        }
        _ => return Instances::Unknown("each", value.span),
    };
    if pairs.len() > INSTANCE_LIMIT {
        return Instances::Unknown("each", value.span);
    }
    let instance = |(key, element): (Arc<str>, Value)| Instance {
        key: format!("[\"{key}\"]"),
        guard: Formula::True,
        name: "each",
        value: round(Value::string(key, element.span), element, value.span),
    };
    Instances::Keyed(pairs.into_iter().map(instance).collect())
}

/// What `each` or the iterator of a dynamic block is in one round.
pub(super) fn round(key: Value, element: Value, span: Span) -> Value {
    let mut map = Map::default();
    map.insert("key", span, key);
    map.insert("value", span, element);
    Value::map(map, span)
}

/// The resources that a block makes, as written.
pub(super) fn drafts(
    block: &Block,
    names: &Names<'_>,
    default_tags: Option<&Value>,
    texts: &mut Texts,
) -> Vec<Draft> {
    let mut one = |key: &str, guard: Formula, scope: &dyn Scope| {
        draft(block, key, guard, scope, default_tags, texts)
    };
    match of(block, names) {
        Instances::Single => vec![one("", Formula::True, names)],
        Instances::Unknown(name, span) => {
            let unknown = Value::unknown(Reason::Undecided, span);
            vec![one("", Formula::True, &Bindings::new(names).bind(name, unknown))]
        }
        Instances::Keyed(instances) => instances
            .into_iter()
            .map(|instance| {
                let scope = Bindings::new(names)
                    .bind(instance.name, instance.value)
                    .label(instance.key.as_str());
                one(&instance.key, instance.guard, &scope)
            })
            .collect(),
    }
}

fn draft(
    block: &Block,
    key: &str,
    guard: Formula,
    scope: &dyn Scope,
    default_tags: Option<&Value>,
    texts: &mut Texts,
) -> Draft {
    let label = |at: usize| block.label(at).cloned().unwrap_or_else(|| "".into());
    let (source_type, name) = (label(0), label(1));
    let span = block.header_span();
    let mut raw = body_value(&block.body, span, &META, scope, texts);
    if let (Some(defaults), ValueKind::Map(map)) = (default_tags, &mut raw.kind) {
        add_default_tags(Arc::make_mut(map), defaults, span);
    }
    Draft {
        address: format!("{source_type}.{name}{key}").into(),
        name,
        source_type,
        span,
        raw,
        attributes: beside(block, span, scope),
        guard,
        unset: Vec::new(),
        has_references: true,
        parent: None,
    }
}

/// `tags_all`: the provider's tags and the resource's own, which come first.
fn add_default_tags(map: &mut Map, defaults: &Value, span: Span) {
    let own = map.get("tags").cloned();
    let all = match (own.as_ref().map(|own| &own.kind), &defaults.kind) {
        (None | Some(ValueKind::Null), _) => defaults.clone(),
        (Some(ValueKind::Map(own)), ValueKind::Map(defaults)) => {
            let mut all = Map::clone(own);
            for entry in defaults.entries() {
                if all.get(&entry.key).is_none() {
                    all.push(entry.clone());
                }
            }
            Value::map(all, span)
        }
        _ => Value::unknown(Reason::Undecided, span),
    };
    map.get_or_insert_with("tags", span, || Value::new(ValueKind::Null, span));
    map.insert("tags_all", span, all.with(Flags::SYNTHETIC));
}

/// What stands beside the attributes: the order of creation, the lifecycle.
fn beside(block: &Block, span: Span, scope: &dyn Scope) -> Value {
    let mut map = Map::default();
    if let Some(order) = block.body.attribute("depends_on") {
        let references: Vec<Value> = match &order.value.kind {
            ExpressionKind::List(items) => items.iter().filter_map(named).collect(),
            _ => Vec::new(),
        };
        let value = Value::list(references, order.value.span);
        map.push(Entry { key: "DependsOn".into(), key_span: order.name_span, value });
    }
    if let Some(lifecycle) = block.body.blocks_of("lifecycle").next() {
        let value = body_value(&lifecycle.body, lifecycle.span, &[], scope, &mut Texts::default());
        map.push(Entry { key: "lifecycle".into(), key_span: lifecycle.type_span, value });
    }
    Value::map(map, span)
}

/// The resource that an element of `depends_on` names.
fn named(expression: &Expression) -> Option<Value> {
    let ExpressionKind::Traversal(traversal) = &expression.kind else { return None };
    let ExpressionKind::Variable(kind) = &traversal.root.kind else { return None };
    let StepKind::Attribute(name) = &traversal.steps.first()?.kind else { return None };
    let address = format!("{kind}.{name}");
    let reference = Reference { address: address.into(), attribute: "".into() };
    Some(Value::new(ValueKind::Reference(Arc::new(reference)), expression.span))
}
