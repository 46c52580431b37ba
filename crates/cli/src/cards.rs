//! What reports say about rules.

use std::borrow::Cow;

use trilith_reporter::{Confidence, PracticeRef, RuleCard};
use trilith_rules::Rule;
use trilith_rules::page::Page;
use trilith_rules::practices;

/// Where the pages of built-in rules can be read.
pub(crate) const PAGES: &str = "https://github.com/trilith-dev/trilith/blob/main/rules";

/// The cards of the rules with these ids, and those for files that cannot be read.
pub fn cards<'r>(rules: impl Iterator<Item = &'r Rule>, ids: &[&str]) -> Vec<RuleCard> {
    let mut cards: Vec<RuleCard> =
        rules.filter(|rule| ids.contains(&rule.id())).map(card).collect();
    cards.extend(trilith_parser::problems().iter().map(|problem| {
        let mut card = RuleCard::new(problem.id, problem.title, problem.severity);
        card.summary = problem.title.into();
        card.help_text = problem.help.into();
        card.help_markdown = problem.help.into();
        card.confidence = Confidence::High;
        card.unreadable = problem.unreadable;
        card
    }));
    cards.extend(trilith_waivers::problems().iter().map(|problem| {
        let mut card = RuleCard::new(problem.id, problem.title, problem.severity);
        card.summary = problem.title.into();
        card.help_text = problem.help.replace('`', "").into();
        card.help_markdown = problem.help.into();
        card.confidence = Confidence::High;
        card
    }));
    cards
}

fn card(rule: &Rule) -> RuleCard {
    let metadata = &rule.metadata;
    let help = Page::parse(&rule.page).map(|page| page.help()).unwrap_or_default();
    let service = metadata.id.split('-').next().unwrap_or_default().to_owned();
    let practice = |slug: &str| {
        practices::find(slug).map(|practice| PracticeRef {
            id: practice.id.into(),
            slug: practice.slug.into(),
            title: practice.title.into(),
            url: practice.url().into(),
        })
    };
    let mut card =
        RuleCard::new(metadata.id.to_string(), metadata.title.to_string(), rule.severity());
    card.summary = metadata.summary.to_string().into();
    card.help_text = help.replace('`', "").into();
    card.help_markdown = help.into();
    card.confidence = match &*metadata.confidence {
        "high" => Confidence::High,
        "low" => Confidence::Low,
        _ => Confidence::Medium,
    };
    card.practices = metadata.practices.iter().filter_map(|slug| practice(slug)).collect();
    card.tags = vec![Cow::Owned(service)];
    if rule.is_built_in() {
        card.help_uri = format!("{PAGES}/{}", rule.folder).into();
    }
    card.aliases = metadata.aliases.iter().map(|(_, id)| id.to_string().into()).collect();
    card
}
