//! Code actions: what can be done about a finding.

mod explain;
mod fix;
mod waive;

use std::collections::BTreeSet;

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, Diagnostic,
    ExecuteCommandParams, NumberOrString,
};
use serde_json::{Value as Json, json};

use super::report;
use super::server::Server;
use super::session::Session;
use super::shown::Shown;
use super::unit::Unit;

pub(super) use explain::EXPLAIN;
pub(super) use fix::FIX_ALL;

/// Findings at one place about which something is offered.
const MOST_SUBJECTS: usize = 20;

/// A finding about which something can be done.
struct Subject<'s> {
    /// The name of the document.
    name: &'s str,
    text: &'s str,
    unit: &'s Unit,
    shown: &'s Shown,
}

/// Answers `textDocument/codeAction`.
pub(super) fn actions(server: &mut Server<'_>, params: &CodeActionParams) -> Json {
    let wanted = params.context.only.as_ref();
    let is_wanted = |kind: &CodeActionKind| {
        let is_below = |asked: &CodeActionKind| {
            kind.as_str() == asked.as_str()
                || kind.as_str().strip_prefix(asked.as_str()).is_some_and(|it| it.starts_with('.'))
        };
        wanted.is_none_or(|list| list.iter().any(is_below))
    };
    let session = &server.session;
    let Some((name, document)) = session.document(&params.text_document.uri) else {
        return json!([]);
    };
    let Some(unit) = session.unit(name) else { return json!([]) };
    let offset =
        |position| document.lines.offset(&document.text, position, session.encoding) as u32;
    let (start, end) = (offset(params.range.start), offset(params.range.end));
    let is_here = |shown: &&Shown| {
        let place = &shown.place;
        let is_near = place.start <= end && start <= place.end;
        is_near && session.names.canonical(&place.file) == name
    };
    let mut found: Vec<CodeAction> = Vec::new();
    if is_wanted(&CodeActionKind::QUICKFIX) {
        let here: Vec<&Shown> = unit.shown.iter().filter(is_here).take(MOST_SUBJECTS).collect();
        let offers = fix::offers(session, unit, &here);
        let fixed: BTreeSet<&str> = here
            .iter()
            .zip(&offers)
            .filter(|(_, offer)| offer.as_ref().is_some_and(|offer| offer.is_safe))
            .map(|(shown, _)| &*shown.diagnostic.rule)
            .collect();
        for (shown, offer) in here.iter().zip(offers) {
            let subject = Subject { name, text: &document.text, unit, shown };
            let about = told(&params.context.diagnostics, shown);
            found.extend(of_one(&subject, offer, about.as_ref(), session));
        }
        found.extend(fixed.iter().filter_map(|rule| fix::of_rule(session, unit, name, rule)));
    }
    // What an editor does with every save is done only where it is asked for.
    if wanted.is_some() && is_wanted(&fix::FIX_ALL) {
        found.push(fix::of_file(name));
    }
    if !server.client.can.resolves {
        found = found.into_iter().map(|action| fix::resolved(session, action)).collect();
        found.retain(|action| action.edit.is_some() || action.command.is_some());
    }
    let answers: Vec<CodeActionOrCommand> = if server.client.can.takes_actions {
        found.into_iter().map(CodeActionOrCommand::CodeAction).collect()
    } else {
        // A client that takes commands only can be told nothing about edits.
        let commands = found.into_iter().filter_map(|action| action.command);
        commands.map(CodeActionOrCommand::Command).collect()
    };
    serde_json::to_value(answers).unwrap_or(Json::Null)
}

/// What can be done about one finding: mend it, accept it, read about it.
fn of_one(
    subject: &Subject<'_>,
    offer: Option<fix::Offer>,
    about: Option<&Diagnostic>,
    session: &Session,
) -> Vec<CodeAction> {
    let action = |title: String| CodeAction {
        title,
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: about.map(|one| vec![one.clone()]),
        ..CodeAction::default()
    };
    let mut found = Vec::new();
    if let Some(offer) = offer {
        let is_preferred = Some(offer.is_safe);
        found.push(CodeAction { edit: Some(offer.edit), is_preferred, ..action(offer.title) });
    }
    if let Some(waiver) = waive::waiver(subject, session) {
        found.push(CodeAction { edit: Some(waiver.edit), ..action(waiver.title) });
    }
    if let Some(explain) = explain::action(subject) {
        let title = explain.title.clone();
        found.push(CodeAction { command: Some(explain), ..action(title) });
    }
    found
}

/// Answers `codeAction/resolve`.
pub(super) fn resolve(server: &mut Server<'_>, action: CodeAction) -> Json {
    let action = fix::resolved(&server.session, action);
    serde_json::to_value(action).unwrap_or(Json::Null)
}

/// The diagnostic of the client that shows a finding.
fn told(diagnostics: &[Diagnostic], shown: &Shown) -> Option<Diagnostic> {
    let fingerprint = format!("{:016x}", shown.fingerprint);
    let is_it = |one: &&Diagnostic| {
        let data = one.data.as_ref().and_then(|data| data.get("fingerprint"));
        match (data, &one.code) {
            (Some(data), _) => data.as_str() == Some(&fingerprint),
            // A client that does not keep the data has the rule still.
            (None, Some(NumberOrString::String(code))) => {
                one.source.as_deref() == Some(report::SOURCE) && **code == *shown.diagnostic.rule
            }
            _ => false,
        }
    };
    diagnostics.iter().find(is_it).cloned()
}

/// Answers `workspace/executeCommand`.
pub(super) fn execute(server: &mut Server<'_>, params: &ExecuteCommandParams) -> Json {
    match params.command.as_str() {
        EXPLAIN => {
            let rule = params.arguments.first().and_then(Json::as_str).unwrap_or_default();
            explain::explain(server, rule)
        }
        _ => Json::Null,
    }
}
