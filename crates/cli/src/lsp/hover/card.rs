//! The card of a rule.

use std::fmt::Write as _;

use trilith_rules::page::Page;
use trilith_rules::{Registry, Rule, practices};

use super::{Note, Question};
use crate::cards::PAGES;
use crate::explain::problem;
use crate::lsp::word;

/// The card of the rule whose name stands at a place: its id anywhere, an id of another tool in
/// a comment.
pub(super) fn note(question: &Question<'_>, registry: &Registry) -> Option<Note> {
    let text = question.text;
    let bytes = word::around(text, question.offset, word::is_of_rule);
    let name = text.get(bytes.clone())?.trim_end_matches('.');
    let bytes = bytes.start..bytes.start + name.len();
    if !name.contains(['-', '_', '.']) {
        return None;
    }
    if let Some((title, help)) = problem(name) {
        return Some(Note { bytes, markdown: format!("**{title}**\n\n{help}") });
    }
    let rule = registry.rules().find(|rule| rule.id() == name);
    let rule = rule.or_else(|| {
        let line = &text[word::line(text, question.offset)];
        let is_remark = ["#", "//", "/*", "\"id\"", "id:"].iter().any(|mark| line.contains(mark));
        is_remark.then(|| registry.rules().find(|rule| answers_to(rule, name))).flatten()
    })?;
    Some(Note { bytes, markdown: card(rule) })
}

fn answers_to(rule: &Rule, name: &str) -> bool {
    rule.metadata.aliases.iter().any(|(_, alias)| alias.eq_ignore_ascii_case(name))
}

/// What a rule is about, in Markdown.
pub(in crate::lsp) fn card(rule: &Rule) -> String {
    let metadata = &rule.metadata;
    let mut text = format!(
        "**{}**\n\n`{}` · {} · confidence {}\n",
        metadata.title, metadata.id, metadata.severity, metadata.confidence
    );
    if let Ok(page) = Page::parse(&rule.page) {
        // Headings of a card are smaller than those of a page.
        let _ = write!(text, "\n{}\n", page.help().trim().replace("\n## ", "\n#### "));
    }
    let practices = metadata.practices.iter().filter_map(|slug| practices::find(slug));
    let practices: Vec<String> = practices.map(|it| format!("[{}]({})", it.id, it.url())).collect();
    let aliases: Vec<&str> = metadata.aliases.iter().map(|(_, id)| &**id).collect();
    for (word, list) in [("Pillar", practices.join(", ")), ("Same as", aliases.join(", "))] {
        if !list.is_empty() {
            let _ = write!(text, "\n{word}: {list}\n");
        }
    }
    if rule.is_built_in() {
        let _ = write!(text, "\n[The whole page]({PAGES}/{}/rule.md)\n", rule.folder);
    }
    text
}
