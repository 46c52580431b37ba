//! JSON text and its tree: values, spans, and what is said of broken text.

use proptest::prelude::*;
use serde_json::Value;
use trilith_graph::SourceId;
use trilith_parser::tree::{
    JsonOptions, Kind, NodeId, ParsedTree, SyntaxError, SyntaxErrorKind, Tree, parse_json,
};

fn parse(text: &str) -> ParsedTree<'_> {
    parse_json(SourceId(0), text, &JsonOptions::default())
}

fn slice<'s>(text: &'s str, tree: &Tree<'_>, id: NodeId) -> &'s str {
    let span = tree.span(id);
    &text[span.start as usize..span.end as usize]
}

/// The tree as `serde_json` would have read it, numbers as text.
fn to_json(tree: &Tree<'_>, id: NodeId) -> Value {
    match tree.kind(id) {
        Kind::Null => Value::Null,
        Kind::Bool(value) => Value::Bool(value),
        Kind::List => tree.items(id).map(|item| to_json(tree, item)).collect(),
        Kind::Map => {
            let members = tree.members(id).into_iter();
            let members = members.map(|m| (m.key.to_string(), to_json(tree, m.value)));
            Value::Object(members.collect())
        }
        _ => Value::String(tree.text(id).to_owned()),
    }
}

fn with_numbers_as_text(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::String(number.to_string()),
        Value::Array(items) => items.into_iter().map(with_numbers_as_text).collect(),
        Value::Object(members) => {
            let members =
                members.into_iter().map(|(key, value)| (key, with_numbers_as_text(value)));
            Value::Object(members.collect())
        }
        other => other,
    }
}

#[test]
fn values_and_keys_are_found_where_they_are_written() {
    let text = "\u{feff} {\"a\": [1, 1.10, \"x\\ny\"], \"é\": {\"b\": null}} \n";
    let parsed = parse(text);
    assert_eq!(parsed.errors, []);
    let tree = &parsed.tree;
    let top = tree.documents()[0];
    assert_eq!(slice(text, tree, top), text.trim_start_matches(['\u{feff}', ' ']).trim_end());
    let list = tree.get(top, "a").unwrap();
    assert_eq!(slice(text, tree, list), "[1, 1.10, \"x\\ny\"]");
    let items: Vec<NodeId> = tree.items(list).collect();
    assert_eq!(tree.kind(items[0]), Kind::Int(1));
    assert_eq!((tree.kind(items[1]), tree.text(items[1])), (Kind::String, "1.10"));
    assert_eq!(tree.text(items[2]), "x\ny");
    assert!(!tree.is_verbatim(items[2]));
    let key = tree.key_span(tree.get(top, "é").unwrap()).unwrap();
    assert_eq!(&text[key.start as usize..key.end as usize], "\"é\"");
    let null = tree.get_path(top, &["é", "b"]).unwrap();
    assert_eq!((tree.kind(null), slice(text, tree, null)), (Kind::Null, "null"));
}

#[test]
fn escapes_are_decoded_and_wrong_ones_are_reported() {
    let text = r#"["\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00", "\ud83d", "\x", "\u12"]"#;
    let parsed = parse(text);
    let tree = &parsed.tree;
    let items: Vec<NodeId> = tree.items(tree.documents()[0]).collect();
    assert_eq!(tree.text(items[0]), "\"\\/\u{8}\u{c}\n\r\té😀");
    assert_eq!(tree.text(items[2]), "\\x");
    let messages: Vec<&str> = parsed.errors.iter().map(|error| error.message.as_str()).collect();
    assert_eq!(
        messages,
        ["half of a surrogate pair", "`\\x` is no escape", "`\\u` without four hexadecimal digits"]
    );
}

