//! Responsibility, inventory, frameworks, and what there is to know about the review itself.

use std::fmt::Write as _;

use trilith_reporter::counted;

use super::{columns, end_of_table, heading, row, text};
use crate::model::{DutyRow, FrameworkRow, Review};

/// Inputs that are listed by name; a digest covers all of them.
const LISTED: usize = 2_000;

pub(super) fn responsibility(review: &Review, page: &mut String) {
    heading("responsibility", "Shared responsibility", page);
    let classes: Vec<_> =
        review.responsibility.classes.iter().filter(|one| one.resources > 0).collect();
    let _ = writeln!(
        page,
        "<p class=\"line\">Whose each duty is, by class of service, and what the code shows of \
         yours. {} of services whose class is not known.</p>\n<div class=\"wide\">\
         <table class=\"matrix\">\n<tr><th>duty</th>",
        counted(review.responsibility.unclassified, "resource", "resources")
    );
    for class in &classes {
        let _ = write!(
            page,
            "<th title=\"{}\">{} (<span data-service-class=\"{1}\">{}</span>)</th>",
            text(&class.title),
            text(&class.class),
            class.resources
        );
    }
    page.push_str("</tr>\n");
    let duties = classes.first().map_or(&[][..], |class| &class.duties);
    for (at, duty) in duties.iter().enumerate() {
        let _ = write!(page, "<tr><td>{}</td>", text(&duty.title));
        for class in &classes {
            cell(&class.duties[at], page);
        }
        page.push_str("</tr>\n");
    }
    end_of_table(page);
    for class in classes {
        let _ =
            write!(page, "<details><summary>{}</summary><ul class=\"plain\">", text(&class.title));
        for one in &class.types {
            let _ = write!(
                page,
                "<li>{} <code>{}</code></li>",
                one.resources,
                text(&one.resource_type)
            );
        }
        page.push_str("</ul></details>\n");
    }
}

fn cell(duty: &DutyRow, page: &mut String) {
    let seen = match duty.shown.as_str() {
        "finding" => format!("<br>{}", counted(duty.findings, "finding", "findings")),
        "looked-at" => format!("<br>looked at {}, nothing found", duty.looked),
        "not-visible" => "<br>not visible".to_owned(),
        _ => String::new(),
    };
    let share = if duty.share == "none" { "–" } else { &duty.share };
    let _ = write!(
        page,
        "<td class=\"{} {}\">{share}{seen}</td>",
        text(&duty.share),
        text(&duty.shown)
    );
}

pub(super) fn inventory(review: &Review, page: &mut String) {
    let all = &review.inventory;
    heading("inventory", "Inventory", page);
    let _ = writeln!(
        page,
        "<p class=\"line\"><span data-inventory=\"resources\">{}</span> resources, \
         <span data-inventory=\"stores\">{}</span> hold data; \
         <span data-inventory=\"untagged\">{}</span> of {} that may have tags have none</p>",
        all.resources,
        all.stores.len(),
        all.untagged,
        all.taggable
    );
    columns(&["application", "named after", "resources", "stores", "untagged", "owners"], page);
    for one in &all.applications {
        row(
            &[
                text(&one.name),
                text(&one.by),
                format!("<span data-application>{}</span>", one.resources),
                one.stores.to_string(),
                one.untagged.to_string(),
                text(&one.owners.join(", ")),
            ],
            page,
        );
    }
    end_of_table(page);
    page.push_str("<h3>What holds data</h3>\n");
    columns(
        &["store", "application", "class", "encryption", "exposure", "logs to", "owner", "place"],
        page,
    );
    for one in &all.stores {
        let or = |value: &Option<String>, other: &str| text(value.as_deref().unwrap_or(other));
        row(
            &[
                format!(
                    "<code>{}</code><br><small>{}</small>",
                    text(&one.address),
                    text(&one.resource_type)
                ),
                text(&one.application),
                or(&one.classification, "–"),
                or(&one.encryption, "–"),
                text(&one.exposure),
                or(&one.logs, "–"),
                or(&one.owner, if one.untagged == "yes" { "untagged" } else { "–" }),
                format!("{}:{}", text(&one.file), one.line),
            ],
            page,
        );
    }
    end_of_table(page);
    page.push_str("<details><summary>Resources by type</summary>\n");
    columns(&["type", "class", "resources"], page);
    for one in &all.types {
        let count = format!("<span data-type>{}</span>", one.resources);
        row(&[text(&one.resource_type), text(&one.class), count], page);
    }
    end_of_table(page);
    page.push_str("</details>\n");
}

