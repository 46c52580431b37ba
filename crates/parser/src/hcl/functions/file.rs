//! Paths and files. Files are asked of the scope; nothing is read here.

use std::sync::Arc;

use trilith_graph::{Map, Reason, SourceId, Span, Value, ValueKind, Via};

use super::encoding::base64;
use super::{Arguments, Outcome};
use crate::hcl::evaluate::Evaluator;
use crate::hcl::evaluate::budget::TEXT_LIMIT;
use crate::hcl::evaluate::compare::{unknown_inside, unknown_itself};
use crate::hcl::evaluate::text::{Stop, inherited, string};
use crate::hcl::parse::parse_template;
use crate::hcl::scope::{Bindings, FileText};
use crate::hcl::syntax::{Call, Expression, ExpressionKind};
use crate::tree::Segments;

/// A path without `.`, `..` and empty elements, as far as that can be told from its text.
fn cleaned(path: &str) -> String {
    let is_absolute = path.starts_with('/');
    let mut kept: Vec<&str> = Vec::new();
    for element in path.split('/') {
        match element {
            "" | "." => {}
            ".." if kept.last().is_some_and(|last| *last != "..") => {
                kept.pop();
            }
            ".." if is_absolute => {}
            other => kept.push(other),
        }
    }
    match (is_absolute, kept.is_empty()) {
        (true, _) => format!("/{}", kept.join("/")),
        (false, true) => ".".into(),
        (false, false) => kept.join("/"),
    }
}

pub(super) fn abspath(arguments: &Arguments<'_>) -> Outcome {
    let path = arguments.text(0)?;
    if path.starts_with('/') {
        return arguments.string(cleaned(&path));
    }
    // The working directory is not known here.
    Err(Stop::Unknown(Reason::UnsupportedFunction("abspath of a relative path".into())))
}

pub(super) fn basename(arguments: &Arguments<'_>) -> Outcome {
    let path = arguments.text(0)?;
    let trimmed = path.trim_end_matches('/');
    let name = match trimmed.rsplit('/').next() {
        _ if path.is_empty() => ".",
        Some("") | None => "/",
        Some(name) => name,
    };
    arguments.string(name)
}

pub(super) fn dirname(arguments: &Arguments<'_>) -> Outcome {
    let path = arguments.text(0)?;
    let directory = path.rfind('/').map_or("", |at| &path[..=at]);
    arguments.string(cleaned(directory))
}

pub(super) fn pathexpand(arguments: &Arguments<'_>) -> Outcome {
    let path = arguments.text(0)?;
    if path.starts_with('~') {
        return Err(Stop::Unknown(Reason::UnsupportedFunction("pathexpand of `~`".into())));
    }
    arguments.string(path)
}

fn read(arguments: &Arguments<'_>) -> Result<(SourceId, Arc<str>), Stop> {
    match arguments.evaluator.scope.read_file(&arguments.text(0)?) {
        FileText::Text(source, text) => Ok((source, text)),
        FileText::Missing => Err(Stop::Error),
        FileText::Unknown(reason) => Err(Stop::Unknown(reason)),
    }
}

pub(super) fn file(arguments: &Arguments<'_>) -> Outcome {
    let (source, text) = read(arguments)?;
    let place = Span::new(source, 0, u32::try_from(text.len()).unwrap_or(u32::MAX));
    let via = Via { span: place, note: "content of the file".into(), next: None };
    let mut value = Value::string(text, arguments.span);
    value.via = Some(Arc::new(via));
    Ok(value)
}

pub(super) fn filebase64(arguments: &Arguments<'_>) -> Outcome {
    let (_, text) = read(arguments)?;
    arguments.string(base64(text.as_bytes()))
}

pub(super) fn fileexists(arguments: &Arguments<'_>) -> Outcome {
    match arguments.evaluator.scope.read_file(&arguments.text(0)?) {
        FileText::Text(..) => arguments.bool(true),
        FileText::Missing => arguments.bool(false),
        FileText::Unknown(reason) => Err(Stop::Unknown(reason)),
    }
}

