//! Type constraints of variables: `map(object({ a = optional(string, "x") }))`.

use std::sync::Arc;

use trilith_graph::{Entry, Flags, Map, Reason, Value, ValueKind};

use super::evaluate::choice::map_arms;
use super::evaluate::evaluate;
use super::evaluate::text::{Stop, as_text, boolean, is_encoded, number};
use super::functions::sorted_set;
use super::scope::NoNames;
use super::syntax::{Call, Expression, ExpressionKind, ObjectItem, ObjectKey};

/// How deep types are read.
const DEPTH_LIMIT: usize = 32;

/// The type that a value is converted to.
#[derive(Debug, Clone)]
pub enum Type {
    /// `any`, or a constraint that could not be read: values stay as they are.
    Any,
    /// `string`
    Text,
    /// `number`
    Number,
    /// `bool`
    Bool,
    /// `list(...)`
    List(Box<Type>),
    /// `set(...)`
    Set(Box<Type>),
    /// `map(...)`
    Map(Box<Type>),
    /// `object({ ... })`
    Object(Vec<TypeAttribute>),
    /// `tuple([ ... ])`
    Tuple(Vec<Type>),
}

/// An attribute of [`Type::Object`].
#[derive(Debug, Clone)]
pub struct TypeAttribute {
    /// Its name.
    pub name: Arc<str>,
    /// Its type.
    pub constraint: Type,
    /// Whether it may be left out (`optional(...)`).
    pub is_optional: bool,
    /// What it is if it is left out or null; null without one.
    pub default: Option<Value>,
}

impl Type {
    /// Reads the `type` of a variable. What is no type constraint is [`Type::Any`].
    pub fn of(expression: &Expression) -> Self {
        read(expression, DEPTH_LIMIT)
    }

    /// Converts a value as Terraform does when it is given to a variable: scalars to the type
    /// that is asked for, attributes that are left out to their defaults, further attributes
    /// dropped. What cannot be converted is [`Reason::Malformed`]; what is not known stays.
    #[must_use]
    pub fn convert(&self, value: &Value) -> Value {
        map_arms(value, &mut |value| self.converted(value))
    }

    fn converted(&self, value: &Value) -> Value {
        if matches!(self, Self::Any) || is_unconvertible(value) {
            return value.clone();
        }
        let kind = match (self, &value.kind) {
            (Self::Text, _) if is_encoded(value) => return value.clone(),
            (Self::Text, ValueKind::String(_) | ValueKind::Template(_)) => return value.clone(),
            (Self::Text, ValueKind::Bool(_) | ValueKind::Int(_) | ValueKind::Float(_)) => {
                as_text(value).kind
            }
            (Self::Number | Self::Bool, ValueKind::Template(_)) => return value.clone(),
            (Self::Number, _) => match number(value) {
                Ok(number) => number.kind(),
                Err(stop) => stop.into_kind(),
            },
            (Self::Bool, _) => boolean(value).map_or_else(Stop::into_kind, ValueKind::Bool),
            (Self::List(inside), ValueKind::List(items)) => inside.items(items),
            (Self::Set(inside), ValueKind::List(items)) => {
                let items: Vec<Value> = items.iter().map(|item| inside.convert(item)).collect();
                ValueKind::List(Arc::new(sorted_set(items)))
            }
            (Self::Tuple(types), ValueKind::List(items)) => {
                let pairs = items.iter().enumerate();
                let converted = pairs.map(|(index, item)| match types.get(index) {
                    Some(constraint) => constraint.convert(item),
                    None => item.clone(),
                });
                ValueKind::List(Arc::new(converted.collect()))
            }
            (Self::Map(inside), ValueKind::Map(map)) => {
                let mut converted = Map::with_capacity(map.len());
                for entry in map.entries() {
                    converted.push(Entry { value: inside.convert(&entry.value), ..entry.clone() });
                }
                ValueKind::Map(Arc::new(converted))
            }
            (Self::Object(attributes), ValueKind::Map(map)) => object(attributes, map, value),
            _ => ValueKind::Unknown(Reason::Malformed),
        };
        Value { kind, ..value.clone() }
    }

