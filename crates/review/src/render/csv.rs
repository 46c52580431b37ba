//! All rows as comma-separated values: what a row is stands in its first column.

use trilith_reporter::csv_cell;

use crate::model::{FindingRow, Review};

const COLUMNS: [&str; 17] = [
    "kind",
    "practice",
    "title",
    "risk",
    "checkability",
    "verdict",
    "id",
    "severity",
    "text",
    "file",
    "line",
    "resource",
    "owner",
    "expires",
    "days_left",
    "state",
    "count",
];

/// A row by the names of its columns.
#[derive(Default)]
struct Row([String; COLUMNS.len()]);

impl Row {
    fn new(kind: &str) -> Self {
        Self::default().with("kind", kind)
    }

    fn with(mut self, column: &str, text: &(impl ToString + ?Sized)) -> Self {
        if let Some(at) = COLUMNS.iter().position(|name| *name == column) {
            self.0[at] = text.to_string();
        }
        self
    }
}

pub(super) fn page(review: &Review) -> String {
    let mut rows = Vec::new();
    for one in &review.practices {
        let basis = |kind| {
            Row::new(kind)
                .with("practice", &one.id)
                .with("title", &one.title)
                .with("risk", &one.risk)
                .with("checkability", &one.checkability)
                .with("verdict", one.verdict.name())
        };
        let left = one.days_left.map_or_else(String::new, |left| left.to_string());
        rows.push(basis("practice").with("text", &one.because).with("days_left", &left));
        for it in &one.evidence {
            rows.push(
                basis("evidence")
                    .with("id", &it.id)
                    .with("text", &it.proves)
                    .with("state", &it.outcome)
                    .with("count", &format!("{} of {}", it.so, it.looked)),
            );
        }
    }
    rows.extend(review.findings.iter().map(finding));
    for one in &review.attestations {
        let left = one.days_left.map_or_else(String::new, |left| left.to_string());
        rows.push(
            Row::new("attestation")
                .with("practice", &one.practice)
                .with("text", &one.statement)
                .with("id", &one.link)
                .with("owner", &one.owner)
                .with("expires", &one.expires)
                .with("days_left", &left)
                .with("state", &one.standing),
        );
    }
    for one in &review.inventory.stores {
        rows.push(
            Row::new("store")
                .with("id", &one.application)
                .with("resource", &one.address)
                .with("text", &one.resource_type)
                .with("file", &one.file)
                .with("line", &one.line)
                .with("owner", one.owner.as_deref().unwrap_or_default())
                .with("state", &one.exposure),
        );
    }
    for framework in &review.frameworks {
        for one in &framework.controls {
            rows.push(
                Row::new("control")
                    .with("id", &one.control)
                    .with("title", &framework.id)
                    .with("state", &one.state)
                    .with("text", &one.rules.join(" "))
                    .with("count", &one.findings.len()),
            );
        }
    }
    let mut page = COLUMNS.join(",") + "\n";
    for Row(cells) in rows {
        let cells: Vec<String> = cells.iter().map(|cell| csv_cell(cell)).collect();
        page.push_str(&cells.join(","));
        page.push('\n');
    }
    page
}

fn finding(one: &FindingRow) -> Row {
    let row = Row::new("finding")
        .with("practice", &one.practices.join(" "))
        .with("title", &one.rule)
        .with("id", &one.id)
        .with("severity", &one.severity)
        .with("text", &one.message)
        .with("file", &one.file)
        .with("line", &one.line)
        .with("resource", &one.address);
    match &one.accepted {
        None => row.with("state", "open"),
        Some(accepted) => row
            .with("state", "accepted")
            .with("owner", &accepted.owner)
            .with("expires", &accepted.expires)
            .with("days_left", &accepted.days_left.map_or_else(String::new, |it| it.to_string())),
    }
}
