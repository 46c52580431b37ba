//! Templates that try to take forever.

use std::fmt::Write as _;

use trilith_graph::{Reason, ValueKind};

use crate::template::{show, template};

fn is_over_budget(value: &trilith_graph::Value) -> bool {
    let mut found = false;
    value.walk(&mut |_, value| {
        found |= matches!(&value.kind, ValueKind::Unknown(Reason::Budget(_)));
    });
    found
}

#[test]
fn aliases_that_double_at_every_step_end() {
    let mut text =
        String::from("Resources:\n  It:\n    Type: A::B::C\n    Properties:\n      A0: &a0 [x]\n");
    for level in 1..64 {
        let before = level - 1;
        let _ = writeln!(text, "      A{level}: &a{level} [*a{before}, *a{before}]");
    }
    let template = template(&text);
    assert!(is_over_budget(template.get("It/A63")));
}

#[test]
fn texts_that_double_at_every_step_end() {
    let mut inner = String::from("\"xxxxxxxx\"");
    for _ in 0..60 {
        inner = format!(r#"{{"Fn::Sub": ["${{a}}${{a}}", {{"a": {inner}}}]}}"#);
    }
    let text = format!(
        r#"{{"Resources": {{"It": {{"Type": "A::B::C", "Properties": {{"A": {inner}}}}}}}}}"#
    );
    assert!(is_over_budget(template(&text).get("It/A")));
}

#[test]
fn loops_in_loops_end() {
    let mut body = String::from(r#"{"K${a0}${a1}${a2}${a3}${a4}${a5}": 1}"#);
    let elements: Vec<String> = (0..20).map(|number| format!("\"{number}\"")).collect();
    let elements = elements.join(",");
    for level in 0..6 {
        body = format!(r#"{{"Fn::ForEach::L{level}": ["a{level}", [{elements}], {body}]}}"#);
    }
    let text = format!(r#"{{"Resources": {{"It": {{"Type": "A::B::C", "Properties": {body}}}}}}}"#);
    assert!(template(&text).resource("It").properties.entries().len() < 1_000_000);
}

#[test]
fn conditions_that_double_at_every_step_end() {
    let mut text =
        String::from("Parameters:\n  P: {Type: String}\nConditions:\n  C0: !Equals [!Ref P, a]\n");
    for level in 1..60 {
        let before = level - 1;
        let _ = writeln!(
            text,
            "  C{level}: !Or [!And [!Condition C{before}, !Equals [!Ref P, b{level}]], !Not [!Condition C{before}]]"
        );
    }
    text.push_str("Resources:\n  It: {Type: 'A::B::C', Properties: {X: !If [C59, 1, 2]}}\n");
    assert_eq!(template(&text).cases("It/X").len(), 2);
}

#[test]
fn a_long_chain_of_conditions_ends() {
    let mut text = String::from("Conditions:\n  C0: !Equals [!ImportValue x, a]\n");
    for level in 1..3000 {
        let _ = writeln!(text, "  C{level}: !Not [!Condition C{}]", level - 1);
    }
    text.push_str("Resources:\n  It: {Type: 'A::B::C', Condition: C2999}\n");
    assert!(!template(&text).exists("It").is_empty());
}

#[test]
fn the_deepest_nesting_does_not_overflow_the_stack() {
    let depth = 240;
    let call =
        format!("{}x{}", r#"{"Fn::Join": ["", ["#.repeat(depth / 3), "]]}".repeat(depth / 3));
    let call = call.replace('x', "\"x\"");
    let choice =
        format!("{}1{}", r#"{"Fn::If": ["C", 2, "#.repeat(depth / 2), "]}".repeat(depth / 2));
    let text = format!(
        r#"{{"Resources": {{"It": {{"Type": "A::B::C", "Properties": {{"A": {call}, "B": {choice}}}}}}}}}"#
    );
    let template = template(&text);
    assert_eq!(show(template.get("It/A")), "x");
    assert!(template.get("It/B").has_choice());
}

#[test]
fn aliases_nest_deeper_than_the_source() {
    let mut text =
        String::from("Resources:\n  It:\n    Type: A::B::C\n    Properties:\n      A0: &a0 x\n");
    for level in 1..2000 {
        let _ = writeln!(text, "      A{level}: &a{level} [*a{}]", level - 1);
    }
    let template = template(&text);
    assert!(is_over_budget(template.get("It/A1999")));
    assert_eq!(show(template.get("It/A3")), "[[[x]]]");
}
