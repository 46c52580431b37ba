//! YAML text and its tree: values, spans, and what is said of broken text.

use proptest::prelude::*;
use trilith_graph::SourceId;
use trilith_parser::tree::{Kind, NodeId, ParsedTree, SyntaxErrorKind, Tree, parse_yaml};

fn parse(text: &str) -> ParsedTree<'_> {
    parse_yaml(SourceId(0), text)
}

fn slice<'s>(text: &'s str, tree: &Tree<'_>, id: NodeId) -> &'s str {
    let span = tree.span(id);
    &text[span.start as usize..span.end as usize]
}

fn top(parsed: &ParsedTree<'_>) -> NodeId {
    parsed.tree.documents()[0]
}

const TEMPLATE: &str = r#"# top
A: !Ref B # trailing
L: !If
  - C
  - &x {a: 1, b: "q\"x"}
  - *x
  - !Sub |
    foo ${x}
     bar

  - >-
    folded
    text

    para
K: !GetAtt
  b: c
E:
F: "a
  b"
'q k': plain multi
  line
N: !Ref
S:
- a
-
- !Rain::Module m
T: !!str 123
Q: |-
  "quoted"
Z: |

  late
"#;

#[test]
fn values_keys_and_tags_are_found_where_they_are_written() {
    let parsed = parse(TEMPLATE);
    assert_eq!(parsed.errors, []);
    let tree = &parsed.tree;
    let top = top(&parsed);
    let get = |key: &str| tree.get(top, key).unwrap();
    let written = |id: NodeId| slice(TEMPLATE, tree, id);
    assert_eq!(written(top), TEMPLATE[6..].trim_end());

    assert_eq!(
        (tree.text(get("A")), tree.tag(get("A")), written(get("A"))),
        ("B", Some("Ref"), "B")
    );
    let tag = tree.tag_span(get("A")).unwrap();
    assert_eq!(&TEMPLATE[tag.start as usize..tag.end as usize], "!Ref");

    let items: Vec<NodeId> = tree.items(get("L")).collect();
    assert_eq!(tree.tag(get("L")), Some("If"));
    assert_eq!(written(items[1]), "{a: 1, b: \"q\\\"x\"}");
    assert_eq!(tree.text(tree.get(items[1], "b").unwrap()), "q\"x");
    assert!(tree.is_alias(items[2]));
    assert_eq!(written(items[2]), "*x");
    assert_eq!(tree.kind(tree.get(items[2], "a").unwrap()), Kind::Int(1));
    assert_eq!(tree.text(items[3]), "foo ${x}\n bar\n");
    assert_eq!(written(items[3]), "foo ${x}\n     bar");
    assert_eq!(tree.text(items[4]), "folded text\npara");
    assert_eq!(written(items[4]), "folded\n    text\n\n    para");

    assert_eq!((tree.tag(get("K")), written(get("K"))), (Some("GetAtt"), "b: c"));
    assert_eq!((tree.kind(get("E")), tree.span(get("E")).is_empty()), (Kind::Null, true));
    assert_eq!(&TEMPLATE[tree.span(get("E")).start as usize - 2..][..3], "E:\n");
    assert_eq!((tree.text(get("F")), tree.kind(get("F"))), ("a b", Kind::String));
    assert_eq!(
        (tree.text(get("q k")), written(get("q k"))),
        ("plain multi line", "plain multi\n  line")
    );
    let key = tree.key_span(get("q k")).unwrap();
    assert_eq!(&TEMPLATE[key.start as usize..key.end as usize], "'q k'");
    assert_eq!((tree.tag(get("N")), tree.kind(get("N"))), (Some("Ref"), Kind::Null));
    let items: Vec<NodeId> = tree.items(get("S")).collect();
    assert_eq!(tree.kind(items[1]), Kind::Null);
    assert_eq!(tree.tag(items[2]), Some("Rain::Module"));
    assert_eq!(
        (tree.kind(get("T")), tree.text(get("T")), tree.tag(get("T"))),
        (Kind::String, "123", None)
    );
    assert_eq!((tree.text(get("Q")), tree.is_verbatim(get("Q"))), ("\"quoted\"", true));
    let inner = tree.text_span(get("Q"));
    assert_eq!(&TEMPLATE[inner.start as usize..inner.end as usize], "\"quoted\"");
    assert_eq!((tree.text(get("Z")), written(get("Z"))), ("\nlate\n", "late"));
}

