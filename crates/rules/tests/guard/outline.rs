//! What is told of a rule without evaluating it.

use serde_json::json;
use trilith_rules::engine::guard::{
    Document, Options, Reach, RuleFile, Status, ValueDocument, evaluate, parse,
};
use trilith_rules::{Predicate, Rule, Schema, guard_rules, silences};

fn file(text: &str) -> RuleFile {
    parse(text).unwrap()
}

#[test]
fn a_constant_may_name_the_type() {
    let text = "
        let TYPE = 'X::A'
        let TYPES = ['X::A', /^Y::/]
        rule one { Resources.*[ Type == %TYPE ].Properties.P == 1 }
        rule many { Resources.*[ Type in %TYPES ].Properties.P == 1 }
        rule wrong { Resources.*[ Type == %TYPES ].Properties.P == 1 }
    ";
    let file = file(text);
    let names = |rule| match file.reach(rule) {
        Reach::Resources(types) => types.names().map(|names| names.len()),
        Reach::Document => Some(0),
    };
    assert_eq!(names(0), Some(1));
    assert_eq!(names(1), None);
    assert_eq!(names(2), Some(0));
    assert_eq!(file.reads(0).types(), ["X::A"]);
    assert_eq!(file.reads(1).types(), ["/^Y::/", "X::A"]);
    assert!(file.reads(1).matches("Y::B") && !file.reads(1).matches("X::B"));
    assert!(file.reads(2).is_everything());
}

#[test]
fn a_name_that_means_two_things_is_no_constant() {
    for text in [
        "let T = 'X::A' rule r { let T = 'X::B' Resources.*[ Type == %T ].P == 1 }",
        "let T = 'X::A' rule f(T) { %T exists } rule r { Resources.*[ Type == %T ].P == 1 }",
        "let T = 'X::A' let T = 'X::B' rule r { Resources.*[ Type == %T ].P == 1 }",
        "let T = Parameters.T rule r { Resources.*[ Type == %T ].P == 1 }",
    ] {
        assert!(matches!(file(text).reach(0), Reach::Document), "{text}");
    }
}

/// Selecting by a constant changes the way, but no outcome.
#[test]
fn selections_by_constants_have_the_outcome_of_searching() {
    let template = json!({ "Resources": {
        "One": { "Type": "X::A", "Properties": { "P": 1 } },
        "Two": { "Type": "X::B", "Properties": { "P": 2 } },
        "Odd": { "Properties": { "P": 3 } },
    } });
    let value = crate::json::value(&template);
    for (with, without) in [("'X::A'", "'X::A'"), ("/X/", "/X/"), ("'X::C'", "'X::C'")] {
        let by_constant = format!(
            "let T = {with} rule r {{ Resources.*[ Type == %T Properties.P > 0 ].Properties.P == 1 }}"
        );
        let by_search = format!(
            "rule r {{ Resources.*[ Properties.P > 0 Type == {without} ].Properties.P == 1 }}"
        );
        let outcome = |text: &str| {
            evaluate(&file(text), &ValueDocument::new(&value), &Options::default())[0].status
        };
        assert_eq!(outcome(&by_constant), outcome(&by_search), "{with}");
    }
    assert_eq!(ValueDocument::new(&value).resource_count(), 3);
}

#[test]
fn what_a_rule_reads_is_followed_through_variables_and_rules() {
    let text = "
        let a = Resources.*[ Type == 'X::A' ]
        let all = Resources.*
        let doc = this
        rule direct when %a !empty { %a.Properties exists }
        rule gate when direct { X::B { Properties exists } }
        rule calls { check(%a) }
        rule check(x) { %x { Properties exists } X::C { Properties exists } }
        rule whole { %all.Properties exists }
        rule asks { Resources exists }
        rule joins { X::D { Properties.P { let n = this %doc.Resources[ keys == %n ] !empty } } }
    ";
    let file = file(text);
    let names: Vec<&str> = file.rules().collect();
    let types = |name: &str| {
        let reads = file.reads(names.iter().position(|known| *known == name).unwrap());
        (reads.types().join(" "), reads.is_everything())
    };
    for (name, expected, everything) in [
        ("direct", "X::A", false),
        ("gate", "X::A X::B", false),
        ("calls", "X::A X::C", false),
        ("whole", "", true),
        ("asks", "", false),
        ("joins", "X::D", true),
    ] {
        assert_eq!(types(name), (expected.to_owned(), everything), "{name}");
    }
}

const COMMENTED: &str = "\
# Description:
#   Checks that
#   buckets are logged.
#
# severity: HIGH

let buckets = Resources.*[ Type == 'AWS::S3::Bucket' ]

rule LOGGED when %buckets !empty {
  %buckets.Properties.LoggingConfiguration exists
  %buckets.Properties.LoggingConfiguration.Prefix == 'a'
  <<
    Violation: no logs
    Fix: write logs
  >>
}
# severity: low
# title: Named buckets
# fix: give a name
rule NAMED when %buckets !empty {
  %buckets.Properties.BucketName exists << no name >>
  %buckets.Properties.BucketName == 'a' << other name >>
}
AWS::S3::Bucket { Properties exists }
";