pub(super) fn frameworks(review: &Review, page: &mut String) {
    heading("frameworks", "Other frameworks", page);
    page.push_str(
        "<p class=\"line\">Which rules speak about which control, as the projects named map them. A \
         control is never called fulfilled here: rules see a part of it.</p>\n",
    );
    review.frameworks.iter().for_each(|one| framework(one, page));
}

fn framework(one: &FrameworkRow, page: &mut String) {
    let spoken: Vec<_> = one.controls.iter().filter(|row| row.state != "no-rule").collect();
    let violated = spoken.iter().filter(|row| row.state == "violated").count();
    let _ = writeln!(
        page,
        "<details><summary>{} {}: <span data-framework=\"{}\">{violated}</span> of {} violated</summary>\n\
         <p class=\"facts\">Mapped by {} ({}). {} that they map and no rule speaks about.</p>",
        text(&one.title),
        text(&one.edition),
        text(&one.id),
        counted(spoken.len(), "control", "controls"),
        text(&one.mapped_by),
        text(&one.mapped_version),
        counted(one.controls.len() - spoken.len(), "control", "controls"),
    );
    columns(&["control", "state", "open", "accepted", "rules", "practices"], page);
    for control in spoken {
        let practices: Vec<String> = control
            .practices
            .iter()
            .map(|it| format!("<a href=\"#{0}\">{0}</a> {1}", text(&it.id), it.verdict.title()))
            .collect();
        row(
            &[
                text(&control.control),
                control.state.replace('-', " "),
                control.findings.len().to_string(),
                control.accepted.len().to_string(),
                text(&control.rules.join(", ")),
                practices.join(", "),
            ],
            page,
        );
    }
    end_of_table(page);
    page.push_str("</details>\n");
}

pub(super) fn not_visible(review: &Review, page: &mut String) {
    let hidden = &review.not_visible;
    heading("not-visible", "What is not visible", page);
    page.push_str("<ul class=\"plain\">\n");
    for one in &hidden.unknown_values {
        let _ = writeln!(
            page,
            "<li>not decided, {}: <span data-unknown>{}</span></li>",
            text(&one.what),
            one.count
        );
    }
    for one in &hidden.skipped {
        let _ = writeln!(page, "<li>files passed over, {}: {}</li>", text(&one.what), one.count);
    }
    for (names, words) in [
        (&hidden.unreadable, "could not be read"),
        (&hidden.open_roots, "cannot be seen whole"),
        (&hidden.unanswered, "nobody answered what is asked about"),
    ] {
        if !names.is_empty() {
            let _ = writeln!(page, "<li>{words}: {}</li>", text(&names.join(", ")));
        }
    }
    let _ = writeln!(
        page,
        "<li>rules left out: {}</li>\n<li>findings of rules that serve no practice: {}</li>\n\
         <li>what runs and no template says: drift, hand-made resources, other accounts</li>\n</ul>",
        hidden.rules_left_out, hidden.findings_without_practice
    );
}

pub(super) fn reproduce(review: &Review, page: &mut String) {
    let made = &review.reproduce;
    heading("reproduce", "To make it again", page);
    let paths: Vec<String> = review.scope.paths.iter().map(|path| text(path)).collect();
    let _ = write!(
        page,
        "<p><code>trilith review {} --date {}</code></p>\n<ul class=\"plain\">\n<li>Trilith {}, edition {} \
         of the best practices</li>\n<li>{}: <code>{}</code></li>\n<li>{} of evidence</li>\n\
         <li>{}: <code>{}</code></li>\n",
        paths.join(" "),
        text(&review.date),
        text(&review.tool.version),
        text(&review.edition),
        counted(made.rules, "rule", "rules"),
        text(&made.rules_digest),
        counted(made.evidence, "kind", "kinds"),
        counted(made.inputs.len(), "input", "inputs"),
        text(&made.inputs_digest),
    );
    if let Some(commit) = &made.commit {
        let _ = writeln!(page, "<li>commit <code>{}</code></li>", text(commit));
    }
    page.push_str("</ul>\n<details><summary>Inputs and their SHA-256</summary>\n");
    columns(&["file", "SHA-256"], page);
    for one in made.inputs.iter().take(LISTED) {
        row(&[text(&one.file), format!("<code>{}</code>", text(&one.sha256))], page);
    }
    end_of_table(page);
    if made.inputs.len() > LISTED {
        let _ = writeln!(page, "<p>and {} more, in the JSON</p>", made.inputs.len() - LISTED);
    }
    page.push_str("</details>\n");
}
