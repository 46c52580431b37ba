//! Practices, with what each verdict rests on, and the findings in their places.

use std::fmt::Write as _;

use trilith_graph::Severity;
use trilith_reporter::counted;
use trilith_reporter::page::{inline, link};

use super::super::days;
use super::{heading, text};
use crate::model::{EvidenceRow, FindingRow, PracticeRow, Review};
use crate::verdict::Verdict;

/// Findings that a practice lists by name; the others are in the list of all.
const LISTED: usize = 50;

pub(super) fn all(review: &Review, page: &mut String) {
    heading("practices", "Best practices", page);
    page.push_str(
        "<form id=\"filters\" class=\"filters\">\n<input id=\"search\" type=\"search\" \
         placeholder=\"Search practice, rule, resource\" aria-label=\"Search\">\n",
    );
    for verdict in Verdict::ALL {
        let _ = writeln!(
            page,
            "<label class=\"{0}\"><input type=\"checkbox\" name=\"verdict\" value=\"{0}\" checked> \
             {1}</label>",
            verdict.name(),
            verdict.title()
        );
    }
    page.push_str("<span id=\"shown\" aria-live=\"polite\"></span>\n</form>\n");
    for question in &review.questions {
        let _ = writeln!(
            page,
            "<h3 id=\"{id}\">{id} {}</h3>",
            text(&question.title),
            id = text(&question.id)
        );
        for row in review.practices.iter().filter(|row| row.question == question.id) {
            practice(row, review, page);
        }
    }
}

fn practice(row: &PracticeRow, review: &Review, page: &mut String) {
    let _ = write!(
        page,
        "<details class=\"row {verdict}\" id=\"{id}\" data-practice=\"{id}\" data-verdict=\"{verdict}\">\
         <summary><b>{id}</b><span>{}</span><span class=\"verdict\">{}</span><small>{}{}</small>\
         </summary>\n<div>\n",
        text(&row.title),
        row.verdict.title(),
        inline(&row.because),
        row.days_left.map_or_else(String::new, |left| format!(" · {}", days(left))),
        verdict = row.verdict.name(),
        id = text(&row.id),
    );
    facts(row, page);
    if !row.evidence.is_empty() {
        page.push_str("<h4>Evidence</h4>\n<ul class=\"plain\">\n");
        row.evidence.iter().for_each(|one| evidence(one, page));
        page.push_str("</ul>\n");
    }
    for (title, kind, ids) in [
        ("Speaks against it", "violations", &row.violations),
        ("Accepted", "accepted", &row.accepted),
        ("Of lesser severity", "lesser", &row.lesser),
    ] {
        listed(title, kind, ids, review, page);
    }
    if !row.attestations.is_empty() {
        page.push_str("<h4>Attested</h4>\n<ul class=\"plain\">\n");
        for at in &row.attestations {
            let one = &review.attestations[*at];
            let _ = writeln!(
                page,
                "<li>{} ({}, {} to {}): {}</li>",
                link(&one.link, &text(&one.statement)),
                text(&one.owner),
                text(&one.date),
                text(&one.expires),
                text(&one.standing)
            );
        }
        page.push_str("</ul>\n");
    } else if !row.ask.is_empty() {
        let _ = writeln!(page, "<p class=\"note\">Asked and not answered: {}</p>", text(&row.ask));
    }
    rules(row, page);
    page.push_str("</div></details>\n");
}

fn facts(row: &PracticeRow, page: &mut String) {
    let shares = row.responsibility;
    let before = if row.before.is_empty() {
        "not in the edition of 2022-23".to_owned()
    } else {
        format!("{} in the edition of 2022-23 ({})", row.before.join(", "), row.before_by)
    };
    let _ = writeln!(
        page,
        "<p class=\"facts\">{} · risk {} · templates show it: {} · {} · {}</p>\n\
         <p class=\"facts\"><span data-count=\"resources\">{}</span> resources in scope: yours {}, \
         shared {}, AWS's {}, none {} · <span data-count=\"undecided\">{}</span> places not \
         decided</p>",
        link(&row.url, "documentation"),
        text(&row.risk),
        text(&row.checkability),
        text(&row.principles.join(", ")),
        text(&before),
        row.resources,
        shares.customer,
        shares.shared,
        shares.aws,
        shares.none,
        row.undecided,
    );
}

