//! The HTML adds up to the JSON, and needs nothing else.

use std::collections::BTreeMap;

use serde_json::Value;

use super::sample::{json, rendered};
use super::{TODAY, root, text, trilith};

/// The values of an attribute in a page, with the number that the element holds.
fn numbers(page: &str, attribute: &str) -> Vec<(String, u64)> {
    let mut found = Vec::new();
    for part in page.split(&format!(" {attribute}")).skip(1) {
        let (value, rest) = match part.strip_prefix("=\"") {
            Some(rest) => rest.split_once('"').unwrap(),
            None => ("", part),
        };
        let text = rest.split_once('>').unwrap().1;
        let number: String = text.chars().take_while(char::is_ascii_digit).collect();
        found.push((value.to_owned(), number.parse().unwrap_or(0)));
    }
    found
}

fn sum(numbers: &[(String, u64)]) -> u64 {
    numbers.iter().map(|(_, number)| number).sum()
}

/// The sum of a field over a list.
fn total(list: &Value, field: &str) -> u64 {
    list.as_array().unwrap().iter().map(|one| one[field].as_u64().unwrap()).sum()
}

fn count(list: &Value) -> u64 {
    list.as_array().unwrap().len() as u64
}

#[test]
fn all_numbers_of_the_page_add_up_to_the_json() {
    adds_up(&rendered("html"), &json());
}

