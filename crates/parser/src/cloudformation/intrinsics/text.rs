//! `Fn::Sub`, `Fn::Join` and `Fn::Split`.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use trilith_graph::{Arm, Flags, Formula, Part, Reason, Span, Value, ValueKind};

use super::choice::{map_arms, may_be_absent};
use super::reference::named;
use super::{Call, TextBuilder};
use crate::cloudformation::evaluate::{EXPANDS_TOO_FAR, Evaluator, came_by};
use crate::cloudformation::members::Members;
use crate::cloudformation::scope::Scope;
use crate::cloudformation::substitution::{Piece, pieces};
use crate::tree::{NodeId, Segments, Tree};

/// Alternatives of a joined list beyond which the text counts as undecided.
const MAX_ALTERNATIVES: usize = 16;

/// `Fn::Sub`: text, or `[text, {name: value}]`.
pub(super) fn substitute(evaluator: &Evaluator<'_>, call: &Call<'_>, scope: &Scope) -> Value {
    let text = evaluator.tree.items(call.argument).next().unwrap_or(call.argument);
    let written =
        match evaluator.name_or_value(text, call.is_tagged && text == call.argument, scope) {
            Ok(written) => written,
            Err(ValueKind::Unknown(reason)) => return Value::unknown(reason, call.span),
            Err(_) => {
                let help = "write the text, or a list of the text and a map of names";
                return evaluator.malformed(call.span, scope, "`Fn::Sub` needs a text", help);
            }
        };
    let names = evaluator.names_of(call, scope);
    let places = Places::of(evaluator.tree, text, &written);
    let mut builder = TextBuilder::default();
    for piece in pieces(&written) {
        match piece {
            Piece::Text(text, _) => builder.text(text),
            Piece::Name(name, at) => {
                let span = places.span(&at).unwrap_or(call.span);
                builder.value(names.value(evaluator, name, span, scope));
            }
        }
    }
    builder.finish(call.span)
}

/// Where the pieces of a text are written.
enum Places {
    /// In the source as they are, from the start of this span.
    Verbatim(Span),
    Decoded(Segments),
    Nowhere,
}

impl Places {
    fn of(tree: &Tree<'_>, node: NodeId, text: &str) -> Self {
        if tree.text(node) != text {
            return Self::Nowhere;
        }
        if tree.is_verbatim(node) {
            return Self::Verbatim(tree.text_span(node));
        }
        Segments::of_scalar(tree, node).map_or(Self::Nowhere, Self::Decoded)
    }

    fn span(&self, at: &Range<usize>) -> Option<Span> {
        let (start, end) = (at.start as u32, at.end as u32);
        match self {
            Self::Verbatim(whole) => {
                Some(Span::new(whole.source, whole.start + start, whole.start + end))
            }
            Self::Decoded(segments) => Some(segments.outer(start, end)),
            Self::Nowhere => None,
        }
    }
}

/// The names that a call of `Fn::Sub` brings along.
#[derive(Debug, Default)]
pub(in super::super) struct Names(BTreeMap<Arc<str>, Value>);

impl Names {
    /// What a name in the text stands for.
    pub(in super::super) fn value(
        &self,
        evaluator: &Evaluator<'_>,
        name: &str,
        span: Span,
        scope: &Scope,
    ) -> Value {
        // A name of the call hides a parameter or resource of the same name.
        if let Some(value) = self.0.get(name) {
            return value.clone();
        }
        if !evaluator.charge(1) {
            return evaluator.over_budget(EXPANDS_TOO_FAR, span);
        }
        named(evaluator, name, span, scope)
    }
}

