//! Completion: the names of rules in waivers, actions in policies.

mod context;

use lsp_types::{
    CompletionItem, CompletionItemKind, CompletionList, CompletionParams, CompletionResponse,
    CompletionTextEdit, Documentation, MarkupContent, MarkupKind, TextEdit,
};
use serde_json::Value as Json;
use trilith_iam::Catalog;
use trilith_rules::{Registry, Rule};

use super::hover;
use super::server::Server;
use super::session::Session;
use context::{Context, Wanted};

/// Items that are sent at once; the client asks again when more was typed.
const MOST_ITEMS: usize = 400;

/// Answers `textDocument/completion`.
pub(super) fn completion(server: &mut Server<'_>, params: CompletionParams) -> Json {
    let session = &server.session;
    let position = params.text_document_position;
    let Some((name, document)) = session.document(&position.text_document.uri) else {
        return Json::Null;
    };
    let text = &document.text;
    let offset = document.lines.offset(text, position.position, session.encoding);
    let Some(context) = context::of(name, text, offset) else { return Json::Null };
    let typed = &text[context.bytes.clone()];
    let mut items = match context.wanted {
        Wanted::Rules => rules(session, name),
        Wanted::Actions => actions(typed),
    };
    items.retain(|item| is_near(&item.label, typed));
    let is_incomplete = items.len() > MOST_ITEMS || !typed.contains(':');
    items.truncate(MOST_ITEMS);
    let Context { bytes, .. } = context;
    let range = document.lines.place(text, bytes.start as u32..bytes.end as u32, session.encoding);
    for item in &mut items {
        let new_text = item.label.clone();
        item.text_edit = Some(CompletionTextEdit::Edit(TextEdit { range, new_text }));
    }
    let list = CompletionResponse::List(CompletionList { is_incomplete, items });
    serde_json::to_value(list).unwrap_or(Json::Null)
}

/// Whether what was typed is a part of a name: editors filter further by their own ideas.
fn is_near(label: &str, typed: &str) -> bool {
    let (label, typed) = (label.to_ascii_lowercase(), typed.to_ascii_lowercase());
    let mut rest = label.chars();
    typed.chars().all(|wanted| rest.any(|c| c == wanted))
}

/// The rules, those first that find something in the document.
fn rules(session: &Session, name: &str) -> Vec<CompletionItem> {
    let Some(registry) = session.registry(name) else { return Vec::new() };
    let found: Vec<&str> = match session.unit(name) {
        Some(unit) => unit.shown.iter().map(|one| &*one.diagnostic.rule).collect(),
        None => Vec::new(),
    };
    registry_items(registry, |rule| found.contains(&rule.id()))
}

fn registry_items(registry: &Registry, is_found: impl Fn(&Rule) -> bool) -> Vec<CompletionItem> {
    let item = |rule: &Rule| CompletionItem {
        label: rule.id().to_owned(),
        kind: Some(CompletionItemKind::CONSTANT),
        detail: Some(rule.metadata.title.to_string()),
        documentation: Some(markdown(format!(
            "{}\n\n{} · confidence {}",
            rule.metadata.summary, rule.metadata.severity, rule.metadata.confidence
        ))),
        sort_text: Some(format!("{}{}", i32::from(!is_found(rule)), rule.id())),
        ..CompletionItem::default()
    };
    registry.rules().map(item).collect()
}

/// The services, or the actions of the one that was typed.
fn actions(typed: &str) -> Vec<CompletionItem> {
    let catalog = Catalog::embedded();
    let Some((service, _)) = typed.split_once(':') else {
        let item = |prefix: &str| CompletionItem {
            label: format!("{prefix}:"),
            kind: Some(CompletionItemKind::MODULE),
            detail: Some(format!("{} actions", catalog.actions_of(prefix).count())),
            ..CompletionItem::default()
        };
        return catalog.services().map(item).collect();
    };
    let service = service.to_ascii_lowercase();
    let item = |action: trilith_iam::Action<'_>| CompletionItem {
        label: action.to_string(),
        kind: Some(CompletionItemKind::FUNCTION),
        detail: Some(action.level().name().to_owned()),
        documentation: Some(markdown(hover::action(&action, catalog))),
        ..CompletionItem::default()
    };
    catalog.actions_of(&service).map(item).collect()
}

fn markdown(value: String) -> Documentation {
    Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value })
}