/// All templates, modules, plans and policies of the repository; or, if `TRILITH_REVIEW` names a
/// directory, those in it.
#[test]
fn all_numbers_add_up_on_a_large_code_base() {
    let path = std::env::var("TRILITH_REVIEW").unwrap_or_else(|_| "testdata".into());
    let of = |format: &str| {
        let arguments = ["review", &path, "--no-config", "--date", TODAY, "--format", format];
        let output = trilith(&root(), &arguments);
        assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    let review: Value = serde_json::from_str(&of("json")).unwrap();
    assert!(count(&review["findings"]) > 500, "{}", count(&review["findings"]));
    adds_up(&of("html"), &review);
}

fn adds_up(page: &str, review: &Value) {
    let totals = review["totals"].as_object().unwrap();
    let shown: BTreeMap<String, u64> = numbers(page, "data-total").into_iter().collect();
    assert_eq!(shown.len(), 5);
    for (verdict, number) in &shown {
        assert_eq!(totals[verdict].as_u64(), Some(*number), "{verdict}");
    }
    assert_eq!(shown.values().sum::<u64>(), 63);

    // The bars of the questions, by verdict and by question.
    let bars: Vec<(String, String, u64)> = page
        .split("data-question=\"")
        .skip(1)
        .map(|part| {
            let (question, rest) = part.split_once('"').unwrap();
            let (_, number) = numbers(&format!(" {rest}"), "data-verdict").remove(0);
            let verdict = rest.split("data-verdict=\"").nth(1).unwrap().split('"').next().unwrap();
            (question.to_owned(), verdict.to_owned(), number)
        })
        .collect();
    assert_eq!(bars.iter().map(|bar| bar.2).sum::<u64>(), 63);
    for question in review["questions"].as_array().unwrap() {
        for (verdict, number) in question["totals"].as_object().unwrap() {
            let bar = bars.iter().find(|bar| question["id"] == *bar.0 && bar.1 == *verdict);
            assert_eq!(bar.map_or(0, |bar| bar.2), number.as_u64().unwrap(), "{question}");
        }
    }

    // Practices: each once, with its verdict and its lists.
    for row in review["practices"].as_array().unwrap() {
        let id = row["id"].as_str().unwrap();
        let start = format!("data-practice=\"{id}\" data-verdict=\"");
        let parts: Vec<&str> = page.split(&start).collect();
        assert_eq!(parts.len(), 2, "{id} is there once");
        let own = parts[1].split("data-practice=").next().unwrap();
        assert!(own.starts_with(row["verdict"].as_str().unwrap()), "{id}");
        let counts: BTreeMap<String, u64> = numbers(own, "data-count").into_iter().collect();
        assert_eq!(counts["resources"], row["resources"].as_u64().unwrap(), "{id}");
        assert_eq!(counts["undecided"], row["undecided"].as_u64().unwrap(), "{id}");
        for kind in ["violations", "accepted", "lesser"] {
            assert_eq!(counts.get(kind).copied().unwrap_or(0), count(&row[kind]), "{id} {kind}");
        }
        assert_eq!(numbers(own, "data-evidence").len() as u64, count(&row["evidence"]), "{id}");
        let shares = row["responsibility"].as_object().unwrap();
        let shares: u64 = shares.values().map(|number| number.as_u64().unwrap()).sum();
        assert_eq!(shares, counts["resources"], "{id}");
    }

    // Findings: each once, open or accepted; the register holds the accepted ones.
    let findings = review["findings"].as_array().unwrap();
    let accepted = findings.iter().filter(|one| !one["accepted"].is_null()).count() as u64;
    let shown: BTreeMap<String, u64> = numbers(page, "data-findings").into_iter().collect();
    assert_eq!(shown["open"], findings.len() as u64 - accepted);
    assert_eq!(shown["accepted"], accepted);
    assert_eq!(page.matches("data-state=\"open\"").count() as u64, shown["open"]);
    assert_eq!(page.matches("data-state=\"accepted\"").count() as u64, accepted);
    assert_eq!(numbers(page, "data-accepted").len() as u64, accepted);
    assert_eq!(numbers(page, "data-attested").len() as u64, count(&review["attestations"]));

    // Responsibility and inventory: all resources, each in one row.
    let resources = review["scope"]["resources"].as_u64().unwrap();
    let classes = &review["responsibility"]["classes"];
    let unclassified = review["responsibility"]["unclassified"].as_u64().unwrap();
    assert_eq!(sum(&numbers(page, "data-service-class")), total(classes, "resources"));
    assert_eq!(total(classes, "resources") + unclassified, resources);
    let inventory = &review["inventory"];
    let shown: BTreeMap<String, u64> = numbers(page, "data-inventory").into_iter().collect();
    assert_eq!(shown["resources"], resources);
    assert_eq!(shown["stores"], count(&inventory["stores"]));
    assert_eq!(shown["untagged"], inventory["untagged"].as_u64().unwrap());
    for (attribute, list) in [("data-application", "applications"), ("data-type", "types")] {
        assert_eq!(sum(&numbers(page, attribute)), resources, "{attribute}");
        assert_eq!(total(&inventory[list], "resources"), resources, "{list}");
    }
    for framework in review["frameworks"].as_array().unwrap() {
        let controls = framework["controls"].as_array().unwrap();
        let violated = controls.iter().filter(|one| one["state"] == "violated").count() as u64;
        let shown = numbers(page, "data-framework");
        let own = shown.iter().find(|(id, _)| framework["id"] == **id).unwrap();
        assert_eq!(own.1, violated, "{}", own.0);
    }
    let unknown = &review["not_visible"]["unknown_values"];
    assert_eq!(sum(&numbers(page, "data-unknown")), total(unknown, "count"));
}

#[test]
fn the_page_is_one_file_without_a_network() {
    let page = rendered("html");
    for outside in ["src=", "@import", "url(", "<link", "<iframe", "fetch(", "XMLHttpRequest"] {
        assert!(!page.contains(outside), "{outside}");
    }
    assert!(page.contains("default-src 'none'"));
    // Links lead to https only, or to anchors that exist.
    for part in page.split("href=\"").skip(1) {
        let target = part.split('"').next().unwrap();
        let anchor = target.strip_prefix('#').map(|id| page.contains(&format!("id=\"{id}\"")));
        assert!(anchor.unwrap_or_else(|| target.starts_with("https://")), "{target}");
    }
}

#[test]
fn nothing_calls_itself_compliant() {
    for format in ["html", "pretty", "markdown", "json", "csv"] {
        let text = rendered(format).to_lowercase();
        // The name of a practice of AWS is not ours to change.
        let text = text.replace("initiate remediation for non-compliant resources", "");
        let text = text.replace("noncompliant_resources", "");
        assert!(!text.contains("compliant"), "{format}");
    }
}