fn evidence(one: &EvidenceRow, page: &mut String) {
    let _ = write!(
        page,
        "<li data-evidence=\"{}\" class=\"{}\">{} of {} resources {}",
        text(&one.id),
        text(&one.outcome),
        one.so,
        one.looked,
        text(&one.proves)
    );
    if one.unknown > 0 {
        let _ = write!(page, " ({} not known)", one.unknown);
    }
    if one.looked > 0 {
        page.push_str("<details><summary>where</summary><ul class=\"plain\">");
        for place in &one.places {
            let _ = write!(
                page,
                "<li>{}: <code>{}</code> {} {}:{}</li>",
                text(&place.answer),
                text(&place.address),
                text(&place.resource_type),
                text(&place.file),
                place.line
            );
        }
        if one.places.len() < one.looked {
            let _ = write!(page, "<li>and {} more</li>", one.looked - one.places.len());
        }
        page.push_str("</ul></details>");
    }
    page.push_str("</li>\n");
}

fn listed(title: &str, kind: &str, ids: &[String], review: &Review, page: &mut String) {
    if ids.is_empty() {
        return;
    }
    let _ = writeln!(
        page,
        "<h4>{title}: <span data-count=\"{kind}\">{}</span></h4>\n<ul class=\"plain\">",
        ids.len()
    );
    let wanted: std::collections::BTreeSet<&str> =
        ids.iter().take(LISTED).map(String::as_str).collect();
    for row in review.findings.iter().filter(|row| wanted.contains(row.id.as_str())) {
        let _ = writeln!(
            page,
            "<li><a href=\"#f{}\">{}</a> <small>{} · {}:{}</small></li>",
            text(&row.id),
            inline(&row.message),
            text(&row.severity),
            text(&row.file),
            row.line
        );
    }
    if ids.len() > LISTED {
        let _ = writeln!(page, "<li>and {} more, in the list of findings</li>", ids.len() - LISTED);
    }
    page.push_str("</ul>\n");
}

fn rules(row: &PracticeRow, page: &mut String) {
    if row.rules.is_empty() {
        return;
    }
    let looked = row.rules.iter().filter(|rule| rule.looked).count();
    let _ = write!(
        page,
        "<details><summary>{}, {looked} with something to look at</summary><ul class=\"plain\">",
        counted(row.rules.len(), "rule", "rules"),
    );
    for rule in &row.rules {
        let result = match (rule.looked, rule.findings) {
            (false, _) => "nothing to look at".to_owned(),
            (true, 0) => "nothing found".to_owned(),
            (true, count) => counted(count, "finding", "findings"),
        };
        let _ = write!(page, "<li><code>{}</code>: {result}</li>", text(&rule.id));
    }
    page.push_str("</ul></details>\n");
}

/// All findings by file, each once.
pub(super) fn findings(review: &Review, page: &mut String) {
    let open = review.findings.iter().filter(|row| row.accepted.is_none()).count();
    heading("findings", "Findings", page);
    let _ = writeln!(
        page,
        "<p class=\"line\"><span data-findings=\"open\">{open}</span> open, \
         <span data-findings=\"accepted\">{}</span> accepted</p>",
        review.findings.len() - open
    );
    let mut rows: Vec<&FindingRow> = review.findings.iter().collect();
    rows.sort_by(|a, b| (&a.file, a.line, &a.id).cmp(&(&b.file, b.line, &b.id)));
    for of_file in rows.chunk_by(|a, b| a.file == b.file) {
        let worst = of_file.iter().filter_map(|row| row.severity.parse::<Severity>().ok()).max();
        let worst = worst.map_or_else(String::new, |worst| format!(", worst {worst}"));
        let _ = writeln!(
            page,
            "<details><summary>{} <small>{}{worst}</small></summary>",
            text(&of_file[0].file),
            counted(of_file.len(), "finding", "findings")
        );
        of_file.iter().for_each(|row| finding(row, page));
        page.push_str("</details>\n");
    }
}

fn finding(row: &FindingRow, page: &mut String) {
    let _ = writeln!(
        page,
        "<article class=\"finding {severity}\" id=\"f{}\" data-state=\"{}\"><h3><span class=\"badge \
         {severity}\">{severity}</span> {}</h3>\n<p class=\"facts\"><code>{}</code> · line {} · \
         <code>{}</code> {} · {}</p>",
        text(&row.id),
        if row.accepted.is_some() { "accepted" } else { "open" },
        inline(&row.message),
        text(&row.rule),
        row.line,
        text(&row.address),
        text(&row.resource_type),
        text(&row.practices.join(", ")),
        severity = text(&row.severity),
    );
    page.push_str(&row.snippet);
    if let Some(scenario) = &row.only_when {
        let _ = writeln!(page, "<p class=\"when\">Only when {}</p>", inline(scenario));
    }
    if let Some(accepted) = &row.accepted {
        let _ = writeln!(
            page,
            "<p class=\"note\">Accepted by {} until {}: {}</p>",
            text(&accepted.owner),
            text(&accepted.expires),
            text(&accepted.reason)
        );
    } else if let Some(help) = &row.help {
        let _ = writeln!(page, "<p class=\"help\"><b>Help:</b> {}</p>", inline(help));
    }
    page.push_str("</article>\n");
}
