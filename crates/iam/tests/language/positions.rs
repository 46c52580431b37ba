use trilith_graph::Tri;
use trilith_iam::{PolicyKind, documents_in, positions};

use crate::policy::value;

fn paths(resource_type: &str, properties: &str) -> Vec<(String, PolicyKind)> {
    let properties = value(properties);
    let found = documents_in(resource_type, &properties);
    for document in &found {
        assert!(std::ptr::eq(properties.at(&document.path), document.document.value));
    }
    found.iter().map(|document| (document.path.to_string(), document.kind)).collect()
}

#[test]
fn policies_are_found_where_they_stand() {
    let role = r#"{"AssumeRolePolicyDocument": {}, "Policies": [{"PolicyDocument": {}}, {"PolicyName": "a"}, {"PolicyDocument": {}}]}"#;
    let identity = |path: &str| (path.to_owned(), PolicyKind::Identity);
    assert_eq!(
        paths("AWS::IAM::Role", role),
        [
            ("AssumeRolePolicyDocument".to_owned(), PolicyKind::Trust),
            identity("Policies/0/PolicyDocument"),
            identity("Policies/2/PolicyDocument"),
        ]
    );
    let single = r#"{"Policies": {"PolicyDocument": {}}}"#;
    assert_eq!(paths("AWS::IAM::User", single), [identity("Policies/PolicyDocument")]);
    let table = r#"{"StreamSpecification": {"ResourcePolicy": {"PolicyDocument": {}}}}"#;
    let path = "StreamSpecification/ResourcePolicy/PolicyDocument".to_owned();
    assert_eq!(paths("AWS::DynamoDB::Table", table), [(path, PolicyKind::Resource("dynamodb"))]);
    assert_eq!(paths("AWS::IAM::Role", "{}"), []);
    assert_eq!(paths("AWS::EC2::Instance", r#"{"PolicyDocument": {}}"#), []);
}

#[test]
fn the_properties_may_be_the_policy() {
    let properties = value(
        r#"{"EventBusName": "b", "Statement": {"Effect": "Allow", "Principal": "*", "Action": "events:PutEvents"}}"#,
    );
    let found = documents_in("AWS::Events::EventBusPolicy", &properties);
    assert!(found[0].document.problems.is_empty());
    let answer = found[0].document.is_public();
    assert_eq!(answer.paths_under(&found[0].path)[0].to_string(), "Statement/Principal");
    assert!(paths("AWS::Events::EventBusPolicy", r#"{"Principal": "*"}"#).is_empty());
}

#[test]
fn a_policy_that_cannot_be_seen_is_unknown() {
    for (properties, count) in [
        ("?", 2),
        (r#"{"Policies": ?}"#, 1),
        (r#"{"Policies": [?]}"#, 1),
        (r#"{"Policies": [...]}"#, 1),
        (r#"{"Policies": [{"PolicyDocument": ?}]}"#, 1),
    ] {
        let properties = value(properties);
        let found = documents_in("AWS::IAM::Role", &properties);
        assert_eq!(found.len(), count);
        for document in found {
            assert_eq!(document.document.allows_everything().truth, Tri::Unknown);
        }
    }
}

#[test]
fn the_type_of_an_organizations_policy_decides() {
    let kinds = |text| paths("AWS::Organizations::Policy", text).first().map(|(_, kind)| *kind);
    let scp = r#"{"Type": "SERVICE_CONTROL_POLICY", "Content": {}}"#;
    assert_eq!(kinds(scp), Some(PolicyKind::Scp));
    let rcp = r#"{"Type": "RESOURCE_CONTROL_POLICY", "Content": {}}"#;
    assert_eq!(kinds(rcp), Some(PolicyKind::Rcp));
    assert_eq!(kinds(r#"{"Type": "TAG_POLICY", "Content": {}}"#), None);
    assert_eq!(positions("AWS::EC2::VPCEndpoint")[0].kind, PolicyKind::Endpoint);
}
