//! Access in words and columns.

use trilith_iam::{Access, AccessLevel, Catalog, Statement, covers_resource};

use super::holders::{Holder, Sources};

/// Actions with which whoever may use them on the right resource can become administrator, by
/// themselves (pathfinding.cloud, categories self-escalation and principal-access).
const ESCALATING: &[&str] = &[
    "iam:addusertogroup",
    "iam:attachgrouppolicy",
    "iam:attachrolepolicy",
    "iam:attachuserpolicy",
    "iam:createaccesskey",
    "iam:createloginprofile",
    "iam:createpolicyversion",
    "iam:passrole",
    "iam:putgrouppolicy",
    "iam:putrolepolicy",
    "iam:putuserpolicy",
    "iam:setdefaultpolicyversion",
    "iam:updateassumerolepolicy",
    "iam:updateloginprofile",
];

/// Access by one statement to the actions of one service.
pub(super) struct Line {
    /// `s3:DeleteObject`, or `s3: 14 actions (2 permissions management, 12 write)`.
    pub(super) what: String,
    /// What it is allowed on.
    pub(super) resource: String,
    /// `new.json:14`.
    pub(super) place: String,
    /// Whether it leads to becoming administrator.
    pub(super) escalates: bool,
    /// The most that it lets do.
    pub(super) level: Option<AccessLevel>,
}

/// The lines for what one statement allows, of all answers for it.
pub(super) fn lines(
    holder: &Holder<'_>,
    accesses: &[&Access],
    sources: Sources<'_>,
    catalog: &Catalog,
) -> Vec<Line> {
    let Some(first) = accesses.first() else { return Vec::new() };
    if first.statement.is_none() {
        let what = "whatever statements allow that cannot be read".to_owned();
        let (resource, place) = ("*".to_owned(), String::new());
        return vec![Line { what, resource, place, escalates: false, level: None }];
    }
    let place = holder.place(first, sources).unwrap_or_default();
    let resource = resource(holder.statement(first), &first.request.resource);
    let mut actions: Vec<u32> = accesses.iter().flat_map(|it| &it.actions).copied().collect();
    actions.sort_unstable();
    actions.dedup();
    if actions.is_empty() {
        let what = future(holder.statement(first), &first.request.action);
        return vec![Line { what, resource, place, escalates: false, level: None }];
    }
    let mut lines = Vec::new();
    let mut rest = &actions[..];
    while let Some(service) = rest.first().and_then(|id| catalog.action_of(*id)) {
        let service = service.service();
        let end = rest.partition_point(|id| {
            catalog.action_of(*id).is_some_and(|action| action.service() <= service)
        });
        let (own, others) = rest.split_at(end.max(1));
        rest = others;
        lines.push(Line {
            what: what(service, own, catalog),
            resource: resource.clone(),
            place: place.clone(),
            escalates: own.iter().any(|id| escalates(catalog, *id)),
            level: own.iter().filter_map(|id| catalog.action_of(*id)).map(|it| it.level()).max(),
        });
    }
    lines.sort_by_key(|line| (!line.escalates, std::cmp::Reverse(line.level)));
    lines
}

fn what(service: &str, actions: &[u32], catalog: &Catalog) -> String {
    let known = || actions.iter().filter_map(|id| catalog.action_of(*id));
    if actions.len() <= 3 {
        let names: Vec<&str> = known().map(|action| action.name()).collect();
        return format!("{service}:{}", names.join(", "));
    }
    let total = catalog.actions_of(service).count();
    let count = if total == actions.len() {
        format!("all {total} actions")
    } else {
        format!("{} actions", actions.len())
    };
    format!("{service}: {count} ({})", levels(known().map(|action| action.level())))
}

/// `2 permissions management, 12 write`.
pub(crate) fn levels(levels: impl Iterator<Item = AccessLevel>) -> String {
    let levels: Vec<AccessLevel> = levels.collect();
    let counted = AccessLevel::ALL.iter().rev().filter_map(|level| {
        let count = levels.iter().filter(|own| *own == level).count();
        (count > 0).then(|| format!("{count} {}", level.name()))
    });
    counted.collect::<Vec<_>>().join(", ")
}

/// Whether an action leads to becoming administrator.
pub(super) fn escalates(catalog: &Catalog, id: u32) -> bool {
    catalog.action_of(id).is_some_and(|action| {
        ESCALATING.binary_search(&&*action.to_string().to_ascii_lowercase()).is_ok()
    })
}

/// An action that AWS does not have, by the pattern that allows it.
fn future(statement: Option<&Statement<'_>>, action: &str) -> String {
    let covering = statement.and_then(|statement| {
        let mut patterns = statement.action.iter();
        patterns.find(|pattern| trilith_iam::covers_action(pattern, action).is_true())
    });
    match covering.and_then(|pattern| pattern.value.display_text()) {
        Some(text) if text.contains(['*', '?']) => format!("{text} (actions that AWS may add)"),
        Some(text) => format!("{text} (no action that AWS has)"),
        None => format!("{action} (no action that AWS has)"),
    }
}

/// The pattern of a statement that a resource matches, as it is written.
fn resource(statement: Option<&Statement<'_>>, example: &str) -> String {
    let Some(statement) = statement else { return example.to_owned() };
    let text = |patterns: &trilith_iam::Patterns<'_>| {
        patterns.iter().filter_map(|pattern| pattern.value.display_text()).collect::<Vec<_>>()
    };
    if statement.not_resource.is_present.is_true() && !statement.resource.is_present.is_true() {
        return format!("all but {}", text(&statement.not_resource).join(", "));
    }
    let covers = |pattern: &trilith_iam::Pattern<'_>| !covers_resource(pattern, example).is_false();
    let covering = statement.resource.iter().find(covers);
    covering.and_then(|pattern| pattern.value.display_text()).unwrap_or_else(|| example.to_owned())
}
