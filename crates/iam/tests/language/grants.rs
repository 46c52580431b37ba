use trilith_graph::Tri::{self, False, True, Unknown};
use trilith_iam::{PolicyDocument, SENSITIVE_SERVICES};

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
        (
            r#"{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}"#,
            False,
        ),
        ("?", Unknown),
    ] {
        assert_eq!(everything(statement), expected, "{statement}");
    }
    let answer = ask(&format!("[{ALL}]"), |document| document.allows_everything());
    assert_eq!(answer, (True, "Statement/0/Action".into()));
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
    assert!(SENSITIVE_SERVICES.is_sorted());
}
