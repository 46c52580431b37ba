//! Generated rules on generated documents.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

/// A rules file of a few rules over the keys, types and values of [`document`].
pub(crate) fn rules() -> impl Strategy<Value = String> {
    let header = prop_oneof![
        3 => Just(String::new()),
        2 => definition().prop_map(|query| format!("let v = {query}\n")),
        1 => literal().prop_map(|literal| format!("let v = {literal}\n")),
        1 => Just("let v = Resources.*[ Type == 'X::A' ]\n".to_owned()),
        1 => definition().prop_map(|query| format!("let v = count({query})\n")),
    ];
    let rules = prop::collection::vec((condition(), block(2)), 1..4);
    (header, rules).prop_map(|(header, rules)| {
        let rules = rules.into_iter().enumerate();
        let rules = rules.map(|(at, (when, block))| format!("rule r{at} {when} {block}\n"));
        header + &rules.collect::<String>()
    })
}

/// A query that does not lead back to the variable: the reference overflows its stack there.
fn definition() -> impl Strategy<Value = String> {
    query().prop_map(|query| query.replace("%v", "A"))
}

fn condition() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just(String::new()),
        1 => comparison().prop_map(|clause| format!("when {clause}")),
        1 => Just("when %v !empty".to_owned()),
        1 => (comparison(), comparison()).prop_map(|(one, two)| format!("when {one} or {two}")),
    ]
}

fn block(depth: u32) -> BoxedStrategy<String> {
    let line = prop_oneof![
        4 => clause(depth).boxed(),
        1 => (clause(depth), clause(depth)).prop_map(|(one, two)| format!("{one} or {two}")).boxed(),
    ];
    let variable = prop_oneof![
        4 => Just(String::new()).boxed(),
        1 => definition().prop_map(|query| format!("let v = {query}\n")).boxed(),
        1 => literal().prop_map(|literal| format!("let v = {literal}\n")).boxed(),
    ];
    (variable, prop::collection::vec(line, 1..3))
        .prop_map(|(variable, lines)| format!("{{\n{variable}{}\n}}", lines.join("\n")))
        .boxed()
}

fn clause(depth: u32) -> BoxedStrategy<String> {
    if depth == 0 {
        return comparison().boxed();
    }
    prop_oneof![
        5 => comparison(),
        2 => (query(), block(depth - 1)).prop_map(|(query, block)| format!("{query} {block}")),
        1 => (query(), block(depth - 1)).prop_map(|(query, block)| format!("{query} !empty {block}")),
        1 => (comparison(), block(depth - 1)).prop_map(|(when, block)| format!("when {when} {block}")),
    ]
    .boxed()
}

fn comparison() -> impl Strategy<Value = String> {
    let not = prop_oneof![6 => Just(""), 1 => Just("not ")];
    let check = prop_oneof![
        3 => unary().prop_map(str::to_owned),
        4 => (binary(), literal()).prop_map(|(operator, right)| format!("{operator} {right}")),
        1 => (binary(), query()).prop_map(|(operator, right)| format!("{operator} {right}")),
    ];
    (not, query(), check).prop_map(|(not, query, check)| format!("{not}{query} {check}"))
}

fn unary() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "exists",
        "!exists",
        "empty",
        "!empty",
        "is_string",
        "!is_string",
        "is_list",
        "is_struct",
        "is_int",
        "is_bool",
        "is_float",
        "is_null",
        "not is_list",
    ])
}

fn binary() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["==", "!=", "in", "not in", "<", ">=", "==", "!="])
}

fn query() -> impl Strategy<Value = String> {
    let some = prop_oneof![6 => Just(""), 1 => Just("some ")];
    let start = prop_oneof![
        3 => Just("Resources.*[ Type == 'X::A' ].Properties"),
        1 => Just("Resources.*[ Type == 'X::A' Properties.A exists ]"),
        1 => Just("Resources.*.Properties"),
        1 => Just("Resources"),
        4 => Just("A"), 2 => Just("B"), 3 => Just("Properties"), 2 => Just("%v"), 1 => Just("this"),
    ];
    (some, start, prop::collection::vec(part(), 0..3))
        .prop_map(|(some, start, parts)| format!("{some}{start}{}", parts.concat()))
}