/// Broken text, what is said first, the text under the span, and whether it was read as meant.
/// Lines are told apart since what follows an error on its line is taken to follow from it.
const SLIPS: &[(&str, &str, &str, bool)] = &[
    ("", "there is no JSON in this file", "", false),
    ("{\"a\": [1,],\n \"z\": 2}", "trailing comma", ",", true),
    ("{\"z\": 1,}", "trailing comma", ",", true),
    ("// c\n{\"z\": 2}", "JSON has no comments", "// c", true),
    ("{\"a\": 1 /* c */, \"z\": 2}", "JSON has no comments", "/* c */", true),
    ("{'z': 2}", "single quotes are not JSON", "'z'", true),
    ("{z: 2}", "the key `z` has no quotes", "z", true),
    ("{a\": 1, \"z\": 2}", "the key `a` has no quotes", "a", true),
    ("{\"z\": 012345678901}", "the number `012345678901` starts with a zero", "012345678901", true),
    ("{\"z\": 00}", "the number `00` starts with a zero", "00", true),
    ("{\"z\": 1.}", "`1.` is not a number", "1.", true),
    ("{\"z\": \"a\tb\"}", "a tab inside a string", "\t", true),
    ("{\"a\": 1 \"z\": 2}", "`,` is missing", "1", true),
    ("[\"a\" \"b\"]", "`,` is missing", "\"", true),
    ("{\"z\" = 2}", "`=` in place of `:`", "=", true),
    ("{\"z\" 2}", "`:` is missing after this key", "\"z\"", true),
    ("{\"z\" true}", "`:` is missing after this key", "\"z\"", true),
    ("{\"a\": 1, \"z\": True}", "`True` is not a JSON value", "True", true),
    ("{\"a\": yes,\n \"z\": 1}", "`yes` is not a JSON value", "yes", false),
    ("{\"a\": s3:*,\n \"z\": 1}", "`s3` is not a JSON value", "s3", false),
    ("{\"a\": ,\n \"z\": 1}", "a value is missing here", ",", false),
    ("{\"z\": 1, \"b\": }", "a value is missing here", "}", false),
    ("{\"b\",\n \"z\": 1}", "this key has no value", "\"b\"", false),
    ("{\"z\": 1, \"b\"}", "this key has no value", "\"b\"", false),
    ("{\"b\": \"x,\n \"z\": 1}", "this string is never closed", "\"", false),
    ("{\"b: \"x\",\n \"z\": 1}", "this key has no closing quote", "\"b: \"", false),
    ("{\"z\": 1, \"b\": \"x\n}", "this string is never closed", "\"", false),
    ("{\"z\": 1, \"b\": [1", "this `[` is never closed", "[", false),
    ("{\"z\": 1", "this `{` is never closed", "{", false),
    ("{\"a\": [1},\n \"z\": 1}", "this `}` closes a `[`", "}", false),
    ("{\"a\": {\"b\": [1}],\n \"z\": 1}", "this `}` closes a `[`", "}", false),
    ("[{\"a\": 1]]", "this `]` closes a `{`", "]", false),
    ("{\"z\": 1}}", "this bracket closes nothing", "}", false),
    ("{\"z\": 1} {}", "there is more text after the end of the document", "{", false),
    (
        "{\"a\": 1, \u{a0}\n \"z\": 2}",
        "an invisible character that JSON does not allow",
        "\u{a0}",
        true,
    ),
    ("{\"a\": “x”,\n \"z\": 1}", "`“` is a typographic quote", "“", false),
    ("{,\n \"z\": 1}", "there is nothing before this `,`", ",", false),
    ("{\"a\": \0, \"z\": 1}", "`\\0` where `,` or `}` or a key is due", "\0", false),
    (
        "{\"a\": {\"b\": ?}, \"c\": [/], \"z\": 1}",
        "`?` where `,` or `}` or a key is due",
        "?",
        false,
    ),
];

#[test]
fn slips_are_named_where_they_are_and_the_rest_is_read() {
    for (text, message, place, as_meant) in SLIPS {
        let parsed = parse(text);
        let error = parsed.errors.first().unwrap_or_else(|| panic!("no error in {text}"));
        let span = error.span;
        let found = (error.message.as_str(), &text[span.start as usize..span.end as usize]);
        assert_eq!(found, (*message, *place), "{text}");
        assert_eq!(parsed.errors.iter().any(SyntaxError::is_fatal), !as_meant, "{text}");
        assert_eq!(error.kind == SyntaxErrorKind::Recovered, *as_meant, "{text}");
        let Some(top) = parsed.tree.documents().first() else { continue };
        if text.contains("\"z\"") {
            assert!(parsed.tree.get(*top, "z").is_some(), "{text}: {:?}", parsed.errors);
        }
        let is_complete = *as_meant || text.ends_with("}}") || text.ends_with("{}");
        assert_eq!(parsed.tree.is_cut(*top), !is_complete, "{text}");
    }
}

#[test]
fn one_error_is_not_reported_twice() {
    let text = "{\"a\": [1, {\"b\": \"x}, 2],\n \"c\": {\"d\": 1]},\n \"e\": 2}";
    let lines: Vec<usize> = parse(text)
        .errors
        .iter()
        .map(|error| text[..error.span.start as usize].matches('\n').count())
        .collect();
    assert!(lines.is_sorted_by(|one, other| one < other), "{lines:?}");
    let many = format!("[{}]", "?,\n".repeat(10_000));
    assert_eq!(parse(&many).errors.len(), 20);
}

