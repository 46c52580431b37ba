//! Values of variables are converted to the type that the variable asks for.

use trilith_parser::hcl::{NoNames, Type, evaluate};

#[path = "hcl_support/values.rs"]
mod values;

use values::{Module, SOURCE, parse, show};

/// A type, a value, and what Terraform 1.11.4 makes of it. `~` marks a default.
const CASES: &[(&str, &str, &str)] = &[
    ("string", "12", "\"12\""),
    ("string", "true", "\"true\""),
    ("string", "[1]", "error"),
    ("string", "null", "null"),
    ("number", "\"12.5\"", "12.5"),
    ("number", "\"x\"", "error"),
    ("bool", "\"true\"", "true"),
    ("bool", "1", "error"),
    ("any", "[1, \"a\"]", "[1, \"a\"]"),
    ("list(string)", "[1, true, \"a\"]", "[\"1\", \"true\", \"a\"]"),
    ("list(list(string))", "[[1], [\"a\"]]", "[[\"1\"], [\"a\"]]"),
    ("list", "[\"a\"]", "[\"a\"]"),
    ("set(string)", "[\"b\", \"a\", 1, \"a\"]", "[\"1\", \"a\", \"b\"]"),
    ("set(number)", "[3, \"10\", 2]", "[2, 3, 10]"),
    ("map(number)", "{ a = \"1\", b = 2 }", "{a: 1, b: 2}"),
    ("map(any)", "{ a = 1 }", "{a: 1}"),
    ("tuple([string, number])", "[1, \"2\"]", "[\"1\", 2]"),
    ("object({ a = string })", "{ a = 1, b = 2 }", "{a: \"1\"}"),
    ("object({ a = string })", "{}", "error"),
    ("object({ a = optional(string), b = optional(number, 5) })", "{}", "{a: ~null, b: ~5}"),
    ("object({ a = optional(string, \"x\") })", "{ a = null }", "{a: ~\"x\"}"),
    ("object({ a = optional(string) })", "{ a = null }", "{a: null}"),
    (
        "list(object({ n = string, o = optional(bool, true) }))",
        "[{ n = 1 }, { n = \"b\", o = \"false\" }]",
        "[{n: \"1\", o: ~true}, {n: \"b\", o: false}]",
    ),
    (
        "object({ a = optional(object({ b = optional(string, \"d\") }), {}) })",
        "{}",
        "{a: ~{b: ~\"d\"}}",
    ),
    ("object({ a = optional(object({ b = optional(string, \"d\") })) })", "{}", "{a: ~null}"),
    (
        "object({ a = optional(object({ b = optional(string, \"d\") })) })",
        "{ a = {} }",
        "{a: {b: ~\"d\"}}",
    ),
    ("map(object({ x = optional(list(string), []) }))", "{ k = {} }", "{k: {x: ~[]}}"),
    // What is not known stays, and so does what is written inside of it.
    ("string", "var.u", "?u"),
    ("string", "aws_x.y.id", "@aws_x.y:id"),
    ("number", "\"1${var.u}\"", "`1${?u}`"),
    ("list(number)", "[\"1\", var.u]", "[1, ?u]"),
    ("string", "var.u ? 1 : 2", "<`var.u` is true: \"1\" | `var.u` is false: \"2\">"),
    ("object({ a = optional(string, \"x\") })", "merge(var.u, {})", "{...}"),
    ("object({ a = string })", "merge({ a = 1 }, var.u)", "{a: ~\"1\", ...}"),
    ("string", "jsonencode({ a = 1 })", "text {a: 1}"),
    ("nonsense(1)", "1", "1"),
    ("\"string\"", "1", "\"1\""),
];

#[test]
fn values_are_converted_as_terraform_does() {
    let module = Module::default().unknown("u");
    for (constraint, text, expected) in CASES {
        let constraint_type = Type::of(&parse(constraint, SOURCE).expression);
        let value = module.value(text);
        assert_eq!(show(&constraint_type.convert(&value)), *expected, "{constraint} of {text}");
    }
}

#[test]
fn defaults_have_the_place_of_the_type() {
    let text = "object({ a = optional(string, \"x\") })";
    let constraint = Type::of(&parse(text, SOURCE).expression);
    let value = evaluate(&parse("{}", SOURCE).expression, &NoNames);
    let span = constraint.convert(&value).get("a").span;
    assert_eq!(&text[span.start as usize..span.end as usize], "\"x\"");
}

#[test]
fn types_of_any_depth_are_read() {
    let text = format!("{}string{}", "list(".repeat(100), ")".repeat(100));
    let value = evaluate(&parse("[[]]", SOURCE).expression, &NoNames);
    assert_eq!(show(&Type::of(&parse(&text, SOURCE).expression).convert(&value)), "[[]]");
}