#[test]
fn comments_are_kept_with_their_place() {
    let text = "# own line\nA: 1 # trailing\nB: |\n  # text\n  # indented\nC: \"# text\"\n";
    let parsed = parse(text);
    let comments: Vec<(&str, bool)> = parsed
        .tree
        .comments
        .iter()
        .map(|c| (&text[c.span.start as usize..c.span.end as usize], c.trailing))
        .collect();
    assert_eq!(comments, [("# own line", false), ("# trailing", true)]);
    let many = format!("{}A: 1\n", "# line\n".repeat(5000));
    assert_eq!((parse(&many).errors.len(), parse(&many).tree.comments.len()), (0, 5000));
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    let text = TEMPLATE.replace('\n', "\r\n");
    let text = format!("\u{feff}{text}");
    let (one, other) = (parse(TEMPLATE), parse(&text));
    assert_eq!(other.errors, []);
    assert_eq!(one.tree.len(), other.tree.len());
    for id in (0..one.tree.len()).map(|id| NodeId(id as u32)) {
        assert_eq!(one.tree.text(id), other.tree.text(id));
        assert_eq!(one.tree.key(id), other.tree.key(id));
        let (one, other) = (slice(TEMPLATE, &one.tree, id), slice(&text, &other.tree, id));
        assert_eq!(one, other.replace('\r', ""));
    }
}

#[test]
fn merge_keys_give_way_to_own_keys() {
    let text = "base: &b {a: 1, b: 2}\nmore: &m {b: 3, c: 4}\nuse:\n  <<: [*b, *m]\n  a: 0\none: {<<: *m}\n";
    let parsed = parse(text);
    assert_eq!(parsed.errors, []);
    let tree = &parsed.tree;
    let used = tree.get(top(&parsed), "use").unwrap();
    let members: Vec<(&str, &str)> =
        tree.members(used).iter().map(|m| (&**m.key, tree.text(m.value))).collect();
    assert_eq!(members, [("a", "0"), ("b", "2"), ("c", "4")]);
    let one = tree.get(top(&parsed), "one").unwrap();
    assert_eq!(tree.text(tree.get(one, "c").unwrap()), "4");
}

#[test]
fn an_alias_for_its_own_collection_is_an_error_and_no_loop() {
    let parsed = parse("a: &a [1, *a]\nb: &b {c: {<<: *b}}\n");
    assert_eq!(parsed.errors.len(), 2);
    assert!(parsed.errors.iter().all(|e| e.message.contains("part of")));
}

#[test]
fn documents_are_read_one_by_one() {
    let parsed = parse("---\nA: 1\n---\n---\nB: 2\n...\n# end\n");
    assert_eq!(parsed.errors, []);
    let kinds: Vec<Kind> = parsed.tree.documents().iter().map(|id| parsed.tree.kind(*id)).collect();
    assert_eq!(kinds, [Kind::Map, Kind::Null, Kind::Map]);
    assert_eq!(parse("# nothing\n").tree.documents(), []);
}

#[test]
fn a_broken_document_does_not_hide_the_next() {
    let parsed = parse("A: 1\n---\nX:\n\tB: 2\n---\nC: 3\n");
    assert_eq!(parsed.errors.len(), 1);
    let last = *parsed.tree.documents().last().unwrap();
    assert_eq!(parsed.tree.text(parsed.tree.get(last, "C").unwrap()), "3");
}

