//! To know less never makes an answer definite in another way.

use std::sync::Arc;

use proptest::prelude::*;
use trilith_graph::{Entry, Map, Part, Tri, Value, ValueKind};
use trilith_iam::{Answer, PolicyDocument, Statement};

use crate::policy::{AT, policy, unknown};

/// Every question there is, with its answer.
pub(crate) fn questions(document: &PolicyDocument<'_>) -> Vec<(String, Tri)> {
    let mut found = Vec::new();
    let mut note = |name: &str, answer: Answer<'_>| {
        answer.paths();
        found.push((name.to_owned(), answer.truth));
    };
    note("public", document.is_public());
    note("everything", document.allows_everything());
    note("allows", document.allows_action("iam:PassRole"));
    note("denies", document.denies_action("iam:PassRole"));
    for statement in &document.statements {
        for (name, answer) in statement_questions(statement) {
            note(&format!("{} {name}", statement.index), answer);
        }
    }
    found
}

fn statement_questions<'v>(statement: &Statement<'v>) -> Vec<(String, Answer<'v>)> {
    let asked = [
        ("allow", statement.is_allow()),
        ("deny", statement.is_deny()),
        ("conditional", statement.is_conditional()),
        ("anyone", statement.allows_anyone()),
        ("public", statement.is_public()),
        ("narrow", statement.conditions.narrow_to_known()),
        ("action", statement.allows_action("iam:PassRole")),
        ("every action", statement.covers_every_action()),
        ("every s3 action", statement.covers_every_action_of("s3")),
        ("resource", statement.covers_resource("arn:aws:iam::123456789012:role/admin")),
        ("every resource", statement.covers_every_resource()),
        ("every role", statement.covers_every_role()),
        ("not action", statement.allows_with_not_action()),
        ("not resource", statement.allows_with_not_resource()),
        ("everything", statement.allows_everything()),
        ("passed to service", statement.names_service_of_passed_role()),
        ("assuming", statement.allows_assuming()),
        ("trusts anyone", statement.trusts_anyone()),
        ("external id", statement.requires_external_id()),
        ("mfa", statement.requires_mfa()),
        ("source", statement.names_a_source()),
    ];
    let mut found: Vec<_> = asked.map(|(name, answer)| (name.to_owned(), answer)).into();
    for (principal, answer) in statement.services_without_source() {
        found.push((format!("service at {}", principal.path()), answer));
    }
    for trust in statement.oidc_trusts() {
        let name = format!("outsiders by {}", trust.principal.path());
        found.push((name, trust.admits_outsiders()));
    }
    found
}

/// Picks one of the texts, or a list of some.
fn texts(choices: &'static [&'static str]) -> BoxedStrategy<String> {
    let one = proptest::sample::select(choices).prop_map(|text| format!("\"{text}\""));
    let some = proptest::collection::vec(one.clone(), 0..3);
    prop_oneof![one, some.prop_map(|texts| format!("[{}]", texts.join(",")))].boxed()
}

const ACTIONS: &[&str] = &[
    "*",
    "*:*",
    "**",
    "iam:*",
    "IAM:PassRole",
    "iam:Pass?ole",
    "s3:*",
    "s3:Get*",
    "s3*",
    "sts:AssumeRole",
    "sts:AssumeRoleWithWebIdentity",
];
const RESOURCES: &[&str] = &[
    "*",
    "**",
    "arn:*",
    "arn:aws:*:*:*:*",
    "arn:aws:s3:::*",
    "arn:aws:s3:::b/*",
    "arn:aws:iam::*:role/*",
    "arn:aws:iam::123456789012:role/*",
    "arn:aws:iam::123456789012:role/admin",
    "arn:aws:iam::*:role/app-*",
    "$(Bucket.Arn)/*",
    "arn:$(AWS::Partition):iam::$(AWS::AccountId):role/*",
    "arn:aws:iam::123456789012:role/${aws:username}",
    "arn:aws:logs:*:*:log-group:x:*",
];
const AWS: &[&str] =
    &["*", "123456789012", "arn:aws:iam::123456789012:root", "arn:aws:iam::*:root", "$(Role.Arn)"];
const SERVICES: &[&str] =
    &["cloudtrail.amazonaws.com", "ec2.amazonaws.com", "logs.eu-west-1.amazonaws.com"];
const PROVIDERS: &[&str] = &[
    "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com",
    "arn:aws:iam::123456789012:oidc-provider/gitlab.com",
    "cognito-identity.amazonaws.com",
    "arn:aws:iam::123456789012:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC",
];
const OPERATORS: &[&str] = &[
    "StringEquals",
    "StringLike",
    "StringNotEquals",
    "StringNotLike",
    "StringEqualsIfExists",
    "ForAllValues:StringLike",
    "ForAnyValue:StringLike",
    "ArnLike",
    "ArnNotLike",
    "IpAddress",
    "NotIpAddress",
    "Bool",
    "Null",
    "ForAnyValue:StringNotEquals",
    "Typo",
];
const KEYS: &[&str] = &[
    "aws:PrincipalOrgID",
    "aws:PrincipalOrgPaths",
    "aws:SourceArn",
    "aws:SourceAccount",
    "aws:SourceIp",
    "aws:userid",
    "sts:ExternalId",
    "iam:PassedToService",
    "sns:Endpoint",
    "aws:MultiFactorAuthPresent",
    "aws:PrincipalIsAWSService",
    "aws:SecureTransport",
    "token.actions.githubusercontent.com:sub",
    "token.actions.githubusercontent.com:aud",
    "token.actions.githubusercontent.com:repository",
    "cognito-identity.amazonaws.com:aud",
    "elasticfilesystem:AccessedViaMountTarget",
];
const VALUES: &[&str] = &[
    "*",
    "o-abc",
    "o-*",
    "o-abc/*",
    "123456789012",
    "${aws:PrincipalAccount}",
    "${aws:ResourceAccount}",
    "arn:aws:s3:::b",
    "arn:aws:s3:::*",
    "arn:aws:sns:*:123456789012:*",
    "arn:aws:sns:*:*:t",
    "0.0.0.0/0",
    "10.0.0.0/8",
    "203.0.113.7",
    "::/0",
    "AROAEXAMPLE:*",
    "true",
    "false",
    "ec2.amazonaws.com",
    "repo:*",
    "repo:org/*",
    "repo:org/app:*",
    "repo:org/app:ref:refs/heads/main",
    "*@example.com",
    "https://example.com/*",
    "$(Topic.Arn)",
    "sts.amazonaws.com",
];

