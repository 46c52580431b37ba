use trilith_graph::Tri::{self, False, True, Unknown};
use trilith_iam::{Account, PolicyDocument, Principal, PrincipalKind};

use crate::policy::{ask, policy};

fn anyone(elements: &str) -> (Tri, String) {
    let statement = format!(r#"[{{"Effect": "Allow", "Action": "*", {elements}}}]"#);
    ask(&statement, |document| document.statements[0].allows_anyone())
}

#[test]
fn everyone_has_many_names() {
    for (elements, expected, path) in [
        (r#""Principal": "*""#, True, "Statement/0/Principal"),
        (r#""Principal": {"AWS": "*"}"#, True, "Statement/0/Principal/AWS"),
        (r#""Principal": {"AWS": ["123456789012", "*"]}"#, True, "Statement/0/Principal/AWS/1"),
        (r#""Principal": {"AWS": "arn:aws:iam::*:root"}"#, True, "Statement/0/Principal/AWS"),
        (r#""Principal": ["*"]"#, True, "Statement/0/Principal/0"),
        (r#""Principal": {"aws": "*"}"#, True, "Statement/0/Principal/aws"),
        (r#""NotPrincipal": {"AWS": "123456789012"}"#, True, "Statement/0/NotPrincipal"),
    ] {
        assert_eq!(anyone(elements), (expected, path.into()), "{elements}");
    }
    for (elements, expected) in [
        (r#""Principal": {"Service": "*"}"#, False),
        (r#""Principal": {"Federated": "*"}"#, False),
        (r#""Principal": {"CanonicalUser": "*"}"#, False),
        (r#""Principal": {"AWS": "123456789012"}"#, False),
        (r#""Principal": {"AWS": 123456789012}"#, False),
        (r#""Principal": {}"#, False),
        (r#""Principal": 5"#, False),
        (r#""NotPrincipal": {"AWS": "*"}"#, False),
        (r#""Resource": "*""#, False),
    ] {
        assert_eq!(anyone(elements).0, expected, "{elements}");
    }
}

#[test]
fn what_is_not_known_of_a_principal_stays_open() {
    for (elements, expected) in [
        (r#""Principal": ?"#, Unknown),
        (r#""Principal": {"AWS": ?}"#, Unknown),
        (r#""Principal": {"AWS": [?, "*"]}"#, True),
        (r#""Principal": {"AWS": ["123456789012" ...]}"#, Unknown),
        (r#""Principal": {"Service": "s3.amazonaws.com" ...}"#, Unknown),
        (r#""Principal": {"Service": ?}"#, False),
        (r#""Principal": {"AWS": "$(Role.Arn)"}"#, False),
        (r#""Principal": "$(Role.Arn)""#, False),
        (r#""Principal": {"AWS": "$(AWS::AccountId)"}"#, False),
        (r#""Principal": {"AWS": "arn:aws:iam::$(?):root"}"#, Unknown),
        (r#""Principal": {"AWS": "arn:aws:iam::$(?)"}"#, Unknown),
        (r#""Principal": {"AWS": "arn:aws:iam::123456789012:role/$(?)"}"#, False),
        (r#""Principal": {"AWS": "arn:aws:iam::$(AWS::AccountId):root"}"#, False),
        (r#""Principal": {"AWS": "$(?)$(?)"}"#, Unknown),
        (r#""NotPrincipal": {"AWS": ?}"#, Unknown),
        (r#""NotPrincipal": ?"#, Unknown),
    ] {
        assert_eq!(anyone(elements).0, expected, "{elements}");
    }
}

#[test]
fn accounts_are_read_from_ids_and_arns() {
    let text = r#"{"Principal": {"AWS": [
        "123456789012", 123456789012, 12345678901, "arn:aws:iam::123456789012:root",
        "arn:aws:iam::123456789012:role/a", "*", "arn:$(AWS::Partition):iam::$(AWS::AccountId):root",
        "$(Role.Arn)", "arn:aws:iam::cloudfront:user/x", "$(?)", "AIDAEXAMPLE", "arn:aws:iam::$(?):root"
    ], "Service": "s3.amazonaws.com"}}"#;
    let policy = policy(text);
    let document = PolicyDocument::parse(&policy);
    let principals = &document.statements[0].principal.items;
    let accounts: Vec<_> = principals.iter().filter_map(Principal::account).collect();
    let id = || Account::Id("123456789012".into());
    assert_eq!(
        accounts,
        [
            id(),
            id(),
            Account::Id("012345678901".into()),
            id(),
            id(),
            Account::Any,
            Account::Own,
            Account::Own,
            Account::Aws("cloudfront".into()),
            Account::Unknown,
            Account::Unknown,
            Account::Unknown,
        ]
    );
    let roots: Vec<_> = principals.iter().map(Principal::is_account_root).collect();
    assert_eq!(roots[..5], [True, True, False, True, False]);
    assert_eq!((roots[6], roots[7], roots[9], roots[11]), (True, Unknown, Unknown, True));
    assert_eq!(principals[12].kind, PrincipalKind::Service);
    assert_eq!(principals[12].path().to_string(), "Statement/Principal/Service");
}
