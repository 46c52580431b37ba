//! What is known of an expression when not everything in it is.

use proptest::prelude::*;
use trilith_graph::{Flags, Formula, Part, Reason, SourceId, Span, Tri, Value, ValueKind};
use trilith_parser::hcl::{Bindings, ExpressionKind, condition, embedded, evaluate};
use trilith_parser::tree::{parse_embedded_json, to_value_with_holes};

#[path = "hcl_support/values.rs"]
mod values;

use values::{Module, SOURCE, parse, show};

fn module() -> Module {
    Module::default()
        .variable("name", "\"n\"")
        .variable("tags", "{ a = \"x\", b = 1 }")
        .variable("list", "[\"a\", \"b\"]")
        .variable("on", "true")
        .unknown("u")
        .unknown("v")
        .unknown("create")
        .local("create", "var.create && var.u")
        .local("known", "{ x = [1, { y = 2 }] }")
        .local("policy", "<<EOT\n{\"a\": \"${var.u}\"}\nEOT\n")
        .local("maybe", "var.create ? [\"p\"] : []")
        .local("filtered", "[for x in [\"a\", \"b\"] : x if var.create]")
        .file("./t.tpl", "a ${name} %{ for x in xs ~}\n<${x}>\n%{ endfor ~}\n")
        .file("./p.json", "{\"k\": [1, {\"z\": \"s\"}]}")
        .file("./self.tpl", "${templatefile(\"./self.tpl\", {})}")
}

