//! What a reader in a hurry looks at.

use std::fmt::Write as _;

use trilith_reporter::counted;

use super::super::scope;
use super::{heading, text};
use crate::model::{Comparison, Review, Totals};
use crate::verdict::Verdict;

const SECTIONS: [(&str, &str); 9] = [
    ("practices", "Best practices"),
    ("findings", "Findings"),
    ("accepted", "Accepted risk"),
    ("attestations", "Attestations"),
    ("responsibility", "Responsibility"),
    ("inventory", "Inventory"),
    ("frameworks", "Frameworks"),
    ("not-visible", "Not visible"),
    ("reproduce", "To make it again"),
];

pub(super) fn header(review: &Review, page: &mut String) {
    let _ = write!(
        page,
        "<header>\n<h1>AWS Well-Architected, Security Pillar</h1>\n<p class=\"line\">{} · as of {} · \
         edition {} · {}, {}, {}</p>\n<ul class=\"tiles\">\n",
        text(&scope(review)),
        text(&review.date),
        text(&review.edition),
        counted(review.scope.files, "file", "files"),
        counted(review.scope.roots, "root", "roots"),
        counted(review.scope.resources, "resource", "resources"),
    );
    for verdict in Verdict::ALL {
        let count = review.totals.of(verdict);
        let _ = writeln!(
            page,
            "<li class=\"tile {}{}\"><b data-total=\"{0}\">{count}</b> {}</li>",
            verdict.name(),
            if count == 0 { " none" } else { "" },
            verdict.title()
        );
    }
    page.push_str("</ul>\n<nav>");
    for (id, title) in SECTIONS {
        let _ = write!(page, "<a href=\"#{id}\">{title}</a>");
    }
    page.push_str("</nav>\n</header>\n<main>\n");
}

/// A bar for each question.
pub(super) fn bars(review: &Review, page: &mut String) {
    page.push_str("<table class=\"bars\">\n");
    for question in &review.questions {
        let _ = writeln!(
            page,
            "<tr><th title=\"{}\"><a href=\"#{id}\">{id}</a> {}</th><td>{}</td></tr>",
            text(&question.title),
            text(&question.short),
            bar(&question.id, &question.totals),
            id = text(&question.id),
        );
    }
    page.push_str("</table>\n<ul class=\"legend\">");
    for verdict in Verdict::ALL {
        let _ = write!(page, "<li class=\"{}\"><i></i>{}</li>", verdict.name(), verdict.title());
    }
    page.push_str("</ul>\n");
}

fn bar(question: &str, totals: &Totals) -> String {
    let mut bar = String::from("<div class=\"bar\">");
    for verdict in Verdict::ALL {
        let count = totals.of(verdict);
        if count > 0 {
            let _ = write!(
                bar,
                "<span class=\"{name}\" style=\"--n:{count}\" title=\"{count} {}\" \
                 data-question=\"{}\" data-verdict=\"{name}\">{count}</span>",
                verdict.title(),
                text(question),
                name = verdict.name(),
            );
        }
    }
    bar + "</div>"
}

pub(super) fn comparison(review: &Review, page: &mut String) {
    let Some(comparison) = &review.comparison else { return };
    heading("since", &format!("Since {}", comparison.since), page);
    page.push_str("<ul class=\"plain\">\n");
    for change in &comparison.verdicts {
        let _ = writeln!(
            page,
            "<li>{}: <a href=\"#{}\">{1}</a> was {}, is {}</li>",
            text(&change.direction),
            text(&change.practice),
            change.before.map_or("not there", Verdict::title),
            change.now.title()
        );
    }
    for practice in &comparison.expired {
        let _ = writeln!(page, "<li>expired: nobody vouches for {} any more</li>", text(practice));
    }
    findings(comparison, page);
    page.push_str("</ul>\n");
}

fn findings(comparison: &Comparison, page: &mut String) {
    let links = |ids: &[String]| -> String {
        let links = ids.iter().map(|id| format!("<a href=\"#f{0}\">{0}</a>", text(id)));
        links.collect::<Vec<_>>().join(", ")
    };
    for (name, ids) in [
        ("new", &comparison.new_findings),
        ("newly accepted", &comparison.newly_accepted),
        ("no longer accepted", &comparison.no_longer_accepted),
    ] {
        if !ids.is_empty() {
            let count = counted(ids.len(), "finding", "findings");
            let _ = writeln!(page, "<li>{count} {name}: {}</li>", links(ids));
        }
    }
    if !comparison.gone.is_empty() {
        let gone = comparison
            .gone
            .iter()
            .map(|row| format!("{} ({}:{})", text(&row.message), text(&row.file), row.line));
        let _ = writeln!(
            page,
            "<li>{} gone: {}</li>",
            counted(comparison.gone.len(), "finding", "findings"),
            gone.collect::<Vec<_>>().join("; ")
        );
    }
}
