use trilith_graph::Tri::{self, False, True, Unknown};
use trilith_iam::{PolicyDocument, SENSITIVE_SERVICES, WHOLE_SERVICES};

use crate::policy::{ask, policy, truth};

const ALL: &str = r#"{"Effect": "Allow", "Action": "*:*", "Resource": "**"}"#;

fn everything(statements: &str) -> Tri {
    truth(&format!("[{statements}]"), |document| document.allows_everything())
}

#[test]
fn everything_is_every_action_on_every_resource() {
    assert_eq!(everything(ALL), True);
    for (statement, expected) in [
        (r#"{"Effect": "Deny", "Action": "*", "Resource": "*"}"#, False),
        (r#"{"Effect": "Allow", "Action": "*", "Resource": "arn:aws:s3:::*"}"#, False),
        (r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#, False),
        (r#"{"Effect": "Allow", "Action": ?, "Resource": "*"}"#, Unknown),
        (r#"{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": ?}"#, Unknown),
        ("?", Unknown),
    ] {
        assert_eq!(everything(statement), expected, "{statement}");
    }
    let answer = ask(&format!("[{ALL}]"), |document| document.allows_everything());
    assert_eq!(answer, (True, "Statement/0/Action".into()));
}

#[test]
fn conditions_on_who_and_when_leave_everything() {
    for (condition, expected) in [
        (r#"{"Bool": {"aws:MultiFactorAuthPresent": "true"}}"#, True),
        (r#"{"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}"#, True),
        (r#"{"StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}"#, True),
        (r#"{"StringEquals": {"aws:RequestedRegion": ["eu-west-1"]}}"#, True),
        (r#"{"StringEquals": {"aws:ResourceTag/team": "a"}}"#, False),
        (r#"{"StringEquals": {"aws:ResourceTag/team": ?}}"#, False),
        (r#"{"StringLike": {"aws:ResourceTag/team": "*"}}"#, True),
        (r#"{"StringLike": {"aws:ResourceTag/team": ?}}"#, Unknown),
        (r#"{"StringEqualsIfExists": {"aws:ResourceTag/team": "a"}}"#, True),
        (r#"{"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}}"#, True),
        (
            r#"{"ForAllValues:StringEquals": {"aws:TagKeys": ["team"]}, "Null": {"aws:TagKeys": "false"}}"#,
            False,
        ),
        (r#"{"StringNotEquals": {"aws:ResourceTag/team": "a"}}"#, True),
        (r#"{"Null": {"aws:ResourceTag/team": "true"}}"#, True),
        (r#"{"Bool": {"aws:ViaAWSService": "true"}}"#, False),
        (r#"{"Bool": {"aws:ViaAWSService": "false"}}"#, True),
        (r#"{"StringEquals": {"ec2:InstanceType": "t3.micro"}}"#, False),
        (r#"{"StringSames": {"ec2:InstanceType": "t3.micro"}}"#, Unknown),
    ] {
        let statement = format!(
            r#"{{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {condition}}}"#
        );
        assert_eq!(everything(&statement), expected, "{condition}");
    }
}

#[test]
fn a_service_as_a_whole_can_be_taken_back() {
    for (statements, expected) in [
        (r#"{"Effect": "Allow", "Action": "kms*", "Resource": "*"}"#, Some(True)),
        (r#"{"Effect": "Allow", "Action": "kms:*", "Resource": "arn:aws:kms:*:*:*"}"#, None),
        (
            r#"{"Effect": "Allow", "Action": "KMS:*", "Resource": "*"}, {"Effect": "Deny", "Action": "kms:*", "Resource": "*"}"#,
            None,
        ),
        (
            r#"{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}, {"Effect": "Deny", "Action": "kms:Decrypt", "Resource": "*"}"#,
            Some(True),
        ),
        (
            r#"{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}, {"Effect": "Deny", "Action": ?, "Resource": "*"}"#,
            Some(Unknown),
        ),
    ] {
        let value = policy(&format!("[{statements}]"));
        let document = PolicyDocument::parse(&value);
        let found = document.statements_allowing_service("kms");
        assert_eq!(found.first().map(|(_, answer)| answer.truth), expected, "{statements}");
    }
}

#[test]
fn all_actions_but_some_matter_beyond_one_service() {
    for (rest, expected) in [
        (r#""NotAction": "iam:*", "Resource": "*""#, Some(True)),
        (r#""NotAction": "iam:*", "Resource": "arn:aws:*""#, Some(True)),
        (r#""NotAction": "sts:TagSession""#, Some(True)),
        (r#""NotAction": "s3:Delete*", "Resource": ["arn:aws:s3:::a", "arn:aws:s3:::b/*"]"#, None),
        (r#""NotAction": "s3:*", "Resource": ["arn:aws:s3:::a", "arn:aws:sqs:*:*:b"]"#, Some(True)),
        (r#""NotAction": "s3:*", "Resource": ["$(A.Arn)", "$(A.Arn)/*"]"#, None),
        (r#""NotAction": "s3:*", "Resource": ["$(A.Arn)", "$(B.Arn)/*"]"#, Some(Unknown)),
        (r#""NotAction": "s3:*", "Resource": ["arn:$(AWS::Partition):s3:::a"]"#, None),
        (r#""NotAction": "s3:*", "Resource": ?"#, Some(Unknown)),
        (r#""NotAction": "s3:*", "Resource": ["arn:aws:s3:::a" ...]"#, Some(Unknown)),
        (
            r#""NotAction": "s3:*", "Resource": "*", "Condition": {"StringEquals": {"aws:ResourceTag/a": "b"}}"#,
            None,
        ),
        (r#""Action": "s3:*", "Resource": "*""#, None),
        ("...", Some(Unknown)),
    ] {
        let value = policy(&format!(r#"{{"Effect": "Allow", {rest}}}"#));
        let document = PolicyDocument::parse(&value);
        let found = document.statements_allowing_all_but_some();
        assert_eq!(found.first().map(|(_, answer)| answer.truth), expected, "{rest}");
        if expected == Some(True) {
            assert!(found[0].1.paths()[0].to_string().ends_with("/NotAction"), "{rest}");
        }
    }
}

#[test]
fn passing_roles_is_found_where_it_is_named() {
    for (statement, expected) in [
        (r#""Action": "IAM:passrole", "Resource": "*""#, Some(True)),
        (
            r#""Action": ["ec2:RunInstances", "iam:Pass*"], "Resource": ["arn:aws:iam::*:role/*"]"#,
            Some(True),
        ),
        (r#""Action": "iam:*", "Resource": "arn:aws:iam::*:role/*""#, Some(True)),
        (r#""Action": "iam:*", "Resource": "*""#, None),
        (r#""Action": "*", "Resource": "*""#, None),
        (r#""NotAction": "s3:*", "Resource": "*""#, None),
        (r#""Action": ?, "Resource": "*""#, Some(Unknown)),
        (r#""Action": "iam:PassRole", "Resource": ?"#, Some(Unknown)),
        (r#""Action": "iam:PassRole", "Resource": "arn:aws:iam::*:role/app-*""#, None),
    ] {
        let value = policy(&format!(r#"{{"Effect": "Allow", {statement}}}"#));
        let document = PolicyDocument::parse(&value);
        let found = document.statements_passing_every_role();
        assert_eq!(found.first().map(|(_, answer)| answer.truth), expected, "{statement}");
    }
}

#[test]
fn a_denial_counts_if_it_leaves_little() {
    for (deny, expected) in [
        (r#""NotAction": "s3:*", "Resource": "*""#, False),
        (r#""Action": "*", "Resource": "*""#, False),
        (r#""Action": "*", "NotResource": "arn:aws:s3:::b/*""#, False),
        (r#""Action": "iam:*", "Resource": "*""#, True),
        (r#""NotAction": "s3:*", "Resource": "arn:aws:iam::*:role/*""#, True),
        (
            r#""NotAction": "s3:*", "Resource": "*", "Condition": {"Bool": {"aws:ViaAWSService": "false"}}"#,
            True,
        ),
        (r#""NotAction": "s3:*", "Resource": ?"#, Unknown),
        (r#""NotAction": "s3:*", "Resource": "*" ..."#, Unknown),
    ] {
        let statements = format!(r#"{ALL}, {{"Effect": "Deny", {deny}}}"#);
        assert_eq!(everything(&statements), expected, "{deny}");
    }
}

#[test]
fn passing_any_role_has_many_forms() {
    for (statements, expected) in [
        (r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}"#, Some(True)),
        (
            r#"{"Effect": "Allow", "Action": "iam:*", "Resource": "arn:aws:iam::*:role/*"}"#,
            Some(True),
        ),
        (r#"{"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}"#, Some(True)),
        (
            r#"{"Effect": "Allow", "Action": "iam:Pass*", "NotResource": "arn:aws:s3:::b"}"#,
            Some(True),
        ),
        (
            r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::*:role/app-*"}"#,
            Some(False),
        ),
        (
            r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*", "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}}"#,
            Some(False),
        ),
        (
            r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*", "Condition": {"StringEquals": {"iam:PassedToService": ?}}}"#,
            Some(False),
        ),
        (
            r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*", "Condition": {"StringLike": {"iam:PassedToService": "*"}}}"#,
            Some(True),
        ),
        (
            r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*", "Condition": {"StringEqualsIfExists": {"iam:PassedToService": "ec2.amazonaws.com"}}}"#,
            Some(True),
        ),
        (
            r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}, {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}"#,
            Some(False),
        ),
        (
            r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}, {"Effect": "Deny", "Action": "iam:PassRole", "Resource": "arn:aws:iam::*:role/admin"}"#,
            Some(True),
        ),
        (r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": ?}"#, Some(Unknown)),
        (r#"{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}"#, None),
        (r#"{"Effect": "Deny", "Action": "*", "Resource": "*"}"#, None),
    ] {
        let policy = policy(&format!("[{statements}]"));
        let document = PolicyDocument::parse(&policy);
        let found = document.pass_role_statements();
        assert_eq!(found.first().map(|it| it.is_unbounded().truth), expected, "{statements}");
    }
}

#[test]
fn an_exclusion_is_told_from_a_list() {
    for (elements, action, resource) in [
        (r#""NotAction": "iam:*", "Resource": "*""#, True, False),
        (r#""Action": "s3:*", "NotResource": "arn:aws:s3:::b""#, False, True),
        (r#""Action": "s3:*", "Resource": "*""#, False, False),
        (r#""NotAction": ?, "NotResource": ?"#, Unknown, Unknown),
    ] {
        let statement = format!(r#"{{"Effect": "Allow", {elements}}}"#);
        let not_action =
            truth(&statement, |document| document.statements[0].allows_with_not_action());
        let not_resource =
            truth(&statement, |document| document.statements[0].allows_with_not_resource());
        assert_eq!((not_action, not_resource), (action, resource), "{elements}");
        let deny = format!(r#"{{"Effect": "Deny", {elements}}}"#);
        assert_eq!(truth(&deny, |document| document.statements[0].allows_with_not_action()), False);
    }
}

#[test]
fn an_action_is_allowed_unless_it_is_denied_everywhere() {
    for (deny, expected) in [
        (r#""Action": "iam:Create*", "Resource": "*""#, False),
        (r#""Action": "iam:Create*", "Resource": "arn:aws:iam::*:user/a""#, True),
        (r#""NotAction": "s3:*", "Resource": "*""#, False),
        (
            r#""Action": "iam:Create*", "Resource": "*", "Condition": {"Null": {"a:b": "true"}}"#,
            True,
        ),
        (r#""Principal": {"AWS": "123456789012"}, "Action": "*", "Resource": "*""#, True),
        (r#""Principal": "*", "Action": "*", "Resource": "*""#, False),
        (r#""Action": "$(?)", "Resource": "*""#, Unknown),
    ] {
        let statements = format!(r#"[{ALL}, {{"Effect": "Deny", {deny}}}]"#);
        let answer =
            truth(&statements, |document| document.allows_action("iam:CreatePolicyVersion"));
        assert_eq!(answer, expected, "{deny}");
    }
}

#[test]
fn sensitive_services_are_sorted() {
    assert!(SENSITIVE_SERVICES.is_sorted() && WHOLE_SERVICES.is_sorted());
}
