//! What becomes of rules that meet something unknown.

use serde_json::{Value as Json, json};
use trilith_graph::{Reason, ResourceGraph, Root, SourceId, Value};
use trilith_rules::engine::guard::Status::{self, Fail, Pass, Unknown};
use trilith_rules::engine::guard::{
    Check, Document, Options, RootDocument, RuleReport, ValueDocument, evaluate, parse,
};

fn reports(rules: &str, document: &Json) -> Vec<RuleReport> {
    let file = parse(rules).unwrap();
    let value = crate::json::marked(document);
    evaluate(&file, &ValueDocument::new(&value), &Options::default())
}

/// The outcome of clauses about a resource with these properties.
fn outcome(clauses: &str, properties: &Json) -> Status {
    report(clauses, properties).status
}

fn report(clauses: &str, properties: &Json) -> RuleReport {
    let rules = format!("rule r {{ Resources.*[ Type == 'T' ] {{ {clauses} }} }}");
    let document = json!({ "Resources": { "One": { "Type": "T", "Properties": properties } } });
    reports(&rules, &document).pop().unwrap()
}

fn unknown() -> Json {
    json!({ "P": { "$unknown": "Name" } })
}

fn reference() -> Json {
    json!({ "P": { "$reference": "Key.Arn" } })
}

#[test]
fn nothing_is_concluded_from_an_unknown_value() {
    for clause in [
        "Properties.P exists",
        "Properties.P !exists",
        "Properties.P empty",
        "Properties.P !empty",
        "Properties.P is_string",
        "Properties.P == 'a'",
        "Properties.P != 'a'",
        "Properties.P in ['a', 'b']",
        "Properties.P not in ['a', 'b']",
        "Properties.P == /a/",
        "Properties.P > 5",
        "Properties.P.Q exists",
        "Properties.P[*] == 'a'",
        "Properties.P[0] exists",
        "Properties.P.*.Q == 1",
        "Properties.P[ Q == 1 ] exists",
        "Properties.P[ Q == 1 ] !empty",
        "Properties.P[ keys == 'a' ] exists",
        "some Properties.P[*] == 'a'",
        "Properties.P { Q exists }",
        "Properties.P == Properties.P",
        "Properties.P != Properties.Q",
        "Properties.Q in Properties.P",
        "Properties.%Q exists",
    ] {
        let clause = clause.replace("%Q", "P");
        let mut properties = unknown();
        properties["Q"] = json!("a");
        assert_eq!(outcome(&clause, &properties), Unknown, "{clause}");
    }
}

#[test]
fn a_reference_is_there_but_not_known() {
    for (clause, expected) in [
        ("Properties.P exists", Pass),
        ("Properties.P !exists", Fail),
        ("Properties.P !empty", Pass),
        ("Properties.P == '*'", Fail),
        ("Properties.P != '*'", Pass),
        ("Properties.P not in ['*', 'a*']", Pass),
        ("Properties.P == 'arn:aws:s3:::a'", Unknown),
        ("Properties.P == /^arn:/", Unknown),
        ("Properties.P is_string", Unknown),
        ("Properties.P.Arn exists", Unknown),
        ("Properties.P.Ref exists", Fail),
        ("Properties.P.'Fn::GetAtt' exists", Pass),
        ("Properties.P.'Fn::GetAtt'[0] == 'Key'", Pass),
        ("Properties.P.'Fn::GetAtt'[1] == 'KeyId'", Fail),
        ("Properties.P[ keys == 'Fn::GetAtt' ] !empty", Pass),
        ("Properties.P == { 'Fn::GetAtt': ['Key', 'Arn'] }", Pass),
        ("Properties.P == { Ref: 'Key' }", Fail),
        ("Properties.P[*] exists", Pass),
        ("Properties.P == Properties.P", Pass),
    ] {
        assert_eq!(outcome(clause, &reference()), expected, "{clause}");
    }
}