impl Evaluator<'_> {
    /// The names that a call of `Fn::Sub` brings along in its map.
    pub(in super::super) fn names_of(&self, call: &Call<'_>, scope: &Scope) -> Names {
        let Some(map) = self.tree.items(call.argument).nth(1) else { return Names::default() };
        let members = Members::of(self, map, scope).list.into_iter();
        let values = members.map(|member| {
            let scope = member.scope.as_ref().unwrap_or(scope);
            let value = self.value(member.node, scope);
            let step = (value.span, Arc::from(format!("`${{{}}}` of this text", member.key)));
            (member.key, came_by([step], value))
        });
        Names(values.collect())
    }
}

/// `Fn::Join`: `[delimiter, list]`.
pub(super) fn join(evaluator: &Evaluator<'_>, call: &Call<'_>, scope: &Scope) -> Value {
    let arguments: Vec<NodeId> = evaluator.tree.items(call.argument).take(3).collect();
    let [delimiter, list] = arguments[..] else {
        let help = "write `[delimiter, [value, ..]]`";
        let message = "`Fn::Join` needs a delimiter and a list";
        return evaluator.malformed(call.span, scope, message, help);
    };
    let delimiter = evaluator.value(delimiter, scope);
    let list = evaluator.value(list, scope);
    if !evaluator.charge(list.items().len()) {
        return evaluator.over_budget(EXPANDS_TOO_FAR, call.span);
    }
    joined(&delimiter, &list, call.span, MAX_ALTERNATIVES)
}

fn joined(delimiter: &Value, list: &Value, span: Span, alternatives: usize) -> Value {
    match &list.kind {
        ValueKind::OneOf(_) => {
            map_arms(list, span, |list| joined(delimiter, list, span, alternatives))
        }
        ValueKind::Unknown(reason) => Value::unknown(reason.clone(), span).with(list.flags),
        // Delimiters depend on which elements there are.
        ValueKind::List(items) if items.iter().any(may_be_absent) => {
            alternatives_of(items, alternatives).map_or_else(
                || Value::unknown(Reason::Undecided, span),
                |arms| {
                    let arms = arms.into_iter().map(|(guard, items)| Arm {
                        guard,
                        value: joined(delimiter, &Value::list(items, list.span), span, 0),
                    });
                    Value::new(ValueKind::OneOf(Arc::new(arms.collect())), span)
                },
            )
        }
        _ => {
            let mut builder = TextBuilder::default();
            for (index, item) in list.items().iter().enumerate() {
                if index > 0 {
                    builder.value(delimiter.clone());
                }
                builder.value(item.clone());
            }
            if list.flags.has(Flags::OPEN) {
                builder.part(Part::Hole(Value::unknown(Reason::OpenMap, list.span)));
            }
            let value = builder.finish(span);
            let via = value.via.clone().or_else(|| list.via.clone());
            let assumed = list.flags.has(Flags::ASSUMED);
            let flags = if assumed { Flags::ASSUMED } else { Flags::NONE };
            Value { via, ..value }.with(flags)
        }
    }
}

/// Every combination of the elements that may be absent, with its guard.
fn alternatives_of(items: &[Value], most: usize) -> Option<Vec<(Formula, Vec<Value>)>> {
    let mut lists = vec![(Formula::True, Vec::new())];
    for item in items {
        let ValueKind::OneOf(arms) = &item.kind else {
            lists.iter_mut().for_each(|(_, list)| list.push(item.clone()));
            continue;
        };
        if !may_be_absent(item) {
            lists.iter_mut().for_each(|(_, list)| list.push(item.clone()));
            continue;
        }
        if lists.len() * arms.len() > most {
            return None;
        }
        let extended = lists.iter().flat_map(|(guard, list)| {
            arms.iter().map(move |arm| {
                let mut list: Vec<Value> = list.clone();
                if !arm.value.is_absent() {
                    list.push(arm.value.clone());
                }
                (Formula::all([guard.clone(), arm.guard.clone()]), list)
            })
        });
        lists = extended.collect();
    }
    // A choice inside a choice is left to whoever looks at it.
    let is_flat = lists.iter().all(|(_, list)| !list.iter().any(may_be_absent));
    is_flat.then_some(lists)
}