fn part() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![".A", ".B", ".C", ".Properties", ".Type", ".a"]).prop_map(str::to_owned),
        2 => prop::sample::select(vec![".*", "[*]", "[0]", "[-1]", ".%v"]).prop_map(str::to_owned),
        2 => simple_clause().prop_map(|clause| format!("[ {clause} ]")),
        1 => (prop::sample::select(vec!["==", "!=", "in", "not in"]), literal())
            .prop_map(|(operator, right)| format!("[ keys {operator} {right} ]")),
    ]
}

fn simple_clause() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec!["A", "B", "this", "some A[*]", "Type"]);
    let check = prop_oneof![
        unary().prop_map(str::to_owned),
        (binary(), literal()).prop_map(|(operator, right)| format!("{operator} {right}")),
    ];
    (key, check).prop_map(|(key, check)| format!("{key} {check}"))
}

fn literal() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "'a'",
        "'b'",
        "'ab'",
        "1",
        "2",
        "1.0",
        "2.5",
        "true",
        "false",
        "null",
        "/a/",
        "/^b$/",
        "['a', 'b']",
        "['a']",
        "[1, 2]",
        "[1, 'a']",
        "[]",
        "[['a']]",
        "[/a/, 1]",
        "{}",
        "{ A: 'a' }",
        "{ 'A': 1, 'B': 'b' }",
        "r[1, 2]",
        "r(1, 3)",
        "r[0.5, 1.5]",
        "[r[1, 2]]",
        "'A'",
        "['A', 'B']",
        "'X::A'",
    ])
    .prop_map(str::to_owned)
}

/// A document with resources of two types and other members.
pub(crate) fn document() -> impl Strategy<Value = Json> {
    let resource = (prop::sample::select(vec!["X::A", "X::B"]), map(2))
        .prop_map(|(name, properties)| json!({ "Type": name, "Properties": properties }));
    let resources = prop::collection::vec(resource, 0..4).prop_map(|resources| {
        let named = resources.into_iter().enumerate();
        Json::Object(named.map(|(at, resource)| (format!("R{at}"), resource)).collect())
    });
    (resources, value(2), value(2))
        .prop_map(|(resources, a, b)| json!({ "Resources": resources, "A": a, "B": b }))
}

fn map(depth: u32) -> impl Strategy<Value = Json> {
    let key = prop::sample::select(vec!["A", "B", "C", "a"]);
    prop::collection::btree_map(key, value(depth), 0..4).prop_map(|members| {
        Json::Object(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
    })
}

fn value(depth: u32) -> BoxedStrategy<Json> {
    let scalar = prop::sample::select(vec![
        json!("a"),
        json!("b"),
        json!(""),
        json!(1),
        json!(2),
        json!(2.5),
        json!(true),
        json!(null),
        json!("A"),
    ]);
    if depth == 0 {
        return scalar.boxed();
    }
    prop_oneof![
        2 => scalar,
        1 => prop::collection::vec(value(depth - 1), 0..3).prop_map(Json::Array),
        2 => map(depth - 1),
    ]
    .boxed()
}

fn cases(count: u32) -> ProptestConfig {
    // A longer run than that of every day: PROPTEST_CASES.
    let count = option_env!("PROPTEST_CASES").and_then(|count| count.parse().ok()).unwrap_or(count);
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(count) }
}

#[cfg(feature = "cfn-guard")]
proptest! {
    #![proptest_config(cases(1_500))]

    #[test]
    fn generated_rules_have_the_outcome_of_the_reference(rules in rules(), document in document()) {
        use crate::oracle::{Said, ours, theirs};
        let (their, _) = theirs(&rules, &document);
        if their != Said::Panicked {
            let (our, reports) = ours(&rules, &document);
            prop_assert_eq!(our, their, "{}\n{}\n{:#?}", rules, document, reports);
        }
    }
}

mod soundness {
    use super::*;
    use std::collections::BTreeMap;
    use trilith_rules::engine::guard::{Options, Status, ValueDocument, evaluate, parse};

    /// Places of values that may be replaced: paths of keys and indexes.
    fn places(json: &Json, path: &mut Vec<String>, out: &mut Vec<Vec<String>>) {
        let members: Vec<(String, &Json)> = match json {
            Json::Array(items) => {
                items.iter().enumerate().map(|(at, v)| (at.to_string(), v)).collect()
            }
            Json::Object(members) => members.iter().map(|(key, v)| (key.clone(), v)).collect(),
            _ => Vec::new(),
        };
        for (key, value) in members {
            path.push(key);
            // A resource keeps its type and stays a map.
            let shape = path.first().is_some_and(|first| first == "Resources")
                && (path.len() < 3 || path[2] == "Type");
            if !shape {
                out.push(path.clone());
            }
            places(value, path, out);
            path.pop();
        }
    }

