//! What is no rule, and where it goes wrong.

use proptest::prelude::*;
use trilith_rules::engine::guard::{Options, ValueDocument, evaluate, parse, parse_trusted};

fn error(text: &str) -> String {
    parse(text).map_or_else(|error| error.to_string(), |_| "no error".to_owned())
}

#[test]
fn errors_name_the_place_and_what_is_wrong() {
    for (text, expected) in [
        (
            "rule r { A == }",
            "line 1, column 15: expected a constant, a query or a function, found `}`",
        ),
        (
            "rule r {\n  A b\n}",
            "line 2, column 5: expected a comparison such as `==`, `in` or `exists`, found `b`",
        ),
        (
            "rule r {\n  A exists",
            "line 2, column 11: expected a clause or `}`, found the end of the file",
        ),
        ("rule { A exists }", "line 1, column 6: expected the name of the rule"),
        ("rule r { }", "line 1, column 10: expected a clause or `}`, found `}`"),
        ("rule r { A == 'x }", "line 1, column 15: this text has no closing quote"),
        ("rule r { A == /x }", "line 1, column 15: this regular expression has no closing `/`"),
        ("rule r { A == /x(/ }", "line 1, column 15: this regular expression is not valid: "),
        ("rule r { A == 5x }", "line 1, column 15: this is not a number that fits into 64 bits"),
        ("rule r { A == [1, ] }", "line 1, column 19: expected a constant, found `]`"),
        ("rule r { A == [1 2] }", "line 1, column 18: expected `,` or `]` in a list, found `2`"),
        ("rule r { A == { a 1 } }", "line 1, column 19: expected `:` behind the key, found `1`"),
        (
            "rule r { A == r(1, 2.0) }",
            "line 1, column 15: the bounds of this range are not of one kind",
        ),
        ("rule r { A exists <<text }", "line 1, column 19: this message has no closing `>>`"),
        (
            "rule r { A[ B == 1 exists }",
            "line 1, column 27: expected a comparison such as `==`, `in` or `exists`, found `}`",
        ),
        (
            "rule r { A[ keys > 1 ] exists }",
            "line 1, column 13: `keys` can only be compared with `==`, `!=` and `in`",
        ),
        (
            "rule r { A. == 1 }",
            "line 1, column 12: expected a key, an index, `*` or a variable behind `.`, found ` `",
        ),
        (
            "rule r { % == 1 }",
            "line 1, column 11: expected the name of a variable behind `%`, found ` `",
        ),
        ("rule r { A exists or }", "line 1, column 22: expected a clause behind `or`, found `}`"),
        ("rule r { not }", "line 1, column 14: expected a clause behind `not`, found `}`"),
        ("let x 5", "line 1, column 7: expected `=` behind the name of the variable, found `5`"),
        ("let = 5", "line 1, column 5: expected the name of the variable behind `let`, found `=`"),
        ("let x = nope(1)", "line 1, column 9: there is no function `nope`"),
        ("let x = count()", "line 1, column 9: `count` takes 1 arguments and is given 0"),
        ("rule r(5) { A exists }", "line 1, column 8: expected the name of a parameter"),
        ("rule r when { A exists }", "line 1, column 13: expected a clause, found `{`"),
        (
            "A",
            "line 1, column 2: expected a comparison such as `==`, `in` or `exists`, found the end of the file",
        ),
        ("}", "line 1, column 1: expected a rule, a clause or `let`, found `}`"),
        ("\u{e4} == 1", "line 1, column 1: expected a rule, a clause or `let`, found `\u{e4}`"),
        (
            "# \u{e4}\n\u{e4}",
            "line 2, column 1: expected a rule, a clause or `let`, found `\u{e4}`",
        ),
    ] {
        let got = error(text);
        assert!(got.starts_with(expected), "{text:?}\n  got {got}\n  not {expected}");
    }
}

#[test]
fn a_file_without_rules_is_fine() {
    for text in ["", "  \n", "# only a comment", "let x = 5"] {
        assert_eq!(parse(text).unwrap().rules().len(), 0, "{text:?}");
    }
}

