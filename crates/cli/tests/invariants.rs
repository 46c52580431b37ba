//! Invariants that no single crate can hold: they are named in docs/architecture.md.
#![expect(clippy::disallowed_methods, reason = "tests read the repository")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use trilith::analyse::{Input, analyse};
use trilith::builtin::BUILT_IN;
use trilith_parser::Options;
use trilith_rules::{Rule, evaluate};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files_below(directory: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("a directory").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files_below(&path, ending, found);
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
}

fn samples() -> Vec<Input> {
    let mut paths = Vec::new();
    for ending in [".yaml", ".json", ".tf"] {
        files_below(&root().join("testdata"), ending, &mut paths);
    }
    paths.sort();
    let name = |path: &Path| {
        let below = path.strip_prefix(root()).expect("below the root");
        below.to_string_lossy().replace('\\', "/")
    };
    paths.iter().map(|path| Input::decode(name(path), fs::read(path).expect("readable"))).collect()
}

/// Invariant 2: nothing opens a socket, and only crates/cli touches files, clock, environment.
/// clippy's `disallowed-methods` checks calls; this checks that nobody imports the modules.
#[test]
fn only_the_command_line_touches_the_outside_world() {
    for name in ["graph", "parser", "iam", "rules", "waivers", "reporter", "review"] {
        let mut paths = Vec::new();
        files_below(&root().join("crates").join(name).join("src"), ".rs", &mut paths);
        for path in paths {
            let text = fs::read_to_string(&path).expect("readable");
            let code = text.split("#[cfg(test)]").next().unwrap_or_default();
            for module in
                ["std::fs", "TcpStream", "UdpSocket", "std::env", "std::process", "SystemTime"]
            {
                assert!(!code.contains(module), "{} uses {module}", path.display());
            }
        }
    }
}

/// What is read as JSON text of a template is what policies are looked for in, and nothing of it
/// is forgotten on either side.
#[test]
fn policies_as_json_text_are_found_wherever_policies_are() {
    const POLICY: &str =
        r#"{"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}]}"#;
    // What else is read: settings that are no policies, policies of other languages, elements of
    // a policy, and properties of resources that have become others before policies are looked for.
    let others = [
        ("AWS::EMR::SecurityConfiguration", "SecurityConfiguration"),
        ("AWS::Events::EventBusPolicy", "Statement"),
        ("AWS::OpenSearchServerless::AccessPolicy", "Policy"),
        ("AWS::OpenSearchServerless::SecurityPolicy", "Policy"),
    ];
    let places: BTreeSet<_> = trilith_parser::cloudformation::json_places()
        .filter(|place| !place.0.starts_with("AWS::Serverless::") && !others.contains(place))
        .collect();
    let positions: BTreeSet<_> = trilith_iam::all_positions()
        .filter(|(name, _)| name.starts_with("AWS::"))
        // Stands for a document that is read by itself; no template has it.
        .filter(|(name, _)| *name != "AWS::IAM::ResourcePolicy")
        .flat_map(|(name, own)| own.iter().map(move |it| (name, it.pattern)))
        .filter(|(_, pattern)| !pattern.is_empty())
        .collect();
    assert_eq!(places, positions);
    for (resource_type, pattern) in positions {
        let text = serde_json::Value::from(POLICY);
        let mut properties = pattern.rsplit('/').fold(text, |inner, step| match step {
            "*" => serde_json::json!([inner]),
            name => serde_json::json!({ name: inner }),
        });
        if resource_type == "AWS::Organizations::Policy" {
            properties["Type"] = "SERVICE_CONTROL_POLICY".into();
        }
        let template = serde_json::json!({"Resources": {"R": {"Type": resource_type, "Properties": properties}}});
        let name = "template.json".to_owned();
        let input = Input::decode(name, template.to_string().into_bytes());
        let analysis = analyse(vec![input], &Options::default());
        let found: Vec<usize> = analysis
            .graph
            .resources()
            .filter(|(_, resource)| &*resource.resource_type == resource_type)
            .flat_map(|(_, resource)| trilith_iam::documents(resource))
            .filter(|it| it.document.problems.is_empty())
            .map(|it| it.document.statements.len())
            .collect();
        assert_eq!(found, [1], "{resource_type} {pattern}");
    }
}

