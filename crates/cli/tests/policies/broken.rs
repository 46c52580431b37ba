//! A policy that cannot be used costs itself only: the others speak, and the run ends with 2.

use super::{check, directory};

const TEMPLATE: &str =
    "Resources:\n  Logs:\n    Type: AWS::S3::Bucket\n    Properties: {BucketName: x}\n";
const GOOD: &str = "package main\n\ndeny contains \"found\" if input.Resources\n";

/// Runs a broken policy beside a good one. Returns standard error.
fn beside_a_good_one(name: &str, broken: &str) -> String {
    let files = [("policies/good.rego", GOOD), ("policies/bad.rego", broken), ("t.yaml", TEMPLATE)];
    let ran =
        check(&directory(name, &files), &["--select", "main-*", "--select", "bad*", "t.yaml"]);
    assert_eq!(ran.code, Some(2), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("t.yaml:1:1: error[main-deny] found"), "lost: {}{}", ran.out, ran.err);
    ran.err
}

/// The same for a policy that cannot be compiled, so that no rule has its name.
fn not_compiled(name: &str, broken: &str) -> String {
    let files = [("policies/good.rego", GOOD), ("policies/bad.rego", broken), ("t.yaml", TEMPLATE)];
    let ran = check(&directory(name, &files), &["--select", "main-*", "t.yaml"]);
    assert_eq!(ran.code, Some(2), "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("t.yaml:1:1: error[main-deny] found"), "lost: {}{}", ran.out, ran.err);
    ran.err
}

#[test]
fn a_syntax_error() {
    let err = not_compiled("syntax", "package bad\n\ndeny contains x if {\n  x := [1, 2\n}\n");
    assert!(err.contains("policies/bad.rego:4:5"), "{err}");
    assert!(err.contains("error[policy-broken]"), "{err}");
}

#[test]
fn an_unsafe_variable() {
    let err = not_compiled("unsafe", "package bad\n\ndeny contains x if {\n  x == y\n}\n");
    assert!(err.contains("policies/bad.rego:"), "{err}");
    assert!(err.contains("unsafe") || err.contains("undefined"), "{err}");
}

#[test]
fn statements_that_no_order_fits() {
    let err = not_compiled(
        "order",
        "package bad\n\ndeny contains x if {\n  x := y + 1\n  y := x - 1\n}\n",
    );
    assert!(err.contains("policies/bad.rego:4:8") && err.contains("`y` is unsafe"), "{err}");
    assert!(!err.contains("could not schedule"), "{err}");
}

#[test]
fn a_type_error() {
    let broken = "# METADATA\n# custom:\n#   input: document\npackage bad\n\ndeny := \"no set\" if input.Resources\n";
    let err = beside_a_good_one("type", broken);
    assert!(err.contains("deny contains"), "{err}");
}

#[test]
fn an_argument_that_a_function_does_not_take() {
    let err = not_compiled("argument", "package bad\n\ndeny contains \"m\" if count(1) == 1\n");
    let expected = "`count` takes an array, a set, an object or a string, not a number";
    assert!(err.contains(expected), "{err}");
    assert!(err.contains("bad.rego:3:28"), "{err}");
}

#[test]
fn an_infinite_recursion() {
    let err = not_compiled(
        "recursion",
        "package bad\n\nf(x) := f(x + 1)\n\ndeny contains \"x\" if f(1)\n",
    );
    assert!(err.contains("policies/bad.rego:3:1") && err.contains("calls itself"), "{err}");
}

#[test]
fn a_rule_that_no_resource_asks_for() {
    let page = |resource: &str| {
        format!(
            "---\nseverity: low\nconfidence: high\nresources: [{resource}]\npractices: []\nsince: 0.1.0\nfix: mend it\n---\n# Bad\n\nBad.\n"
        )
    };
    for (file, policy) in
        [("rule.rego", "package p\n\ndeny contains {"), ("rule.guard", "rule x {")]
    {
        for resource in ["AWS::SQS::Queue", "AWS::S3::Bucket"] {
            let name = format!("unasked-{file}-{}", resource.len());
            let page = page(resource);
            let path = format!("policies/bad/{file}");
            let files = [("policies/bad/rule.md", &*page), (&path, policy), ("t.yaml", TEMPLATE)];
            let ran = check(&directory(&name, &files), &["--select", "bad", "t.yaml"]);
            assert_eq!(ran.code, Some(2), "{name}: {}{}", ran.out, ran.err);
            let said = ran.err.matches("error[policy-broken]").count();
            assert_eq!(said, 1, "{name}: {}", ran.err);
        }
    }
}

#[test]
fn a_missing_import() {
    let err = not_compiled(
        "import",
        "package bad\n\nimport data.nowhere\n\ndeny contains \"x\" if nowhere.f(1)\n",
    );
    assert!(err.contains("policies/bad.rego:3:1") && err.contains("`nowhere`"), "{err}");
}

#[test]
fn a_policy_that_runs_away() {
    let broken = "# METADATA\n# custom:\n#   input: document\npackage bad\n\n\
                  deny contains \"x\" if {\n  some a in numbers.range(0, 99999)\n  \
                  some b in numbers.range(0, 99999)\n  some c in numbers.range(0, 99999)\n  a + b + c < 0\n}\n";
    let err = beside_a_good_one("runaway", broken);
    assert!(err.contains("bad.rego") && err.contains("longer than it may"), "{err}");
}

#[test]
fn deep_brackets_do_not_reach_the_parser() {
    let deep = format!("package bad\n\nx := {}1{}\n", "[".repeat(40), "]".repeat(40));
    let err = not_compiled("deep", &deep);
    assert!(err.contains("policies/bad.rego:3:1") && err.contains("nested"), "{err}");
}
