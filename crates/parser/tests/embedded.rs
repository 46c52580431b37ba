//! Documents inside strings have the places of the file around them.

use proptest::prelude::*;
use trilith_graph::{SourceId, Span};
use trilith_parser::tree::{
    HolePiece, JsonOptions, Kind, NodeId, ParsedTree, Segments, SyntaxError, Tree, embedded_json,
    parse_embedded_json, parse_embedded_yaml, parse_json, parse_yaml, split_holes,
};

const SOURCE: SourceId = SourceId(0);

fn yaml(text: &str) -> ParsedTree<'_> {
    parse_yaml(SOURCE, text)
}

fn member(tree: &Tree<'_>, key: &str) -> NodeId {
    tree.get(tree.documents()[0], key).expect("the test names a key of its document")
}

fn under(text: &str, span: Span) -> &str {
    &text[span.start as usize..span.end as usize]
}

/// The same policy in every kind of string, and how its action is written there.
const POLICIES: &[(&str, &str)] = &[
    ("p: |\n  {\"Statement\": [\n    {\"Action\": \"s3:*\"}\n  ]}\nq: 1\n", "\"s3:*\""),
    ("p: |+2\n  {\"Statement\": [\n     {\"Action\": \"s3:*\"}\n  ]}\n\n\nq: 1\n", "\"s3:*\""),
    ("p: >-\n  {\"Statement\": [\n    {\"Action\":\n\n   \"s3:*\"}\n  ]}\n", "\"s3:*\""),
    ("p: '{\"Statement\": [{\"Sid\": \"it''s\",\n  \"Action\": \"s3:*\"}]}'\n", "\"s3:*\""),
    ("p: \"{\\\"Statement\\\": [\\n{\\\"Action\\\": \\\"s3:*\\\"}]}\"\n", "\\\"s3:*\\\""),
    ("p: \"{\\\"Statement\\\": [\n  {\\\"Action\\\":\\\n  \\\"s3:*\\\"}]}\"\n", "\\\"s3:*\\\""),
    (
        "{\"p\": \"{\\\"Statement\\\":[{\\\"Sid\\\":\\\"\\u00e9\\\",\\\"Action\\\":\\\"s3:*\\\"}]}\"}",
        "\\\"s3:*\\\"",
    ),
    (
        "p: !Sub |-\r\n  {\"Statement\": [\r\n    {\"Action\": \"s3:*\"}\r\n  ]}\r\nq: 1\r\n",
        "\"s3:*\"",
    ),
    ("p: &p '{\"Statement\": [{\"Action\": \"s3:*\"}]}'\n", "\"s3:*\""),
];

#[test]
fn a_policy_in_a_string_points_into_the_string() {
    for (text, written) in POLICIES {
        for outer in [yaml(text), parse_json(SOURCE, text, &JsonOptions::default())] {
            if outer.errors.iter().any(SyntaxError::is_fatal) {
                assert!(!text.starts_with('{'));
                continue;
            }
            let inner = embedded_json(&outer.tree, member(&outer.tree, "p")).unwrap();
            assert_eq!(inner.errors, [], "{text}");
            let tree = &inner.tree;
            let statement = tree.items(member(tree, "Statement")).next().unwrap();
            let action = tree.get(statement, "Action").unwrap();
            assert_eq!(tree.text(action), "s3:*");
            assert_eq!(under(text, tree.span(action)), *written, "{text}");
            assert_eq!(under(text, tree.text_span(action)), "s3:*", "{text}");
            assert!(under(text, tree.key_span(action).unwrap()).contains("Action"), "{text}");
            assert!(under(text, tree.span(statement)).starts_with('{'), "{text}");
            assert!(under(text, tree.span(statement)).ends_with('}'), "{text}");
        }
    }
}

