//! Functions.

use std::rc::Rc;

use fancy_regex::Regex;
use trilith_graph::{Flags, Value, ValueKind};

use super::Engine;
use super::node::{Located, Node, View};
use super::path::PathId;
use super::report::Problem;
use super::scope::{Found, Hit, Scope, Unsure};
use super::{text, time};
use crate::engine::guard::ir::{Function, FunctionCall};

/// What a function makes of one value: nothing if it does not apply to it.
type Made<'a> = Result<Option<Node<'a>>, Problem>;

impl<'a> Engine<'a> {
    /// The results of a call.
    pub(super) fn function(
        &self,
        call: &'a FunctionCall,
        scope: &Scope<'_, 'a>,
    ) -> Result<Vec<Hit<'a>>, Problem> {
        let mut arguments = Vec::with_capacity(call.arguments.len());
        for argument in &call.arguments {
            arguments.push(self.operand(argument, scope)?);
        }
        let first = arguments.first().map_or(&[][..], Vec::as_slice);
        let name = call.function.name();
        match call.function {
            Function::Now => Ok(vec![self.now()]),
            Function::Count => Ok(vec![count(first)]),
            Function::Join => match parameter(name, &arguments, 1)? {
                Some(node) => join(first, &node),
                None => Ok(vec![unsure(place_of(first))]),
            },
            Function::RegexReplace => {
                match (parameter(name, &arguments, 1)?, parameter(name, &arguments, 2)?) {
                    (Some(pattern), Some(template)) => {
                        let replace = Replacement::new(&pattern, &template)?;
                        each(first, |value| replace.apply(value))
                    }
                    _ => Ok(vec![unsure(place_of(first))]),
                }
            }
            Function::Substring => {
                match (parameter(name, &arguments, 1)?, parameter(name, &arguments, 2)?) {
                    (Some(from), Some(to)) => {
                        let (from, to) = (text::offset(&from)?, text::offset(&to)?);
                        each(first, |value| Ok(of_text(value, |text| text::part(text, from, to))))
                    }
                    _ => Ok(vec![unsure(place_of(first))]),
                }
            }
            Function::JsonParse => each(first, json),
            Function::ToLower => {
                each(first, |value| Ok(of_text(value, |text| Some(text.to_lowercase()))))
            }
            Function::ToUpper => {
                each(first, |value| Ok(of_text(value, |text| Some(text.to_uppercase()))))
            }
            Function::UrlDecode => each(first, |value| Ok(of_text(value, text::url_decoded))),
            Function::ParseInt => each(first, text::to_int),
            Function::ParseFloat => each(first, text::to_float),
            Function::ParseBoolean => each(first, text::to_bool),
            Function::ParseString => each(first, |value| Ok(text::to_text(value))),
            Function::ParseChar => each(first, text::to_char),
            Function::ParseEpoch => each(first, epoch),
        }
    }

    fn now(&self) -> Hit<'a> {
        match self.options.now {
            Some(seconds) => made(Node::Int(seconds), PathId::ROOT, false),
            None => unsure(PathId::ROOT),
        }
    }
}

fn made(node: Node<'_>, path: PathId, maybe: bool) -> Hit<'_> {
    Hit { found: Found::Resolved(Located { node, path }), maybe }
}

fn unsure<'a>(path: PathId) -> Hit<'a> {
    Hit { found: Found::Unsure(Unsure { path, reason: None }), maybe: true }
}

fn is_unsure(node: &Node<'_>) -> bool {
    matches!(node.view(), View::Unsure(_))
}

fn place_of(hits: &[Hit<'_>]) -> PathId {
    hits.iter().find_map(Hit::located).map_or(PathId::ROOT, |value| value.path)
}

/// A function of every value by itself; results that are no values have none.
fn each<'a>(
    hits: &[Hit<'a>],
    function: impl Fn(&Node<'a>) -> Made<'a>,
) -> Result<Vec<Hit<'a>>, Problem> {
    let mut results = Vec::with_capacity(hits.len());
    for hit in hits {
        match &hit.found {
            Found::Missing(_) => {}
            Found::Unsure(_) => results.push(hit.clone()),
            Found::Literal(value) | Found::Resolved(value) if is_unsure(&value.node) => {
                results.push(unsure(value.path));
            }
            Found::Literal(value) | Found::Resolved(value) => {
                if let Some(node) = function(&value.node)? {
                    results.push(made(node, value.path, hit.maybe));
                }
            }
        }
    }
    Ok(results)
}

/// A function of text that yields text.
fn of_text<'a>(node: &Node<'a>, function: impl Fn(&str) -> Option<String>) -> Option<Node<'a>> {
    match node.view() {
        View::Text(text) => function(text).map(|text| Node::Made(text.into())),
        _ => None,
    }
}