    fn items(&self, items: &[Value]) -> ValueKind {
        ValueKind::List(Arc::new(items.iter().map(|item| self.convert(item)).collect()))
    }
}

/// Null has every type, and of an unknown value no type is known.
fn is_unconvertible(value: &Value) -> bool {
    matches!(
        value.kind,
        ValueKind::Null | ValueKind::Absent | ValueKind::Unknown(_) | ValueKind::Reference(_)
    )
}

fn object(attributes: &[TypeAttribute], map: &Map, whole: &Value) -> ValueKind {
    let mut converted = Map::with_capacity(attributes.len());
    for attribute in attributes {
        let given = map.entry(&attribute.name);
        let entry = match given {
            Some(entry) if !is_replaced(entry, attribute) => {
                Entry { value: attribute.constraint.convert(&entry.value), ..entry.clone() }
            }
            // A member that cannot be seen may be given.
            None if whole.flags.has(Flags::OPEN) => continue,
            _ if attribute.is_optional => {
                let key_span = given.map_or(whole.span, |entry| entry.key_span);
                let null = || Value::new(ValueKind::Null, key_span);
                let value = attribute.default.clone().unwrap_or_else(null);
                let value = value.with(Flags::ASSUMED);
                Entry { key: attribute.name.clone(), key_span, value }
            }
            _ => return ValueKind::Unknown(Reason::Malformed),
        };
        converted.push(entry);
    }
    ValueKind::Map(Arc::new(converted))
}

/// Whether the default stands for what is given.
fn is_replaced(entry: &Entry, attribute: &TypeAttribute) -> bool {
    attribute.is_optional
        && attribute.default.is_some()
        && matches!(entry.value.kind, ValueKind::Null)
}

fn read(expression: &Expression, depth: usize) -> Type {
    let expression = expression.unwrapped();
    let Some(depth) = depth.checked_sub(1) else { return Type::Any };
    match &expression.kind {
        ExpressionKind::Variable(name) => named(name),
        // Terraform 0.11 wrote types as text.
        ExpressionKind::String(name) => named(name),
        ExpressionKind::Call(call) => constructed(call, depth),
        _ => Type::Any,
    }
}

fn named(name: &str) -> Type {
    match name {
        "string" => Type::Text,
        "number" => Type::Number,
        "bool" => Type::Bool,
        "list" => Type::List(Box::new(Type::Any)),
        "set" => Type::Set(Box::new(Type::Any)),
        "map" => Type::Map(Box::new(Type::Any)),
        _ => Type::Any,
    }
}

fn constructed(call: &Call, depth: usize) -> Type {
    let Some(argument) = call.arguments.first() else { return Type::Any };
    let inside = || Box::new(read(argument, depth));
    match (call.name.text.as_ref(), &argument.kind) {
        ("list", _) => Type::List(inside()),
        ("set", _) => Type::Set(inside()),
        ("map", _) => Type::Map(inside()),
        ("tuple", ExpressionKind::List(items)) => {
            Type::Tuple(items.iter().map(|item| read(item, depth)).collect())
        }
        ("object", ExpressionKind::Object(items)) => {
            Type::Object(items.iter().filter_map(|item| attribute(item, depth)).collect())
        }
        _ => Type::Any,
    }
}

fn attribute(item: &ObjectItem, depth: usize) -> Option<TypeAttribute> {
    let name = match &item.key {
        ObjectKey::Name(name) => name.text.clone(),
        ObjectKey::Expression(Expression { kind: ExpressionKind::String(name), .. }) => {
            name.clone()
        }
        ObjectKey::Expression(_) => return None,
    };
    let optional = match &item.value.unwrapped().kind {
        ExpressionKind::Call(call) if &*call.name.text == "optional" => Some(call),
        _ => None,
    };
    let Some(call) = optional else {
        let constraint = read(&item.value, depth);
        return Some(TypeAttribute { name, constraint, is_optional: false, default: None });
    };
    let constraint = call.arguments.first().map_or(Type::Any, |inner| read(inner, depth));
    let default = call.arguments.get(1).map(|default| {
        // Defaults are constants, and get the defaults of their own type.
        constraint.convert(&evaluate(default, &NoNames))
    });
    Some(TypeAttribute { name, constraint, is_optional: true, default })
}
