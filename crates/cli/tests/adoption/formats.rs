//! Reports in every format, several at once.

use super::support::{OPEN, Place, RULE, group};

#[test]
fn several_reports_come_of_one_run() {
    let place = Place::new("several");
    place.write("t.yaml", OPEN);
    let mut arguments = vec!["check".to_owned(), "--format".into(), "concise".into()];
    let formats = [
        "sarif",
        "junit",
        "gitlab",
        "checkstyle",
        "html",
        "csv",
        "markdown",
        "json",
        "ndjson",
        "rdjson",
        "rdjsonl",
        "azure",
        "github",
    ];
    for format in formats {
        arguments.push(format!("--output={format}=out.{format}"));
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let ran = place.run(&arguments);
    assert_eq!((ran.code, ran.lines(RULE).len()), (1, 1));
    for format in formats {
        let text = place.read(&format!("out.{format}"));
        assert!(text.contains(RULE) && text.contains("t.yaml"), "{format}: {text}");
    }
    let ran = place.run(&["check", "--output", "sarif"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("write it as FORMAT=FILE"), "{}", ran.err);
}

#[test]
fn names_of_files_start_at_the_root_of_the_repository() {
    let place = Place::new("root_prefix");
    place.write("infra/prod/t.yaml", OPEN);
    let inner = Place(place.0.join("infra/prod"));
    let ran = inner.run(&["check", "t.yaml", "--format", "github"]);
    assert!(ran.out.contains("file=infra/prod/t.yaml,"), "{}", ran.out);
    let ran = inner.check(&["t.yaml"]);
    assert!(ran.out.starts_with("t.yaml:"), "for people, names start here: {}", ran.out);
}

#[test]
fn waived_findings_are_shown_where_they_belong() {
    let place = Place::new("waived_formats");
    let comment = format!(
        "AuthType: NONE # trilith: ignore[{RULE}] by design (until 2099-12-31, owner @door, ticket T-1)"
    );
    place.write("t.yaml", &OPEN.replace("AuthType: NONE", &comment));
    let run = |arguments: &[&str]| place.run(&[&["check", "--format"], arguments].concat());
    assert!(
        run(&["junit"]).out.contains("<skipped message=\"by design (@door, until 2099-12-31)\"/>")
    );
    assert_eq!(run(&["sarif"]).json()["runs"][0]["results"], serde_json::json!([]));
    let result = &run(&["sarif", "--sarif-waived"]).json()["runs"][0]["results"][0];
    assert_eq!(result["suppressions"][0]["justification"], "by design");
    let waived = &run(&["json"]).json()["waived"][0];
    assert_eq!((&waived["rule"], &waived["waiver"]["owner"]), (&RULE.into(), &"@door".into()));
    let html = run(&["html"]).out;
    assert!(html.contains("Accepted risk: 1 finding") && html.contains("T-1"), "{html}");
    let shown = run(&["concise", "--show", "waived,files"]).out;
    assert!(shown.contains("t.yaml:6:17: waived[lambda-url-without-auth] Door: by design (comment, @door, T-1, until 2099-12-31)"), "{shown}");
    assert!(shown.contains("t.yaml: checked"), "{shown}");
}

#[test]
fn statistics_count_by_rule() {
    let place = Place::new("statistics");
    place.write("main.tf", &format!("{}{}", group("a", &[22]), group("b", &[22])));
    let ran = place.run(&["check", "--statistics", "--select", "security-group-open-admin-port"]);
    assert!(ran.out.trim_start().starts_with("2  "), "{}", ran.out);
    assert_eq!((ran.code, ran.out.lines().count()), (1, 1));
}

#[test]
fn a_first_run_with_many_findings_says_what_to_do() {
    let place = Place::new("first_run");
    let groups: String = (0..30).map(|n| group(&format!("g{n}"), &[22])).collect();
    place.write("main.tf", &groups);
    let ran = place.run(&["check"]);
    assert!(ran.err.contains("`trilith baseline` accepts today's"), "{}", ran.err);
    place.run(&["baseline"]);
    let ran = place.run(&["check", "--baseline", "trilith-baseline.json"]);
    assert!(!ran.err.contains("New here?"), "{}", ran.err);
    assert!(!ran.out.contains("fail"), "Atlantis looks for the word: {}", ran.out);
}
