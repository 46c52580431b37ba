use trilith_graph::Tri::{False, True, Unknown};
use trilith_iam::PolicyDocument;

use crate::policy::{ask, policy, truth};

#[test]
fn a_role_that_anyone_can_assume() {
    for (elements, any, unconditionally) in [
        (r#""Principal": {"AWS": "*"}, "Action": "sts:AssumeRole""#, True, True),
        (r#""Principal": "*", "Action": "sts:*""#, True, True),
        (
            r#""Principal": "*", "Action": "sts:AssumeRole", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-abc"}}"#,
            True,
            False,
        ),
        (
            r#""Principal": "*", "Action": "sts:AssumeRole", "Condition": {"StringEquals": {"sts:ExternalId": "x"}}"#,
            True,
            True,
        ),
        (r#""Principal": "*", "Action": "sts:TagSession""#, False, True),
        (r#""Principal": {"AWS": "$(?)"}, "Action": "sts:AssumeRole""#, Unknown, Unknown),
    ] {
        let statement = format!(r#"{{"Effect": "Allow", {elements}}}"#);
        let trusts = truth(&statement, |document| document.statements[0].trusts_anyone());
        assert_eq!(trusts, any, "{elements}");
        let public = truth(&statement, |document| document.is_public());
        assert_eq!(public, unconditionally, "{elements}");
    }
}

#[test]
fn an_external_id_must_be_demanded() {
    for (condition, expected) in [
        (r#"{"StringEquals": {"sts:ExternalId": "x"}}"#, True),
        (r#"{"StringEquals": {"STS:externalid": ?}}"#, True),
        (r#"{"StringLike": {"sts:ExternalId": "prefix-*"}}"#, True),
        (r#"{"StringLike": {"sts:ExternalId": "*"}}"#, False),
        (r#"{"StringEqualsIfExists": {"sts:ExternalId": "x"}}"#, False),
        (r#"{"ForAllValues:StringEquals": {"sts:ExternalId": "x"}}"#, False),
        (r#"{"StringNotEquals": {"sts:ExternalId": "x"}}"#, False),
        (r#"{"Null": {"sts:ExternalId": "false"}}"#, False),
        (r#"{"StringLike": {"sts:ExternalId": ?}}"#, Unknown),
        (r#"{"StringEquals": ?}"#, Unknown),
        ("{}", False),
    ] {
        let statement = format!(r#"{{"Effect": "Allow", "Condition": {condition}}}"#);
        let answer = truth(&statement, |document| document.statements[0].requires_external_id());
        assert_eq!(answer, expected, "{condition}");
    }
}

#[test]
fn a_second_factor_must_be_demanded() {
    for (condition, expected) in [
        (r#"{"Bool": {"aws:MultiFactorAuthPresent": "true"}}"#, True),
        (r#"{"Bool": {"aws:MultiFactorAuthPresent": true}}"#, True),
        (r#"{"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}"#, False),
        (r#"{"Bool": {"aws:MultiFactorAuthPresent": "false"}}"#, False),
        (r#"{"Bool": {"aws:MultiFactorAuthPresent": ?}}"#, Unknown),
    ] {
        let statement = format!(r#"{{"Effect": "Allow", "Condition": {condition}}}"#);
        let answer = truth(&statement, |document| document.statements[0].requires_mfa());
        assert_eq!(answer, expected, "{condition}");
    }
}

#[test]
fn a_service_without_a_source_is_named() {
    for (condition, expected) in [
        ("{}", [True, False]),
        (r#"{"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:123456789012:*"}}"#, [False, False]),
        (r#"{"StringEquals": {"aws:SourceAccount": "$(AWS::AccountId)"}}"#, [False, False]),
        (r#"{"StringEquals": {"aws:SourceOrgID": ?}}"#, [False, False]),
        (r#"{"ArnLike": {"aws:SourceArn": "*"}}"#, [True, False]),
        (r#"{"StringEqualsIfExists": {"aws:SourceAccount": "1"}}"#, [True, False]),
        ("?", [Unknown, False]),
    ] {
        let statement = format!(
            r#"[{{"Effect": "Allow", "Action": "sts:AssumeRole", "Condition": {condition},
                "Principal": {{"Service": ["cloudtrail.amazonaws.com", "ec2.amazonaws.com"]}}}}]"#
        );
        let policy = policy(&statement);
        let document = PolicyDocument::parse(&policy);
        let found = document.statements[0].services_without_source();
        let truths: Vec<_> = found.iter().map(|(_, answer)| answer.truth).collect();
        assert_eq!(truths, expected, "{condition}");
        if expected[0].is_true() {
            assert_eq!(found[0].1.paths()[0].to_string(), "Statement/0/Principal/Service/0");
        }
    }
}

#[test]
fn a_service_in_one_region_is_the_same_service() {
    for (service, expected) in [
        ("logs.eu-west-1.amazonaws.com", True),
        ("logs.$(AWS::Region).amazonaws.com", True),
        ("logs.$(AWS::Region).$(AWS::URLSuffix)", True),
        ("ec2.$(AWS::Region).amazonaws.com", False),
        ("$(?).amazonaws.com", Unknown),
        ("logs.$(?).amazonaws.com", Unknown),
        ("$(?).example.com", False),
    ] {
        let statement =
            format!(r#"[{{"Effect": "Allow", "Principal": {{"Service": "{service}"}}}}]"#);
        let answer = ask(&statement, |document| {
            document.statements[0].services_without_source()[0].1.clone()
        });
        assert_eq!(answer.0, expected, "{service}");
    }
}