/// A slip, what is said of it, the text under the span. `Z: z` at the end is still read unless
/// the place ends in `!`.
const SLIPS: &[(&str, &str, &str)] = &[
    ("A: *", "`*` without quotes is a YAML alias", "*"),
    ("A: [*, b]", "`*` without quotes is a YAML alias", "*,"),
    ("A:\n  - *\n  - b", "`*` without quotes is a YAML alias", "*"),
    (
        "A: *.example.com",
        "`*.example.com` is a YAML alias, and there is no anchor `&.example.com` above",
        "*.example.com",
    ),
    ("A: & b", "`&` without quotes is a YAML anchor", "&"),
    ("A: @foo", "text cannot begin with `@`", "@foo"),
    ("A: `foo`", "text cannot begin with ```", "`foo`"),
    ("A: %d", "text cannot begin with `%`", "%d"),
    ("A:\n  B: x\n  C:\n    D: a\n   E: b", "`E` is at column 4, its siblings at 5", "   E"),
    ("A:\n  B: x\n   C: y", "`C` is at column 4, its siblings at 3", "   C"),
    ("A:\n  B: c\n C: d", "`C` is at column 2, its siblings at 3", " C"),
    ("A:\n\tB: x", "a tab in the indentation", "\t"),
    ("A:\n  B: x\n\tC: y\n    D: z\n  E: a", "a tab in the indentation", "\t"),
    ("A:\n  B: \"abc\n  C: d", "this `\"` is never closed", "\"abc"),
    ("A:\n  B: 'abc\n  C: d", "this `'` is never closed", "'abc"),
    ("A:\n  B: \"abc\n  C: \"d\"", "this `\"` is never closed", "\"abc"),
    ("A: 'it's'", "there is text after the closing quote", "s'"),
    ("A: \"a \"b\" c\"", "there is text after the closing quote", "b\" c\""),
    ("A: \"^\\d+$\"", "`\\d` is no escape", "\\d"),
    ("A:\n  B: [a, b\n  C: d", "this `[` is never closed", "[a, b"),
    ("A:\n  B: {a: b\n  C: d", "this `{` is never closed", "{a: b"),
    ("A:\n  B: ]", "this `]` closes nothing", "]"),
    ("A: [a, b}", "a `}` closes `[`", "["),
    ("A:\n  B: x\n  Ty\n  C: d", "`Ty` is a key without a `:`", "Ty"),
    ("A:\n  - x\n  Ty", "`Ty` is a key without a `:`", "Ty"),
    ("A: b: c", "there is a second `: ` on this line", "b: c"),
    ("A:\n  B:c\n  D: e", "a blank is missing after this `:`", ":"),
    ("A:\n  D: e\n  B:c", "a blank is missing after this `:`", ":"),
    ("A:\n  - b\n  c: d", "`c` is no entry of the list above", "c:"),
    ("A:\n  b: c\n  - d", "a list entry among the keys of a map", "-"),
    ("A: - b", "a list begins on the line of its key", "- b"),
    ("A: |foo\n  bar", "there is text on the line of `|` or `>`", "|foo"),
    ("A: {{ x }}", "`{{` begins a map in a map", "{ x }"),
    ("{% if x %}\nA: b\n{% endif %}", "`{% ... %}` is a template language, not YAML", "{%!"),
    (
        "<<<<<<< HEAD\nA: b\n=======\nA: c\n>>>>>>> x",
        "a merge conflict is not resolved",
        "<<<<<<< HEAD!",
    ),
    ("A: b\0", "a NUL character: this is not text", "\0!"),
];

#[test]
fn slips_are_named_where_they_are_and_the_rest_is_read() {
    for (slip, message, place) in SLIPS {
        let text = format!("Y:\n  y: y\n{slip}\nZ: z\n");
        let parsed = parse(&text);
        let error = parsed.errors.first().unwrap_or_else(|| panic!("no error in {slip:?}"));
        let span = error.span;
        let (place, ends) = place.strip_suffix('!').map_or((*place, false), |place| (place, true));
        let found = (error.message.as_str(), &text[span.start as usize..span.end as usize]);
        assert_eq!(found, (*message, place), "{slip:?}");
        assert!(error.help.is_some() || ends, "{slip:?}");
        let last = parsed.tree.documents().iter().find_map(|id| parsed.tree.get(*id, "Z"));
        assert_eq!(last.is_some(), !ends, "{slip:?}: {:?}", parsed.errors);
        if error.kind == SyntaxErrorKind::Recovered {
            assert!(!parsed.tree.is_cut(top(&parsed)), "{slip:?}");
        } else if !parsed.tree.is_empty() {
            assert!(parsed.tree.is_cut(top(&parsed)), "{slip:?}");
        }
    }
}

