//! Code actions: what can be done about a finding.

mod explain;
mod waive;

use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, Command, Diagnostic,
    ExecuteCommandParams, NumberOrString, WorkspaceEdit,
};
use serde_json::{Value as Json, json};

use super::report;
use super::server::Server;
use super::shown::Shown;
use super::unit::Unit;

pub(super) use explain::EXPLAIN;

/// A finding about which something can be done.
struct Subject<'s> {
    /// The name of the document.
    name: &'s str,
    text: &'s str,
    unit: &'s Unit,
    shown: &'s Shown,
}

/// Answers `textDocument/codeAction`.
pub(super) fn actions(server: &mut Server<'_>, params: CodeActionParams) -> Json {
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
    let mut found: Vec<CodeAction> = Vec::new();
    for shown in &unit.shown {
        let place = &shown.place;
        let is_here = session.names.canonical(&place.file) == name;
        if !is_here || place.end < start || end < place.start {
            continue;
        }
        let subject = Subject { name, text: &document.text, unit, shown };
        let own = told(&params.context.diagnostics, shown);
        let mut add = |title: String, edit: Option<WorkspaceEdit>, command: Option<Command>| {
            found.push(CodeAction {
                title,
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: own.clone().map(|one| vec![one]),
                edit,
                command,
                ..CodeAction::default()
            });
        };
        if is_wanted(&CodeActionKind::QUICKFIX) {
            if let Some(waiver) = waive::waiver(&subject, session) {
                add(waiver.title, Some(waiver.edit), None);
            }
            if let Some(explain) = explain::action(&subject) {
                add(explain.title.clone(), None, Some(explain));
            }
        }
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
pub(super) fn execute(server: &mut Server<'_>, params: ExecuteCommandParams) -> Json {
    match params.command.as_str() {
        EXPLAIN => {
            let rule = params.arguments.first().and_then(Json::as_str).unwrap_or_default();
            explain::explain(server, rule)
        }
        _ => Json::Null,
    }
}
