//! The register of accepted risks, what people vouch for, and what runs out.

use std::fmt::Write as _;

use trilith_reporter::page::{inline, link};

use super::super::{Options, days};
use super::{columns, end_of_table, heading, row, text};
use crate::model::Review;

pub(super) fn accepted(review: &Review, page: &mut String) {
    heading("accepted", "Register of accepted risks", page);
    let rows = || review.findings.iter().filter_map(|one| Some((one, one.accepted.as_ref()?)));
    if rows().next().is_none() {
        page.push_str("<p class=\"line\">Nobody accepts any finding.</p>\n");
        return;
    }
    columns(&["finding", "practices", "reason", "ticket", "owner", "until", "written as"], page);
    for (finding, accepted) in rows() {
        let left = accepted.days_left.map_or_else(String::new, |left| format!(" ({})", days(left)));
        row(
            &[
                format!(
                    "<a data-accepted=\"{id}\" href=\"#f{id}\">{}</a><br><small>{} · {}:{}</small>",
                    inline(&finding.message),
                    text(&finding.rule),
                    text(&finding.file),
                    finding.line,
                    id = text(&finding.id),
                ),
                text(&finding.practices.join(", ")),
                text(&accepted.reason),
                text(&accepted.ticket),
                text(&accepted.owner),
                text(&accepted.expires) + &left,
                text(&accepted.origin),
            ],
            page,
        );
    }
    end_of_table(page);
}

pub(super) fn attestations(review: &Review, page: &mut String) {
    heading("attestations", "Attestations", page);
    if review.attestations.is_empty() {
        page.push_str(
            "<p class=\"line\">Nobody vouches for anything. <code>trilith review --init</code> \
             writes the questions.</p>\n",
        );
        return;
    }
    columns(&["practice", "statement", "owner", "date", "until", "counts"], page);
    for one in &review.attestations {
        let standing = match (&one.problem, one.days_left) {
            (Some(problem), _) => format!("{}: {}", one.standing, problem),
            (None, Some(left)) => format!("{} ({})", one.standing, days(left)),
            (None, None) => one.standing.clone(),
        };
        row(
            &[
                format!("<a data-attested href=\"#{0}\">{0}</a>", text(&one.practice)),
                link(&one.link, &text(&one.statement)),
                text(&one.owner),
                text(&one.date),
                text(&one.expires),
                text(&standing),
            ],
            page,
        );
    }
    end_of_table(page);
}

pub(super) fn due(review: &Review, options: Options, page: &mut String) {
    let within = options.expiring.map_or(i64::MAX, i64::from);
    let rows: Vec<_> = review.due.iter().filter(|one| one.days_left <= within).collect();
    if rows.is_empty() {
        return;
    }
    let title = match options.expiring {
        Some(within) => format!("Runs out within {within} days"),
        None => "Runs out".to_owned(),
    };
    let _ = writeln!(page, "<h3>{title}</h3>");
    columns(&["until", "what", "owner", ""], page);
    for one in rows {
        row(
            &[
                text(&one.expires),
                format!("{} of {}", text(&one.kind), text(&one.what)),
                text(&one.owner),
                days(one.days_left),
            ],
            page,
        );
    }
    end_of_table(page);
}
