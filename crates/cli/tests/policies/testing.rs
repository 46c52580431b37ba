//! `trilith test`: all kinds of tests, one summary.

use super::{directory, trilith};

const POLICY: &str = "package main\n\ndeny contains msg if {\n  input.kind == \"a\"\n  msg := \"kind a\"\n}\n\n\
                      warn contains msg if {\n  input.kind == \"z\"\n  msg := \"kind z\"\n}\n";
const TESTS: &str = "package main\n\ntest_a if \"kind a\" in deny with input as {\"kind\": \"a\"}\n\n\
                     test_b if {\n  print(\"looking\")\n  count(deny) > 0 with input as {\"kind\": \"b\"}\n}\n\n\
                     test_hcl if parse_config(\"hcl2\", `a = 1`).a == 1\n";
const GUARD: &str =
    "rule named when Resources exists {\n  Resources.*.Properties.BucketName exists\n}\n";
const GUARD_TESTS: &str = "- name: with a name\n  input: {Resources: {A: {Properties: {BucketName: x}}}}\n  \
                           expectations: {rules: {named: PASS}}\n- name: without\n  \
                           input: {Resources: {A: {Properties: {}}}}\n  expectations: {rules: {named: FAIL}}\n";

fn files<'f>() -> Vec<(&'f str, &'f str)> {
    vec![
        ("p/kinds.rego", POLICY),
        ("p/kinds_test.rego", TESTS),
        ("p/names.guard", GUARD),
        ("p/tests/names_tests.yml", GUARD_TESTS),
    ]
}

#[test]
fn every_kind_of_test_is_run_and_summed_up() {
    let place = directory("kinds", &files());
    let ran = trilith(&place, &["test", "p", "--coverage"]);
    assert_eq!(ran.code, Some(1), "{}{}", ran.out, ran.err);
    for expected in [
        "rego    p/kinds_test.rego",
        "2 passed, 1 not",
        "guard   p/tests/names_tests.yml  2 passed",
        "✘ rego  p/kinds_test.rego:5  test_b",
        "print: ",
        "looking",
        "4 passed, 1 not · rules 3 of 3 exercised",
        "lines   p/kinds.rego",
    ] {
        assert!(ran.out.contains(expected), "no `{expected}` in\n{}{}", ran.out, ran.err);
    }
}

#[test]
fn tests_are_chosen_by_name_and_nothing_is_a_failure() {
    let place = directory("chosen", &files());
    let ran = trilith(&place, &["test", "p", "--filter", "test_a"]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("1 passed ·"), "{}", ran.out);
    let none = trilith(&place, &["test", "p", "--filter", "no such test"]);
    assert_eq!(none.code, Some(2));
    let broken = directory(
        "broken-test",
        &[
            ("p/a.rego", "package a\ndeny contains\n"),
            ("p/b_test.rego", "package b\ntest_x if true\n"),
        ],
    );
    let ran = trilith(&broken, &["test", "p"]);
    assert_eq!(ran.code, Some(2), "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("p/a.rego:"), "{}", ran.err);
}

#[test]
fn machines_read_json_and_junit() {
    let place = directory("machines", &files());
    let ran = trilith(&place, &["test", "p", "--format", "json"]);
    let value: serde_json::Value = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(value["tests"].as_array().map(Vec::len), Some(5));
    let ran = trilith(&place, &["test", "p", "--format", "junit"]);
    assert!(ran.out.contains("tests=\"5\" failures=\"1\""), "{}", ran.out);
    assert!(ran.out.contains("<failure message="), "{}", ran.out);
}