    fn at<'j>(json: &'j mut Json, path: &[String]) -> &'j mut Json {
        path.iter().fold(json, |json, key| match json {
            Json::Array(items) => &mut items[key.parse::<usize>().unwrap()],
            json => &mut json[key.as_str()],
        })
    }

    fn outcomes(rules: &str, document: &Json) -> Option<BTreeMap<String, Status>> {
        let file = parse(rules).ok()?;
        let value = crate::json::marked(document);
        let reports = evaluate(&file, &ValueDocument::new(&value), &Options::default());
        // A question that cannot be asked of a value fails; nobody asks it of an unknown one.
        let answered = |note: &String| !note.starts_with(['`']);
        let known = reports.iter().all(|report| {
            let mut notes = report.checks.iter().filter_map(|check| check.note.as_ref());
            report.error.is_none() && notes.all(answered)
        });
        known.then(|| reports.iter().map(|r| (r.name.to_string(), r.status)).collect())
    }

    /// The document with something taken away from what is known of it.
    fn less_known(document: &Json, place: &[String], how: usize) -> Json {
        let mut less = document.clone();
        let value = at(&mut less, place);
        match how {
            0 => *value = json!({ "$unknown": "x" }),
            1 if value.is_string() => {
                let text = value.as_str().unwrap().to_owned();
                *value = json!({ "$template": [&text[..text.len() / 2], { "$unknown": "x" }] });
            }
            1 if value.is_array() => {
                value.as_array_mut().unwrap().pop();
                *value = json!({ "$open": value.clone() });
            }
            _ if value.is_object() => {
                let first = value.as_object().unwrap().keys().next().cloned();
                if let Some(first) = first {
                    value.as_object_mut().unwrap().remove(&first);
                }
                *value = json!({ "$open": value.clone() });
            }
            _ => *value = json!({ "$unknown": "x" }),
        }
        less
    }

    proptest! {
        #![proptest_config(cases(1_500))]

        /// Whatever is concluded where less is known still holds where more is known.
        #[test]
        fn an_unknown_value_never_changes_an_outcome(
            rules in rules(), document in document(), place in any::<prop::sample::Index>(), how in 0..3_usize,
        ) {
            let mut all = Vec::new();
            places(&document, &mut Vec::new(), &mut all);
            let Some(known) = outcomes(&rules, &document) else { return Ok(()) };
            if all.is_empty() {
                return Ok(());
            }
            // An unknown value that a filter selects is taken to be there, and not null.
            if at(&mut document.clone(), place.get(&all).as_slice()).is_null() {
                return Ok(());
            }
            let less = less_known(&document, place.get(&all).as_slice(), how);
            let Some(unknown) = outcomes(&rules, &less) else { return Ok(()) };
            for (rule, status) in unknown {
                prop_assert!(
                    status == Status::Unknown || status == known[&rule],
                    "{rule} is {status:?}, not {:?}\n{rules}\n{document}\n{less}", known[&rule]
                );
            }
        }
    }
}

mod reach {
    use super::*;
    use std::collections::BTreeSet;
    use trilith_rules::engine::guard::{
        Document, Options, Reach, ResourceDocument, ResourceView, RuleFile, RuleReport, Status,
        ValueDocument, evaluate, evaluate_rule, parse,
    };

    fn paths(report: &RuleReport) -> BTreeSet<String> {
        report.checks.iter().map(|check| check.path.to_string()).collect()
    }

    /// The outcome and the places of a rule that is evaluated for each resource by itself.
    fn one_by_one(
        file: &RuleFile,
        rule: usize,
        document: &ValueDocument<'_>,
    ) -> (Status, BTreeSet<String>) {
        let Reach::Resources(types) = file.reach(rule) else { panic!("looks at the document") };
        let (mut worst, mut all) = (Status::Skip, BTreeSet::new());
        for at in 0..document.resource_count() {
            let resource = document.resource(at);
            if !types.matches(resource.resource_type) {
                continue;
            }
            let attributes = trilith_graph::Value::absent();
            let one = ResourceDocument::new(ResourceView { attributes, ..resource });
            let report = evaluate_rule(file, rule, &one, &Options::default()).unwrap();
            all.extend(paths(&report));
            worst = match (worst, report.status) {
                (Status::Fail, _) | (_, Status::Fail) => Status::Fail,
                (Status::Pass, _) | (_, Status::Pass) => Status::Pass,
                _ => Status::Skip,
            };
        }
        (worst, all)
    }