#[test]
fn the_good_part_of_a_broken_text_is_a_tree() {
    let text = "{\"a\": {\"b\": [1, {\"c\": 2";
    let tree = parse(text).tree;
    let top = tree.documents()[0];
    assert_eq!(slice(text, &tree, top), text);
    let list = tree.get_path(top, &["a", "b"]).unwrap();
    let second = tree.items(list).nth(1).unwrap();
    assert_eq!(tree.text(tree.get(second, "c").unwrap()), "2");
}

#[test]
fn nesting_ends_at_a_limit() {
    let text = "[".repeat(100_000);
    let parsed = parse(&text);
    assert_eq!(parsed.errors[0].message, "collections are nested more than 256 deep");
    let text = format!("{}{}", "[".repeat(256), "]".repeat(256));
    assert_eq!(parse(&text).errors, []);
}

#[test]
fn a_key_that_occurs_twice_is_reported_with_both_places() {
    let text = r#"{"a": 1, "b": {"a": 2, "a": 3}, "//": 1, "//": 2, "a": {"b": 1}}"#;
    let parsed = parse(text);
    let spans: Vec<(u32, u32)> = parsed
        .errors
        .iter()
        .map(|error| match error.kind {
            SyntaxErrorKind::DuplicateKey { first } => (first.start, error.span.start),
            _ => panic!("{error:?}"),
        })
        .collect();
    assert_eq!(spans, [(15, 23), (1, 50)]);
    let top = parsed.tree.documents()[0];
    assert_eq!(parsed.tree.kind(parsed.tree.get(top, "a").unwrap()), Kind::Map);
}

#[test]
fn named_keys_are_left_out() {
    let text =
        r#"{"a": 1, "skip": {"x": ["}", "\"]", {}]}, "b": {"skip": 2}, "skip": "s", "c": 3}"#;
    let parsed =
        parse_json(SourceId(0), text, &JsonOptions { skip: &["skip"], ..JsonOptions::default() });
    assert_eq!(parsed.errors, []);
    let top = parsed.tree.documents()[0];
    let keys: Vec<&str> = parsed.tree.own_members(top).map(|member| &**member.key).collect();
    assert_eq!(keys, ["a", "b", "c"]);
    assert!(parsed.tree.get_path(top, &["b", "skip"]).is_some());
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::from),
        "[ -~\\n\\t\"\\\\é😀\u{0}-\u{20}]{0,12}".prop_map(Value::String),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("[a-c\\n\"é]{0,3}", inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn valid_json_reads_as_serde_json_reads_it(value in any_json(), pretty in any::<bool>()) {
        let text = if pretty {
            serde_json::to_string_pretty(&value).unwrap()
        } else {
            value.to_string()
        };
        let parsed = parse(&text);
        prop_assert_eq!(&parsed.errors, &vec![]);
        let read = to_json(&parsed.tree, parsed.tree.documents()[0]);
        prop_assert_eq!(read, with_numbers_as_text(value));
    }

    #[test]
    fn no_text_makes_it_panic_and_validity_is_as_serde_json_sees_it(
        text in "[\\[\\]{}:,\"'\\\\/ 01.eE+\\-a-ftrulns\u{0}-\u{20}é]{0,40}"
    ) {
        let parsed = parse(&text);
        let syntax = parsed.errors.iter();
        let is_valid =
            !syntax.clone().any(|e| !matches!(e.kind, SyntaxErrorKind::DuplicateKey { .. }));
        let oracle = match serde_json::from_str::<Value>(&text) {
            Ok(_) => true,
            // A number that is too large for a float is still JSON.
            Err(error) => error.to_string().contains("number out of range"),
        };
        prop_assert_eq!(is_valid, oracle, "{:?}", parsed.errors);
        for error in syntax {
            prop_assert!(text.get(error.span.start as usize..error.span.end as usize).is_some());
        }
    }

    #[test]
    fn every_prefix_of_valid_json_is_read_without_a_panic(value in any_json(), cut in 0_usize..200) {
        let text = value.to_string();
        let cut = text.char_indices().map(|(at, _)| at).nth(cut).unwrap_or(text.len());
        let parsed = parse(&text[..cut]);
        for id in (0..parsed.tree.len()).map(|id| NodeId(id as u32)) {
            prop_assert!(parsed.tree.span(id).end as usize <= cut);
        }
    }
}
