use trilith_graph::Tri::{self, False, True, Unknown};
use trilith_iam::PolicyDocument;

use crate::policy::{ask, policy, truth};

fn allows(elements: &str, action: &str) -> Tri {
    let statement = format!(r#"{{"Effect": "Allow", "Resource": "*", {elements}}}"#);
    truth(&statement, |document| document.statements[0].allows_action(action))
}

#[test]
fn actions_are_matched_as_aws_does() {
    for (elements, expected) in [
        (r#""Action": "iam:PassRole""#, True),
        (r#""Action": "IAM:passrole""#, True),
        (r#""Action": ["s3:Get*", "iam:Pass*"]"#, True),
        (r#""Action": "i?m:*""#, True),
        (r#""Action": "*:PassRole""#, True),
        (r#""Action": "iam:PassRol?""#, True),
        (r#""Action": "iam:PassRole?""#, False),
        (r#""Action": "iam*""#, True),
        (r#""Action": "**""#, True),
        (r#""Action": []"#, False),
        (r#""Action": {"a": "*"}"#, False),
        (r#""Action": 7"#, False),
        (r#""NotAction": "s3:*""#, True),
        (r#""NotAction": "iam:*""#, False),
        (r#""NotAction": ["s3:*", "IAM:PASSROLE"]"#, False),
        (r#""NotAction": []"#, True),
        (r#""Sid": "neither""#, False),
        // What stands together is refused by AWS; the first counts.
        (r#""Action": "iam:*", "NotAction": "iam:*""#, True),
    ] {
        assert_eq!(allows(elements, "iam:PassRole"), expected, "{elements}");
    }
}

#[test]
fn what_is_not_known_of_an_action_stays_open() {
    for (elements, expected) in [
        (r#""Action": ?"#, Unknown),
        (r#""Action": [?, "iam:*"]"#, True),
        (r#""Action": [?, "s3:*"]"#, Unknown),
        (r#""Action": ["s3:*" ...]"#, Unknown),
        (r#""Action": "iam:$(?)""#, Unknown),
        (r#""Action": "s3:$(?)""#, False),
        (r#""Action": "$(?)Role""#, Unknown),
        (r#""Action": "$(?)User""#, False),
        (r#""NotAction": ?"#, Unknown),
        (r#""NotAction": [?, "iam:*"]"#, False),
        (r#""NotAction": "iam:$(?)""#, Unknown),
        (r#""NotAction": "s3:$(?)""#, True),
        (r#""Resource": "*" ..."#, Unknown),
    ] {
        assert_eq!(allows(elements, "iam:PassRole"), expected, "{elements}");
    }
}

#[test]
fn the_effect_counts() {
    for (effect, expected) in [
        ("\"Allow\"", True),
        ("\"allow\"", True),
        ("\"Deny\"", False),
        ("?", Unknown),
        ("1", False),
    ] {
        let statement = format!(r#"{{"Effect": {effect}, "Action": "*", "Resource": "*"}}"#);
        let answer = truth(&statement, |document| document.statements[0].allows_action("a:b"));
        assert_eq!(answer, expected, "{effect}");
    }
}

#[test]
fn an_answer_points_at_the_very_pattern() {
    let question = |document: &PolicyDocument<'_>| document.statements.len();
    assert_eq!(question(&PolicyDocument::parse(&policy("[]"))), 0);
    for (statement, path) in [
        (r#"{"Effect": "Allow", "Action": "*"}"#, "Statement/Action"),
        (r#"[{"Effect": "Allow", "Action": "*"}]"#, "Statement/0/Action"),
        (r#"[{"Effect": "Allow", "Action": ["s3:Get*", "*"]}]"#, "Statement/0/Action/1"),
        (r#"[{"Effect": "Allow", "NotAction": ["s3:*"]}]"#, "Statement/0/NotAction"),
        (r#"[{"Effect": "Allow", "Action": ["s3:*", ?]}]"#, "Statement/0/Action/1"),
        (r#"[{"Effect": ?, "Action": ["s3:*", "iam:*"]}]"#, "Statement/0/Effect"),
    ] {
        let answer =
            ask(statement, |document| document.statements[0].allows_action("iam:PassRole"));
        assert_eq!(answer.1, path, "{statement}");
    }
}

#[test]
fn every_action_is_more_than_a_star() {
    for (elements, expected) in [
        (r#""Action": "*""#, True),
        (r#""Action": "**""#, True),
        (r#""Action": "*:*""#, True),
        (r#""Action": "?*""#, True),
        (r#""Action": ["s3:*", "*:*"]"#, True),
        (r#""Action": "s3:*""#, False),
        (r#""Action": "*:Get*""#, False),
        (r#""Action": "$(?)""#, Unknown),
        (r#""Action": "$(?):*""#, Unknown),
        (r#""Action": "s3:$(?)""#, False),
        (r#""NotAction": []"#, True),
        (r#""NotAction": "s3:*""#, False),
        (r#""NotAction": "no-colon""#, True),
        (r#""NotAction": ?"#, Unknown),
    ] {
        let statement = format!(r#"{{"Effect": "Allow", "Resource": "*", {elements}}}"#);
        let answer = truth(&statement, |document| document.statements[0].covers_every_action());
        assert_eq!(answer, expected, "{elements}");
    }
}

#[test]
fn a_service_may_be_covered_whole() {
    for (elements, expected) in [
        (r#""Action": "s3:*""#, True),
        (r#""Action": "S3:**""#, True),
        (r#""Action": "s3*""#, True),
        (r#""Action": "s?:*""#, True),
        (r#""Action": "s3:Get*""#, False),
        (r#""Action": "s3-outposts:*""#, False),
        (r#""NotAction": "iam:*""#, True),
        (r#""NotAction": ["iam:*", "s3:DeleteBucket"]"#, False),
        (r#""NotAction": "*:DeleteBucket""#, False),
    ] {
        let statement = format!(r#"{{"Effect": "Allow", "Resource": "*", {elements}}}"#);
        let answer =
            truth(&statement, |document| document.statements[0].allows_every_action_of("s3"));
        assert_eq!(answer, expected, "{elements}");
    }
    let policy = policy(r#"{"Action": ["s3:*", "s3*", "*", "s?:*", "s3:Get*", "s3:", "iam:**"]}"#);
    let document = PolicyDocument::parse(&policy);
    let services: Vec<_> =
        document.statements[0].action.iter().map(|it| it.service_wildcard()).collect();
    assert_eq!(services, [Some("s3"), Some("s3"), None, None, None, None, Some("iam")]);
}
