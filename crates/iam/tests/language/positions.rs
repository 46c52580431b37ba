use trilith_graph::Tri::{self, False, True, Unknown};
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
}

#[test]
fn a_permission_is_a_statement() {
    let lambda = "AWS::Lambda::Permission";
    let bus = "AWS::Events::EventBusPolicy";
    for (resource_type, properties, public, source) in [
        (lambda, r#""Principal": "*""#, True, None),
        (lambda, r#""Principal": "*", "FunctionUrlAuthType": "NONE""#, True, None),
        (lambda, r#""Principal": "*", "PrincipalOrgID": "o-abc""#, False, None),
        (lambda, r#""Principal": "*", "PrincipalOrgID": ?"#, Unknown, None),
        (lambda, r#""Principal": "*", "SourceArn": "arn:aws:s3:::*""#, True, None),
        (lambda, r#""Principal": "*" ..."#, Unknown, None),
        (lambda, r#""Principal": ?"#, Unknown, None),
        (lambda, r#""Principal": "123456789012""#, False, None),
        (lambda, r#""Principal": "$(Role.Arn)""#, False, None),
        (lambda, r#""Principal": "arn:aws:iam::$(?):root""#, Unknown, None),
        (lambda, r#""Principal": "s3.amazonaws.com""#, False, Some(True)),
        (lambda, r#""Principal": "sns.$(AWS::URLSuffix)""#, False, Some(True)),
        (lambda, r#""Principal": "logs.$(AWS::Region).amazonaws.com""#, False, Some(True)),
        (
            lambda,
            r#""Principal": "s3.amazonaws.com", "SourceArn": "$(Bucket.Arn)""#,
            False,
            Some(False),
        ),
        (lambda, r#""Principal": "s3.amazonaws.com", "SourceAccount": ?"#, False, Some(False)),
        (lambda, r#""Principal": "s3.amazonaws.com" ..."#, False, Some(Unknown)),
        (
            "AWS::Lambda::LayerVersionPermission",
            r#""Principal": "*", "OrganizationId": "o-abc""#,
            False,
            None,
        ),
        (bus, r#""Principal": "*""#, True, None),
        (
            bus,
            r#""Principal": "*", "Condition": {"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o-abc"}"#,
            False,
            None,
        ),
        (bus, r#""Principal": "*", "Condition": ?"#, Unknown, None),
    ] {
        let value = value(&format!(r#"{{"Action": "lambda:InvokeFunction", {properties}}}"#));
        let found = documents_in(resource_type, &value);
        let document = &found[0].document;
        let answer = document.is_public();
        assert_eq!(answer.truth, public, "{properties}");
        for path in answer.paths_under(&found[0].path) {
            assert!(path.is_root() || value.locate(&path).is_some(), "{path} in {properties}");
        }
        if public.is_true() {
            assert_eq!(answer.paths()[0].to_string(), "Principal");
        }
        let services = document.statements[0].services_without_source();
        assert_eq!(services.first().map(|(_, answer)| answer.truth), source, "{properties}");
    }
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
