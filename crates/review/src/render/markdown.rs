//! Markdown, for a wiki or a pull request.

use std::fmt::Write as _;

use trilith_reporter::{counted, one_line};

use super::{Options, days, scope};
use crate::model::Review;
use crate::verdict::Verdict;

pub(super) fn page(review: &Review, options: Options) -> String {
    let mut page = format!(
        "# Security Pillar: {}\n\nAs of {}, edition {}. {} in {}, {}.\n\n",
        text(&scope(review)),
        review.date,
        review.edition,
        counted(review.scope.files, "file", "files"),
        counted(review.scope.roots, "root", "roots"),
        counted(review.scope.resources, "resource", "resources"),
    );
    summary(review, &mut page);
    compared(review, &mut page);
    practices(review, &mut page);
    findings(review, &mut page);
    accepted(review, &mut page);
    due(review, options, &mut page);
    responsibility(review, &mut page);
    if options.frameworks {
        frameworks(review, &mut page);
    }
    not_visible(review, &mut page);
    let made = &review.reproduce;
    let _ = write!(
        page,
        "## To make it again\n\nTrilith {}, {} ({}), {} of evidence, inputs {}.{}\n",
        review.tool.version,
        counted(made.rules, "rule", "rules"),
        made.rules_digest,
        counted(made.evidence, "kind", "kinds"),
        made.inputs_digest,
        made.commit.as_ref().map_or_else(String::new, |it| format!(" Commit {it}.")),
    );
    page
}

fn summary(review: &Review, page: &mut String) {
    page.push_str("| question |");
    for verdict in Verdict::ALL {
        let _ = write!(page, " {} {} |", verdict.sign(), verdict.title());
    }
    page.push_str("\n|---|---|---|---|---|---|\n");
    for question in &review.questions {
        let _ = write!(page, "| {} {} |", question.id, question.short);
        for verdict in Verdict::ALL {
            let _ = write!(page, " {} |", question.totals.of(verdict));
        }
        page.push('\n');
    }
    page.push_str("| **all** |");
    for verdict in Verdict::ALL {
        let _ = write!(page, " **{}** |", review.totals.of(verdict));
    }
    page.push_str("\n\n");
}

fn compared(review: &Review, page: &mut String) {
    let Some(comparison) = &review.comparison else { return };
    let _ = write!(page, "## Since {}\n\n", comparison.since);
    for change in &comparison.verdicts {
        let _ = writeln!(
            page,
            "- {}: {} was {}, is {}",
            change.direction,
            change.practice,
            change.before.map_or("not there", Verdict::title),
            change.now.title()
        );
    }
    for practice in &comparison.expired {
        let _ = writeln!(page, "- expired: nobody vouches for {practice} any more");
    }
    let _ = write!(
        page,
        "- {} new, {} gone, {} newly accepted, {} no longer accepted\n\n",
        counted(comparison.new_findings.len(), "finding", "findings"),
        comparison.gone.len(),
        comparison.newly_accepted.len(),
        comparison.no_longer_accepted.len()
    );
}

fn practices(review: &Review, page: &mut String) {
    page.push_str("## Best practices\n\n| practice | risk | verdict | why |\n|---|---|---|---|\n");
    for row in &review.practices {
        let _ = writeln!(
            page,
            "| [{}]({}) {} | {} | {} {} | {}{} |",
            row.id,
            row.url,
            row.title,
            row.risk,
            row.verdict.sign(),
            row.verdict.title(),
            text(&row.because),
            row.days_left.map_or_else(String::new, |left| format!(" ({})", days(left))),
        );
    }
    page.push('\n');
}

fn findings(review: &Review, page: &mut String) {
    let open: Vec<_> = review.findings.iter().filter(|row| row.accepted.is_none()).collect();
    if open.is_empty() {
        return;
    }
    page.push_str(
        "## Open findings\n\n| severity | finding | place | practices |\n|---|---|---|---|\n",
    );
    for row in open {
        let _ = writeln!(
            page,
            "| {} | {} (`{}`) | {}:{} | {} |",
            row.severity,
            text(&row.message),
            row.rule,
            text(&row.file),
            row.line,
            row.practices.join(", ")
        );
    }
    page.push('\n');
}

