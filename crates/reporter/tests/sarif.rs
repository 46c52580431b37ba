//! SARIF against its schema, and against what GitHub's code scanning accepts.

#![allow(clippy::unwrap_used, reason = "helpers of tests unwrap as tests do")]

mod sample;
mod schema;

use sample::{Sample, everything};
use serde_json::Value;
use trilith_graph::{Diagnostic, Label, Severity, Span, Within};
use trilith_reporter::{Format, RenderOptions, WaivedFinding, line_hashes};

fn sarif(sample: &Sample) -> Value {
    serde_json::from_str(&sample.text(Format::Sarif)).unwrap()
}

#[test]
fn a_report_follows_the_schema() {
    let schema = schema::Schema::sarif();
    assert_eq!(schema.check(&sarif(&everything())), Vec::<String>::new());
    assert_eq!(schema.check(&sarif(&Sample::default())), Vec::<String>::new());
    let options = RenderOptions {
        category: Some("prod/eu".into()),
        max_findings: Some(1),
        ..RenderOptions::default()
    };
    let text = everything().render(Format::Sarif, &options);
    let log: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(schema.check(&log), Vec::<String>::new());
    assert_eq!(log["runs"][0]["automationDetails"]["id"], "prod/eu/");
    let notifications = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(notifications[0]["message"]["text"], "3 findings are left out.");
}

#[test]
fn a_report_with_waived_findings_follows_the_schema() {
    let mut sample = everything();
    let diagnostic = sample.diagnostics.remove(1);
    sample.waived.push(WaivedFinding {
        diagnostic,
        origin: "configuration",
        reason: "rotated nightly".into(),
        owner: "@data".into(),
        ticket: String::new(),
        expires: "2099-12-31".into(),
    });
    let options = RenderOptions { waived_in_sarif: true, ..RenderOptions::default() };
    let log: Value = serde_json::from_str(&sample.render(Format::Sarif, &options)).unwrap();
    assert_eq!(schema::Schema::sarif().check(&log), Vec::<String>::new());
    assert_eq!(log["runs"][0]["results"][3]["suppressions"][0]["kind"], "external");
}

#[test]
fn the_schema_is_really_checked() {
    let schema = schema::Schema::sarif();
    let mut log = sarif(&everything());
    let result = &mut log["runs"][0]["results"][0];
    result["level"] = "fatal".into();
    result["locations"][0]["physicalLocation"]["region"]["startLine"] = 0.into();
    result["message"]["text"] = Value::Null;
    result["extra"] = 1.into();
    let errors = schema.check(&log).join("\n");
    for part in ["level: enum", "startLine: minimum", "text: type", "0: additionalProperties"] {
        assert!(errors.contains(part), "{errors}");
    }
}

#[test]
fn every_rule_has_what_github_asks_for() {
    let log = sarif(&everything());
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), 4, "only rules with results");
    for rule in rules {
        for key in ["/shortDescription/text", "/fullDescription/text", "/help/text"] {
            let text = rule.pointer(key).and_then(Value::as_str).unwrap();
            assert!(!text.is_empty() && text.chars().count() <= 1024);
        }
        let properties = &rule["properties"];
        let tags = properties["tags"].as_array().unwrap();
        assert!(tags[0] == "security" && tags.len() <= 10);
        let score: f64 = properties["security-severity"].as_str().unwrap().parse().unwrap();
        assert!((0.0..=10.0).contains(&score));
        assert!(["low", "medium", "high"].contains(&properties["precision"].as_str().unwrap()));
    }
}

#[test]
fn every_result_names_its_rule_one_line_and_two_fingerprints() {
    let sample = everything();
    let log = sarif(&sample);
    let run = &log["runs"][0];
    for (result, diagnostic) in run["results"].as_array().unwrap().iter().zip(&sample.diagnostics) {
        let index = result["ruleIndex"].as_u64().unwrap() as usize;
        assert_eq!(run["tool"]["driver"]["rules"][index]["id"], *diagnostic.rule);
        assert_eq!(result["ruleId"], *diagnostic.rule);
        let region = &result["locations"][0]["physicalLocation"]["region"];
        assert_eq!(region["startLine"], region["endLine"]);
        let line = region["startLine"].as_u64().unwrap() as u32;
        let text = sample.sources.file(diagnostic.primary.span.source).text();
        let hash = &line_hashes(text, &[line])[&line];
        assert_eq!(result["partialFingerprints"]["primaryLocationLineHash"], **hash);
        assert_eq!(result["partialFingerprints"]["trilith/v1"].as_str().unwrap().len(), 16);
        let links = result["message"]["text"].as_str().unwrap().matches("](").count();
        let related = result.get("relatedLocations").map_or(0, |all| all.as_array().unwrap().len());
        assert_eq!(links, related, "a place that no link leads to is not shown");
    }
}

