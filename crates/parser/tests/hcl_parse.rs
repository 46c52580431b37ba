//! HCL text to a syntax tree: every construct, the place of everything, and what broken text
//! still gives.

use proptest::prelude::*;
use trilith_graph::{SourceId, Span};
use trilith_parser::hcl::{
    Block, Body, Expression, ExpressionKind, File, TemplatePart, parse_expression, parse_file,
    parse_template,
};
use trilith_parser::tree::{JsonOptions, Segments, parse_json};

mod hcl_support;

use hcl_support::{show, show_body};

const SOURCE: SourceId = SourceId(7);

fn file(text: &str) -> File {
    parse_file(SOURCE, text)
}

fn segments(text: &str) -> Segments {
    let span = Span::new(SOURCE, 0, text.len() as u32);
    let mut segments = Segments::new(span);
    segments.push(text, span);
    segments
}

fn shown(text: &str) -> String {
    let file = file(&format!("x = {text}\n"));
    assert!(file.errors.is_empty(), "{text}: {:?}", file.errors);
    let mut out = String::new();
    show(&file.body.attributes[0].value, &mut out);
    out
}

fn under(text: &str, span: Span) -> &str {
    assert_eq!(span.source, SOURCE);
    &text[span.start as usize..span.end as usize]
}

fn messages(file: &File) -> Vec<&str> {
    file.errors.iter().map(|error| error.message.as_str()).collect()
}