fn accepted(review: &Review, page: &mut String) {
    let rows: Vec<_> = review
        .findings
        .iter()
        .filter_map(|row| row.accepted.as_ref().map(|accepted| (row, accepted)))
        .collect();
    if !rows.is_empty() {
        page.push_str(
            "## Accepted risk\n\n| finding | place | reason | owner | until |\n|---|---|---|---|---|\n",
        );
        for (row, accepted) in rows {
            let ticket = if accepted.ticket.is_empty() {
                String::new()
            } else {
                format!(" ({})", text(&accepted.ticket))
            };
            let _ = writeln!(
                page,
                "| {} (`{}`) | {}:{} | {}{ticket} | {} | {} |",
                text(&row.message),
                row.rule,
                text(&row.file),
                row.line,
                text(&accepted.reason),
                text(&accepted.owner),
                accepted.expires
            );
        }
        page.push('\n');
    }
    if review.attestations.is_empty() {
        return;
    }
    page.push_str(
        "## Attestations\n\n| practice | statement | owner | date | until | counts |\n\
         |---|---|---|---|---|---|\n",
    );
    for row in &review.attestations {
        let link = if row.link.starts_with("https://") {
            format!("[{}]({})", text(&row.statement), row.link)
        } else {
            text(&row.statement)
        };
        let problem = row.problem.as_deref().map_or_else(String::new, |it| format!(": {it}"));
        let _ = writeln!(
            page,
            "| {} | {link} | {} | {} | {} | {}{problem} |",
            row.practice,
            text(&row.owner),
            row.date,
            row.expires,
            row.standing
        );
    }
    page.push('\n');
}

fn due(review: &Review, options: Options, page: &mut String) {
    let within = options.expiring.map_or(i64::MAX, i64::from);
    let rows: Vec<_> = review.due.iter().filter(|row| row.days_left <= within).collect();
    if rows.is_empty() {
        return;
    }
    page.push_str("## Runs out\n\n| until | what | owner | |\n|---|---|---|---|\n");
    for row in rows {
        let _ = writeln!(
            page,
            "| {} | {} of {} | {} | {} |",
            row.expires,
            row.kind,
            text(&row.what),
            text(&row.owner),
            days(row.days_left)
        );
    }
    page.push('\n');
}

fn responsibility(review: &Review, page: &mut String) {
    page.push_str("## Shared responsibility\n\n| duty |");
    let classes: Vec<_> =
        review.responsibility.classes.iter().filter(|row| row.resources > 0).collect();
    for class in &classes {
        let _ = write!(page, " {} ({}) |", class.class, class.resources);
    }
    let _ = writeln!(page, "\n|---|{}", "---|".repeat(classes.len()));
    let duties = classes.first().map_or(&[][..], |class| &class.duties);
    for (at, duty) in duties.iter().enumerate() {
        let _ = write!(page, "| {} |", duty.title);
        for class in &classes {
            let cell = &class.duties[at];
            let seen = match cell.shown.as_str() {
                "finding" => format!(": {}", counted(cell.findings, "finding", "findings")),
                "looked-at" => format!(": looked at {}", cell.looked),
                "not-visible" => ": not visible".into(),
                _ => String::new(),
            };
            let _ = write!(page, " {}{seen} |", cell.share);
        }
        page.push('\n');
    }
    page.push('\n');
}

fn frameworks(review: &Review, page: &mut String) {
    for framework in &review.frameworks {
        let _ = write!(
            page,
            "## {} {}\n\nMapped by {} ({}).\n\n| control | state | rules | practices |\n|---|---|---|---|\n",
            framework.title, framework.edition, framework.mapped_by, framework.mapped_version
        );
        for row in &framework.controls {
            let practices: Vec<String> = row
                .practices
                .iter()
                .map(|one| format!("{} {}", one.id, one.verdict.title()))
                .collect();
            let _ = writeln!(
                page,
                "| {} | {} | {} | {} |",
                row.control,
                row.state.replace('-', " "),
                row.rules.join(", "),
                practices.join(", ")
            );
        }
        page.push('\n');
    }
}

fn not_visible(review: &Review, page: &mut String) {
    let hidden = &review.not_visible;
    page.push_str("## Not visible\n\n");
    for one in &hidden.unknown_values {
        let _ = writeln!(page, "- not decided, {}: {}", one.what, one.count);
    }
    for one in &hidden.skipped {
        let _ = writeln!(page, "- passed over, {}: {}", text(&one.what), one.count);
    }
    for (names, words) in [
        (&hidden.unreadable, "could not be read"),
        (&hidden.open_roots, "cannot be seen whole"),
        (&hidden.unanswered, "nobody answered"),
    ] {
        if !names.is_empty() {
            let _ = writeln!(page, "- {words}: {}", text(&names.join(", ")));
        }
    }
    let _ = write!(
        page,
        "- rules left out: {}; findings of rules without a practice: {}\n\n",
        hidden.rules_left_out, hidden.findings_without_practice
    );
}

/// Text for a cell.
fn text(words: &str) -> String {
    one_line(words).replace('|', "\\|").replace('<', "&lt;")
}
