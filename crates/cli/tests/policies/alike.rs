//! Resources that a Rego policy cannot tell apart are evaluated once, and each is called by its
//! own name.

use trilith::analyse::{Input, analyse};
use trilith_parser::Options;
use trilith_rules::{Predicate, Rule, evaluate};

const TEMPLATE: &str = "
Resources:
  First: {Type: AWS::SQS::Queue, Properties: {QueueName: a, SqsManagedSseEnabled: false}}
  Second: {Type: AWS::SQS::Queue, Properties: {QueueName: b, SqsManagedSseEnabled: false}}
  Fine: {Type: AWS::SQS::Queue, Properties: {QueueName: c, SqsManagedSseEnabled: true}}
  Third: {Type: AWS::SQS::Queue, Properties: {QueueName: d, SqsManagedSseEnabled: false}}
";

/// What a policy says of the template, with the address.
fn said(body: &str) -> Vec<String> {
    let page = "---\nseverity: medium\nconfidence: high\nresources: [AWS::SQS::Queue]\npractices: []\n\
                since: 0.1.0\nfix: none\n---\n# A rule\n\nA sentence.\n";
    let policy = Predicate::Rego(format!("package r\n\nimport data.trilith\n\n{body}").into());
    let rule = Rule::from_folder("alike", page.to_owned(), policy).expect("a rule");
    let analysis = analyse(vec![Input::new("t.yaml", TEMPLATE)], &Options::default());
    let outcome = evaluate(&analysis.graph, &[&rule]);
    assert!(outcome.broken.is_empty(), "{:?}", outcome.broken);
    let one = |diagnostic: &trilith_graph::Diagnostic| {
        let subject = diagnostic.subject.as_ref().expect("a resource");
        let label = &diagnostic.primary.message;
        format!("{}: {} ({label})", subject.address, diagnostic.message)
    };
    outcome.diagnostics.iter().map(one).collect()
}

#[test]
fn each_is_called_by_its_own_name_and_address() {
    let said = said(
        "deny contains {\"path\": \"SqsManagedSseEnabled\", \"message\": msg, \"label\": sprintf(\"at %s\", [input.address])} if {\n  \
           not input.properties.SqsManagedSseEnabled\n  \
           msg := sprintf(\"`%s` is open\", [input.name])\n}\n",
    );
    assert_eq!(
        said,
        [
            "First: `First` is open (at First)",
            "Second: `Second` is open (at Second)",
            "Third: `Third` is open (at Third)",
        ]
    );
}

#[test]
fn a_policy_that_looks_at_the_name_sees_the_name() {
    let said = said(
        "deny contains {\"message\": sprintf(\"`%s` is open\", [input.name])} if {\n  \
           not input.properties.SqsManagedSseEnabled\n  \
           startswith(input.name, \"S\")\n}\n",
    );
    assert_eq!(said, ["Second: `Second` is open ()"]);
}

#[test]
fn a_finding_at_a_path_of_the_name_is_not_shared() {
    let said = said(
        "deny contains {\"message\": \"open\", \"path\": path} if {\n  \
           not input.properties.SqsManagedSseEnabled\n  \
           msg := sprintf(\"%s\", [input.name])\n  path := [msg]\n}\n",
    );
    assert_eq!(
        said,
        [
            "First: open (`First` is not set)",
            "Second: open (`Second` is not set)",
            "Third: open (`Third` is not set)",
        ]
    );
}
