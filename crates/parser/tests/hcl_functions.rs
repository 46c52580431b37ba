//! Functions and operators on known values give what Terraform gives.

use proptest::prelude::*;
use trilith_graph::{Reason, Value, ValueKind};
use trilith_parser::hcl::{NoNames, evaluate};

#[path = "hcl_support/values.rs"]
mod values;

use values::{SOURCE, parse, show};

fn value(text: &str) -> Value {
    let parsed = parse(text, SOURCE);
    assert!(parsed.errors.is_empty(), "{text}: {:?}", parsed.errors);
    evaluate(&parsed.expression, &NoNames)
}

/// The JSON text of an expression: `error` if Terraform rejects it.
fn json(text: &str) -> String {
    let value = value(&format!("\"=${{jsonencode({text})}}\""));
    match &value.kind {
        ValueKind::String(json) => json.trim_start_matches('=').to_owned(),
        ValueKind::Unknown(Reason::Malformed) => "error".into(),
        _ => format!("not known: {}", show(&value)),
    }
}

#[test]
fn functions_and_operators_give_what_terraform_gives() {
    let mut lines =
        include_str!("data/terraform-functions.txt").lines().filter(|line| !line.starts_with('#'));
    let mut count = 0;
    while let (Some(expression), Some(result)) = (lines.next(), lines.next()) {
        let expected = result.strip_prefix("  = ").expect("results are marked");
        assert_eq!(json(expression), expected, "{expression}");
        count += 1;
    }
    assert!(count > 500, "{count}");
}

#[test]
fn functions_without_an_implementation_give_their_type() {
    let cases = [
        ("sha256(\"a\")", "`${?sha256()}`"),
        ("uuid()", "`${?uuid()}`"),
        ("timestamp()", "`${?timestamp()}`"),
        ("bcrypt(\"a\")", "`${?bcrypt()}`"),
        ("timecmp(\"a\", \"b\")", "?timecmp()"),
        ("fileset(\".\", \"*\")", "[?fileset(), ...]"),
        ("provider::aws::arn_parse(\"a\")", "?provider::aws::arn_parse()"),
        ("nosuch(1, 2)", "?nosuch()"),
        ("regexall(\"a\", \"b\")", "[?regexall(), ...]"),
    ];
    for (text, expected) in cases {
        assert_eq!(show(&value(text)), expected, "{text}");
    }
}

#[test]
fn a_wrong_number_of_arguments_is_an_error() {
    for text in ["upper()", "upper(\"a\", \"b\")", "lookup({})", "uuid(1)", "cidrsubnet(\"a\")"] {
        assert_eq!(show(&value(text)), "error", "{text}");
    }
}

#[test]
fn what_costs_too_much_is_left_out() {
    let doubled = |depth: usize| {
        let start = "\"xxxxxxxxxxxxxxxx\"".to_owned();
        (0..depth).fold(start, |inner, _| format!("\"${{{inner}}}${{{inner}}}\""))
    };
    let cases = [
        "range(1000000)".to_owned(),
        "[for a in range(9999) : [for b in range(9999) : a * b]]".to_owned(),
        "setproduct(range(9999), range(9999))".to_owned(),
        format!("format(\"%{}d\", 1)", "9".repeat(9)),
        "indent(1000000, join(\"\\n\", range(9999)))".to_owned(),
        "join(join(\"\", range(9999)), range(9999))".to_owned(),
        "replace(join(\"\", range(9999)), \"\", join(\"\", range(9999)))".to_owned(),
        doubled(12),
        "[for a in range(2000) : [for b in range(100) : b]]".to_owned(),
    ];
    for text in cases {
        let value = value(&text);
        let shown = show(&value);
        let is_small = shown.len() < 300_000;
        assert!(is_small, "{} bytes from {}", shown.len(), &text[..text.len().min(60)]);
        let is_known = !shown.contains("left out") && !shown.contains('?');
        assert!(!is_known || text.len() > 9000, "{shown:.200} from {text:.60}");
    }
}

#[test]
fn evaluation_of_the_deepest_trees_does_not_overflow_the_stack() {
    let depth = 120;
    let nested = [
        format!("{}1{}", "(".repeat(depth), ")".repeat(depth)),
        format!("{}1{}", "[".repeat(depth), "]".repeat(depth)),
        format!("{}\"a\"{}", "upper(".repeat(depth), ")".repeat(depth)),
        format!("{}1{}", "{a = ".repeat(depth), "}".repeat(depth)),
        format!("{}false", "true ? 1 : ".repeat(depth)),
        format!("{}1{}", "[for x in [1] : ".repeat(depth / 2), "]".repeat(depth / 2)),
        format!("{}x{}", "\"a${\"".repeat(30), "\"}\"".repeat(30)),
        format!("{}unknown", "unknown ? 1 : ".repeat(depth)),
        format!("{}1{}", "try(unknown.a, ".repeat(depth / 2), ")".repeat(depth / 2)),
        format!("{}true", "!".repeat(depth)),
    ];
    for text in nested {
        let parsed = parse(&text, SOURCE);
        let _ = evaluate(&parsed.expression, &NoNames);
        let _ = parsed.expression.to_string();
        let _ = parsed.expression.references();
    }
}