fn condition() -> impl Strategy<Value = String> {
    let block =
        (proptest::sample::select(OPERATORS), proptest::sample::select(KEYS), texts(VALUES))
            .prop_map(|(operator, key, values)| format!("\"{operator}\": {{\"{key}\": {values}}}"));
    proptest::collection::vec(block, 0..3).prop_map(|blocks| format!("{{{}}}", blocks.join(",")))
}

fn statement() -> impl Strategy<Value = String> {
    let effect = prop_oneof![3 => Just("Allow"), 2 => Just("Deny"), 1 => Just("allow")];
    let action = (prop_oneof![4 => Just("Action"), 1 => Just("NotAction")], texts(ACTIONS));
    let resource = (prop_oneof![4 => Just("Resource"), 1 => Just("NotResource")], texts(RESOURCES));
    let named = (
        prop_oneof![4 => Just("Principal"), 1 => Just("NotPrincipal")],
        prop_oneof![
            Just("\"*\"".to_owned()),
            texts(AWS).prop_map(|texts| format!("{{\"AWS\": {texts}}}")),
            texts(SERVICES).prop_map(|texts| format!("{{\"Service\": {texts}}}")),
            texts(PROVIDERS).prop_map(|texts| format!("{{\"Federated\": {texts}}}")),
        ],
    );
    (effect, action, resource, proptest::option::of(named), proptest::option::of(condition()))
        .prop_map(|(effect, action, resource, named, condition)| {
            let named = named.map(|(element, principals)| format!(", \"{element}\": {principals}"));
            let condition = condition.map(|condition| format!(", \"Condition\": {condition}"));
            format!(
                "{{\"Effect\": \"{effect}\", \"{}\": {}, \"{}\": {}{}{}}}",
                action.0,
                action.1,
                resource.0,
                resource.1,
                named.unwrap_or_default(),
                condition.unwrap_or_default()
            )
        })
}

/// What is taken away from a policy.
#[derive(Debug, Clone)]
struct Loss {
    /// Which of its values, in the order in which they stand; taken modulo their number.
    at: usize,
    /// Of a text, from where to where.
    part: Option<(usize, usize)>,
}

fn loss() -> impl Strategy<Value = Loss> {
    (any::<u16>(), proptest::option::of((0..40_usize, 1..12_usize)))
        .prop_map(|(at, part)| Loss { at: at.into(), part })
}

fn count(value: &Value) -> usize {
    let mut count = 0;
    value.walk(&mut |_, _| count += 1);
    count
}

/// The policy without the value that `left` counts down to.
fn without(value: &Value, left: &mut usize, part: Option<(usize, usize)>) -> Value {
    if *left == 0 {
        *left = usize::MAX;
        return blurred(value, part);
    }
    *left -= 1;
    let kind = match &value.kind {
        ValueKind::List(items) => {
            ValueKind::List(Arc::new(items.iter().map(|item| without(item, left, part)).collect()))
        }
        ValueKind::Map(map) => {
            let mut copy = Map::default();
            for entry in map.entries() {
                let value = without(&entry.value, left, part);
                copy.push(Entry { value, ..entry.clone() });
            }
            ValueKind::Map(Arc::new(copy))
        }
        other => other.clone(),
    };
    Value { kind, ..value.clone() }
}

/// A value of which nothing is known, or a text of which a part is not.
fn blurred(value: &Value, part: Option<(usize, usize)>) -> Value {
    let (Some(text), Some((from, length))) = (value.as_str(), part) else { return unknown() };
    // Nor is it taken to hold half a policy variable.
    if text.contains("${") {
        return unknown();
    }
    let from = from.min(text.len());
    let to = (from + length).min(text.len());
    // A hole is taken not to hold a colon where that would shift the components of an ARN.
    let to = text[from..to].find(':').map_or(to, |colon| from + colon);
    let parts =
        vec![Part::Text(text[..from].into()), Part::Hole(unknown()), Part::Text(text[to..].into())];
    Value::new(ValueKind::template(parts), AT)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn to_know_less_makes_nothing_definite(
        statements in proptest::collection::vec(statement(), 1..4),
        losses in proptest::collection::vec(loss(), 1..4),
    ) {
        let more = policy(&format!("[{}]", statements.join(",")));
        let mut less = more.clone();
        for loss in &losses {
            // The whole document and its version are left alone: they leave nothing to ask.
            let mut at = 2 + loss.at % (count(&less) - 2);
            less = without(&less, &mut at, loss.part);
        }
        let (more, less) = (PolicyDocument::parse(&more), PolicyDocument::parse(&less));
        let (more_answers, less_answers) = (questions(&more), questions(&less));
        for (name, answer) in &less_answers {
            let Some((_, full)) = more_answers.iter().find(|(other, _)| other == name) else { continue };
            prop_assert!(
                answer.is_unknown() || answer == full,
                "{}: {:?} became {:?}", name, full, answer
            );
        }
    }
}
