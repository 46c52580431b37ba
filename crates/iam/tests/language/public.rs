use trilith_graph::Tri::{False, True, Unknown};

use crate::policy::{ask, truth};

const ALLOW: &str = r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}"#;

#[test]
fn a_public_statement_is_found_by_its_principal() {
    let answer = ask(&format!("[{ALLOW}]"), |document| document.is_public());
    assert_eq!(answer, (True, "Statement/0/Principal".into()));
    let answer = ask(&format!("[{ALLOW}, ?]"), |document| document.statements[0].is_public());
    assert_eq!(answer, (True, "Statement/0/Principal".into()));
}

#[test]
fn other_statements_do_not_hide_it() {
    for (other, expected) in [
        (r#"{"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "*"}"#, True),
        (
            r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObject", "Resource": "*"}"#,
            True,
        ),
        (
            r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::b"}"#,
            True,
        ),
        (
            r#"{"Effect": "Deny", "Principal": {"AWS": "123456789012"}, "Action": "*", "Resource": "*"}"#,
            True,
        ),
        (
            r#"{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}"#,
            True,
        ),
        (
            r#"{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-abc"}}}"#,
            True,
        ),
        // One condition that anybody escapes is enough.
        (
            r#"{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-abc"}, "Bool": {"aws:SecureTransport": "false"}}}"#,
            True,
        ),
        (
            r#"{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": {"ForAnyValue:StringNotEquals": {"aws:PrincipalOrgID": "o-abc"}}}"#,
            True,
        ),
        (
            r#"{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": {"StringNotLike": {"aws:PrincipalOrgID": "*"}}}"#,
            True,
        ),
        (
            r#"{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Condition": {"Null": {"aws:PrincipalOrgID": "true"}}}"#,
            True,
        ),
    ] {
        let statements = format!("[{ALLOW}, {other}]");
        assert_eq!(truth(&statements, |document| document.is_public()), expected, "{other}");
    }
}

#[test]
fn a_denial_of_all_strangers_does() {
    for (deny, expected) in [
        (r#""Principal": "*", "Action": "s3:*", "Resource": "*""#, False),
        (
            r#""Principal": {"AWS": "*"}, "Action": "S3:getobject", "Resource": "arn:aws:s3:::b/*""#,
            False,
        ),
        (r#""NotPrincipal": {"AWS": "123456789012"}, "Action": "*", "Resource": "*""#, False),
        (r#""Principal": "*", "NotAction": "s3:ListBucket", "Resource": "*""#, False),
        (r#""Principal": "*", "NotAction": "s3:Get*", "Resource": "*""#, True),
        (r#""Principal": "*", "Action": "*", "NotResource": "arn:aws:s3:::c/*""#, False),
        (r#""Principal": "*", "Action": "*", "NotResource": "arn:aws:s3:::b/c/*""#, True),
        (
            r#""Principal": "*", "Action": "*", "Resource": "*", "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-abc"}}"#,
            False,
        ),
        (
            r#""Principal": "*", "Action": "*", "Resource": "*", "Condition": {"StringNotEqualsIfExists": {"aws:SourceVpce": ["vpce-1", "vpce-2"]}, "NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}}"#,
            False,
        ),
        (r#""Principal": "*", "Action": ?, "Resource": "*""#, Unknown),
        (r#""Principal": ?, "Action": "*", "Resource": "*""#, Unknown),
        (r#""Principal": "*", "Action": "*", "Resource": "arn:aws:s3:::$(?)/*""#, Unknown),
        (r#""Principal": "*", "Action": "*", "Resource": "*", "Condition": ?"#, Unknown),
    ] {
        let statements = format!(r#"[{ALLOW}, {{"Effect": "Deny", {deny}}}]"#);
        assert_eq!(truth(&statements, |document| document.is_public()), expected, "{deny}");
    }
}

#[test]
fn the_same_unknown_bucket_is_the_same_bucket() {
    let resource = r#""Resource": ["$(Bucket.Arn)", "$(Bucket.Arn)/*"]"#;
    let allow = format!(r#"{{"Effect": "Allow", "Principal": "*", "Action": "s3:*", {resource}}}"#);
    let deny = |resource: &str| {
        format!(r#"[{allow}, {{"Effect": "Deny", "Principal": "*", "Action": "*", {resource}}}]"#)
    };
    assert_eq!(truth(&deny(resource), |document| document.is_public()), False);
    let other = r#""Resource": ["$(Other.Arn)", "$(Other.Arn)/*"]"#;
    assert_eq!(truth(&deny(other), |document| document.is_public()), Unknown);
}

#[test]
fn statements_that_cannot_be_seen_may_deny() {
    let statements = format!("[{ALLOW} ...]");
    assert_eq!(truth(&statements, |document| document.is_public()), Unknown);
    assert_eq!(truth(&statements, |document| document.statements[0].is_public()), True);
    assert_eq!(truth("?", |document| document.is_public()), Unknown);
    assert_eq!(truth("[]", |document| document.is_public()), False);
}