/// The single value of a further argument; none if it is not known.
fn parameter<'a>(
    function: &str,
    arguments: &[Vec<Hit<'a>>],
    at: usize,
) -> Result<Option<Node<'a>>, Problem> {
    let hit = arguments.get(at).and_then(|hits| hits.first());
    match hit.map(|hit| &hit.found) {
        Some(Found::Literal(value) | Found::Resolved(value)) if is_unsure(&value.node) => Ok(None),
        Some(Found::Literal(value) | Found::Resolved(value)) => Ok(Some(value.node.clone())),
        Some(Found::Unsure(_)) => Ok(None),
        Some(Found::Missing(_)) | None => {
            Err(Problem::fatal(format!("argument {} of `{function}` has no value", at + 1)))
        }
    }
}

fn count<'a>(hits: &[Hit<'a>]) -> Hit<'a> {
    if hits.iter().any(|hit| hit.maybe) {
        return unsure(place_of(hits));
    }
    let count = hits.iter().filter(|hit| hit.located().is_some()).count();
    let path = hits.first().and_then(Hit::located).map_or(PathId::ROOT, |value| value.path);
    made(Node::Int(i64::try_from(count).unwrap_or(i64::MAX)), path, false)
}

fn join<'a>(hits: &[Hit<'a>], separator: &Node<'a>) -> Result<Vec<Hit<'a>>, Problem> {
    let separator = match separator.view() {
        View::Text(text) => text.to_owned(),
        View::Char(c) => c.to_string(),
        _ => return Err(Problem::fatal("`join` needs text to put between the values")),
    };
    let mut texts = Vec::with_capacity(hits.len());
    for hit in hits {
        let Some(value) = hit.located().filter(|_| !hit.maybe) else {
            if matches!(hit.found, Found::Missing(_)) && !hit.maybe {
                return Err(Problem::of_value("`join` cannot join what is missing"));
            }
            return Ok(vec![unsure(place_of(hits))]);
        };
        match value.node.view() {
            View::Text(text) => texts.push(text),
            View::Unsure(_) => return Ok(vec![unsure(value.path)]),
            _ => return Err(Problem::of_value("`join` can only join text")),
        }
    }
    let joined = Node::Made(texts.join(&separator).into());
    Ok(vec![made(joined, place_of(hits), false)])
}

struct Replacement {
    regex: Regex,
    template: String,
}

impl Replacement {
    fn new(pattern: &Node<'_>, template: &Node<'_>) -> Result<Self, Problem> {
        let (View::Text(pattern), View::Text(template)) = (pattern.view(), template.view()) else {
            return Err(Problem::fatal("`regex_replace` needs text as second and third argument"));
        };
        let regex = Regex::new(pattern).map_err(|error| {
            Problem::fatal(format!("`regex_replace` got a bad pattern: {error}"))
        })?;
        Ok(Self { regex, template: template.to_owned() })
    }

    /// The template for every place where the pattern occurs; the text between is dropped.
    fn apply<'a>(&self, node: &Node<'a>) -> Made<'a> {
        let View::Text(text) = node.view() else { return Ok(None) };
        let mut replaced = String::new();
        for captures in self.regex.captures_iter(text) {
            let captures = captures.map_err(|error| {
                Problem::fatal(format!("`regex_replace` gives up on this text: {error}"))
            })?;
            captures.expand(&self.template, &mut replaced);
        }
        Ok(Some(Node::Made(replaced.into())))
    }
}

/// The value that text holds as JSON or YAML. A document that was read already is itself.
fn json<'a>(node: &Node<'a>) -> Made<'a> {
    if node.value().is_some_and(|value| value.flags.has(Flags::EMBEDDED)) {
        return Ok(Some(node.clone()));
    }
    let View::Text(text) = node.view() else { return Ok(None) };
    match text::parsed(text) {
        Ok(kind) => {
            let span = node.value().map_or(Value::absent().span, |value| value.span);
            Ok(Some(Node::Parsed(Rc::new(Value::new(ValueKind::clone(&kind), span)))))
        }
        Err(error) => Err(Problem::fatal(format!("`json_parse` cannot read the text: {error}"))),
    }
}

fn epoch<'a>(node: &Node<'a>) -> Made<'a> {
    let View::Text(text) = node.view() else { return Ok(None) };
    match time::seconds_since_1970(text) {
        Some(seconds) => Ok(Some(Node::Int(seconds))),
        None => Err(Problem::of_value("`parse_epoch` needs a time such as 2024-01-31T12:00:00Z")),
    }
}