/// Invariant 4: no rule sees text or spans.
#[test]
fn no_native_rule_names_a_span_or_a_source() {
    let mut paths = Vec::new();
    files_below(&root().join("rules"), "rule.rs", &mut paths);
    for path in paths {
        let text = fs::read_to_string(&path).expect("readable");
        let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        for word in text.split(|c| !is_part(c)) {
            let is_place = ["Span", "SourceMap", "SourceId", "span"].contains(&word);
            assert!(!is_place, "{} speaks of {word}", path.display());
        }
    }
}

/// Invariant 7: a rule is its folder: nothing else in the code names it.
#[test]
fn nothing_but_its_folder_names_a_rule() {
    let mut paths = Vec::new();
    for directory in ["crates", "rules"] {
        files_below(&root().join(directory), ".rs", &mut paths);
    }
    // Tests may name rules that they try out.
    paths.retain(|path| !path.components().any(|part| part.as_os_str() == "tests"));
    for path in paths {
        let text = fs::read_to_string(&path).expect("readable");
        let text = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
        for rule in BUILT_IN {
            let quoted = format!("\"{}\"", rule.id());
            assert!(!text.contains(&quoted), "{} names {}", path.display(), rule.id());
        }
    }
}

/// Invariant 7, from the other side: ids are unique, and no two rules claim one catalogue row
/// for the same reason.
#[test]
fn ids_are_unique_and_rules_are_sorted() {
    let ids: Vec<&str> = BUILT_IN.iter().map(Rule::id).collect();
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len());
    assert!(ids.is_sorted());
}

/// Invariant 6: the output does not depend on the number of threads.
#[test]
fn findings_are_the_same_on_any_number_of_threads() {
    let rules: Vec<&Rule> = BUILT_IN.iter().collect();
    let run = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        // Enough copies that the work is really shared.
        pool.install(|| {
            let copies = (0..20).flat_map(|copy| {
                samples()
                    .into_iter()
                    .map(move |input| Input { name: format!("copy{copy}/{}", input.name), ..input })
            });
            let analysis = analyse(copies.collect(), &Options::default());
            evaluate(&analysis.graph, &rules).diagnostics
        })
    };
    assert_eq!(run(1), run(4));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Invariant 1: whatever is done to a file, reading and checking it ends, without a panic,
    /// in a graph and diagnostics.
    #[test]
    fn damaged_files_never_stop_a_run(
        which in 0_usize..16,
        at in 0_usize..100_000,
        length in 0_usize..40,
        with in "[\\x00-\\x7f]{0,12}",
    ) {
        let mut inputs = samples();
        let count = inputs.len();
        let input = &mut inputs[which % count];
        let offset = at % (input.text.len() + 1);
        let start = (0..=offset).rev().find(|at| input.text.is_char_boundary(*at)).unwrap_or(0);
        let end = (start + length).min(input.text.len());
        let end = (end..=input.text.len()).find(|at| input.text.is_char_boundary(*at)).unwrap_or(start);
        input.text.replace_range(start..end, &with);
        let name = input.name.clone();
        let analysis = analyse(vec![Input::new(name, input.text.clone())], &Options::default());
        let rules: Vec<&Rule> = BUILT_IN.iter().collect();
        let outcome = evaluate(&analysis.graph, &rules);
        prop_assert!(outcome.broken.is_empty(), "{:?}", outcome.broken);
        for diagnostic in analysis.diagnostics.iter().chain(&outcome.diagnostics) {
            let file = analysis.sources.file(diagnostic.primary.span.source);
            prop_assert!(diagnostic.primary.span.end as usize <= file.text().len());
        }
    }
}
