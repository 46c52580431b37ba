//! Fixes that were proved: of one finding, of all findings of a rule in a file, of all in a file.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use lsp_types::{CodeAction, CodeActionKind, TextEdit, WorkspaceEdit};
use serde_json::{Value as Json, json};
use trilith_graph::{Fix, Replacement, SourceId};

use crate::lsp::position::Lines;
use crate::lsp::report;
use crate::lsp::session::Session;
use crate::lsp::shown::Shown;
use crate::lsp::unit::Unit;

/// The kind of the action that an editor may ask for with every save.
pub(in crate::lsp) const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.trilith");
/// Findings that are fixed together: each is proved by itself.
const MOST_TOGETHER: usize = 60;

/// What a fix does, and to what.
pub(super) struct Offer {
    pub(super) title: String,
    pub(super) is_safe: bool,
    pub(super) edit: WorkspaceEdit,
}

/// The fixes of findings, where there is one.
pub(super) fn offers(session: &Session, unit: &Unit, shown: &[&Shown]) -> Vec<Option<Offer>> {
    let fixes = unit.fixes(shown).into_iter();
    let offers = fixes.map(|fix| {
        let fix = fix?;
        let title = match &fix.caution {
            None => format!("Fix: {}", fix.title),
            Some(caution) => format!("Fix, with care: {} ({caution})", fix.title),
        };
        let is_safe = fix.is_safe();
        Some(Offer { title, is_safe, edit: edit(session, unit, fix.replacements)? })
    });
    offers.collect()
}

/// The action for all findings of a rule in a file, whose edit is found out when it is chosen.
pub(super) fn of_rule(
    session: &Session,
    unit: &Unit,
    name: &str,
    rule: &str,
) -> Option<CodeAction> {
    let count = in_file(session, unit, name).filter(|it| &*it.diagnostic.rule == rule).count();
    (count > 1).then(|| CodeAction {
        title: format!("Fix all of `{rule}` in this file"),
        kind: Some(CodeActionKind::QUICKFIX),
        data: Some(json!({ "file": name, "rule": rule })),
        ..CodeAction::default()
    })
}

/// The action for all findings in a file.
pub(super) fn of_file(name: &str) -> CodeAction {
    CodeAction {
        title: "Fix all that Trilith can mend safely".into(),
        kind: Some(FIX_ALL),
        data: Some(json!({ "file": name })),
        ..CodeAction::default()
    }
}

/// Finds out what an action changes.
pub(super) fn resolved(session: &Session, mut action: CodeAction) -> CodeAction {
    let data = action.data.clone().unwrap_or_default();
    let text = |key: &str| data.get(key).and_then(Json::as_str);
    if let (Some(name), None) = (text("file"), &action.edit)
        && let Some(unit) = session.unit(name)
    {
        action.edit = together(session, unit, name, text("rule"));
    }
    action
}

fn in_file<'u>(
    session: &'u Session,
    unit: &'u Unit,
    name: &'u str,
) -> impl Iterator<Item = &'u Shown> {
    unit.shown.iter().filter(move |one| session.names.canonical(&one.place.file) == name)
}

/// The safe fixes of the findings in a file that do not touch each other, if nothing speaks against
/// all of them together.
fn together(
    session: &Session,
    unit: &Unit,
    name: &str,
    rule: Option<&str>,
) -> Option<WorkspaceEdit> {
    let is_wanted = |one: &&Shown| rule.is_none_or(|rule| &*one.diagnostic.rule == rule);
    let shown: Vec<&Shown> =
        in_file(session, unit, name).filter(is_wanted).take(MOST_TOGETHER).collect();
    let fixes = unit.fixes(&shown);
    let mut chosen: Vec<Replacement> = Vec::new();
    for fix in fixes.into_iter().flatten().filter(Fix::is_safe) {
        let is_free = |new: &Replacement| !chosen.iter().any(|other| touch(new, other));
        if fix.replacements.iter().all(is_free) {
            chosen.extend(fix.replacements);
        }
    }
    if chosen.is_empty() {
        return None;
    }
    let texts = texts(unit, &chosen)?;
    unit.stays_as_good(session.overlay(), &texts).then(|| edit(session, unit, chosen)).flatten()
}

fn touch(one: &Replacement, other: &Replacement) -> bool {
    let (a, b) = (one.span, other.span);
    a.source == b.source && a.start <= b.end && b.start <= a.end
}

/// The texts after replacements, by the name of the file.
fn texts(unit: &Unit, replacements: &[Replacement]) -> Option<BTreeMap<String, String>> {
    let sources = &unit.examined.as_ref()?.analysis.sources;
    let mut texts = BTreeMap::new();
    let files: BTreeSet<SourceId> = replacements.iter().map(|one| one.span.source).collect();
    for source in files {
        let file = sources.file(source);
        let mut own: Vec<&Replacement> =
            replacements.iter().filter(|one| one.span.source == source).collect();
        own.sort_by_key(|one| std::cmp::Reverse(one.span.start));
        let mut text = file.text().to_owned();
        for Replacement { span, text: new } in own {
            let range = span.start as usize..span.end as usize;
            text.get(range.clone())?;
            text.replace_range(range, new);
        }
        texts.insert(file.name().to_owned(), text);
    }
    Some(texts)
}

/// Replacements as the protocol has them.
#[expect(clippy::mutable_key_type, reason = "the protocol's maps have addresses as keys")]
fn edit(session: &Session, unit: &Unit, replacements: Vec<Replacement>) -> Option<WorkspaceEdit> {
    let sources = &unit.examined.as_ref()?.analysis.sources;
    let mut changes = HashMap::new();
    for Replacement { span, text: new_text } in replacements {
        let file = sources.file(span.source);
        let uri = session.with_reporter(|it: &report::Reporter<'_>| it.uri(file.name()))?;
        let lines = Lines::of(file.text());
        let range = lines.place(file.text(), span.start..span.end, session.encoding);
        changes.entry(uri).or_insert_with(Vec::new).push(TextEdit { range, new_text });
    }
    Some(WorkspaceEdit::new(changes))
}
