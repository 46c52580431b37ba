//! Values as the evaluator sees them: of the document, of the rules file or computed.

use std::rc::Rc;
use std::sync::Arc;

use trilith_graph::{Flags, Tri, Value, ValueKind};

use super::Engine;
use super::path::PathId;
use crate::engine::guard::ir::{Literal, Range};
use crate::engine::guard::pattern::Pattern;

/// A value, wherever it is from. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) enum Node<'a> {
    /// A value of the document.
    Value(&'a Value),
    /// A constant of the rules file.
    Literal(&'a Literal),
    /// A key of the document, or the type of a resource.
    Text(&'a str),
    /// The whole of a document that is not one value.
    Document,
    /// Its map of resources.
    Resources,
    /// One of its resources.
    Resource(usize),
    /// Made by `json_parse`, or inside of what it made.
    Parsed(Rc<Value>),
    /// Made by a function.
    Made(Rc<str>),
    Int(i64),
    Float(f64),
    Bool(bool),
    Char(char),
}

/// A key, wherever it is from.
#[derive(Debug, Clone)]
pub(super) enum Name<'a> {
    Borrowed(&'a str),
    Shared(Arc<str>),
}

impl Name<'_> {
    pub(super) fn as_str(&self) -> &str {
        match self {
            Self::Borrowed(name) => name,
            Self::Shared(name) => name,
        }
    }
}

/// A value and the way to it.
#[derive(Debug, Clone)]
pub(super) struct Located<'a> {
    pub(super) node: Node<'a>,
    pub(super) path: PathId,
}