/// A template in a file of its own, with the names that the second argument gives.
pub(super) fn templatefile(evaluator: &Evaluator<'_>, call: &Call, span: Span) -> Value {
    let [path, names] = call.arguments.as_slice() else {
        return Value::unknown(Reason::Malformed, span);
    };
    let text = text_at(evaluator, &evaluator.value(path));
    let names = evaluator.value(names);
    match text {
        FileText::Text(source, text) if text.len() <= TEXT_LIMIT => {
            let place = Span::new(source, 0, text.len() as u32);
            render(evaluator, &text, place, &names, span)
        }
        FileText::Text(..) => {
            text_of_unknown(Reason::Budget("a template file is too long".into()), span)
        }
        FileText::Missing => Value::unknown(Reason::Malformed, span),
        FileText::Unknown(reason) => text_of_unknown(reason, span),
    }
}

fn text_at(evaluator: &Evaluator<'_>, path: &Value) -> FileText {
    match string(path) {
        Ok(path) => evaluator.scope.read_file(&path),
        Err(Stop::Unknown(reason)) => FileText::Unknown(reason),
        Err(Stop::Error) => FileText::Missing,
    }
}

/// The pieces of what `templatefile` gives, with their places in the template: see
/// [`embedded`](crate::hcl::embedded).
pub(in crate::hcl) fn embedded_template(
    evaluator: &Evaluator<'_>,
    call: &Call,
) -> Option<(Segments, Vec<Value>)> {
    let [path, names] = call.arguments.as_slice() else { return None };
    let FileText::Text(source, text) = text_at(evaluator, &evaluator.value(path)) else {
        return None;
    };
    if text.len() > TEXT_LIMIT || !evaluator.may_nest() {
        return None;
    }
    let names = evaluator.value(names);
    let ValueKind::Map(names) = &names.kind else { return None };
    let place = Span::new(source, 0, text.len() as u32);
    let template = parsed_template(&text, place)?;
    let ExpressionKind::Template(parts) = &template.kind else { return None };
    let bindings = bindings(evaluator, names);
    evaluator.with_scope(&bindings).nested().embedded_parts(parts, place)
}

/// A template that is the value of an expression.
pub(super) fn templatestring(evaluator: &Evaluator<'_>, call: &Call, span: Span) -> Value {
    let [text, names] = call.arguments.as_slice() else {
        return Value::unknown(Reason::Malformed, span);
    };
    let template = evaluator.value(text);
    let names = evaluator.value(names);
    match string(&template) {
        Ok(text) => {
            render(evaluator, &text, template.span, &names, span).with(inherited(&template))
        }
        Err(Stop::Unknown(reason)) => text_of_unknown(reason, span),
        Err(Stop::Error) => Value::unknown(Reason::Malformed, span),
    }
}

fn text_of_unknown(reason: Reason, span: Span) -> Value {
    let hole = Value::unknown(reason, span);
    Value::new(ValueKind::template(vec![trilith_graph::Part::Hole(hole)]), span)
}

fn render(evaluator: &Evaluator<'_>, text: &str, place: Span, names: &Value, span: Span) -> Value {
    let ValueKind::Map(map) = &names.kind else {
        return match unknown_itself(names).or_else(|| unknown_inside(names)) {
            Some(reason) => text_of_unknown(reason, span),
            None => Value::unknown(Reason::Malformed, span),
        };
    };
    let Some(template) = parsed_template(text, place) else {
        return Value::unknown(Reason::Malformed, span);
    };
    let bindings = bindings(evaluator, map);
    let inside = evaluator.with_scope(&bindings);
    let value = match &template.kind {
        // Templates do not call themselves; the limit stops the two that call each other.
        _ if !evaluator.may_nest() => {
            Value::unknown(Reason::Budget("templates are nested too deeply".into()), span)
        }
        ExpressionKind::Template(parts) => inside.nested().template(parts, template.span),
        _ => Value::unknown(Reason::Malformed, span),
    };
    crate::hcl::evaluate::arrive(value, span, || "template".into())
}

fn parsed_template(text: &str, place: Span) -> Option<Expression> {
    let mut segments = Segments::new(place);
    segments.push(text, place);
    let parsed = parse_template(&segments);
    let is_broken = parsed.errors.iter().any(crate::tree::SyntaxError::is_fatal);
    (!is_broken).then_some(parsed.expression)
}

/// What a template can name.
fn bindings<'s>(evaluator: &Evaluator<'s>, names: &Map) -> Bindings<'s> {
    let closed = Bindings::closed(evaluator.scope).label("this template");
    names
        .entries()
        .iter()
        .fold(closed, |bindings, entry| bindings.bind(entry.key.clone(), entry.value.clone()))
}