#[test]
fn a_choice_exists_as_far_as_its_alternatives_do() {
    for (alternatives, expected) in [
        (json!(["a", "b"]), Pass),
        (json!(["a", { "$unknown": "Name" }]), Unknown),
        (json!(["a", null]), Unknown),
        (json!([null, { "$unknown": "Name" }]), Unknown),
        (json!([null, null]), Fail),
    ] {
        let properties = json!({ "P": { "$if": alternatives } });
        assert_eq!(outcome("Properties.P exists", &properties), expected, "{alternatives}");
    }
}

#[test]
fn text_with_holes_is_known_in_parts() {
    let properties = json!({ "P": { "$template": ["arn:aws:s3:::", { "$unknown": "B" }, "/*"] } });
    for (clause, expected) in [
        ("Properties.P exists", Pass),
        ("Properties.P !empty", Pass),
        ("Properties.P is_string", Pass),
        ("Properties.P is_list", Fail),
        ("Properties.P == 'arn:aws:s3:::x/*'", Unknown),
        ("Properties.P == 'arn:aws:sqs:x'", Fail),
        ("Properties.P == /^arn:aws:s3/", Pass),
        ("Properties.P == /^arn:aws:sqs/", Fail),
        ("Properties.P == /\\*$/", Pass),
        ("Properties.P == /s3/", Pass),
        ("Properties.P == /bucket/", Unknown),
        ("Properties.P == /s3|sqs/", Unknown),
    ] {
        assert_eq!(outcome(clause, &properties), expected, "{clause}");
    }
}

#[test]
fn nothing_is_missing_in_an_open_map_or_list() {
    let properties = json!({
        "M": { "$open": { "a": 1 } }, "L": { "$open": [1] }, "E": { "$open": {} }, "N": { "$open": [] },
        "Map": { "a": 1 }, "One": [1], "None": []
    });
    for (clause, expected) in [
        ("Properties.M.a == 1", Pass),
        ("Properties.M.b exists", Unknown),
        ("Properties.M.b !exists", Unknown),
        ("Properties.M !empty", Pass),
        ("Properties.E empty", Unknown),
        ("Properties.N !empty", Unknown),
        ("Properties.M.* == 1", Unknown),
        ("Properties.M.* == 2", Fail),
        ("some Properties.M.* == 1", Pass),
        ("some Properties.L[*] == 1", Pass),
        ("some Properties.L[*] == 2", Unknown),
        ("Properties.L == [1]", Unknown),
        ("Properties.L == [2]", Unknown),
        ("Properties.L == Properties.One", Unknown),
        ("Properties.None == Properties.N", Unknown),
        ("Properties.Map == Properties.M", Unknown),
        ("Properties.One < Properties.N", Unknown),
        ("Properties.One == Properties.L[*]", Unknown),
        ("Properties.L[0] == 1", Pass),
        ("Properties.L[1] exists", Unknown),
        ("Properties.L[*] { this == 1 }", Unknown),
        ("Properties.L[*] { this == 2 }", Fail),
        ("Properties.M[ keys == 'b' ] !empty", Unknown),
    ] {
        assert_eq!(outcome(clause, &properties), expected, "{clause}");
    }
}

#[test]
fn a_known_fault_outweighs_an_unknown_one() {
    let properties = json!({ "P": { "$unknown": "Name" }, "Q": "x" });
    for (clauses, expected) in [
        ("Properties.P == 'a' Properties.Q == 'y'", Fail),
        ("Properties.P == 'a' Properties.Q == 'x'", Unknown),
        ("Properties.P == 'a' or Properties.Q == 'x'", Pass),
        ("Properties.P == 'a' or Properties.Q == 'y'", Unknown),
        ("when Properties.P == 'a' { Properties.Q == 'y' }", Unknown),
        ("when Properties.P == 'a' { Properties.Q == 'x' }", Unknown),
        ("when Properties.Q == 'y' { Properties.P == 'a' }", Status::Skip),
        ("Properties { P == 'a' Q == 'y' }", Fail),
        ("some Properties.* == 'x'", Pass),
        ("Properties.* == 'y'", Fail),
    ] {
        assert_eq!(outcome(clauses, &properties), expected, "{clauses}");
    }
}

