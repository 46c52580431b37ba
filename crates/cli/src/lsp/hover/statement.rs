//! Statements of policies: what they allow, in one line.

use trilith_graph::{Span, Value};
use trilith_iam::{Catalog, Patterns, PrincipalKind, Statement, documents};

use super::action::matching;
use super::{Note, Question};
use crate::iam::levels;

/// Texts of an element that are named.
const MOST_NAMED: usize = 4;

/// What the statement says at whose beginning a place is: at its `Sid` or `Effect`, or at what
/// stands before them.
pub(super) fn note(question: &Question<'_>) -> Option<Note> {
    let unit = question.unit?;
    let source = unit.source(question.name)?;
    let graph = &unit.examined.as_ref()?.analysis.graph;
    let at = question.offset as u32;
    let mut best: Option<(Span, String)> = None;
    for (_, resource) in graph.resources() {
        for positioned in documents(resource) {
            let value = positioned.document.value.get("Statement");
            for statement in &positioned.document.statements {
                let whole = match &value.kind {
                    trilith_graph::ValueKind::List(items) => items.get(statement.index),
                    _ => Some(value),
                };
                let Some(whole) = whole.filter(|it| it.span.source == source) else { continue };
                let is_shorter =
                    best.as_ref().is_none_or(|(span, _)| whole.span.len() < span.len());
                if is_shorter && is_at_head(whole, at) {
                    best = Some((whole.span, line(statement, whole)));
                }
            }
        }
    }
    let (span, markdown) = best?;
    // What is marked is the head alone: the whole may be long.
    let end = question.text.get(span.start as usize..)?.find('\n');
    let end = end.map_or(span.end, |line| span.end.min(span.start + line as u32));
    Some(Note { bytes: span.start as usize..end as usize, markdown })
}

/// Whether an offset is in a statement and in no element of it but its name and its effect.
fn is_at_head(statement: &Value, at: u32) -> bool {
    let is_in = |span: Span| span.start <= at && at <= span.end;
    let elements = statement.entries().iter().filter(|it| !matches!(&*it.key, "Sid" | "Effect"));
    is_in(statement.span) && !elements.into_iter().any(|it| is_in(it.key_span.to(it.value.span)))
}

/// `Allows s3:GetObject on arn:aws:s3:::a/* to service lambda.amazonaws.com`.
fn line(statement: &Statement<'_>, whole: &Value) -> String {
    let effect = match statement.effect.as_str() {
        Some("Allow") => "Allows",
        Some("Deny") => "Denies",
        _ => "Allows or denies",
    };
    let mut line = format!("{effect} ");
    line.push_str(&either(&statement.action, &statement.not_action, "every action"));
    let counted = count(&statement.action);
    if let Some(counted) = counted {
        line.push_str(&format!(" ({counted})"));
    }
    line.push_str(" on ");
    let anything = if statement.principal.items.is_empty() { "everything" } else { "the resource" };
    line.push_str(&either(&statement.resource, &statement.not_resource, anything));
    let principals: Vec<String> = statement.principal.items.iter().map(principal).collect();
    if !principals.is_empty() {
        line.push_str(" to ");
        line.push_str(&listed(&principals));
    }
    let conditions: Vec<String> = whole
        .get("Condition")
        .entries()
        .iter()
        .flat_map(|operator| {
            let keys = operator.value.entries().iter();
            keys.map(|key| format!("`{} {}`", operator.key, key.key))
        })
        .collect();
    if !conditions.is_empty() {
        line.push_str(" if ");
        line.push_str(&conditions.join(" and "));
    }
    line
}

fn either(patterns: &Patterns<'_>, others: &Patterns<'_>, nothing: &str) -> String {
    let (own, but) = (texts(patterns), texts(others));
    match (own.is_empty(), but.is_empty()) {
        (false, _) => listed(&own),
        (true, false) => format!("all but {}", listed(&but)),
        (true, true) => nothing.into(),
    }
}

fn texts(patterns: &Patterns<'_>) -> Vec<String> {
    let texts = patterns.iter().map(|pattern| {
        let text = pattern.value.display_text();
        text.map_or_else(|| "what is not known".into(), |text| format!("`{text}`"))
    });
    texts.collect()
}

fn listed(texts: &[String]) -> String {
    let named = texts.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>().join(", ");
    match texts.len().checked_sub(MOST_NAMED).filter(|more| *more > 0) {
        Some(more) => format!("{named} and {more} more"),
        None => named,
    }
}

fn principal(principal: &trilith_iam::Principal<'_>) -> String {
    let text = principal.pattern.value.display_text();
    let text = text.map_or_else(|| "somebody who is not known".into(), |text| format!("`{text}`"));
    match principal.kind {
        PrincipalKind::Anyone => "anyone".into(),
        PrincipalKind::Service => format!("the service {text}"),
        PrincipalKind::Federated => format!("who signs in with {text}"),
        _ => text,
    }
}

/// How many actions patterns stand for, by level, unless they are named one by one.
fn count(patterns: &Patterns<'_>) -> Option<String> {
    let texts: Vec<String> =
        patterns.iter().filter_map(|pattern| pattern.value.display_text()).collect();
    if !texts.iter().any(|text| text.contains(['*', '?'])) {
        return None;
    }
    let catalog = Catalog::embedded();
    let mut ids: Vec<u32> = Vec::new();
    for text in &texts {
        let text = if text == "*" { "*:*" } else { text };
        ids.extend(matching(text, catalog).iter().map(|action| action.id));
    }
    ids.sort_unstable();
    ids.dedup();
    let known = ids.iter().filter_map(|id| catalog.action_of(*id)).map(|action| action.level());
    Some(format!("{} actions: {}", ids.len(), levels(known)))
}
