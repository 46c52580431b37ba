//! "Open the explanation": the page of a rule.

use lsp_types::request::ShowDocument;
use lsp_types::{Command, MessageType, ShowDocumentParams};
use serde_json::{Value as Json, json};
use trilith_rules::Registry;

use super::Subject;
use crate::explain::problem;
use crate::lsp::hover::card;
use crate::lsp::report::page_address;
use crate::lsp::server::Server;

/// The command. Its argument is the id of a rule; its result the card of the rule in Markdown, for
/// a client that shows it itself.
pub(in crate::lsp) const EXPLAIN: &str = "trilith.explain";

/// The command for a finding.
pub(super) fn action(subject: &Subject<'_>) -> Option<Command> {
    let rule = &*subject.shown.diagnostic.rule;
    let registry = &subject.unit.project.loaded.setup.policies.registry;
    text(rule, registry).map(|_| Command {
        title: format!("Explain `{rule}`"),
        command: EXPLAIN.into(),
        arguments: Some(vec![json!(rule)]),
    })
}

/// Opens the page of a rule, or shows its first lines where the client opens nothing.
pub(super) fn explain(server: &mut Server<'_>, rule: &str) -> Json {
    let found = server.session.registries().find_map(|registry| {
        let address = page_address(rule, registry, &server.session.names);
        Some((text(rule, registry)?, address))
    });
    let Some((text, address)) = found else {
        server.client.show(MessageType::WARNING, format!("Trilith has no rule `{rule}`"));
        return Json::Null;
    };
    if server.client.can.explains {
        return json!(text);
    }
    match address.filter(|_| server.client.can.shows) {
        Some(uri) => {
            let is_file = uri.as_str().starts_with("file:");
            let params = ShowDocumentParams {
                uri,
                external: Some(!is_file),
                take_focus: Some(true),
                selection: None,
            };
            server.client.ask::<ShowDocument>(params);
        }
        None => server.client.show(MessageType::INFO, text.clone()),
    }
    json!(text)
}

fn text(rule: &str, registry: &Registry) -> Option<String> {
    if let Some((title, help)) = problem(rule) {
        return Some(format!("**{title}**\n\n{help}"));
    }
    registry.rules().find(|one| one.id() == rule).map(card)
}