/// Text of expressions whose value is a text, a number, a list of texts or a map of texts.
fn text() -> BoxedStrategy<String> {
    let leaf = prop_oneof![
        "[a-zA-Z0-9 ,./:_-]{0,8}".prop_map(|text| format!("\"{text}\"")),
        Just("\"\"".to_owned()),
    ];
    leaf.prop_recursive(4, 48, 4, |inner| {
        let list = list(inner.clone());
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            inner.clone().prop_map(|a| format!("upper({a})")),
            inner.clone().prop_map(|a| format!("title(lower({a}))")),
            inner.clone().prop_map(|a| format!("trimspace({a})")),
            inner.clone().prop_map(|a| format!("base64decode(base64encode({a}))")),
            inner.clone().prop_map(|a| format!("jsondecode(jsonencode({a}))")),
            inner.clone().prop_map(|a| format!("jsonencode({{a = {a}}})")),
            inner.clone().prop_map(|a| format!("base64encode({a})")),
            inner.clone().prop_map(|a| format!("urlencode(strrev({a}))")),
            inner.clone().prop_map(|a| format!("substr({a}, 1, -1)")),
            inner.clone().prop_map(|a| format!("(length({a}) > 3 ? {a} : \"short\")")),
            pair.clone().prop_map(|(a, b)| format!("\"${{{a}}}-${{{b}}}\"")),
            pair.clone().prop_map(|(a, b)| format!("format(\"%s/%q\", {a}, {b})")),
            pair.clone().prop_map(|(a, b)| format!("replace({a}, \"a\", {b})")),
            pair.clone().prop_map(|(a, b)| format!("trimprefix({a}, {b})")),
            pair.clone().prop_map(|(a, b)| format!("(contains([{a}], {b}) ? {a} : {b})")),
            pair.clone().prop_map(|(a, b)| format!("coalesce({a}, {b}, \"z\")")),
            pair.clone().prop_map(|(a, b)| format!("lookup({{k = {a}}}, {b}, {b})")),
            pair.prop_map(|(a, b)| format!("try({{k = {a}}}[{b}], {b})")),
            list.clone().prop_map(|a| format!("join(\",\", {a})")),
            list.clone().prop_map(|a| format!("element(concat({a}, [\"e\"]), 1)")),
            list.prop_map(|a| format!("tostring(length({a}))")),
        ]
    })
    .boxed()
}

fn list(text: impl Strategy<Value = String> + Clone + 'static) -> BoxedStrategy<String> {
    prop_oneof![
        proptest::collection::vec(text.clone(), 0..3).prop_map(|a| format!("[{}]", a.join(", "))),
        text.clone().prop_map(|a| format!("split(\",\", {a})")),
        text.clone().prop_map(|a| format!("sort(distinct(compact([{a}, \"b\", {a}])))")),
        text.clone()
            .prop_map(|a| format!("[for i, x in [{a}, \"c\"] : \"${{i}}${{x}}\" if x != \"\"]")),
        text.clone().prop_map(|a| format!("flatten([[{a}], [[\"d\"]]])")),
        text.clone().prop_map(|a| format!("reverse(slice([{a}, \"e\", \"f\"], 0, 2))")),
        text.clone().prop_map(|a| format!("keys({{for x in [{a}] : x => 1}})")),
        text.clone().prop_map(|a| format!("values(merge({{k = {a}}}, {{l = \"m\"}}))")),
        text.clone().prop_map(|a| format!("tolist(toset([{a}, \"g\", 1]))")),
        text.clone().prop_map(|a| format!("setunion([{a}], setsubtract([\"h\"], [{a}]))")),
        text.clone().prop_map(|a| format!("[{{k = {a}}}, {{k = \"n\"}}][*].k")),
        text.prop_map(|a| format!("formatlist(\"%s-%s\", [\"i\", \"j\"], {a})")),
    ]
    .boxed()
}

fn is_known(value: &Value) -> bool {
    let mut is_known = true;
    value.walk(&mut |_, inner| {
        is_known &= inner.unknown_reason().is_none()
            && !matches!(inner.kind, ValueKind::Template(_) | ValueKind::Reference(_))
            && !inner.flags.has(trilith_graph::Flags::OPEN);
    });
    is_known
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..Default::default() })]

    #[test]
    fn what_is_known_stays_known(text in text()) {
        let value = value(&text);
        prop_assert!(is_known(&value), "{} from {text}", show(&value));
    }

    #[test]
    fn lists_of_what_is_known_stay_known(list in list(text())) {
        let value = value(&list);
        prop_assert!(is_known(&value), "{} from {list}", show(&value));
        prop_assert!(matches!(value.kind, ValueKind::List(_)));
    }

    #[test]
    fn an_expression_on_one_line_means_the_same(text in text()) {
        let parsed = parse(&text, SOURCE);
        let again = parsed.expression.to_string();
        prop_assert_eq!(show(&value(&again)), show(&value(&text)), "{} from {}", again, text);
    }

    #[test]
    fn no_mix_of_tokens_makes_the_evaluator_panic(
        tokens in proptest::collection::vec(
            proptest::sample::select(vec![
                "a", "var.b", ".c", "[0]", "[*]", "(", ")", "[", "]", "{", "}", ",", " = ", "\"x\"",
                "\"${", "}\"", " ? ", " : ", " + ", " - ", " / ", " % ", " == ", " != ", " && ",
                "!", "-", "1", "1.5", "null", "true", "merge(", "concat(", "try(", "lookup(",
                "format(\"%s%d\", ", "element(", "slice(", "cidrsubnet(\"10.0.0.0/8\", ", "substr(\"abc\", ",
                "[for x in ", "{for k, v in ", "k => v", " if ", "...", "jsonencode(", "jsondecode(",
                "9223372036854775807", "range(", "flatten(", "zipmap(", "one(", "coalesce(",
            ]),
            0..24,
        )
    ) {
        let parsed = parse(&tokens.concat(), SOURCE);
        let value = evaluate(&parsed.expression, &NoNames);
        let _ = show(&value);
    }
}