#[test]
fn a_filter_that_cannot_be_decided_may_select_a_value() {
    let item = |first: Json| json!({ "A": first, "B": 1, "C": { "D": 1 } });
    let maybe = item(json!({ "$unknown": "Name" }));
    let both = json!({ "L": [maybe, item(json!("x"))] });
    let one = json!({ "L": [maybe] });
    for (clauses, with_both, with_one) in [
        ("Properties.L[ A == 'x' ].B == 1", Pass, Unknown),
        ("Properties.L[ A == 'x' ].B == 2", Fail, Unknown),
        ("Properties.L[ A == 'x' ] !empty", Pass, Unknown),
        ("Properties.L[ A == 'x' ] empty", Fail, Unknown),
        ("Properties.L[ A == 'x' ].Z exists", Fail, Unknown),
        ("some Properties.L[ A == 'x' ].B == 1", Pass, Unknown),
        ("Properties.L[ A == 'x' ] { B == 1 }", Pass, Unknown),
        ("Properties.L[ A == 'x' ] { B == 2 }", Fail, Unknown),
        ("let n = count(Properties.L[ A == 'x' ]) %n == 1", Unknown, Unknown),
    ] {
        assert_eq!(outcome(clauses, &both), with_both, "{clauses}");
        assert_eq!(outcome(clauses, &one), with_one, "{clauses}");
    }
}

#[test]
fn checks_of_unknown_values_say_why() {
    let found = report("Properties.P == 'a' <<text>>", &unknown());
    let [check] = found.checks.as_slice() else { panic!("{found:?}") };
    assert_eq!(check.status, Unknown);
    assert_eq!(check.unknown, Some(Reason::NoDefault("Name".into())));
    assert_eq!(check.path.to_string(), "Resources/One/Properties/P");
    assert_eq!(check.message.as_deref(), Some("text"));
    assert_eq!(check.clause, "Properties.P == 'a'");
    assert_eq!(check.compared_to.as_deref(), Some("\"a\""));
    // A block that would hold under an unknown condition has nothing to report.
    let found = report("when Properties.P == 'a' { Properties exists }", &unknown());
    assert_eq!((found.status, found.checks.len()), (Unknown, 0));
    // One that would not may fail.
    let found = report("when Properties.P == 'a' { Properties.Q exists }", &unknown());
    assert!(matches!(found.checks.as_slice(), [Check { status: Unknown, .. }]));
}

#[test]
fn rules_that_refer_to_an_unknown_one_are_unknown() {
    let rules = "
        rule base { Resources.One.Properties.P == 'a' }
        rule uses {
            base
        }
        rule not_uses {
            not base
        }
        rule gate when base { Resources.Nope exists }
        rule gate_not when not base { Resources.One exists }
        rule check(x) { %x == 'a' }
        rule call { check(Resources.One.Properties.P) }
    ";
    let document = json!({ "Resources": { "One": { "Properties": unknown() } } });
    for report in reports(rules, &document) {
        assert_eq!(report.status, Unknown, "{}", report.name);
    }
}

#[test]
fn functions_of_unknown_values_are_unknown() {
    for clause in [
        "let x = to_lower(Properties.P) %x == 'a'",
        "let x = parse_int(Properties.P) %x == 1",
        "let x = json_parse(Properties.P) %x.Statement exists",
        "let x = count(Properties.P[*]) %x == 1",
        "let x = join(Properties.P, ',') %x == 'a'",
        "let x = substring(Properties.Q, Properties.P, 1) %x == 'a'",
        "let x = regex_replace(Properties.Q, Properties.P, 'a') %x == 'a'",
        "let x = now() %x > 5",
    ] {
        let mut properties = unknown();
        properties["Q"] = json!("a");
        assert_eq!(outcome(clause, &properties), Unknown, "{clause}");
    }
}

#[test]
fn the_time_is_an_option() {
    let file = parse("rule r { let t = now() %t > 1000 %t < 3000 }").unwrap();
    let value = crate::json::value(&json!({}));
    let options = Options { now: Some(2000), ..Options::default() };
    let reports = evaluate(&file, &ValueDocument::new(&value), &options);
    assert_eq!(reports[0].status, Pass);
}