#[test]
fn a_star_without_quotes_is_text() {
    let text = "Statement:\n  - Effect: Allow\n    Action: *\n    Resource: [*, */x]\n";
    let parsed = parse(text);
    assert_eq!(parsed.errors.len(), 3);
    let statement = parsed.tree.get(top(&parsed), "Statement").unwrap();
    let statement = parsed.tree.items(statement).next().unwrap();
    let action = parsed.tree.get(statement, "Action").unwrap();
    assert_eq!((parsed.tree.text(action), slice(text, &parsed.tree, action)), ("*", "*"));
    assert_eq!(parsed.tree.kind(action), Kind::PlainString);
    let resource = parsed.tree.get(statement, "Resource").unwrap();
    let texts: Vec<&str> = parsed.tree.items(resource).map(|id| parsed.tree.text(id)).collect();
    assert_eq!(texts, ["*", "*/x"]);
}

#[test]
fn a_broken_resource_does_not_hide_the_next() {
    let text = "Resources:\n  A:\n    Type: T\n    Properties:\n      Name: \"x\n      B: 1\n  C:\n    Type: U\n  D:\n    Type: [\n  E:\n    Type: V\n";
    let parsed = parse(text);
    assert_eq!(parsed.errors.len(), 2, "{:?}", parsed.errors);
    let tree = &parsed.tree;
    let resources = tree.get(top(&parsed), "Resources").unwrap();
    let keys: Vec<&str> = tree.own_members(resources).map(|m| &**m.key).collect();
    assert_eq!(keys, ["A", "C", "D", "E"]);
    let cut: Vec<bool> = tree.own_members(resources).map(|m| tree.is_cut(m.value)).collect();
    assert_eq!(cut, [true, false, true, false]);
    assert!(tree.is_cut(resources));
    assert_eq!(tree.kind(tree.get(resources, "D").unwrap()), Kind::Null);
}

#[test]
fn quoted_text_may_go_on_further_out_than_its_key() {
    let policy = "{\n      \"Statement\": [\n  {\"Sid\": \"it\"}\n      ]\n    }";
    for (quote, policy) in [("'", policy.to_owned()), ("\"", policy.replace('"', "\\\""))] {
        let text = format!(
            "R:\n  P:\n    Document: !Sub {quote}{policy}{quote} # c\n    Name: x\n  Q: 1\n"
        );
        let parsed = parse(&text);
        assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
        let tree = &parsed.tree;
        let p = tree.get(tree.get(top(&parsed), "R").unwrap(), "P").unwrap();
        let keys: Vec<&str> = tree.own_members(p).map(|m| &**m.key).collect();
        assert_eq!(keys, ["Document", "Name"]);
        let document = tree.get(p, "Document").unwrap();
        assert_eq!(slice(&text, tree, document), format!("{quote}{policy}{quote}"));
        let read: serde_json::Value = serde_json::from_str(tree.text(document)).unwrap();
        assert_eq!(read["Statement"][0]["Sid"], "it");
        assert!(!tree.is_cut(top(&parsed)));
    }
}

#[test]
fn a_key_without_a_colon_costs_its_own_members_only() {
    let text = "A:\n  B\n    C: 1\n\n    D: 2\n  E: 3\n";
    let parsed = parse(text);
    assert_eq!(parsed.errors.len(), 1, "{:?}", parsed.errors);
    let a = parsed.tree.get(top(&parsed), "A").unwrap();
    let keys: Vec<&str> = parsed.tree.own_members(a).map(|m| &**m.key).collect();
    assert_eq!(keys, ["E"]);
}

#[test]
fn nesting_ends_at_a_limit() {
    for text in ["[".repeat(5000), "- ".repeat(5000), "{a: ".repeat(5000)] {
        let parsed = parse(&text);
        assert!(parsed.errors[0].message.contains("nested"), "{:?}", parsed.errors[0]);
    }
    let deep: Vec<String> = (0..3000).map(|depth| format!("{}a:", " ".repeat(depth))).collect();
    let deep = deep.join("\n");
    assert!(parse(&deep).errors[0].message.contains("nested"));
}