/// `Fn::Split`: `[delimiter, text]`.
pub(super) fn split(evaluator: &Evaluator<'_>, call: &Call<'_>, scope: &Scope) -> Value {
    let arguments: Vec<NodeId> = evaluator.tree.items(call.argument).take(3).collect();
    let delimiter = arguments.first().and_then(|first| evaluator.name(*first, scope));
    let ([_, text], Some(delimiter)) = (&arguments[..], delimiter) else {
        let help = "write `[delimiter, text]`";
        let message = "`Fn::Split` needs a delimiter and a text";
        return evaluator.malformed(call.span, scope, message, help);
    };
    if delimiter.is_empty() {
        let help = "give the text to split at";
        let message = "the delimiter of `Fn::Split` is empty";
        return evaluator.malformed(call.span, scope, message, help);
    }
    let text = evaluator.value(*text, scope);
    map_arms(&text, call.span, |text| pieces_of(&delimiter, text, call.span))
}

fn pieces_of(delimiter: &str, text: &Value, span: Span) -> Value {
    let piece = |kind| Value { kind, span, flags: text.flags, via: text.via.clone() };
    let list = match &text.kind {
        ValueKind::String(text) => {
            let pieces = text.split(delimiter).map(|text| piece(ValueKind::String(text.into())));
            Value::list(pieces.collect(), span)
        }
        ValueKind::Template(parts) => {
            let (pieces, is_whole) = split_template(delimiter, parts);
            let whole = |parts: Vec<Part>| {
                let mut builder = TextBuilder::default();
                parts.into_iter().for_each(|part| builder.part(part));
                let value = builder.finish(span);
                Value { via: value.via.clone().or_else(|| text.via.clone()), ..value }
            };
            let mut list: Vec<Value> = pieces.into_iter().map(whole).collect();
            if is_whole {
                Value::list(list, span)
            } else {
                list.push(Value::unknown(Reason::ComputedAfterApply, span));
                Value::list(list, span).with(Flags::OPEN)
            }
        }
        ValueKind::Unknown(reason) => Value::unknown(reason.clone(), span),
        _ => Value::unknown(Reason::ComputedAfterApply, span),
    };
    Value { flags: list.flags.with(text.flags), via: text.via.clone(), ..list }
}

/// The pieces of a text with holes, up to the first hole that may hold a delimiter, and whether
/// that is all.
fn split_template(delimiter: &str, parts: &[Part]) -> (Vec<Vec<Part>>, bool) {
    let mut pieces = Vec::new();
    let mut current = Vec::new();
    for part in parts {
        match part {
            Part::Text(text) => {
                for (index, text) in text.split(delimiter).enumerate() {
                    if index > 0 {
                        pieces.push(std::mem::take(&mut current));
                    }
                    current.push(Part::Text(text.into()));
                }
            }
            Part::Hole(hole) if may_contain(hole, delimiter) => return (pieces, false),
            Part::Hole(_) => current.push(part.clone()),
        }
    }
    pieces.push(current);
    (pieces, true)
}

/// Account ids are digits; names of Regions and partitions are letters, digits and hyphens.
fn may_contain(hole: &Value, delimiter: &str) -> bool {
    let is_name = |character: char| character.is_ascii_alphanumeric() || character == '-';
    match &hole.kind {
        ValueKind::String(text) => text.contains(delimiter),
        ValueKind::OneOf(arms) => arms.iter().any(|arm| may_contain(&arm.value, delimiter)),
        ValueKind::Unknown(Reason::Pseudo(name)) => match name.as_ref() {
            "AWS::AccountId" => delimiter.chars().all(|character| character.is_ascii_digit()),
            "AWS::Region" | "AWS::Partition" | "AWS::StackName" => delimiter.chars().all(is_name),
            _ => true,
        },
        _ => true,
    }
}