const EXPRESSIONS: &[(&str, &str)] = &[
    ("null", "null"),
    ("true", "true"),
    ("12", "12"),
    ("007", "7"),
    ("1.50", "1.5"),
    ("1.0", "1"),
    ("1e3", "1000"),
    ("2E-1", "0.2"),
    ("123456789012345678901234567890", "\"123456789012345678901234567890\""),
    ("0.1234567890123456789", "\"0.1234567890123456789\""),
    ("\"\"", "\"\""),
    ("\"a b\"", "\"a b\""),
    (r#""\n\r\t\"\\\u00e9\U0001F600""#, "\"\\n\\r\\t\\\"\\\\é😀\""),
    ("\"$${a} %%{b} $$ %% $a %\"", "\"${a} %{b} $$ %% $a %\""),
    ("\"${a}\"", "`${a}`"),
    ("\"a${b}c${\"d${e}\"}\"", "`a${b}c${`d${e}`}`"),
    ("\"${ a ? \"b\" : \"c\" }\"", "`${<a?\"b\":\"c\">}`"),
    ("\"${\n a\n}\"", "`${a}`"),
    ("\"a ${~ b ~} c\"", "`a${b}c`"),
    ("\"a\\n ${~ b ~} \\nc\"", "`a${b}c`"),
    ("\"%{ if a }b%{ else }c%{ endif }\"", "`%if a%b%else%c%endif%`"),
    ("\"%{if a~} b %{~endif}\"", "`%if a%b%else%%endif%`"),
    ("\"%{ for k, v in a }${k}%{ endfor }\"", "`%for v in a%${k}%endfor%`"),
    ("<<A\n b\n  c\nA", "\" b\\n  c\\n\""),
    ("<<A\nA", "\"\""),
    ("<<A\r\n b\r\nA", "\" b\\r\\n\""),
    ("<<-A\n    b\n\n      c ${d}\n    A", "`b\\n\\n  c ${d}\\n`"),
    ("<<-A\n    b\n   \n  c\n  A", "\"  b\\n   \\nc\\n\""),
    ("<<-A\n  a\n${b}\n  A", "`  a\\n${b}\\n`"),
    ("<<A\nA b\n A \n", "\"A b\\n\""),
    ("<<A\n\\n \"q\" $${a}\nA", "\"\\\\n \\\"q\\\" ${a}\\n\""),
    ("<<A\n  a\n  %{~ if b ~}\n  c\n  %{~ endif ~}\nA", "`  a\\n%if b%  c\\n%else%%endif%`"),
    ("[]", "[]"),
    ("[1, 2,]", "[1,2,]"),
    ("[\n 1, # one\n 2\n]", "[1,2,]"),
    ("[for x in a : x]", "for x in a:x;"),
    ("[for k, v in a : \"${k}\" if v]", "for k,v in a:`${k}` if v;"),
    ("[\n for x in a :\n x\n if b\n]", "for x in a:x if b;"),
    ("{}", "{}"),
    ("{ a = 1, \"b\" : 2\n c = 3 }", "{a=1,\"b\"=2,c=3,}"),
    ("{\n a = 1 # one\n\n b = 2,\n}", "{a=1,b=2,}"),
    ("{ (a) = 1, a.b = 2, \"${c}\" = 3, 4 = 5, a-b = 6 }", "{(a)=1,a.b=2,`${c}`=3,4=5,a-b=6,}"),
    ("{ a = 1, a = 2 }", "{a=1,a=2,}"),
    ("{ for = 1, null = 2 }", "{for=1,null=2,}"),
    ("{for k, v in a : k => v}", "for k,v in a:k=>v;"),
    ("{for v in a : v.k => v... if v.c}", "for v in a:v.k=>v... if v.c;"),
    ("a", "a"),
    ("é_1-b", "é_1-b"),
    ("a.b.c", "a.b.c"),
    ("a.0.b", "a.0.b"),
    ("a.0.1", "a.0.1"),
    ("a[0][\"k\"].b", "a[0][\"k\"].b"),
    ("a[b[c]].d", "a[b[c]].d"),
    ("a[*].b[0].c", "a*.b[0].c"),
    ("a.*.b.c[0]", "a*.b.c[0]"),
    ("a[*].b[*].c", "a*.b*.c"),
    ("f()", "f()"),
    ("f(1, a,)", "f(1,a,)"),
    ("f(\n a,\n b...\n)", "f(a,b,...)"),
    ("f (a)[0].b", "f(a,)[0].b"),
    ("provider::aws::f(a)", "provider::aws::f(a,)"),
    ("!a", "!a"),
    ("!!a", "!!a"),
    ("-a.b", "-a.b"),
    ("a + b - c", "<<a + b> - c>"),
    ("a - -1", "<a - -1>"),
    ("a + b * c", "<a + <b * c>>"),
    ("a * b + c % d", "<<a * b> + <c % d>>"),
    ("(a + b) * c", "<(<a + b>) * c>"),
    ("a || b && c == d", "<a || <b && <c == d>>>"),
    ("a < b != c >= d", "<<a < b> != <c >= d>>"),
    ("a && b && c", "<<a && b> && c>"),
    ("a ? b : c", "<a?b:c>"),
    ("a ? b ? c : d : e ? f : g", "<a?<b?c:d>:<e?f:g>>"),
    ("a == 1 ? \"b\" : null", "<<a == 1>?\"b\":null>"),
    ("(\n a\n ? b\n : c\n)", "(<a?b:c>)"),
    ("{for k in a : k => b ? c :\n d ? e : f}", "for k in a:k=><b?c:<d?e:f>>;"),
    ("a /* b */ + /* c */ d", "<a + d>"),
    ("f(a, // b\n # c\n d)", "f(a,d,)"),
];

#[test]
fn every_expression_is_read() {
    for (text, expected) in EXPRESSIONS {
        assert_eq!(shown(text), expected.replace("\\n", "\n").as_str().escape(expected), "{text}");
    }
}

/// The table writes text in quotes with escapes and templates in backticks.
trait Escape {
    fn escape(&self, written: &str) -> String;
}

impl Escape for str {
    fn escape(&self, written: &str) -> String {
        if written.starts_with('`') { self.into() } else { written.into() }
    }
}

#[test]
fn every_expression_stands_where_its_span_says() {
    for (text, _) in EXPRESSIONS {
        let text = format!("x = {text}\n");
        let file = file(&text);
        file.body.for_each_value(&mut |value| check_spans(&text, value));
    }
}

/// Reads the text under the span of each expression again: it must give the same expression.
fn check_spans(text: &str, expression: &Expression) {
    let written = under(text, expression.span);
    assert_eq!(written.trim(), written, "{text}");
    let again = parse_expression(&segments(written));
    let (mut here, mut there) = (String::new(), String::new());
    show(expression, &mut here);
    show(&again.expression, &mut there);
    assert_eq!(here, there, "{written:?} in {text:?}: {:?}", again.errors);
    if let ExpressionKind::Template(parts) = &expression.kind {
        check_literals(text, parts);
    }
    expression.for_each_child(&mut |child| check_spans(text, child));
}

fn check_literals(text: &str, parts: &[TemplatePart]) {
    for part in parts {
        let TemplatePart::Literal { text: meant, span } = part else { continue };
        let written = under(text, *span);
        let is_escape = written.starts_with(['\\', '$', '%']) && !meant.contains(' ');
        assert!(written == meant.as_ref() || is_escape, "{written:?} is not {meant:?}");
    }
}

#[test]
fn lines_of_a_heredoc_have_their_own_places() {
    let text = "x = <<-EOT\n    {\n      \"a\": \"${b}\"\n    }\n  EOT\n";
    let parsed = file(text);
    let ExpressionKind::Template(parts) = &parsed.body.attributes[0].value.kind else {
        panic!("a heredoc is a template");
    };
    let literals: Vec<(&str, &str)> = parts
        .iter()
        .filter_map(|part| match part {
            TemplatePart::Literal { text: meant, span } => {
                Some((meant.as_ref(), under(text, *span)))
            }
            _ => None,
        })
        .collect();
    assert_eq!(
        literals,
        [("{\n", "{\n"), ("  \"a\": \"", "  \"a\": \""), ("\"\n", "\"\n"), ("}\n", "}\n")]
    );
    assert_eq!(under(text, parsed.body.attributes[0].value.span), &text[4..text.len() - 1]);
}

fn block<'b>(body: &'b Body, type_name: &'b str) -> &'b Block {
    body.blocks_of(type_name).next().expect("the test names a block of its text")
}

#[test]
fn blocks_have_their_parts_and_places() {
    let text = "# head\nresource \"aws_s3_bucket\" logs {\n  bucket = \"b\" # tail\n  rule { id = 1 }\n}\n";
    let file = file(text);
    assert!(file.errors.is_empty());
    let resource = block(&file.body, "resource");
    assert_eq!(under(text, resource.type_span), "resource");
    assert_eq!(under(text, resource.header_span()), "resource \"aws_s3_bucket\" logs");
    assert_eq!(under(text, resource.span), &text[7..text.len() - 1]);
    let labels: Vec<(&str, &str)> =
        resource.labels.iter().map(|(label, span)| (label.as_ref(), under(text, *span))).collect();
    assert_eq!(labels, [("aws_s3_bucket", "\"aws_s3_bucket\""), ("logs", "logs")]);
    let bucket = resource.body.attribute("bucket").unwrap();
    assert_eq!(under(text, bucket.span()), "bucket = \"b\"");
    assert_eq!(under(text, bucket.name_span), "bucket");
    assert_eq!(under(text, block(&resource.body, "rule").span), "rule { id = 1 }");
    let comments: Vec<(&str, bool)> =
        file.comments.iter().map(|c| (under(text, c.span), c.trailing)).collect();
    assert_eq!(comments, [("# head", false), ("# tail", true)]);
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_are_no_errors() {
    let text = "\u{feff}# c\r\na = 1\r\nb {\r\n  c = [\r\n    2\r\n  ]\r\n}\r\n";
    let file = file(text);
    assert_eq!(messages(&file), [""; 0]);
    assert_eq!(under(text, file.body.attributes[0].name_span), "a");
    assert_eq!(under(text, file.comments[0].span), "# c");
    assert!(!file.comments[0].trailing);
    assert_eq!(file.body.blocks.len(), 1);
}

#[test]
fn files_of_attributes_only_are_read() {
    let file = file("region = \"x\"\ncidrs = [\n  \"a\",\n]\n");
    let names: Vec<&str> = file.body.attributes.iter().map(|a| a.name.as_ref()).collect();
    assert_eq!(names, ["region", "cidrs"]);
    assert!(file.errors.is_empty());
}

/// A broken text, what is read of it, and what is said about it.
const BROKEN: &[(&str, &str, &[&str])] = &[
    (
        "a {\n  b = \n  c = 1\n}\n",
        "a{b=MALFORMED\nc=1\n}\n",
        &["expected an expression, found the end of the line"],
    ),
    (
        "a {\n  b = [1, 2\n  c = 1\n  d {}\n}\ne {}\n",
        "a{b=MALFORMED\nc=1\nd{}\n}\ne{}\n",
        &["expected `,` or `]` after the list's item, found `c`"],
    ),
    ("a {\n  b = \"x\n  c = 1\n}\n", "a{b=MALFORMED\nc=1\n}\n", &["the text is never closed"]),
    (
        "a {\n  b = f(1, {\n c = 2\n d\n })\n  e = 1\n}\n",
        "a{b=MALFORMED\ne=1\n}\n",
        &["expected `=` after the key, found the end of the line"],
    ),
    (
        "a {\n  b = 1 2\n  c = 1\n}\n",
        "a{b=1\nc=1\n}\n",
        &["expected the end of the line after the value, found `2`"],
    ),
    (
        "a {\n  b = \"B\"}\nc {}\n",
        "a{b=\"B\"\n}\nc{}\n",
        &["expected the end of the line after the value, found `}`"],
    ),
    (
        "a {\n  b = 1, c = 2\n}\n",
        "a{b=1\nc=2\n}\n",
        &["expected the end of the line after the value, found `,`"],
    ),
    ("a {\n  \"b\" = 1\n}\n", "a{b=1\n}\n", &["the name `b` must not be in quotes"]),
    (
        "a {\n  b = \"${1 +}-${c}\"\n}\n",
        "a{b=`${MALFORMED}-${c}`\n}\n",
        &["expected an expression, found `}`"],
    ),
    ("a {\n  b = \"\\d\"\n}\n", "a{b=\"\\\\d\"\n}\n", &["this is no escape sequence"]),
    ("a {\n  b = <<EOT\nx\n}\n", "a{b=MALFORMED\n}\n", &["the heredoc has no end marker `EOT`"]),
    (
        "a {\n  b = 'x'\n  c = 1\n}\n",
        "a{b=MALFORMED\nc=1\n}\n",
        &["expected an expression, found `'`"],
    ),
    (
        "a {\n  b = \"%{ if x }y\"\n  c = \"%{ endif }\"\n}\n",
        "a{b=MALFORMED\nc=MALFORMED\n}\n",
        &["the template's `if` is never closed", "`endif` without an open `if`"],
    ),
    (
        "a {\n  b = x ? 1\n  c = 2\n}\n",
        "a{b=MALFORMED\nc=2\n}\n",
        &["expected `:` between the two values of the conditional, found the end of the line"],
    ),
    (
        "resource \"a\" \"b\" {\n  c {\n    d = 1\n}\nresource \"e\" \"f\" {\n  g = 2\n}\n",
        "resource a b{c{d=1\n}\n}\nresource e f{g=2\n}\n",
        &["the block `resource` is never closed"],
    ),
    (
        "locals {\n  a = {\n}\nlocals {\n  b = 2 }}\n",
        "locals{a={}\n}\nlocals{b=2\n}\n",
        &[
            "the block `locals` is never closed",
            "expected the end of the line after the value, found `}`",
            "expected an attribute or block, found `}`",
        ],
    ),
    ("a b c\nd = 1\n", "d=1\n", &["expected `=` or `{` after `a`, found the end of the line"]),
    ("}\na = 1\n", "a=1\n", &["expected an attribute or block, found `}`"]),
    ("a \"${b}\" {\n}\nc = 1\n", "c=1\n", &["a label must be plain text"]),
    (
        "a = [for x of y : x]\nb = 1\n",
        "a=MALFORMED\nb=1\n",
        &["expected `in` after the variables of `for`, found `of`"],
    ),
];

#[test]
fn broken_text_costs_no_more_than_itself() {
    for (text, expected, errors) in BROKEN {
        let file = file(text);
        let mut shown = String::new();
        show_body(&file.body, &mut shown);
        assert_eq!(shown, *expected, "{text}");
        assert_eq!(messages(&file), *errors, "{text}");
        assert!(file.errors.iter().all(|error| error.help.is_some()), "{text}");
        let fatal = file.errors.iter().any(trilith_parser::tree::SyntaxError::is_fatal);
        assert_eq!(is_cut(&file.body), fatal && !errors[0].contains("escape"), "{text}");
    }
}

fn is_cut(body: &Body) -> bool {
    let mut values_broken = false;
    body.for_each_value(&mut |value| values_broken |= is_malformed(value));
    values_broken || body.is_cut || body.blocks.iter().any(|block| is_cut(&block.body))
}

fn is_malformed(expression: &Expression) -> bool {
    let mut found = matches!(expression.kind, ExpressionKind::Malformed);
    expression.for_each_child(&mut |child| found |= is_malformed(child));
    found
}

#[test]
fn what_is_nested_too_deeply_is_an_error_and_no_crash() {
    let deep = 100_000;
    let texts = [
        format!("a = {}\n", "[".repeat(deep)),
        format!("a = {}1{}\n", "(".repeat(deep), ")".repeat(deep)),
        format!("a = {}\n", "-".repeat(deep)),
        format!("a = {}b\n", "!".repeat(deep)),
        format!("a = {}\n", "{a=".repeat(deep)),
        format!("a = {}\n", "f(".repeat(deep)),
        format!("a = {}\n", "\"${".repeat(deep)),
        format!("a = {}b\n", "c ? d : ".repeat(deep)),
        format!("a = b{}\n", "[*]".repeat(deep)),
        format!("a = b{}\n", "[c".repeat(deep)),
        "a {\n".repeat(deep),
        format!("a = \"{}\"\n", "%{ if b }".repeat(deep)),
        format!("a = {}\n", "[for x in ".repeat(deep)),
    ];
    for text in texts {
        let file = file(&text);
        assert!(!file.errors.is_empty(), "{}", &text[..40]);
    }
}

#[test]
fn long_chains_are_not_deep() {
    let long = 20_000;
    let texts = [
        format!("a = 1{}\n", " + 1".repeat(long)),
        format!("a = b{}\n", ".c".repeat(long)),
        format!("a = b{}\n", "[0]".repeat(long)),
        format!("a = true{}\n", " && b || c".repeat(long)),
    ];
    for text in texts {
        assert!(file(&text).errors.is_empty(), "{}", &text[..40]);
    }
}

#[test]
fn text_that_is_broken_on_every_line_is_read_in_linear_time() {
    let lines = 20_000;
    let texts = [
        "a = [\n".repeat(lines),
        "a = <<A\n".repeat(lines),
        (0..lines).map(|n| ["a = <<A", &n.to_string(), "\n"].concat()).collect(),
        "a = \"${\n".repeat(lines),
        "a = {\n".repeat(lines),
        "a = f(\n".repeat(lines),
        "a = \"${b\" ".repeat(lines),
        "a=1;".repeat(lines),
        "}".repeat(lines),
        "a /* ".repeat(lines),
        "resource \"a\" \"b\" {\n".repeat(lines),
    ];
    for text in texts {
        assert!(!file(&text).errors.is_empty(), "{}", &text[..6]);
    }
}

#[test]
fn strings_of_json_are_templates_with_places_in_the_file() {
    let text = r#"{"a": "x\"${var.b}\n\\d"}"#;
    let tree = parse_json(SOURCE, text, &JsonOptions::default()).tree;
    let value = tree.get(tree.documents()[0], "a").unwrap();
    let segments = Segments::of_scalar(&tree, value).unwrap();
    let parsed = parse_template(&segments);
    assert!(parsed.errors.is_empty());
    let mut out = String::new();
    show(&parsed.expression, &mut out);
    assert_eq!(out, "`x\"${var.b}\n\\d`");
    let references = parsed.expression.references();
    assert_eq!(under(text, references[0].span), "var.b");
    assert_eq!(references[0].attributes().collect::<Vec<_>>(), ["b"]);
}

#[test]
fn references_leave_out_variables_of_for() {
    let text = "[for k, v in var.m : merge(v, local.x[each.key], k) if v.on] ";
    let parsed = parse_expression(&segments(text));
    let found: Vec<&str> =
        parsed.expression.references().iter().map(|site| under(text, site.span)).collect();
    assert_eq!(found, ["var.m", "local.x[each.key]", "each.key"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..Default::default() })]

    #[test]
    fn no_text_makes_the_parser_panic(text in "(?s).{0,120}") {
        let _ = file(&text);
        let _ = parse_expression(&segments(&text));
        let _ = parse_template(&segments(&text));
    }

    #[test]
    fn no_mix_of_tokens_makes_the_parser_panic(
        tokens in proptest::collection::vec(
            proptest::sample::select(vec![
                "a", "b.c", "=", "\n", "{", "}", "[", "]", "(", ")", "\"", "${", "%{", "if ", "for ",
                " in ", "else", "endif", "endfor", "~", ":", "?", ",", "...", "=>", "<<A\n", "<<-A\n",
                "\nA\n", "*", ".", "-", "!", "1", "1.5", "#", "//", "/*", "*/", "\\", " ", "é",
                "resource \"a\" \"b\" {\n", "null", "==", "&&",
            ]),
            0..60,
        )
    ) {
        let text = tokens.concat();
        let file = file(&text);
        for error in &file.errors {
            prop_assert!(error.span.end as usize <= text.len() + 1);
        }
        let _ = parse_expression(&segments(&text));
        let _ = parse_template(&segments(&text));
    }

    #[test]
    fn a_broken_block_leaves_its_neighbours_alone(
        inside in "[a-z=\\[\\](),?:.! \\n]{0,60}"
    ) {
        let text = format!(
            "resource \"a\" \"b\" {{\n  c = 1\n}}\nresource \"d\" \"e\" {{\n{inside}\n}}\nresource \"f\" \"g\" {{\n  h = 2\n}}\n"
        );
        let file = file(&text);
        let named = |label: &str| file.body.blocks.iter().any(|block| {
            block.label(0).is_some_and(|first| first.as_ref() == label) && !block.body.is_cut
        });
        prop_assert!(named("a"), "{:?}", file.body.blocks);
        prop_assert!(named("f"), "{:?}", file.body.blocks);
    }
}