#[test]
fn duplicate_keys_are_reported_and_the_last_counts() {
    let parsed = parse("A:\n  b: 1\n  c: 2\n  b: 3\n<<: {x: 1}\n<<: {y: 1}\n");
    assert_eq!(parsed.errors.len(), 1);
    let SyntaxErrorKind::DuplicateKey { first } = parsed.errors[0].kind else { panic!() };
    assert_eq!((first.start, parsed.errors[0].span.start), (5, 19));
    let a = parsed.tree.get(top(&parsed), "A").unwrap();
    assert_eq!(parsed.tree.text(parsed.tree.get(a, "b").unwrap()), "3");
    let members = parsed.tree.members(a);
    assert_eq!(members.iter().map(|m| &**m.key).collect::<Vec<_>>(), ["b", "c"]);
}

/// A scalar as any YAML reader sees it: plain text that means nothing else, quoted, or a block.
fn any_yaml() -> impl Strategy<Value = serde_yaml::Value> {
    use serde_yaml::Value;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[ -~\\n\\t\"\\\\é😀#:-]{0,16}".prop_map(Value::String),
        Just(Value::String("yes".into())),
        Just(Value::String("012345678901".into())),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::Sequence),
            prop::collection::btree_map("[a-c é:#-]{0,3}", inner, 0..5).prop_map(|members| {
                Value::Mapping(members.into_iter().map(|(k, v)| (k.into(), v)).collect())
            }),
        ]
    })
}

fn to_yaml(tree: &Tree<'_>, id: NodeId) -> serde_yaml::Value {
    use serde_yaml::Value;
    match tree.kind(id) {
        Kind::Null => Value::Null,
        Kind::Bool(value) => value.into(),
        Kind::Int(value) => value.into(),
        Kind::Float(value) => value.into(),
        Kind::List => Value::Sequence(tree.items(id).map(|item| to_yaml(tree, item)).collect()),
        Kind::Map => {
            let members = tree.own_members(id);
            let members = members.map(|m| ((&**m.key).into(), to_yaml(tree, m.value)));
            Value::Mapping(members.collect())
        }
        _ => tree.text(id).into(),
    }
}

fn check_spans(text: &str, tree: &Tree<'_>) -> Result<(), TestCaseError> {
    for id in (0..tree.len()).map(|id| NodeId(id as u32)) {
        let span = tree.span(id);
        let written = text.get(span.start as usize..span.end as usize);
        prop_assert!(written.is_some(), "{span:?}");
        if tree.is_verbatim(id) && !tree.is_alias(id) {
            let inner = tree.text_span(id);
            prop_assert_eq!(&text[inner.start as usize..inner.end as usize], tree.text(id));
        }
        for child in tree.children(id).filter(|_| !tree.is_alias(id)) {
            prop_assert!(span.contains(tree.span(child)), "{:?} {:?}", span, tree.span(child));
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn what_serde_yaml_writes_is_read_as_it_was(value in any_yaml()) {
        let text = serde_yaml::to_string(&value).unwrap();
        let parsed = parse(&text);
        prop_assert_eq!(&parsed.errors, &vec![]);
        prop_assert_eq!(to_yaml(&parsed.tree, top(&parsed)), value, "{}", text);
        check_spans(&text, &parsed.tree)?;
    }

    #[test]
    fn no_text_makes_it_panic(
        text in "([\\[\\]{}:,\"'\\\\|> \\-!&*#%@`?é\u{0}\\ta-c01]{0,6}\n {0,3}){0,6}"
    ) {
        let parsed = parse(&text);
        check_spans(&text, &parsed.tree)?;
        for error in &parsed.errors {
            let span = error.span;
            prop_assert!(text.get(span.start as usize..span.end as usize).is_some());
        }
    }

    #[test]
    fn every_prefix_of_a_template_is_read(cut in 0..TEMPLATE.len()) {
        let text = &TEMPLATE[..cut];
        check_spans(text, &parse(text).tree)?;
    }
}