#[test]
fn scalars_may_be_compared_as_cloudformation_accepts_them() {
    let rules =
        "rule r { Properties.A == true Properties.B == 5 Properties.C != true Properties.D > 4 }";
    let file = parse(rules).unwrap();
    let properties = json!({ "A": "true", "B": "5", "C": "false", "D": "5" });
    let value = crate::json::value(&json!({ "Properties": properties }));
    let status = |coerce_scalars| {
        let options = Options { coerce_scalars, ..Options::default() };
        evaluate(&file, &ValueDocument::new(&value), &options)[0].status
    };
    assert_eq!(status(true), Pass);
    assert_eq!(status(false), Fail);
}

/// A document whose resources are given one by one.
struct Two {
    types: trilith_rules::engine::guard::TypeIndex,
    properties: [Value; 2],
    open: bool,
}

impl Document for Two {
    fn types(&self) -> Option<&trilith_rules::engine::guard::TypeIndex> {
        Some(&self.types)
    }
    fn resource_count(&self) -> usize {
        2
    }
    fn resource(&self, at: usize) -> trilith_rules::engine::guard::ResourceView<'_> {
        trilith_rules::engine::guard::ResourceView {
            address: ["module.a.aws_s3_bucket.b[\"c/d\"]", "Other"][at],
            resource_type: ["My::T", "My::U"][at],
            properties: &self.properties[at],
            attributes: Value::absent(),
        }
    }
    fn is_open(&self) -> bool {
        self.open
    }
}

fn two(open: bool) -> Two {
    let types = trilith_rules::engine::guard::TypeIndex::new([&"My::T".into(), &"My::U".into()]);
    let properties = [json!({ "P": 1 }), json!({ "Q": 2 })].map(|json| crate::json::value(&json));
    Two { types, properties, open }
}

#[test]
fn resources_are_found_without_a_document_in_one_piece() {
    let rules = "
        let all = Resources.*[ Type == 'My::T' ]
        rule by_type { %all.Properties.P == 1 %all !empty }
        rule by_block { My::T { Properties.P == 2 } }
        rule by_pattern { Resources.*[ Type == /U/ ].Properties.Q == 2 }
        rule by_address { Resources.Other.Properties.Q == 2 Resources.Nope !exists }
        rule all { Resources.*.Properties exists Resources.*.Type in ['My::T', 'My::U'] }
        rule root { Parameters !exists this.Resources exists }
    ";
    let file = parse(rules).unwrap();
    let document = two(false);
    let reports = evaluate(&file, &document, &Options::default());
    let statuses: Vec<Status> = reports.iter().map(|report| report.status).collect();
    assert_eq!(statuses, [Pass, Fail, Pass, Pass, Pass, Pass]);
    let (address, path) = reports[1].checks[0].resource().unwrap();
    assert_eq!(address, "module.a.aws_s3_bucket.b[\"c/d\"]");
    assert_eq!(path.to_string(), "P");
}

#[test]
fn nothing_is_missing_in_an_open_root() {
    let rules = "
        rule there { Resources.*[ Type == 'My::V' ] !empty }
        rule not_there { Resources.*[ Type == 'My::V' ] empty }
        rule fault { My::T { Properties.P == 2 } }
        rule address { Resources.Nope exists }
    ";
    let file = parse(rules).unwrap();
    let statuses = |open| -> Vec<Status> {
        let reports = evaluate(&file, &two(open), &Options::default());
        reports.iter().map(|report| report.status).collect()
    };
    assert_eq!(statuses(false), [Fail, Pass, Fail, Fail]);
    assert_eq!(statuses(true), [Unknown, Unknown, Fail, Unknown]);
}

#[test]
fn a_root_without_resources_is_an_empty_document() {
    let root = Root::new("r", SourceId(0), trilith_graph::Format::CloudFormation);
    let graph = ResourceGraph::new(vec![root]);
    let document = RootDocument::new(&graph, trilith_graph::RootId(0));
    let file = parse("My::T { Properties exists }").unwrap();
    let reports = evaluate(&file, &document, &Options::default());
    assert_eq!(reports[0].status, Status::Skip);
    assert_eq!(document.resource_count(), 0);
}