#[test]
fn comments_say_more_about_rules() {
    let rules = guard_rules("policies/s3.guard", COMMENTED).unwrap();
    let ids: Vec<&str> = rules.iter().map(Rule::id).collect();
    assert_eq!(ids, ["s3/default", "LOGGED", "NAMED"]);
    let [_, logged, named] = rules.as_slice() else { panic!() };
    assert_eq!(&*logged.metadata.severity, "high");
    assert_eq!(&*logged.metadata.title, "Checks that buckets are logged");
    assert_eq!(logged.metadata.resources.as_ref(), ["AWS::S3::Bucket"]);
    assert_eq!(&*named.metadata.severity, "low");
    assert_eq!(&*named.metadata.title, "Named buckets");
    assert_eq!(named.fix().as_deref(), Some("give a name"));
    assert!(logged.answers_to("logged") && !logged.answers_to("named"));
    assert!(named.page.contains("rule NAMED when") && !named.page.contains("rule LOGGED"));
    let Predicate::GuardRule(guard) = &logged.predicate else { panic!() };
    assert!(guard.is_one_by_one() && guard.reads("AWS::S3::Bucket"));
    assert!(logged.applies_to("AWS::S3::Bucket") && !logged.applies_to("AWS::SQS::Queue"));
}

#[test]
fn the_message_that_all_clauses_share_is_known() {
    let file = file(COMMENTED);
    let places: Vec<&str> = file.rules().collect();
    let message = |name| file.message(places.iter().position(|known| *known == name).unwrap());
    assert_eq!(message("LOGGED").map(str::trim).map(str::len), Some(38));
    assert_eq!(message("NAMED"), None);
    assert_eq!(message("default"), None);
}

#[test]
fn a_severity_that_does_not_exist_is_refused_with_its_line() {
    let error = guard_rules("a.guard", "\n# severity: awful\nrule r { A exists }").unwrap_err();
    assert_eq!(error.line, 3);
    assert!(error.message.contains("`awful`"), "{error}");
    assert!(guard_rules("a.guard", "# only words\n").unwrap().is_empty());
}

#[test]
fn rules_with_one_name_are_one_rule() {
    let text = "
        rule r when Resources exists { Resources.One exists }
        rule r when Hook exists { Hook.Two exists }
        rule s { Resources.*.Type exists }
    ";
    let rules = guard_rules("a.guard", text).unwrap();
    assert_eq!(rules.len(), 2);
    let Predicate::GuardRule(guard) = &rules[0].predicate else { panic!() };
    assert_eq!(guard.places(), [0, 1]);
    assert!(!guard.is_one_by_one());
    let statuses: Vec<Status> = evaluate(
        guard.file(),
        &ValueDocument::new(&crate::json::value(&json!({ "Resources": {} }))),
        &Options::default(),
    )
    .iter()
    .map(|report| report.status)
    .collect();
    assert_eq!(statuses, [Status::Fail, Status::Skip, Status::Fail]);
}

/// Two types and a few properties.
struct Few;

impl Schema for Few {
    fn has_type(&self, name: &str) -> Option<bool> {
        name.starts_with("AWS::").then_some(matches!(name, "AWS::X::A" | "AWS::X::B"))
    }

    fn similar_type(&self, name: &str) -> Option<String> {
        name.ends_with("::a").then(|| "AWS::X::A".to_owned())
    }

    fn has_property(&self, resource_type: &str, path: &[&str]) -> Option<bool> {
        match (resource_type, path) {
            ("AWS::X::A", ["Name" | "Rules"] | ["Rules", "Port"]) => Some(true),
            ("AWS::X::B", ["Name"]) => Some(true),
            ("AWS::X::A" | "AWS::X::B", ["Document", ..]) => None,
            ("AWS::X::A" | "AWS::X::B", _) => Some(false),
            _ => None,
        }
    }
}

fn silent(text: &str) -> Vec<String> {
    let rules = guard_rules("a.guard", text).unwrap();
    rules.iter().flat_map(|rule| silences(rule, &Few)).map(|one| format!("{one}")).collect()
}

#[test]
fn rules_that_can_speak_are_left_alone() {
    for text in [
        "rule r { AWS::X::A { Properties { Name exists Rules[*].Port == 1 } } }",
        "let b = Resources.*[ Type in ['AWS::X::A', 'AWS::X::B'] ] rule r { %b.Properties.Rules !exists }",
        "rule f(x) { %x.Port exists } rule r { AWS::X::A { f(Properties.Rules[*]) } }",
        "rule r { AWS::X::A { Properties.Name.Ref exists Properties.Document.Any exists Metadata.Any exists } }",
        "rule r { Custom::Thing { Properties.Any exists } }",
        "rule r { AWS::X::A { let n = Properties.Name Properties.%n exists Properties[ keys == 'Nope' ] exists } }",
    ] {
        assert_eq!(silent(text), [""; 0], "{text}");
    }
}

#[test]
fn types_and_properties_that_do_not_exist_are_named() {
    for (text, expected) in [
        (
            "rule r { AWS::X::a { Properties exists } }",
            "there is no resource type `AWS::X::a`; did you mean `AWS::X::A`?",
        ),
        ("rule r { AWS::Y::B { Properties exists } }", "there is no resource type `AWS::Y::B`"),
        (
            "rule r {\n AWS::X::A { Properties.Nmae exists Properties.Nmae.Inner exists } }",
            "line 2: `AWS::X::A` has no property `Nmae`",
        ),
        (
            "let a = Resources.*[ Type == 'AWS::X::A' Properties.Kind == 1 ] rule r { %a.Properties exists }",
            "line 1: `AWS::X::A` has no property `Kind`",
        ),
        (
            "rule f(x) { %x { Prot exists } } rule r { AWS::X::A { f(Properties.Rules[*]) } }",
            "line 1: `AWS::X::A` has no property `Rules.Prot`",
        ),
        (
            "let b = Resources.*[ Type in ['AWS::X::A', 'AWS::X::B'] ] rule r { %b.Properties.Nope !exists }",
            "line 1: `AWS::X::A`, `AWS::X::B` has no property `Nope`",
        ),
        (
            "rule r { resource_changes[*].type == 'aws_s3_bucket' }",
            "it looks at no resource of any type",
        ),
    ] {
        assert_eq!(silent(text), [expected], "{text}");
    }
}