#[test]
fn columns_are_in_utf16_units() {
    let mut sample = Sample::default();
    let file = sample.file("a.yaml", "𝄞: ä𝄞\n");
    let span = sample.span(file, "ä𝄞");
    sample.diagnostics.push(Diagnostic::new("r", Severity::Low, span, "m"));
    let log = sarif(&sample);
    let location = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(location["region"]["startColumn"], 5);
    assert_eq!(location["region"]["endColumn"], 8);
}

#[test]
fn what_encloses_the_place_is_the_last_further_one() {
    let mut sample = everything();
    let file = sample.diagnostics[1].primary.span.source;
    let span = sample.span(file, "Properties:\n      Master");
    sample.diagnostics[1].within = Some(Within { span, name: "Properties".into() });
    let log = sarif(&sample);
    assert_eq!(schema::Schema::sarif().check(&log), Vec::<String>::new());
    assert_eq!(log["runs"][0]["results"][1]["relatedLocations"].as_array().unwrap().len(), 1);

    let span = sample.span(file, "Type: AWS::RDS::DBInstance");
    sample.diagnostics[1].within = Some(Within { span, name: "Type".into() });
    let log = sarif(&sample);
    assert_eq!(schema::Schema::sarif().check(&log), Vec::<String>::new());
    let result = &log["runs"][0]["results"][1];
    let last = &result["relatedLocations"][1];
    assert_eq!((&last["id"], &last["message"]["text"]), (&2.into(), &"in `Type`".into()));
    assert_eq!(last["physicalLocation"]["region"]["startLine"], 12);
    let message = result["message"]["text"].as_str().unwrap();
    assert!(message.ends_with("(1), [in `Type`](2)."), "{message}");

    // A place of which something is said is not named again, and GitHub takes a hundred.
    let mut full = sample.diagnostics[1].clone();
    sample.diagnostics[1].related.push(Label::new(span, "a type"));
    full.related = vec![Label::new(Span::at(file, 0), "x"); 100];
    sample.diagnostics.push(full);
    let log = sarif(&sample);
    let related = |at: usize| log["runs"][0]["results"][at]["relatedLocations"].clone();
    assert_eq!(related(1).as_array().unwrap().len(), 2);
    assert_eq!(related(1)[1]["message"]["text"], "a type");
    assert_eq!(related(4).as_array().unwrap().len(), 100);
}

#[test]
fn names_start_at_the_root_of_the_repository() {
    let mut sample = everything();
    sample.root_prefix = "infra/prod";
    let log = sarif(&sample);
    let uri = |at: usize| {
        log["runs"][0]["results"][at]["locations"][0]["physicalLocation"]["artifactLocation"]
            .clone()
    };
    assert_eq!(uri(0)["uri"], "infra/prod/network/template.yaml");
    assert_eq!(uri(0)["uriBaseId"], "%SRCROOT%");
    assert_eq!(uri(3)["uri"], "infra/prod/stacks/logs%20%5B1%5D.yaml");
}

#[test]
fn of_too_many_results_the_worst_are_kept() {
    let mut sample = Sample::default();
    let file = sample.file("a.yaml", "a: b\n");
    let of = |severity| Diagnostic::new("r", severity, Span::at(file, 0), "m");
    sample.diagnostics = (0..25_010)
        .map(|at| of(if at >= 25_000 { Severity::High } else { Severity::Low }))
        .collect();
    let log = sarif(&sample);
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 25_000);
    assert_eq!(results.iter().filter(|result| result["level"] == "error").count(), 10);
    let notifications = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
    assert_eq!(notifications[0]["message"]["text"], "10 findings are left out.");
}