#[test]
fn a_document_in_a_document_in_a_document_still_points_into_the_file() {
    let innermost = r#"{"Action": "s3:*"}"#;
    let middle = serde_json::json!({ "b": innermost }).to_string();
    let text = format!("a: {}\n", serde_json::Value::String(middle));
    let outer = yaml(&text);
    let middle = embedded_json(&outer.tree, member(&outer.tree, "a")).unwrap();
    let inner = embedded_json(&middle.tree, member(&middle.tree, "b")).unwrap();
    let action = member(&inner.tree, "Action");
    assert_eq!(inner.tree.text(action), "s3:*");
    assert_eq!(under(&text, inner.tree.text_span(action)), "s3:*");
    assert_eq!(under(&text, inner.tree.span(action)), r#"\\\"s3:*\\\""#);
}

#[test]
fn errors_and_duplicates_point_into_the_string_too() {
    let text = "p: |\n  {\"a\": 1,\n   \"a\": tru}\n";
    let outer = yaml(text);
    let inner = embedded_json(&outer.tree, member(&outer.tree, "p")).unwrap();
    assert_eq!(under(text, inner.errors[0].span), "tru");
    assert!(embedded_json(&outer.tree, outer.tree.documents()[0]).is_none());
    let plain = yaml("p: some text");
    assert!(embedded_json(&plain.tree, member(&plain.tree, "p")).is_none());
}

#[test]
fn yaml_in_a_block_points_into_the_block() {
    let text = "p: |\n  # note\n  a:\n    - b: c\n";
    let outer = yaml(text);
    let segments = Segments::of_scalar(&outer.tree, member(&outer.tree, "p")).unwrap();
    let inner = parse_embedded_yaml(segments);
    let list = member(&inner.tree, "a");
    let value = inner.tree.get(inner.tree.items(list).next().unwrap(), "b").unwrap();
    assert_eq!(under(text, inner.tree.span(value)), "c");
    assert_eq!(under(text, inner.tree.comments[0].span), "# note");
}

/// Builds segments from text in which `$` is a hole of one character.
fn with_holes(text: &str) -> Segments {
    let mut segments = Segments::new(Span::new(SOURCE, 0, text.len() as u32));
    let mut at = 0;
    for (index, piece) in text.split('$').enumerate() {
        if index > 0 {
            segments.push_hole(Span::new(SOURCE, at - 1, at));
        }
        segments.push(piece, Span::new(SOURCE, at, at + piece.len() as u32));
        at += piece.len() as u32 + 1;
    }
    segments
}

#[test]
fn holes_stand_in_strings_for_values_for_items_and_for_members() {
    let text = r#"{"a": "x-$-$", "b": $, "l": ["1", $ {"c": 2}, $], "$": 3, $: 4, $ "z": 5}"#;
    let parsed = parse_embedded_json(with_holes(text));
    assert_eq!(parsed.errors, []);
    let tree = &parsed.tree;
    let pieces: Vec<HolePiece<'_>> = split_holes(tree.text(member(tree, "a"))).collect();
    let expected =
        [HolePiece::Text("x-"), HolePiece::Hole(0), HolePiece::Text("-"), HolePiece::Hole(1)];
    assert_eq!(pieces, expected);
    assert_eq!(under(text, tree.span(member(tree, "a"))), "\"x-$-$\"");
    let bare = member(tree, "b");
    assert_eq!((tree.kind(bare), under(text, tree.span(bare))), (Kind::PlainString, "$"));
    assert_eq!(split_holes(tree.text(bare)).next(), Some(HolePiece::Hole(2)));
    let items: Vec<&str> =
        tree.items(member(tree, "l")).map(|id| under(text, tree.span(id))).collect();
    assert_eq!(items, ["\"1\"", "$", "{\"c\": 2}", "$"]);
    let keys: Vec<&str> =
        tree.own_members(tree.documents()[0]).map(|m| under(text, m.key_span)).collect();
    assert_eq!(keys, ["\"a\"", "\"b\"", "\"l\"", "\"$\"", "$", "\"z\""]);
    assert!(tree.is_cut(tree.documents()[0]));
    assert!(!tree.is_cut(member(tree, "l")));
}

#[test]
fn without_holes_a_mark_is_not_json() {
    let text = "{\"a\": \u{e000}0\u{e001}}";
    assert!(parse_json(SOURCE, text, &JsonOptions::default()).errors[0].is_fatal());
}

proptest! {
    #[test]
    fn every_word_of_an_embedded_document_is_found_again(
        words in prop::collection::vec("[a-z0-9]{1,9}", 1..8),
        noise in "[ -~\\n\\té😀]{0,12}",
        pretty in any::<bool>(),
        as_yaml in any::<bool>(),
    ) {
        let document = serde_json::json!({ "noise": noise, "words": words });
        let document =
            if pretty { serde_json::to_string_pretty(&document) } else { serde_json::to_string(&document) };
        let whole = serde_json::json!({ "key": { "p": document.unwrap() } });
        let text = if as_yaml { serde_yaml::to_string(&whole) } else { Ok(whole.to_string()) };
        let text = text.unwrap();
        let outer = if as_yaml { yaml(&text) } else { parse_json(SOURCE, &text, &JsonOptions::default()) };
        let string = outer.tree.get(member(&outer.tree, "key"), "p").unwrap();
        let inner = embedded_json(&outer.tree, string).unwrap();
        prop_assert_eq!(&inner.errors, &vec![]);
        prop_assert_eq!(inner.tree.text(member(&inner.tree, "noise")), noise);
        let list = member(&inner.tree, "words");
        for (item, word) in inner.tree.items(list).zip(&words) {
            prop_assert_eq!(under(&text, inner.tree.text_span(item)), word);
        }
    }

    #[test]
    fn no_scalar_makes_segments_panic(text in "[a{}\\[\\]\":,'\\\\| \\n\u{0}é\\-]{0,30}") {
        for quoted in [format!("p: \"{text}\""), format!("p: '{text}'"), format!("p: |\n  {text}"), format!("p: {text}")] {
            let outer = yaml(&quoted);
            for id in (0..outer.tree.len()).map(|id| NodeId(id as u32)) {
                let Some(segments) = Segments::of_scalar(&outer.tree, id) else { continue };
                prop_assert_eq!(segments.text(), outer.tree.text(id));
                let span = segments.outer(0, segments.text().len() as u32);
                prop_assert!(quoted.get(span.start as usize..span.end as usize).is_some());
                let inner = parse_embedded_json(segments);
                for id in (0..inner.tree.len()).map(|id| NodeId(id as u32)) {
                    let span = inner.tree.span(id);
                    prop_assert!(quoted.get(span.start as usize..span.end as usize).is_some());
                }
            }
        }
    }
}