/// `?x` is not known because of `x`, `~` rests on a default, `...` may have more elements,
/// `<a: b | ...>` depends on conditions, `@a:b` is an attribute, backticks are text with holes.
const CASES: &[(&str, &str)] = &[
    // Names.
    ("var.name", "~\"n\""),
    ("var.missing", "?undeclared var.missing"),
    ("foo", "?undeclared foo"),
    ("var.tags.a", "~\"x\""),
    ("var.tags[\"b\"]", "~1"),
    ("var.tags.zz", "~error"),
    ("local.known.x[1].y", "2"),
    ("var.u.x[0].y", "?u"),
    ("var.u[*].id", "[?u, ...]"),
    ("var.u.*.id", "[?u, ...]"),
    ("aws_s3_bucket.b.arn", "@aws_s3_bucket.b:arn"),
    ("aws_s3_bucket.b[0].arn", "@aws_s3_bucket.b[0]:arn"),
    ("aws_s3_bucket.b[\"k\"].arn", "@aws_s3_bucket.b[\"k\"]:arn"),
    ("aws_x.y.list[0].z", "@aws_x.y:list.0.z"),
    ("aws_subnet.s[*].id", "[@aws_subnet.s:id, ...]"),
    ("aws_subnet.s[var.u].id", "?u"),
    ("data.aws_x.y.z[0].w", "?data"),
    // Templates.
    ("\"${var.u}\"", "?u"),
    ("\"a-${var.u}-b\"", "`a-${?u}-b`"),
    ("\"${var.name}-x\"", "~\"n-x\""),
    ("\"${aws_s3_bucket.b.arn}/*\"", "`${@aws_s3_bucket.b:arn}/*`"),
    ("\"x${\"y${var.u}\"}\"", "`xy${?u}`"),
    (
        "\"%{ if var.create }a%{ else }b%{ endif }-\"",
        "`${<`var.create` is true: \"a\" | `var.create` is false: \"b\">}-`",
    ),
    ("\"%{ for x in var.u }${x}%{ endfor }-\"", "`${?u}-`"),
    ("\"%{ for x in [\"a\", \"b\"] }${x}${var.u}%{ endfor }\"", "`a${?u}b${?u}`"),
    // Conditions.
    ("var.on ? 1 : 2", "~1"),
    ("var.create ? 1 : 2", "<`var.create` is true: 1 | `var.create` is false: 2>"),
    ("!var.create ? 1 : 2", "<`var.create` is false: 1 | `var.create` is true: 2>"),
    ("var.create ? \"a\" : \"a\"", "\"a\""),
    ("var.create ? null : var.u", "<`var.create` is true: null | `var.create` is false: ?u>"),
    (
        "local.create ? 1 : 0",
        "<`var.create` is true and `var.u` is true: 1 | `var.create` is false or `var.u` is false: 0>",
    ),
    ("var.create == true ? 1 : 2", "<`var.create` is true: 1 | `var.create` is false: 2>"),
    ("false == var.create ? 1 : 2", "<`var.create` is false: 1 | `var.create` is true: 2>"),
    ("var.u != \"x\" ? 1 : 2", "<`var.u == \"x\"` is false: 1 | `var.u == \"x\"` is true: 2>"),
    (
        "var.create ? (var.create ? 1 : 2) : 3",
        "<`var.create` is true: 1 | `var.create` is false: 3>",
    ),
    (
        "var.create ? 1 : var.u ? 2 : 1",
        "<`var.create` is true or `var.create` is false and `var.u` is false: 1 | `var.create` is false and `var.u` is true: 2>",
    ),
    (
        "(var.create ? \"a\" : \"b\") == \"a\" ? 1 : 2",
        "<`var.create` is true: 1 | `var.create` is false: 2>",
    ),
    ("null ? 1 : 2", "error"),
    // Operators.
    ("var.u + 1", "?u"),
    ("var.u && false", "false"),
    ("var.u || true", "true"),
    ("var.u == null", "?u"),
    ("\"a${var.u}\" == \"b\"", "false"),
    ("\"a${var.u}\" == \"ab\"", "?u"),
    ("aws_x.y.id == aws_x.y.id", "true"),
    ("aws_x.y.id == aws_x.z.id", "?computed"),
    ("aws_x.y.id == null", "false"),
    ("aws_x.y.id == \"\"", "false"),
    ("aws_x.y.size == null", "?computed"),
    ("var.list == []", "~false"),
    ("var.list == [\"a\", \"b\"]", "~?undecided"),
    ("tolist([1]) == [1]", "false"),
    // Lists and maps.
    ("{ (var.u) = 1, b = 2 }", "{${...}: 1, b: 2, ...}"),
    ("merge({ a = 1 }, var.u)", "{a: ~1, ...}"),
    ("merge(var.u, { a = 1 })", "{a: 1, ...}"),
    ("merge({ a = 1 }, null, { b = 2 })", "{a: 1, b: 2}"),
    (
        "merge({ a = 1 }, var.create ? { b = 2 } : {})",
        "<`var.create` is true: {a: 1, b: 2} | `var.create` is false: {a: 1}>",
    ),
    (
        "merge({}, var.create ? { a = 2 } : {}, var.create ? {} : { c = 3 })",
        "<`var.create` is true: {a: 2} | `var.create` is false: {c: 3}>",
    ),
    ("concat([\"a\"], var.u)", "[\"a\", ?u, ...]"),
    ("concat([\"a\"], var.u)[0]", "\"a\""),
    ("concat([\"a\"], var.u)[1]", "?u"),
    ("concat(var.u, [\"a\"])[0]", "?open"),
    (
        "concat(local.maybe, [\"z\"])",
        "<`var.create` is true: [\"p\", \"z\"] | `var.create` is false: [\"z\"]>",
    ),
    ("flatten([[\"a\"], var.u, local.maybe])", "[\"a\", ?u, <`var.create` is true: \"p\">, ...]"),
    ("compact([\"a\", var.create ? \"b\" : \"\"])", "[\"a\", <`var.create` is true: \"b\">]"),
    ("length(local.filtered)", "?undecided"),
    ("length(var.u)", "?u"),
    ("length(merge({ a = 1 }, var.u))", "?open"),
    ("local.filtered[0]", "?open"),
    ("contains(local.filtered, \"a\")", "?undecided"),
    ("contains(local.filtered, \"z\")", "false"),
    ("contains([\"a\", var.u], \"a\")", "true"),
    ("contains([\"b\", var.u], \"a\")", "?u"),
    ("keys(merge({ a = 1 }, var.u))", "[?open, \"a\", ...]"),
    ("zipmap([\"a\"], var.u)", "{a: ?u}"),
    ("setunion([\"a\"], var.u)", "[?u, \"a\", ...]"),
    ("toset([\"b\", \"a\", var.u])", "[?u, \"a\", \"b\", ...]"),
    ("one(local.maybe)", "<`var.create` is true: \"p\" | `var.create` is false: null>"),
    ("one(aws_x.y[*].id)", "@aws_x.y:id"),
    ("element(var.list, var.u)", "~?u"),
    ("alltrue([false, var.u])", "false"),
    ("anytrue([true, var.u])", "true"),
    // Comprehensions.
    ("[for x in var.u : x.id]", "[?u, ...]"),
    ("[for k, v in var.u : { k = k, w = 1 }]", "[{k: ?u, w: 1}, ...]"),
    ("{ for k, v in var.u : k => v.x }", "{${...}: ?u, ...}"),
    ("{ for k, v in { a = 1 } : k => var.u }", "{a: ?u}"),
    ("[for x in var.list : \"${x}-${var.u}\"]", "~[~`a-${?u}`, ~`b-${?u}`]"),
    (
        "[for x in [\"a\", \"b\"] : x if var.create]",
        "[<`var.create` is true: \"a\">, <`var.create` is true: \"b\">]",
    ),
    ("[for x in [\"a\"] : x if x != var.u]", "[<`x == var.u at 0` is false: \"a\">]"),
    ("{ for x in [\"a\"] : x => 1 if var.create }", "{a: <`var.create` is true: 1>}"),
    (
        "[for x in local.maybe : upper(x)]",
        "<`var.create` is true: [\"P\"] | `var.create` is false: []>",
    ),
    ("[for x in merge({ a = 1 }, var.u) : x]", "[?open, ~1, ...]"),
    ("[for s in toset([\"b\"]) : s]", "[\"b\"]"),
    ("[for k, s in toset([\"b\"]) : k]", "[\"b\"]"),
    // The first that will do.
    ("try(var.u.x, \"d\")", "<`can(var.u.x)` is true: ?u | `can(var.u.x)` is false: \"d\">"),
    ("try(var.u, \"d\")", "?u"),
    ("try(aws_x.y[0].id, \"\")", "@aws_x.y[0]:id"),
    ("try(var.tags.zz, \"d\")", "~\"d\""),
    (
        "try((var.create ? { a = 1 } : { b = 2 }).a, 9)",
        "<`var.create` is true: 1 | `var.create` is false: 9>",
    ),
    ("can(var.u)", "true"),
    ("can(var.tags.zz)", "false"),
    ("can(var.u.x) ? 1 : 2", "<`can(var.u.x)` is true: 1 | `can(var.u.x)` is false: 2>"),
    ("coalesce(var.u, \"d\")", "<`var.u == null` is false: ?u | `var.u == null` is true: \"d\">"),
    ("coalesce(null, aws_x.y.id)", "@aws_x.y:id"),
    (
        "coalesce(var.create ? null : \"x\", \"d\")",
        "<`var.create` is false: \"x\" | `var.create` is true: \"d\">",
    ),
    (
        "lookup(var.u, \"k\", \"d\")",
        "<`can(var.u[\"k\"])` is true: ?u | `can(var.u[\"k\"])` is false: \"d\">",
    ),
    ("lookup(var.tags, \"k\", \"d\")", "~\"d\""),
    ("lookup({ k = 1 }, \"k\", \"d\")", "1"),
    (
        "{ for x in [\"a\"] : x => 1... if var.create }",
        "{a: <`var.create` is true: [<`var.create` is true: 1>]>}",
    ),
    ("keys({ for x in [\"a\"] : x => 1 if var.create })", "[<`var.create` is true: \"a\">]"),
    ("length({ for x in [\"a\"] : x => 1 if var.create })", "?undecided"),
    (
        "merge({ a = 1 }, { for x in [\"a\"] : x => 2 if var.create })",
        "{a: <`var.create` is true: 2 | `var.create` is false: 1>}",
    ),
    (
        "lookup({ for x in [\"a\"] : x => 2 if var.create }, \"a\", 1)",
        "<`var.create` is true: 2 | `var.create` is false: 1>",
    ),
    ("lookup(merge(var.u, { a = 1 }), \"a\", \"d\")", "1"),
    ("coalescelist([\"b\"], var.u)", "[\"b\"]"),
    // Text.
    ("upper(\"a-${var.u}\")", "`A-${?u}`"),
    ("startswith(\"arn:${var.u}\", \"arn:\")", "true"),
    ("endswith(\"${var.u}/0\", \"/8\")", "false"),
    ("strcontains(\"${var.u}-x\", \"-x\")", "true"),
    ("join(\",\", [\"a\", var.u])", "`a,${?u}`"),
    ("join(\",\", var.u)", "`${?u}`"),
    ("split(\",\", var.u)", "[?u, ...]"),
    ("format(\"%s-%d\", var.u, 3)", "`${?u}-3`"),
    ("format(\"%5s\", aws_x.y.id)", "`${?computed}`"),
    ("formatlist(\"%s/*\", [aws_x.y.arn])", "[`${@aws_x.y:arn}/*`]"),
    ("trimsuffix(\"${var.u}:*\", \":*\")", "`${?u}`"),
    ("replace(aws_x.y.arn, \"x\", \"y\")", "`${?computed}`"),
    ("cidrsubnet(var.u, 8, 1)", "`${?u}`"),
    ("tostring(aws_x.y.id)", "@aws_x.y:id"),
    // Encodings.
    (
        "jsonencode({ S = [{ A = \"*\", R = aws_x.y.arn, U = var.u }] })",
        "text {S: [{A: \"*\", R: @aws_x.y:arn, U: ?u}]}",
    ),
    ("\"${jsonencode({ a = var.u })}\"", "text {a: ?u}"),
    (
        "\"x${jsonencode({ b = aws_x.y.arn, a = var.u })}\"",
        "`x{\"a\":${?u},\"b\":\"${@aws_x.y:arn}\"}`",
    ),
    ("jsondecode(jsonencode({ a = var.u }))", "{a: ?u}"),
    ("jsonencode(aws_x.y.id)", "`\"${@aws_x.y:id}\"`"),
    ("jsonencode(var.u)", "`${?u}`"),
    ("jsondecode(\"{\\\"a\\\": ${var.u}, \\\"b\\\": \\\"x${var.v}\\\"}\")", "{a: ?u, b: `x${?v}`}"),
    ("jsondecode(local.policy).a", "?u"),
    (
        "var.create ? jsonencode([1]) : null",
        "<`var.create` is true: text [1] | `var.create` is false: null>",
    ),
    ("base64encode(\"#! ${var.u}\")", "base64 `#! ${?u}`"),
    ("base64decode(base64encode(\"x${var.u}\"))", "`x${?u}`"),
    ("\"${base64encode(\"a\")}=\"", "\"YQ===\""),
    ("yamlencode({ a = 1 })", "text {a: 1}"),
    ("yamldecode(yamlencode({ a = 1 })).a", "1"),
    ("upper(yamlencode({ a = 1 }))", "`${?yamlencode()}`"),
    // Marks.
    ("sensitive(\"x\")", "secret \"x\""),
    ("\"a${sensitive(\"x\")}\"", "secret \"ax\""),
    ("nonsensitive(sensitive(\"x\"))", "\"x\""),
    ("{ a = sensitive(\"x\") }", "{a: secret \"x\"}"),
    ("join(\"\", [sensitive(\"x\")])", "secret \"x\""),
    ("sensitive({ a = 1 }).a", "secret 1"),
    ("sensitive(true) ? 1 : 2", "secret 1"),
    // Files.
    ("file(\"${path.module}/p.json\")", "\"{\\\"k\\\": [1, {\\\"z\\\": \\\"s\\\"}]}\""),
    ("jsondecode(file(\"./p.json\")).k[1].z", "\"s\""),
    ("file(\"./zz\")", "error"),
    ("file(var.u)", "`${?u}`"),
    ("fileexists(\"./p.json\")", "true"),
    ("fileexists(\"./zz\")", "false"),
    ("templatefile(\"./t.tpl\", { name = \"N\", xs = [\"1\", \"2\"] })", "\"a N <1>\\n<2>\\n\""),
    ("templatefile(\"./t.tpl\", { name = var.u, xs = [] })", "`a ${?u} `"),
    ("templatefile(\"./t.tpl\", { xs = [] })", "`a ${?undeclared name} `"),
    ("templatefile(\"./t.tpl\", var.u)", "`${?u}`"),
    ("templatefile(\"./self.tpl\", {})", "?left out: templates are nested too deeply"),
];