/// A value by its kind.
#[derive(Debug, Clone, Copy)]
pub(super) enum View<'v> {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(&'v str),
    Regex(&'v Pattern),
    Char(char),
    List,
    Map,
    IntRange(&'v Range<i64>),
    FloatRange(&'v Range<f64>),
    CharRange(&'v Range<char>),
    /// A value of the document that is not completely known.
    Unsure(&'v Value),
}

/// What a map has under a key.
pub(super) enum Member<'a> {
    Found(Node<'a>),
    Missing,
    /// The map may have further members.
    Unsure,
}

impl<'a> Node<'a> {
    /// What kind of value this is.
    pub(super) fn view(&self) -> View<'_> {
        match self {
            Self::Value(value) => of_value(value),
            Self::Parsed(value) => of_value(value),
            Self::Literal(literal) => of_literal(literal),
            Self::Text(text) => View::Text(text),
            Self::Made(text) => View::Text(text),
            Self::Document | Self::Resources | Self::Resource(_) => View::Map,
            Self::Int(value) => View::Int(*value),
            Self::Float(value) => View::Float(*value),
            Self::Bool(value) => View::Bool(*value),
            Self::Char(value) => View::Char(*value),
        }
    }

    /// Whether this is the very same value as another, not only an equal one.
    pub(super) fn is_identical(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Value(one), Self::Value(other)) => std::ptr::eq(*one, *other),
            (Self::Literal(one), Self::Literal(other)) => std::ptr::eq(*one, *other),
            (Self::Parsed(one), Self::Parsed(other)) => Rc::ptr_eq(one, other),
            (Self::Resource(one), Self::Resource(other)) => one == other,
            (Self::Document, Self::Document) | (Self::Resources, Self::Resources) => true,
            _ => false,
        }
    }

    /// The value of the document, if this is one.
    pub(super) fn value(&self) -> Option<&Value> {
        match self {
            Self::Value(value) => Some(value),
            Self::Parsed(value) => Some(value),
            _ => None,
        }
    }

    pub(super) fn is_list(&self) -> bool {
        matches!(self.view(), View::List)
    }

    /// Whether this is neither a list nor a map.
    pub(super) fn is_scalar(&self) -> bool {
        !matches!(self.view(), View::List | View::Map)
    }

    /// Whether a list or map may have members that cannot be seen.
    pub(super) fn is_open(&self, engine: &Engine<'a>) -> bool {
        match self {
            Self::Resources => engine.document.is_open(),
            Self::Resource(at) => engine.document.resource(*at).attributes.flags.has(Flags::OPEN),
            _ => self.value().is_some_and(|value| value.flags.has(Flags::OPEN)),
        }
    }

    /// Whether the list or map has no members; unknown if it is open.
    pub(super) fn is_empty(&self, engine: &Engine<'a>) -> Tri {
        match self.len(engine) {
            0 if self.is_open(engine) => Tri::Unknown,
            length => (length == 0).into(),
        }
    }

    /// Number of visible members of a list or map.
    pub(super) fn len(&self, engine: &Engine<'a>) -> usize {
        match self {
            Self::Literal(Literal::List(items)) => items.len(),
            Self::Literal(Literal::Map(members)) => members.len(),
            Self::Resources => engine.document.resource_count(),
            Self::Document | Self::Resource(_) => self.entries(engine).len(),
            _ => self.value().map_or(0, |value| match &value.kind {
                ValueKind::List(items) => items.len(),
                ValueKind::Map(map) => {
                    map.entries().iter().filter(|entry| !entry.value.is_absent()).count()
                }
                _ => 0,
            }),
        }
    }

    /// The elements of a list.
    pub(super) fn items(&self) -> Vec<Self> {
        match self {
            Self::Literal(Literal::List(items)) => items.iter().map(Node::Literal).collect(),
            Self::Value(Value { kind: ValueKind::List(items), .. }) => {
                items.iter().map(Node::Value).collect()
            }
            Self::Parsed(value) => {
                let ValueKind::List(items) = &value.kind else { return Vec::new() };
                items.iter().map(|item| Node::Parsed(Rc::new(item.clone()))).collect()
            }
            _ => Vec::new(),
        }
    }

    /// An element of a list.
    pub(super) fn item(&self, at: usize) -> Option<Self> {
        match self {
            Self::Literal(Literal::List(items)) => items.get(at).map(Node::Literal),
            Self::Value(Value { kind: ValueKind::List(items), .. }) => {
                items.get(at).map(Node::Value)
            }
            _ => self.items().into_iter().nth(at),
        }
    }

    /// The members of a map in order.
    pub(super) fn entries(&self, engine: &Engine<'a>) -> Vec<(Name<'a>, Self)> {
        match self {
            Self::Literal(Literal::Map(members)) => members
                .iter()
                .map(|(key, value)| (Name::Borrowed(key), Node::Literal(value)))
                .collect(),
            Self::Value(value) => entries_of(value),
            Self::Parsed(value) => value
                .entries()
                .iter()
                .map(|entry| {
                    let member = Node::Parsed(Rc::new(entry.value.clone()));
                    (Name::Shared(entry.key.clone()), member)
                })
                .collect(),
            Self::Document => {
                let mut entries = entries_of(engine.document.members());
                entries.push((Name::Borrowed("Resources"), Node::Resources));
                entries
            }
            Self::Resources => (0..engine.document.resource_count())
                .map(|at| {
                    (Name::Borrowed(engine.document.resource(at).address), Node::Resource(at))
                })
                .collect(),
            Self::Resource(at) => {
                let resource = engine.document.resource(*at);
                let mut entries =
                    vec![(Name::Borrowed("Type"), Node::Text(resource.resource_type))];
                if !resource.properties.is_absent() {
                    entries.push((Name::Borrowed("Properties"), Node::Value(resource.properties)));
                }
                entries.extend(entries_of(resource.attributes));
                entries
            }
            _ => Vec::new(),
        }
    }

    /// The member of a map under a key.
    pub(super) fn member(&self, engine: &Engine<'a>, key: &str) -> Member<'a> {
        let found = match self {
            Self::Literal(Literal::Map(members)) => members
                .iter()
                .find(|(known, _)| **known == *key)
                .map(|(_, value)| Node::Literal(value)),
            Self::Value(value) => member_of(value, key),
            Self::Parsed(value) => match &value.kind {
                ValueKind::Map(map) => {
                    map.get(key).map(|member| Node::Parsed(Rc::new(member.clone())))
                }
                _ => None,
            },
            Self::Document if key == "Resources" => Some(Node::Resources),
            Self::Document => member_of(engine.document.members(), key),
            Self::Resources => engine.document.find(key).map(Node::Resource),
            Self::Resource(at) => {
                let resource = engine.document.resource(*at);
                match key {
                    "Type" => Some(Node::Text(resource.resource_type)),
                    "Properties" if resource.properties.is_absent() => None,
                    "Properties" => Some(Node::Value(resource.properties)),
                    _ => member_of(resource.attributes, key),
                }
            }
            _ => None,
        };
        match found {
            Some(node) => Member::Found(node),
            None if matches!(self, Self::Document) && engine.document.may_have(key) => {
                Member::Unsure
            }
            None if self.is_open(engine) => Member::Unsure,
            None => Member::Missing,
        }
    }
}

fn entries_of(value: &Value) -> Vec<(Name<'_>, Node<'_>)> {
    let present = value.entries().iter().filter(|entry| !entry.value.is_absent());
    present.map(|entry| (Name::Borrowed(&entry.key), Node::Value(&entry.value))).collect()
}

fn member_of<'a>(value: &'a Value, key: &str) -> Option<Node<'a>> {
    let ValueKind::Map(map) = &value.kind else { return None };
    map.get(key).filter(|member| !member.is_absent()).map(Node::Value)
}

fn of_value(value: &Value) -> View<'_> {
    match &value.kind {
        ValueKind::Absent | ValueKind::Null => View::Null,
        ValueKind::Bool(value) => View::Bool(*value),
        ValueKind::Int(value) => View::Int(*value),
        ValueKind::Float(value) => View::Float(*value),
        ValueKind::String(text) => View::Text(text),
        ValueKind::List(_) => View::List,
        ValueKind::Map(_) => View::Map,
        ValueKind::OneOf(_)
        | ValueKind::Template(_)
        | ValueKind::Reference(_)
        | ValueKind::Unknown(_) => View::Unsure(value),
    }
}

fn of_literal(literal: &Literal) -> View<'_> {
    match literal {
        Literal::Null => View::Null,
        Literal::Bool(value) => View::Bool(*value),
        Literal::Int(value) => View::Int(*value),
        Literal::Float(value) => View::Float(*value),
        Literal::String(text) => View::Text(text),
        Literal::Regex(pattern) => View::Regex(pattern),
        Literal::List(_) => View::List,
        Literal::Map(_) => View::Map,
        Literal::IntRange(range) => View::IntRange(range),
        Literal::FloatRange(range) => View::FloatRange(range),
        Literal::CharRange(range) => View::CharRange(range),
    }
}
