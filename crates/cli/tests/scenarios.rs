//! Findings that differ between the ways in which the conditions of a template come out.

use trilith::analyse::{Input, analyse};
use trilith::builtin::BUILT_IN;
use trilith_graph::{Diagnostic, Severity};
use trilith_parser::Options;
use trilith_rules::{Rule, evaluate};

fn findings(rule: &str, template: &str) -> Vec<Diagnostic> {
    let analysis = analyse(vec![Input::new("t.yaml", template)], &Options::default());
    let rules: Vec<&Rule> = BUILT_IN.iter().filter(|built_in| built_in.id() == rule).collect();
    evaluate(&analysis.graph, &rules).diagnostics
}

/// An Aurora cluster that says nothing is worth a note about its age, other databases are plain.
fn database(engine_if: &str) -> String {
    format!(
        "\
Parameters: {{Kind: {{Type: String, AllowedValues: [a, b]}}}}
Conditions: {{IsA: !Equals [!Ref Kind, a]}}
Resources:
  Db:
    Type: AWS::RDS::DBInstance
    Properties: {{Engine: !If [IsA, {engine_if}]}}
"
    )
}

#[test]
fn the_worst_scenario_tells_how_bad_a_finding_is() {
    for (engines, milder) in [("mysql, aurora-mysql", "b"), ("aurora-mysql, mysql", "a")] {
        let found = findings("rds-storage-unencrypted", &database(engines));
        let [only] = found.as_slice() else { panic!("one finding, not {found:?}") };
        assert_eq!(only.severity, Severity::High, "{engines}");
        assert_eq!(only.only_when, None, "{engines}");
        let holds = milder == "a";
        let note = format!("the severity is info when `IsA` is {holds} (`Kind` is `{milder}`)");
        assert_eq!(only.notes, [note]);
    }
}

#[test]
fn one_that_is_as_bad_everywhere_says_so_once() {
    let found = findings("rds-storage-unencrypted", &database("mysql, postgres"));
    let [only] = found.as_slice() else { panic!("one finding, not {found:?}") };
    assert!(only.notes.is_empty() && only.only_when.is_none(), "{only:?}");
}