#[test]
fn a_broken_pattern_in_a_trusted_file_matches_nothing() {
    let file = parse_trusted("rule r { A == /x(/ }").unwrap();
    let value = crate::json::value(&serde_json::json!({ "A": "x(" }));
    let reports = evaluate(&file, &ValueDocument::new(&value), &Options::default());
    assert_eq!(reports[0].status, trilith_rules::engine::guard::Status::Fail);
}

#[test]
fn deep_nesting_is_an_error() {
    for (open, inside, close) in [
        ("A { ", "B exists", " }"),
        ("when A exists { ", "B exists", " }"),
        ("A[ ", "B exists", " ] exists"),
        ("A == [", "1", "]"),
        ("A[ keys == B", " exists", " ] exists"),
        ("r(", "1", ")"),
    ] {
        let text = |depth: usize| format!("{}{inside}{}", open.repeat(depth), close.repeat(depth));
        let message = error(&format!("rule r {{ {} }}", text(100_000)));
        assert!(!message.contains("no error"), "{open}: {message}");
    }
    let lists = format!("let x = {}1{}", "[".repeat(60), "]".repeat(60));
    assert_eq!(error(&lists), "no error");
    let query = format!("rule r {{ A{} exists }}", ".b".repeat(100_000));
    assert!(error(&query).contains("too many parts"));
}

/// Rules that lead to each other in every way, on a thread with little stack.
#[test]
fn circles_end_with_an_error() {
    let nested = |inside: &str| format!("{}{inside}{}", "this { ".repeat(55), " }".repeat(55));
    let deep = format!("rule f(x) {{ {} }} rule r {{ {} }}", nested("f(%x)"), nested("f(1)"));
    let long = format!("let a = %a{} rule r {{ %a exists }}", "[ %a exists ].b".repeat(50));
    for rules in [
        "rule r {\n r\n}",
        "rule a {\n b\n}\nrule b {\n a\n}",
        "rule a when b { A exists } rule b when a { A exists }",
        "let a = %b let b = %a rule r { %a exists }",
        "let a = count(%a) rule r { %a exists }",
        "rule f(x) { f(%x) } rule r { f(1) }",
        "rule f(x) { f(%x) f(%x) or f(%x) } rule r { f(A) }",
        &deep,
        &long,
    ] {
        let rules = rules.to_owned();
        let run = move || {
            let file = parse(&rules).unwrap();
            let mut json = serde_json::json!(1);
            for _ in 0..61 {
                json = serde_json::json!({ "A": json });
            }
            let value = crate::json::value(&json);
            let reports = evaluate(&file, &ValueDocument::new(&value), &Options::default());
            let failed = reports.iter().any(|report| report.error.is_some());
            assert!(failed, "{rules}: {reports:?}");
        };
        std::thread::Builder::new().stack_size(2 << 20).spawn(run).unwrap().join().unwrap();
    }
}

/// Pieces of rules in any order.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("rule"),
        Just("r"),
        Just("{"),
        Just("}"),
        Just("["),
        Just("]"),
        Just("("),
        Just(")"),
        Just("when"),
        Just("let"),
        Just("="),
        Just("=="),
        Just("!="),
        Just("in"),
        Just("not"),
        Just("!"),
        Just("exists"),
        Just("empty"),
        Just("some"),
        Just("this"),
        Just("%"),
        Just("%x"),
        Just("."),
        Just("*"),
        Just("'"),
        Just("'a'"),
        Just("/"),
        Just("/a/"),
        Just("r["),
        Just("1"),
        Just(","),
        Just("<<"),
        Just(">>"),
        Just("or"),
        Just("|"),
        Just("keys"),
        Just("#"),
        Just("AWS::S3::Bucket"),
        Just("A::"),
        Just("count("),
        Just("-"),
        Just("1.5e"),
        Just(":="),
        Just("\u{e4}"),
        Just("\\"),
        Just("\"")
    ];
    let space = prop_oneof![Just(""), Just(" "), Just("\n")];
    prop::collection::vec((piece, space), 0..40)
        .prop_map(|pieces| pieces.into_iter().flat_map(|(piece, space)| [piece, space]).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn no_text_makes_the_parser_panic(text in soup()) {
        if let Err(error) = parse(&text) {
            prop_assert!(error.offset <= text.len());
        }
    }
}