#[test]
fn what_can_be_known_is_known() {
    let module = module();
    let shown = CASES.iter().map(|(text, expected)| (*text, module.shown(text), *expected));
    let wrong: Vec<_> = shown.filter(|(_, shown, expected)| shown != expected).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Templates, and what Terraform 1.11.4 makes of them.
const TEMPLATES: &[(&str, &str)] = &[
    ("<<A\n  one\n    ${~ local.x ~}  \n  two\nA", "  one\nX  two\n"),
    (
        "<<-A\n    one\n      %{ for i in local.l ~}\n      - ${i}\n      %{ endfor ~}\n    two\n  A",
        "one\n        - p\n        - q\n      two\n",
    ),
    ("<<-A\n    ${local.x} a\n      b ${local.x}\n\n    c\n  A", "X a\n  b X\n\nc\n"),
    ("<<-A\n\ttab\n\t  more\n\tA", "tab\n  more\n"),
    ("<<-A\n      six\n   $${three}\n    four\n  A", "   six\n${three}\n four\n"),
    ("<<A\n%{ if true ~}\nyes\n%{ else ~}\nno\n%{ endif ~}\nend\nA", "yes\nend\n"),
    ("<<-A\n    a\n   \n     b\n    A", "a\n   \n b\n"),
    ("\"%{ if true ~}  \\n  x \\n  %{~ endif }|\"", "x|"),
    ("<<A\na \\n \"b\" \\ c\nA", "a \\n \"b\" \\ c\n"),
    ("<<-A\n      ${local.x}\n    low\n  A", "  X\nlow\n"),
    ("\"a${~ \"b\" ~}c  ${~ \"d\" ~}  e\"", "abcde"),
    ("<<-A\n    %{~ for i in local.l ~}\n    ${i}\n    %{~ endfor ~}\n  A", "    p\n    q\n"),
    ("<<-A\n\n    blank before\n  A", "\nblank before\n"),
    ("<<A\n\nA", "\n"),
    ("<<-A\n    a\n      ${~ local.x }\n    b\n  A", "    a\nX\n    b\n"),
    (
        "templatefile(\"./lines.tpl\", { x = \"X\", l = [\"p\", \"q\"] })",
        "head\n  item p\n  item q\ntailX\n  end\n${no} %{no}\n",
    ),
];

#[test]
fn space_is_trimmed_as_terraform_does() {
    let template = "head\n%{ for i in l ~}\n  item ${i}\n%{ endfor ~}\ntail ${~ x ~}\n\n  end\n$${no} %%{no}\n";
    let module = Module::default()
        .local("x", "\"X\"")
        .local("l", "[\"p\", \"q\"]")
        .file("./lines.tpl", template);
    for (text, expected) in TEMPLATES {
        assert_eq!(module.value(text).as_str(), Some(*expected), "{text}");
    }
}

#[test]
fn a_value_knows_where_it_is_used_and_where_it_comes_from() {
    let module = module().local("cidr", "var.name").local("list", "[var.name, \"lit\"]");
    let used = module.value("local.cidr");
    assert_eq!(used.span, Span::new(SOURCE, 0, 10));
    let via = used.via.as_ref().unwrap();
    assert_eq!((&*via.note, via.span), ("value of `local.cidr`", Span::new(SourceId(2), 0, 8)));
    let next = via.next.as_ref().unwrap();
    assert_eq!((&*next.note, next.span), ("default of `name`", Span::new(SourceId(1), 0, 3)));
    assert!(next.next.is_none());

    let element = module.value("[for x in local.list : { v = x }][1].v");
    assert_eq!(element.span, Span::new(SOURCE, 29, 30), "where `x` stands");
    let via = element.via.as_ref().unwrap();
    assert_eq!(via.span, Span::new(SourceId(2), 11, 16), "the text itself");

    let looked_up = module.value("lookup(local.known, \"x\")[0]");
    assert_eq!(looked_up.span, Span::new(SOURCE, 0, 27));
    assert_eq!(looked_up.via.as_ref().unwrap().span, Span::new(SourceId(2), 7, 8));

    let literal = module.value("var.on ? \"yes\" : \"no\"");
    assert_eq!(literal.span, Span::new(SOURCE, 9, 14), "the value that was chosen");
    assert_eq!(&*literal.via.as_ref().unwrap().note, "default of `on`");

    let computed = module.value("\"${var.name}/24\"");
    assert_eq!(&*computed.via.as_ref().unwrap().note, "default of `name`");

    let inside = module.value("local.known");
    assert_eq!(inside.get("x").item(1).get("y").span.source, SourceId(2));
    let file = module.value("jsondecode(file(\"./p.json\")).k[1].z");
    assert_eq!(file.via.as_ref().unwrap().span, Span::new(SourceId(9), 16, 19));
}

#[test]
fn keys_and_values_of_an_object_have_their_places() {
    let text = "{ a = \"x\", \"b\" = [1, 2] }";
    let value = module().value(text);
    let under = |span: Span| &text[span.start as usize..span.end as usize];
    let entries = value.entries();
    assert_eq!(under(entries[0].key_span), "a");
    assert_eq!(under(entries[0].value.span), "\"x\"");
    assert_eq!(under(entries[1].key_span), "\"b\"");
    assert_eq!(under(entries[1].value.item(1).span), "2");
}

#[test]
fn what_fails_in_an_element_fails_as_a_whole() {
    let value = module().value("[for x in [for y in [null] : \"a${y}\"] : try(x, \"caught\")]");
    assert_eq!(value.unknown_reason(), Some(&Reason::Malformed));
    let value = module().value("try([for x in [for y in [null] : \"a${y}\"] : x], \"caught\")");
    assert_eq!(value.as_str(), Some("caught"));
}

#[test]
fn a_policy_in_a_heredoc_is_read_with_its_places() {
    let text = "<<-EOT\n    {\"Statement\": [{\"Action\": \"s3:*\",\n      \"Resource\": \"${aws_x.y.arn}/*\"}]}\n  EOT";
    let module = module();
    let parsed = parse(text, SOURCE);
    let (segments, holes) = embedded(&parsed.expression, &module).unwrap();
    let tree = parse_embedded_json(segments);
    let value = to_value_with_holes(&tree.tree, tree.tree.documents()[0], &holes);
    let statement = value.get("Statement").item(0);
    let under = |value: &Value| &text[value.span.start as usize..value.span.end as usize];
    assert_eq!(under(statement.get("Action")), "\"s3:*\"");
    assert_eq!(under(statement.get("Resource")), "\"${aws_x.y.arn}/*\"");
    assert_eq!(show(statement.get("Resource")), "text `${@aws_x.y:arn}/*`");

    let through_local = parse("local.policy", SOURCE);
    let (segments, holes) = embedded(&through_local.expression, &module).unwrap();
    assert_eq!(segments.whole().source, SourceId(2));
    assert_eq!(holes.len(), 1);
    assert!(embedded(&parse("merge({}, {})", SOURCE).expression, &module).is_none());
}

#[test]
fn conditions_are_named_for_what_they_depend_on() {
    let module = module();
    let of = |text: &str| condition(&parse(text, SOURCE).expression, &module).describe(true);
    assert_eq!(of("var.create"), "`var.create` is true");
    assert_eq!(of("(  ! (var.create))"), "`var.create` is false");
    assert_eq!(of("var.u   ==\n\"x\""), "`var.u == \"x\"` is true");
    assert_eq!(of("length( var.u )>0 && true"), "`length(var.u) > 0` is true");
    assert_eq!(of("var.create || !var.create"), "`var.create` is true or `var.create` is false");
    assert_eq!(condition(&parse("1 == 1", SOURCE).expression, &module), Formula::True);
    assert_eq!(condition(&parse("var.on", SOURCE).expression, &module), Formula::True);
    let bound = Bindings::new(&module).bind("x", module.value("var.u")).label("\"k\"");
    let named = condition(&parse("x.enabled", SOURCE).expression, &bound);
    assert_eq!(named.describe(true), "`x.enabled at \"k\"` is true");
    let unbound = condition(&parse("var.create", SOURCE).expression, &bound);
    assert_eq!(unbound.describe(true), "`var.create` is true");
}

#[test]
fn bindings_hide_and_show_names() {
    let module = module();
    let inner = Bindings::new(&module).bind("each", module.value("{ key = \"a\", value = 1 }"));
    let parsed = parse("\"${each.key}${each.value}${var.name}\"", SOURCE);
    assert_eq!(show(&evaluate(&parsed.expression, &inner)), "~\"a1n\"");
    let closed = Bindings::closed(&module).bind("x", module.value("1"));
    let parsed = parse("[x, var.name]", SOURCE);
    assert_eq!(show(&evaluate(&parsed.expression, &closed)), "[1, ?undeclared var.name]");
}

#[test]
fn what_could_not_be_read_is_unknown_and_the_rest_is_not() {
    let parsed = parse("{ a = \"x${1 +}y\", b = 1 }", SOURCE);
    assert!(!parsed.errors.is_empty());
    assert!(matches!(parsed.expression.kind, ExpressionKind::Object(_)));
    let value = evaluate(&parsed.expression, &module());
    assert_eq!(show(&value), "{a: `x${error}y`, b: 1}");
}

/// Expressions over `var.b` (a boolean), `var.s` (text), `var.l` (a list), `var.m` (a map).
fn scalar() -> BoxedStrategy<String> {
    let leaf = prop_oneof![
        Just("var.s".to_owned()),
        Just("try(var.l[0], \"e\")".to_owned()),
        Just("var.m.k".to_owned()),
        Just("\"x\"".to_owned()),
        Just("\"\"".to_owned()),
        Just("null".to_owned()),
        Just("1".to_owned()),
    ];
    leaf.prop_recursive(3, 24, 3, |inner| {
        let pair = (inner.clone(), inner.clone());
        let list = list(inner.clone());
        prop_oneof![
            pair.clone().prop_map(|(a, b)| format!("(var.b ? {a} : {b})")),
            pair.clone().prop_map(|(a, b)| format!("(var.s == \"t\" ? {a} : {b})")),
            pair.clone().prop_map(|(a, b)| format!("({a} == {b} ? {a} : \"ne\")")),
            pair.clone().prop_map(|(a, b)| format!("try(\"${{{a}}}/${{{b}}}\", \"f\")")),
            pair.clone().prop_map(|(a, b)| format!("try({a}, {b})")),
            pair.clone().prop_map(|(a, b)| format!("coalesce({a}, {b}, \"c\")")),
            pair.clone().prop_map(|(a, b)| format!("try(lookup(var.m, {a}, {b}), \"f\")")),
            pair.clone().prop_map(|(a, b)| format!("try(format(\"%s:%s\", {a}, {b}), \"f\")")),
            pair.prop_map(|(a, b)| format!("jsonencode({{ p = {a}, q = [{b}] }})")),
            inner.clone().prop_map(|a| format!("try(upper({a}), \"f\")")),
            inner.clone().prop_map(|a| format!("try(jsondecode(jsonencode([{a}]))[0], \"j\")")),
            list.clone().prop_map(|a| format!("try({a}[0], \"none\")")),
            list.clone().prop_map(|a| format!("try({a}[1], \"none\")")),
            list.clone().prop_map(|a| format!("length({a})")),
            list.clone().prop_map(|a| format!("try(join(\",\", {a}), \"bad\")")),
            list.clone().prop_map(|a| format!("tostring(contains({a}, \"x\"))")),
            list.clone().prop_map(|a| format!("try(one({a}), \"many\")")),
            list.prop_map(|a| format!("try(element({a}, 3), \"empty\")")),
        ]
    })
    .boxed()
}

fn list(scalar: impl Strategy<Value = String> + Clone + 'static) -> BoxedStrategy<String> {
    let leaf = prop_oneof![
        Just("var.l".to_owned()),
        Just("[]".to_owned()),
        scalar.clone().prop_map(|a| format!("[{a}]")),
        scalar.clone().prop_map(|a| format!("[{a}, \"x\"]")),
    ];
    leaf.prop_recursive(2, 12, 2, move |inner| {
        let scalar = scalar.clone();
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("concat({a}, {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("(var.b ? {a} : {b})")),
            (inner.clone(), scalar.clone()).prop_map(|(a, s)| format!("flatten([{a}, [[{s}]]])")),
            inner.clone().prop_map(|a| format!("[for x in {a} : x if x != var.s]")),
            inner.clone().prop_map(|a| format!("[for x in {a} : x if var.b]")),
            inner
                .clone()
                .prop_map(|a| format!("[for i, x in {a} : \"${{i}}-${{try(tostring(x), 0)}}\"]")),
            inner.clone().prop_map(|a| format!("[for x in {a} : {{ v = x }}][*].v")),
            inner.clone().prop_map(|a| format!("reverse({a})")),
            inner.clone().prop_map(|a| format!("compact({a})")),
            inner.clone().prop_map(|a| format!("distinct({a})")),
            inner.clone().prop_map(|a| format!("try(tolist(toset({a})), [])")),
            inner.clone().prop_map(|a| format!("try(slice({a}, 0, 1), [])")),
            Just("values(merge({ a = \"q\" }, var.m))".to_owned()),
            scalar.clone().prop_map(|s| format!("keys(merge(var.m, {{ a = {s} }}))")),
            inner
                .prop_map(|a| format!("keys({{ for x in {a} : try(\"${{x}}\", \"t\") => 1... }})")),
        ]
    })
    .boxed()
}

fn is_known(value: &Value) -> bool {
    let mut is_known = true;
    value.walk(&mut |_, inner| is_known &= inner.unknown_reason().is_none());
    is_known
}

/// Whether something that is partly unknown may turn out to be `known`.
fn may_be(partial: &Value, known: &Value) -> bool {
    // What an unknown map may replace counts as assumed.
    if partial.flags.has(Flags::ASSUMED) {
        return true;
    }
    match (&partial.kind, &known.kind) {
        (ValueKind::Unknown(reason), _) => *reason != trilith_graph::Reason::Malformed,
        (ValueKind::OneOf(arms), _) => arms.iter().any(|arm| may_be(&arm.value, known)),
        (ValueKind::Template(_), ValueKind::String(text)) => partial.is(text) != Tri::False,
        (ValueKind::Template(_), _) => known.flags.has(Flags::EMBEDDED),
        (ValueKind::List(items), ValueKind::List(known_items)) => {
            lists_may_be(items, known_items, partial.flags.has(Flags::OPEN))
        }
        (ValueKind::Map(_), ValueKind::Map(known_map)) => {
            let is_open = partial.flags.has(Flags::OPEN);
            let entries = partial.entries().iter();
            let fits = entries.clone().all(|entry| match known_map.get(&entry.key) {
                Some(value) => may_be(&entry.value, value),
                None => may_be_absent(&entry.value) || entry.value.flags.has(Flags::SYNTHETIC),
            });
            let has = |key: &str| partial.entries().iter().any(|entry| &*entry.key == key);
            fits && (is_open || known_map.entries().iter().all(|entry| has(&entry.key)))
        }
        (ValueKind::Null, ValueKind::Null) => true,
        _ => scalar_text(partial) == scalar_text(known),
    }
}

fn lists_may_be(items: &[Value], known: &[Value], is_open: bool) -> bool {
    match (items, known) {
        ([], rest) => is_open || rest.is_empty(),
        ([first, others @ ..], known) => {
            // What stands for any number of elements, and what may be absent, can be skipped.
            let is_any = first.flags.has(Flags::SYNTHETIC) && is_open;
            let skipped =
                (is_any || is_open || may_be_absent(first)) && lists_may_be(others, known, is_open);
            let taken = || match known {
                [known, rest @ ..] => {
                    may_be(first, known) && lists_may_be(others, rest, is_open)
                        || is_open && lists_may_be(items, rest, is_open)
                }
                [] => false,
            };
            skipped || taken()
        }
    }
}

fn may_be_absent(value: &Value) -> bool {
    matches!(value.kind, ValueKind::OneOf(_))
}

fn scalar_text(value: &Value) -> Option<String> {
    match &value.kind {
        ValueKind::Template(parts) => {
            parts.iter().all(|part| matches!(part, Part::Text(_))).then(String::new)
        }
        _ => value.display_text(),
    }
}

/// The module with values, and with one variable or another left open.
fn modules(flag: bool, text: &str, list: &str, open: usize) -> (Module, Module) {
    let variables = [
        ("b", flag.to_string()),
        ("s", format!("{text:?}")),
        ("l", list.to_owned()),
        ("m", "{ k = \"kv\", a = \"ka\" }".to_owned()),
    ];
    let mut known = Module::given();
    let mut partial = Module::given();
    for (index, (name, value)) in variables.iter().enumerate() {
        known = known.variable(name, value);
        partial = if open >> index & 1 == 1 {
            partial.unknown(name)
        } else {
            partial.variable(name, value)
        };
    }
    (known, partial)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, max_shrink_iters: 500, failure_persistence: None, ..Default::default() })]

    #[test]
    fn nothing_is_said_that_may_turn_out_wrong(
        text in prop_oneof![scalar(), list(scalar())],
        flag: bool,
        word in prop_oneof![Just("x"), Just("t"), Just("other")],
        elements in prop_oneof![Just("[]"), Just("[\"x\"]"), Just("[\"x\", \"y\", \"x\"]")],
        open in 0..16_usize,
    ) {
        let (known, partial) = modules(flag, word, elements, open);
        let (known, partial) = (known.value(&text), partial.value(&text));
        // Terraform rejects the expression, so nothing that was said about it matters.
        prop_assume!(is_known(&known));
        prop_assert!(
            may_be(&partial, &known),
            "{text}\nmay not be {}\nwhere it is {}",
            show(&partial),
            show(&known)
        );
    }
}