    fn is_one_by_one(rules: &str) -> bool {
        matches!(parse(rules).unwrap().reach(0), Reach::Resources(_))
    }

    #[test]
    fn rules_about_one_resource_are_told_from_others() {
        let buckets = "let b = Resources.*[ Type == 'X::A' Metadata !exists ]\n";
        for rule in [
            "rule r { X::A { Properties.A exists } }",
            "rule r { X::A when Properties.B exists { Properties.A exists or Properties.C exists } }",
            "rule r when %b !empty { %b.Properties.A exists }",
            "rule r when %b !empty { %b { some Properties.A[*] == 1 } %b.Properties.A == 5 <<text>> }",
            "rule r when %b !empty { let bad = %b[ Properties.A exists ] %bad empty }",
            "rule r { Resources.*[ Type in ['X::A', 'X::B'] ].Properties.A not in ['a'] }",
            "let list = ['a'] rule r { X::A { Properties.A in %list } }",
            "rule f(x) { %x exists } rule r { X::A { f(Properties.A) } }",
            "rule r { when Resources.*[ Type == 'X::A' ] !empty { Resources.*[ Type == 'X::A' ].Properties.A exists } }",
        ] {
            assert!(is_one_by_one(&format!("{buckets}{rule}")), "{rule}");
        }
        for rule in [
            "rule r { Parameters exists }",
            "rule r { Resources.One.Properties exists }",
            "rule r { Resources.*.Properties exists }",
            "rule r { %b !empty }",
            "rule r when %b empty { X::A { Properties.A exists } }",
            "rule r when %b !empty { X::A { Properties.A exists } }",
            "rule r when %b.Properties.A exists { %b.Properties.B exists }",
            "rule r { some %b.Properties.A == 1 }",
            "rule r { %b.Properties.A exists or %b.Properties.B exists }",
            "rule r { %b.Properties.A == %b.Properties.B }",
            "let all = Resources.*[ Type == 'X::B' ] rule r { X::A { Properties.A in %all.Properties.A } }",
            "let n = count(%b) rule r { %n == 1 }",
            "rule r { let doc = this X::A { let n = Properties.A %doc.Resources[ keys == %n ] !empty } }",
            "rule other { X::A { Properties exists } } rule s { X::A { Properties exists } }\nrule t {\n other\n}",
            "rule r { Resources[name].Type exists }",
            "rule f(x) { %x exists } rule r { f(%b) }",
        ] {
            let file = format!("{buckets}{rule}");
            let last = parse(&file).unwrap().rules().len() - 1;
            let reach = parse(&file).unwrap();
            assert!(matches!(reach.reach(last), Reach::Document), "{rule}");
        }
    }

    #[test]
    fn the_types_of_a_rule_are_named() {
        let file = parse("rule r { X::B { A exists } X::A { A exists } } rule s { Resources.*[ Type == /X/ ].A exists }").unwrap();
        let Reach::Resources(types) = file.reach(0) else { panic!() };
        let names: Vec<String> = types.names().unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(names, ["X::A", "X::B"]);
        assert!(types.matches("X::A") && !types.matches("X::C"));
        let Reach::Resources(types) = file.reach(1) else { panic!() };
        assert!(types.names().is_none() && types.matches("AX::C") && !types.matches("Y"));
        assert!(matches!(file.reach(2), Reach::Document));
    }

    proptest! {
        #![proptest_config(cases(3_000))]

        #[test]
        fn resources_one_by_one_have_the_outcome_of_all(rules in rules(), document in document()) {
            let file = parse(&rules).unwrap();
            let value = crate::json::value(&document);
            let document = ValueDocument::new(&value);
            if document.types().is_none() {
                return Ok(());
            }
            let reports = evaluate(&file, &document, &Options::default());
            for (rule, report) in reports.iter().enumerate() {
                if report.error.is_some() || matches!(file.reach(rule), Reach::Document) {
                    continue;
                }
                let expected = (report.status, paths(report));
                prop_assert_eq!(one_by_one(&file, rule, &document), expected, "{}\n{:?}", rules, report);
            }
        }
    }
}
