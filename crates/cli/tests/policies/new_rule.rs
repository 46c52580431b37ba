//! From `rule new` to a finding in a template.

use std::fs;

use super::{directory, trilith};

const TEMPLATE: &str = "Resources:\n  Logs:\n    Type: AWS::S3::Bucket\n    Properties:\n      \
                        Tags:\n        - {Key: stage, Value: test}\n";

#[test]
fn a_new_rule_passes_its_tests_and_finds_something() {
    for language in ["--rego", "--guard"] {
        let place = directory(&format!("new{language}"), &[("t.yaml", TEMPLATE)]);
        let made = trilith(&place, &["rule", "new", "bucket-without-owner", language]);
        assert_eq!(made.code, Some(0), "{}", made.err);
        let again = trilith(&place, &["rule", "new", "bucket-without-owner"]);
        assert_eq!(again.code, Some(2), "nothing is overwritten");
        let tested = trilith(&place, &["test", "policies"]);
        assert_eq!(tested.code, Some(0), "{language}: {}{}", tested.out, tested.err);
        assert!(tested.out.contains("rules 1 of 1 exercised"), "{}", tested.out);
        let tried = trilith(&place, &["rule", "try", "policies/bucket-without-owner", "t.yaml"]);
        assert_eq!(tried.code, Some(1), "{language}: {}{}", tried.out, tried.err);
        assert!(tried.out.contains("has no tag `owner`"), "{}", tried.out);
        assert!(tried.out.contains("1 place found"), "{}", tried.out);
        let arguments =
            ["check", "--rules", "policies", "--select", "bucket-without-owner", "t.yaml"];
        let checked = trilith(&place, &arguments);
        assert_eq!(checked.code, Some(1), "{}", checked.err);
    }
    let place = directory("new-name", &[]);
    assert_eq!(trilith(&place, &["rule", "new", "Bad_Name"]).code, Some(2));
}

#[test]
fn a_file_of_a_rule_folder_stands_for_the_folder() {
    let place = directory("new-file", &[("t.yaml", TEMPLATE)]);
    trilith(&place, &["rule", "new", "bucket-without-owner", "--rego"]);
    for file in ["rule.md", "rule.rego"] {
        let path = format!("policies/bucket-without-owner/{file}");
        let tried = trilith(&place, &["rule", "try", &path, "t.yaml"]);
        assert!(tried.out.contains("warning[bucket-without-owner]"), "{}{}", tried.out, tried.err);
        assert!(tried.out.contains("1 place found"), "{}", tried.out);
    }
    let inside = place.join("policies/bucket-without-owner");
    let tried = trilith(&inside, &["rule", "try", "rule.rego", "../../t.yaml"]);
    assert!(tried.out.contains("warning[bucket-without-owner]"), "{}{}", tried.out, tried.err);
}

#[test]
fn a_rule_that_can_never_speak_is_said() {
    let place = directory("never", &[("t.yaml", TEMPLATE)]);
    let arguments = ["rule", "new", "a-b", "--type", "AWS::S3::Buckett"];
    assert_eq!(trilith(&place, &arguments).code, Some(0));
    let tried = trilith(&place, &["rule", "try", "policies/a-b", "t.yaml"]);
    assert!(tried.out.contains("did you mean `AWS::S3::Bucket`"), "{}{}", tried.out, tried.err);
    let policy = place.join("policies/a-b/rule.rego");
    let text = fs::read_to_string(&policy).expect("a policy");
    let page = place.join("policies/a-b/rule.md");
    let fixed = fs::read_to_string(&page).expect("a page").replace("Buckett", "Bucket");
    fs::write(&page, fixed).expect("written");
    fs::write(&policy, text.replace("input.properties.Tags", "input.properties.Tagz"))
        .expect("written");
    let tried = trilith(&place, &["rule", "try", "policies/a-b", "t.yaml"]);
    assert!(tried.out.contains("AWS::S3::Bucket has no property `Tagz`"), "{}", tried.out);
    let shown = [
        "check",
        "--no-config",
        "--rules",
        "policies",
        "--show",
        "unused-rules",
        "--select",
        "lambda-url-without-auth",
        "t.yaml",
    ];
    let shown = trilith(&place, &shown);
    assert!(
        shown.out.contains("unused[lambda-url-without-auth]: no AWS::Lambda::Url here"),
        "{}",
        shown.out
    );
}

#[test]
fn a_guard_rule_that_can_never_speak_is_said_too() {
    let rules = "rule BUCKETS { AWS::S3::Buckett { Properties.BucketName exists } }\n\
                 rule NAMES { AWS::S3::Bucket { Properties.BucketNmae exists } }\n\
                 rule STAGES { Parameters.Stage.Default exists }\n\
                 rule TOPICS { AWS::SNS::Topic { Properties.TopicName exists } }\n";
    let place = directory("never-guard", &[("p.guard", rules), ("t.yaml", TEMPLATE)]);
    let arguments =
        ["check", "--no-config", "--rules", "p.guard", "--show", "unused-rules", "--select"];
    let selected = [&arguments[..], &["buckets,names,stages,topics", "t.yaml"]].concat();
    let shown = trilith(&place, &selected);
    let unused: Vec<&str> = shown.out.lines().filter(|line| line.starts_with("unused[")).collect();
    assert_eq!(
        unused,
        [
            "unused[BUCKETS]: there is no resource type `AWS::S3::Buckett`; did you mean `AWS::S3::Bucket`?",
            "unused[NAMES]: line 2: `AWS::S3::Bucket` has no property `BucketNmae`",
            "unused[TOPICS]: no AWS::SNS::Topic here",
        ],
        "{}{}",
        shown.out,
        shown.err
    );
}

#[test]
fn the_exact_input_of_a_rule_can_be_seen() {
    let place = directory("input", &[("t.yaml", TEMPLATE)]);
    let listed = trilith(&place, &["list", "resources", "--format", "json", "--input", "t.yaml"]);
    let value: serde_json::Value = serde_json::from_str(&listed.out).expect("JSON");
    assert_eq!(value[0]["type"], "AWS::S3::Bucket");
    assert_eq!(value[0]["properties"]["Tags"][0]["Key"], "stage");
    // The members are those of the schema, no more and no less.
    let schema = trilith_rules::input_schema();
    let expected = &schema["$defs"]["resource"]["properties"];
    let names = |value: &serde_json::Value| -> Vec<String> {
        value.as_object().expect("an object").keys().cloned().collect()
    };
    let (mut expected, mut found) = (names(expected), names(&value[0]));
    expected.sort();
    found.sort();
    assert_eq!(found, expected);
}
