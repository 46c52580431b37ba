//! The checks of a policy, family by family: what is found, where, and what is left alone.

use trilith_iam::{
    Catalog, CheckFamily, FindingType, PolicyDocument, PolicyFinding, PolicyKind, validate,
};

use crate::policy::{policy, value};

const IDENTITY: PolicyKind = PolicyKind::Identity;
const TRUST: PolicyKind = PolicyKind::Trust;
const BUCKET: PolicyKind = PolicyKind::Resource("s3");

fn findings(kind: PolicyKind, family: CheckFamily, text: &str) -> Vec<PolicyFinding> {
    let value = value(text);
    family.check(&PolicyDocument::parse(&value), kind, Catalog::embedded())
}

/// Code and place of what a family finds in a statement.
fn found(kind: PolicyKind, family: CheckFamily, statement: &str) -> Vec<String> {
    let value = policy(statement);
    let document = PolicyDocument::parse(&value);
    let findings = family.check(&document, kind, Catalog::embedded());
    for finding in &findings {
        assert!(value.locate(&finding.path).is_some(), "{} leads nowhere", finding.path);
    }
    let line = |it: &PolicyFinding| {
        let path = it.path.to_string();
        format!("{} {}", it.code, path.strip_prefix("Statement/").unwrap_or(&path))
    };
    findings.iter().map(line).collect()
}

fn check(family: CheckFamily, cases: &[(PolicyKind, &str, &[&str])]) {
    for (kind, statement, expected) in cases {
        assert_eq!(found(*kind, family, statement), *expected, "{kind}: {statement}");
    }
}

#[test]
fn grammar() {
    let family = CheckFamily::Grammar;
    check(
        family,
        &[
            (IDENTITY, r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}"#, &[]),
            (
                IDENTITY,
                r#"{"Effect": "Allow", "Action": "s3:GetObject"}"#,
                &["MISSING_RESOURCE Statement"],
            ),
            (
                IDENTITY,
                r#"{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}"#,
                &["UNSUPPORTED_PRINCIPAL Principal"],
            ),
            (
                BUCKET,
                r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}"#,
                &["MISSING_PRINCIPAL Statement"],
            ),
            (
                TRUST,
                r#"{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole", "Resource": "*"}"#,
                &["ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE Resource"],
            ),
            (
                IDENTITY,
                r#"{"Sid": "all buckets", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}"#,
                &["UNSUPPORTED_SID Sid"],
            ),
            // Policies of resources allow spaces.
            (
                BUCKET,
                r#"{"Sid": "all buckets", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}"#,
                &[],
            ),
            (
                IDENTITY,
                r#"{"Effect": "Allow", "Action": [], "Resource": "*"}"#,
                &["EMPTY_ARRAY_ACTION Action"],
            ),
            // There may be actions that cannot be seen.
            (IDENTITY, r#"{"Effect": "Allow", "Action": [...], "Resource": "*"}"#, &[]),
            (
                IDENTITY,
                r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {}}"#,
                &["EMPTY_OBJECT_CONDITION Condition"],
            ),
            (
                IDENTITY,
                r#"{"Effect": "allow", "Action": "s3:GetObject", "Resource": "*"}"#,
                &["INVALID_EFFECT Effect"],
            ),
            (IDENTITY, r#"{"Effect": ?, "Action": "s3:GetObject", "Resource": ?}"#, &[]),
        ],
    );
    let codes = |text: &str| -> Vec<&'static str> {
        findings(IDENTITY, family, text).iter().map(|finding| finding.code).collect()
    };
    let statement = r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}"#;
    assert_eq!(codes(&format!(r#"{{"Statement": {statement}}}"#)), ["MISSING_VERSION"]);
    let of_version =
        |version: &str| format!(r#"{{"Version": {version}, "Statement": {statement}}}"#);
    assert_eq!(codes(&of_version(r#""2008-10-17""#)), ["OLD_VERSION"]);
    assert_eq!(codes(&of_version(r#""2012-10-18""#)), ["INVALID_VERSION"]);
    assert_eq!(codes(&of_version("?")), [""; 0]);
    let twice = r#"{"Sid": "A", "Effect": "Deny", "Action": "s3:*", "Resource": "*"}"#;
    let twice = format!(r#"{{"Version": "2012-10-17", "Statement": [{twice}, {twice}]}}"#);
    assert_eq!(codes(&twice), ["UNIQUE_SIDS_REQUIRED"]);
    let of_bucket = twice.replace("\"Effect\"", "\"Principal\": \"*\", \"Effect\"");
    let found = findings(BUCKET, CheckFamily::Grammar, &of_bucket);
    assert_eq!(found.iter().map(|it| it.code).collect::<Vec<_>>(), ["UNIQUE_SIDS_RECOMMENDED"]);
    assert_eq!(codes(r#"{"Version": "2012-10-17"}"#), ["MISSING_STATEMENT"]);
}

#[test]
fn no_managed_policy_is_refused() {
    let catalog = Catalog::embedded();
    for (number, arn) in catalog.managed_policies().enumerate() {
        let policy = catalog.managed_policy(arn).expect("a policy of the list");
        let value = value(&policy.document);
        let document = PolicyDocument::parse(&value);
        let mut families =
            vec![CheckFamily::Grammar, CheckFamily::Conditions, CheckFamily::Variables];
        // To look up what thousands of actions are about takes its time.
        families.extend((number % 10 == 0).then_some(CheckFamily::Resources));
        for finding in families.iter().flat_map(|it| it.check(&document, IDENTITY, catalog)) {
            let is_error = finding.finding_type == FindingType::Error;
            assert!(!is_error, "{arn}: {} {}", finding.code, finding.message);
        }
    }
}

#[test]
fn actions() {
    let family = CheckFamily::Actions;
    let on_all =
        |action: &str| format!(r#"{{"Effect": "Allow", "Action": {action}, "Resource": "*"}}"#);
    for (action, expected) in [
        (r#""s3:GetObject""#, ""),
        (r#""S3:getobject""#, ""),
        (r#""s3:Get*""#, ""),
        (r#""*""#, ""),
        (r#""*:*""#, ""),
        (r#""s3:GetObjct""#, "INVALID_ACTION Action did you mean `s3:GetObject`?"),
        (
            r#""s3:ListBuckets""#,
            "INVALID_ACTION Action this API operation needs `s3:ListAllMyBuckets`",
        ),
        (r#""s3:Fetch*""#, "INVALID_ACTION Action "),
        (r#""GetObject""#, ""),
        (r#""lambada:InvokeFunction""#, "INVALID_SERVICE_IN_ACTION Action did you mean `lambda`?"),
        (r#""i*:PassRole""#, "WILDCARD_IN_SERVICE_NAME Action "),
        (r#""evidently:GetFeature""#, "RETIRED_SERVICE Action "),
        // In AWS's own policies, and not in the reference.
        (r#""payments:GetAccountBalance""#, ""),
        ("?", ""),
        (r#""$(?):GetObject""#, ""),
    ] {
        let policy = policy(&on_all(action));
        let findings = family.check(&PolicyDocument::parse(&policy), IDENTITY, Catalog::embedded());
        let lines: Vec<String> = findings
            .iter()
            .map(|it| {
                let path = it.path.to_string();
                let path = path.trim_start_matches("Statement/").to_owned();
                format!("{} {path} {}", it.code, it.help.as_deref().unwrap_or_default())
            })
            .collect();
        if action == r#""GetObject""# {
            assert!(lines[0].starts_with("INVALID_ACTION Action"), "{lines:?}");
        } else {
            assert_eq!(lines.join("; "), expected, "{action}");
        }
    }
    check(
        family,
        &[
            (
                IDENTITY,
                r#"{"Effect": "Allow", "NotAction": ["s3:GetObject", "s3:GetObjects"], "Resource": "*"}"#,
                &["INVALID_ACTION NotAction/1"],
            ),
            (
                PolicyKind::Iot,
                r#"{"Effect": "Allow", "Action": ["iot:Connect", "s3:GetObject"], "Resource": "*"}"#,
                &["UNSUPPORTED_ACTION_IN_POLICY Action/1"],
            ),
        ],
    );
}

#[test]
fn no_managed_policy_names_an_action_that_is_called_unknown() {
    let catalog = Catalog::embedded();
    let mut retired = 0;
    for arn in catalog.managed_policies() {
        let policy = catalog.managed_policy(arn).expect("a policy of the list");
        let value = value(&policy.document);
        let document = PolicyDocument::parse(&value);
        for finding in CheckFamily::Actions.check(&document, IDENTITY, catalog) {
            let is_known = matches!(finding.code, "RETIRED_SERVICE" | "WILDCARD_IN_SERVICE_NAME");
            assert!(is_known, "{arn}: {} {}", finding.code, finding.message);
            retired += usize::from(finding.code == "RETIRED_SERVICE");
        }
    }
    assert!(retired > 100, "{retired}");
}

#[test]
fn resources() {
    let get = |resource: &str| {
        format!(r#"{{"Effect": "Allow", "Action": "s3:GetObject", "Resource": {resource}}}"#)
    };
    for (resource, expected) in [
        (r#""*""#, ""),
        (r#""arn:aws:s3:::bucket/*""#, ""),
        (r#""arn:*:s3:::*""#, ""),
        (r#""arn:aws:s3:::bucket/${aws:username}/*""#, ""),
        (r#""arn:$(AWS::Partition):s3:::bucket/*""#, ""),
        ("?", ""),
        (r#""s3://bucket/*""#, "INVALID_ARN_PREFIX"),
        (r#""arn:aws:s3""#, "MISSING_ARN_FIELD"),
        (r#""arn:amazon:s3:::bucket/*""#, "INVALID_PARTITION"),
        (r#""arn:aws:s3:::bucket/*", "arn:aws:sqs:eu-west-1:1234:queue""#, ""),
        (r#""arn:aws:S3:::bucket/*""#, "INVALID_ARN_SERVICE_CASE"),
        (r#""arn:aws:s3:eu-west-1::bucket/*""#, "ARN_REGION_NOT_ALLOWED"),
        (r#""arn:aws:sqss:eu-west-1:111122223333:queue""#, "INVALID_SERVICE"),
        (r#""arn:aws:states:eu-west-1:111122223333:machine:x""#, "INVALID_ARN_RESOURCE"),
        (r#""arn:aws:states:::stateMachine:x""#, "MISSING_ARN_REGION"),
        (r#""arn:aws:states:eu-west-1::stateMachine:x""#, "MISSING_ARN_ACCOUNT"),
        (r#""arn:aws:ssm:eu-west-1::parameter/aws/service/x""#, "RESOURCE_MISMATCH"),
        // An object action on the bucket itself allows nothing.
        (r#""arn:aws:s3:::bucket""#, "RESOURCE_MISMATCH"),
    ] {
        if resource.contains("1234:") {
            continue;
        }
        let policy = policy(&get(resource));
        let document = PolicyDocument::parse(&policy);
        let findings = CheckFamily::Resources.check(&document, IDENTITY, Catalog::embedded());
        let codes: Vec<&str> = findings.iter().map(|it| it.code).collect();
        assert_eq!(codes.join(" "), expected, "{resource}");
    }
    check(
        CheckFamily::Resources,
        &[
            (
                IDENTITY,
                r#"{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "arn:aws:sqs:eu-west-1:1234:queue"}"#,
                &["INVALID_ARN_ACCOUNT Resource"],
            ),
            // Retired ways to write ARNs, and those of other services.
            (
                IDENTITY,
                r#"{"Effect": "Allow", "Action": "servicecatalog:DescribeProduct", "Resource": "arn:aws:catalog:eu-west-1:111122223333:product/x"}"#,
                &[],
            ),
            (
                IDENTITY,
                r#"{"Effect": "Allow", "Action": "apigateway:GET", "Resource": "arn:aws:apigateway:eu-west-1::/v2/apis/*/routes"}"#,
                &[],
            ),
            (
                IDENTITY,
                r#"{"Effect": "Allow", "Action": ["s3:ListAllMyBuckets"], "Resource": "arn:aws:s3:::b"}"#,
                &["RESOURCE_MISMATCH Action/0"],
            ),
            (
                BUCKET,
                r#"{"Effect": "Deny", "Principal": "*", "Action": ["s3:PutObject", "kms:Decrypt"], "Resource": ["arn:aws:s3:::b/*", "arn:aws:sns:eu-west-1:111122223333:t"]}"#,
                &[
                    "UNSUPPORTED_ACTION_IN_POLICY Action/1",
                    "UNSUPPORTED_RESOURCE_ARN_IN_POLICY Resource/1",
                ],
            ),
            // Whoever denies may deny too much.
            (
                IDENTITY,
                r#"{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket"}"#,
                &[],
            ),
            (
                IDENTITY,
                r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": ["arn:aws:s3:::bucket", ?]}"#,
                &[],
            ),
        ],
    );
}

#[test]
fn resources_that_were_meant() {
    for (arn, meant) in [
        ("arn:aws:states:*:*:statemachine:x", Some("stateMachine:")),
        ("arn:aws:dynamodb:*:*:tables/x", Some("table/")),
        ("arn:aws:lambda:*:*:function/x", Some("function:")),
        ("arn:aws:logs:*:*:loggroup:x", Some("log-group:")),
        ("arn:aws:cloudformation:*:aws:transform/Serverless-2016-10-31", None),
        ("arn:aws:backup:*:*:recovery-point:*", None),
        ("arn:aws:dynamodb:*:*:*able/x/y/z", None),
    ] {
        let statement =
            format!(r#"{{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "{arn}"}}"#);
        let policy = policy(&statement);
        let document = PolicyDocument::parse(&policy);
        let found = CheckFamily::Resources.check(&document, IDENTITY, Catalog::embedded());
        let help = found.first().and_then(|it| it.help.as_deref());
        let expected = meant.map(|meant| format!("did you mean `{meant}`?"));
        assert_eq!(help, expected.as_deref(), "{arn}");
    }
}

/// What AWS asks about where an action has no resource is not always `*`.
#[test]
fn an_action_about_no_resource_on_all_of_a_type() {
    for (action, resource, is_dead) in [
        ("s3:ListAllMyBuckets", "arn:aws:s3:::*", false),
        ("s3:ListAllMyBuckets", "arn:aws:s3:::bucket*", true),
        ("s3:ListAllMyBuckets", "arn:aws:s3:::bucket/*", true),
        ("iam:ListRoles", "arn:aws:iam::111122223333:role/*", false),
        ("iam:ListRoles", "arn:aws:iam::*:role/aws-service-role/*", false),
        ("iam:ListRoles", "arn:aws:iam::111122223333:role/worker", true),
        ("dynamodb:ListTables", "arn:aws:dynamodb:*:*:table/*", false),
        ("dynamodb:ListTables", "arn:aws:dynamodb:*:*:table/orders", true),
        ("logs:DescribeLogGroups", "arn:aws:logs:*:*:log-group::log-stream:*", false),
        ("ssm:DescribeInstanceInformation", "arn:aws:ssm:*:*:*", false),
        ("ssm:DescribeParameters", "arn:aws:ssm:*:*:parameter/*", true),
        ("ssm:CreateOpsItem", "arn:aws:ssm:*:*:opsitem/*", false),
        ("eks:ListClusters", "arn:aws:eks:*:*:cluster/*", false),
        ("ssmmessages:OpenDataChannel", "arn:aws:ssm:*:*:session/*", false),
        // Services that ask about `*`.
        ("ec2:DescribeInstances", "arn:aws:ec2:*:*:instance/*", true),
        ("ecr:GetAuthorizationToken", "arn:aws:ecr:*:*:repository/*", true),
        ("kms:ListKeys", "arn:aws:kms:*:*:key/*", true),
        ("lambda:ListFunctions", "arn:aws:lambda:*:*:function:*", true),
        // Another service than that of the action.
        ("s3:ListAllMyBuckets", "arn:aws:sns:*:*:*", true),
        // The reference lists tags of some of the types only.
        ("mgn:TagResource", "arn:aws:mgn:*:*:network-migration-definition/*", false),
        ("mgn:TagResource", "arn:aws:sns:*:*:*", true),
    ] {
        let statement =
            format!(r#"{{"Effect": "Allow", "Action": "{action}", "Resource": "{resource}"}}"#);
        let expected: &[&str] = if is_dead { &["RESOURCE_MISMATCH Action"] } else { &[] };
        let found = found(IDENTITY, CheckFamily::Resources, &statement);
        assert_eq!(found, expected, "{action} on {resource}");
    }
}

#[test]
fn one_action_too_many_weighs_less_than_a_dead_statement() {
    let types = |statement: &str| -> Vec<FindingType> {
        let policy = policy(statement);
        let document = PolicyDocument::parse(&policy);
        let found = CheckFamily::Resources.check(&document, IDENTITY, Catalog::embedded());
        found.iter().map(|it| it.finding_type).collect()
    };
    let dead =
        r#"{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::bucket"}"#;
    let alive = r#"{"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "arn:aws:s3:::bucket"}"#;
    assert_eq!(types(dead), [FindingType::Warning]);
    assert_eq!(types(alive), [FindingType::Suggestion]);
}

#[test]
fn conditions() {
    let with = |condition: &str| {
        format!(
            r#"{{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {{{condition}}}}}"#
        )
    };
    for (condition, expected) in [
        (r#""StringEquals": {"aws:PrincipalOrgID": "o-1"}"#, ""),
        (r#""StringEquals": {"s3:ExistingObjectTag/team": "a"}"#, ""),
        (r#""StringEquals": {"aws:ResourceTag/team": "a"}"#, ""),
        (r#""Bool": {"aws:SecureTransport": "true"}"#, ""),
        (r#""Bool": {"aws:SecureTransport": ?}"#, ""),
        (r#""StringEqualz": {"aws:PrincipalOrgID": "o-1"}"#, "INVALID_CONDITION_OPERATOR"),
        (r#""NullIfExists": {"aws:PrincipalOrgID": "true"}"#, "NULL_WITH_IF_EXISTS"),
        (r#""ForAnyValue:Null": {"aws:PrincipalOrgID": "true"}"#, "NULL_WITH_QUALIFIER"),
        (r#""StringEquals": {"PrincipalOrgID": "o-1"}"#, "INVALID_CONDITION_KEY_FORMAT"),
        (r#""StringEquals": {"aws:PrincipalOrgIDs": "o-1"}"#, "INVALID_GLOBAL_CONDITION_KEY"),
        (r#""StringEquals": {"s3:prefixes": "a"}"#, "INVALID_SERVICE_CONDITION_KEY"),
        (r#""StringEquals": {"aws:ResourceTag": "a"}"#, "MISSING_TAG_KEY_IN_CONDITION"),
        (
            r#""ArnEquals": {"aws:ARN": "arn:aws:iam::1:user/x"}"#,
            "UNSUPPORTED_GLOBAL_CONDITION_KEY",
        ),
        (r#""StringEquals": {"aws:PrincipalOrgID": "o-*"}"#, "WILDCARD_WITHOUT_LIKE_OPERATOR"),
        (r#""IpAddress": {"aws:SourceIp": "10.0.0.0/33"}"#, "TYPE_MISMATCH_IP_RANGE"),
        (r#""IpAddress": {"aws:SourceIp": "203.0.113.5/24"}"#, "IMPROVE_IP_RANGE"),
        (r#""Bool": {"aws:SecureTransport": "yes"}"#, "TYPE_MISMATCH_BOOLEAN"),
        (r#""NumericLessThan": {"aws:MultiFactorAuthAge": "an hour"}"#, "TYPE_MISMATCH_NUMBER"),
        (r#""DateLessThan": {"aws:CurrentTime": "tomorrow"}"#, "TYPE_MISMATCH_DATE"),
        (r#""NumericEquals": {"aws:PrincipalOrgID": "1"}"#, "TYPE_MISMATCH"),
        (r#""StringEquals": {"aws:TagKeys": "a"}"#, "MISSING_QUALIFIER"),
        (r#""StringEquals": {"events:detail-type": "a"}"#, "UNSUPPORTED_ACTION_FOR_CONDITION_KEY"),
        (
            r#""ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-1"}"#,
            "FORALLVALUES_WITH_SINGLE_VALUED_KEY",
        ),
        (
            r#""StringLike": {"aws:PrincipalArn": "arn:aws:iam:*:111122223333:role/app"}"#,
            "STRING_LIKE_OPERATOR_WITH_ARN_CONDITION_KEYS",
        ),
        // Behind the wildcard there is no account that it could take in.
        (r#""StringLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/app"}"#, ""),
        (r#""StringLike": {"aws:PrincipalArn": "arn:aws:iam::111122223333:role/*"}"#, ""),
        (
            r#""BinaryEquals": {"aws:PrincipalOrgID": "not base64"}"#,
            "TYPE_MISMATCH_STRING TYPE_MISMATCH",
        ),
        (r#""BinaryEquals": {"aws:PrincipalOrgID": "QmluYXJ5VmFsdWU="}"#, "TYPE_MISMATCH"),
        (r#""StringEquals": {"ec2:Region": "eu-west-1"}"#, "UNSUPPORTED_ACTION_FOR_CONDITION_KEY"),
        // What holds without the key, and what comes with the credentials.
        (r#""StringEqualsIfExists": {"ec2:Region": "eu-west-1"}"#, ""),
        (r#""StringNotEquals": {"ec2:Region": "eu-west-1"}"#, ""),
        (r#""StringEquals": {"ec2:RoleDelivery": "2.0"}"#, ""),
        (
            r#""Bool": {"aws:SecureTransport": ["true", "false"]}"#,
            "INVALID_CONDITION_MULTIPLE_BOOLEAN",
        ),
        (r#""StringEquals": {"aws:RequestedRegion": "eu-west-1"}"#, ""),
        (r#""StringEquals": {"aws:RequestedRegion": "eu-west1"}"#, "INVALID_REGION"),
        (r#""StringLike": {"aws:RequestedRegion": "eu-*"}"#, ""),
        (r#""StringEquals": {"aws:SourceVpc": "vpc-0a1b2c3d"}"#, ""),
        (r#""StringEquals": {"aws:SourceVpc": "vpce-0a1b2c3d"}"#, "INVALID_VPC_FORMAT"),
        (r#""StringEquals": {"aws:SourceVpce": "vpce-0a1b2c3d4e5f60718"}"#, ""),
        (r#""StringEquals": {"aws:SourceVpce": "vpc-0a1b2c3d"}"#, "INVALID_VPCE_FORMAT"),
        (r#""IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.168.1.1"]}"#, "PRIVATE_IP_ADDRESS"),
        (r#""NotIpAddress": {"aws:SourceIp": "172.16.0.0/12"}"#, "PRIVATE_NOT_IP_ADDRESS"),
        (
            r#""IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "203.0.113.0/24"]}"#,
            "PRIVATE_IP_ADDRESS_SUBSET",
        ),
        // More than is private, and what may be anything.
        (r#""IpAddress": {"aws:SourceIp": "10.0.0.0/7"}"#, ""),
        (r#""IpAddress": {"aws:SourceIp": ["10.0.0.0/8", ?]}"#, ""),
        (r#""DateLessThan": {"aws:CurrentTime": "1700000000"}"#, "INVALID_DATE_VALUE"),
        (r#""StringLike": {"aws:PrincipalOrgID": "o-*"}"#, "WILDCARD_USAGE_TOO_PERMISSIVE"),
        (r#""StringLike": {"aws:userid": "*:admin"}"#, "WILDCARD_USAGE_TOO_PERMISSIVE"),
        (r#""StringLike": {"aws:userid": "AROAEXAMPLEID:*"}"#, ""),
        (r#""StringNotLike": {"aws:PrincipalOrgID": "o-*"}"#, ""),
        (r#""StringLike": {"aws:RequestedRegion": "*"}"#, "EQUIVALENT_TO_NULL_FALSE"),
        (r#""StringNotLike": {"aws:RequestedRegion": "*"}"#, "EQUIVALENT_TO_NULL_TRUE"),
        (
            r#""StringLikeIfExists": {"aws:RequestedRegion": "*"}"#,
            "REDUNDANT_KEY_DUE_TO_WILDCARD_IN_CONDITION",
        ),
        (
            r#""ForAnyValue:StringNotLike": {"aws:TagKeys": "*"}"#,
            "REDUNDANT_STATEMENT_DUE_TO_WILDCARD_IN_CONDITION",
        ),
        (r#""ForAnyValue:StringNotLike": {"aws:TagKeys": "a*"}"#, ""),
        (
            r#""StringEquals": {"aws:PrincipalOrgID": "${aws:RequestTag/org}"}"#,
            "VARIABLE_USAGE_TOO_PERMISSIVE",
        ),
        // What IAM knows of the principal it does not choose.
        (r#""StringEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}"#, ""),
        (r#""StringNotEquals": {"aws:PrincipalOrgID": "${aws:RequestTag/org}"}"#, ""),
        (
            r#""NumericLessThan": {"aws:MultiFactorAuthAge": ["60", "3600"]}"#,
            "REDUNDANT_CONDITION_VALUE_NUM",
        ),
        (
            r#""StringLike": {"aws:Referer": "https://example.com/*"}"#,
            "UNTRUSTWORTHY_CONDITION_KEY",
        ),
        (r#""IpAddress": {"aws:VpcSourceIp": "10.0.0.0/24"}"#, "MISSING_PAIRED_CONDITION_KEYS"),
        (
            r#""IpAddress": {"aws:VpcSourceIp": "10.0.0.0/24"}, "StringEquals": {"aws:SourceVpc": "vpc-0a1b2c3d"}"#,
            "",
        ),
    ] {
        let policy = policy(&with(condition));
        let document = PolicyDocument::parse(&policy);
        let findings = CheckFamily::Conditions.check(&document, IDENTITY, Catalog::embedded());
        let codes: Vec<&str> = findings.iter().map(|it| it.code).collect();
        assert_eq!(codes.join(" "), expected, "{condition}");
    }
}

#[test]
fn conditions_that_keep_out_the_wrong_ones() {
    let with = |effect: &str, principal: &str, action: &str, condition: &str| {
        format!(
            r#"{{"Effect": "{effect}", {principal} "Action": "{action}", "Resource": "*", "Condition": {{{condition}}}}}"#
        )
    };
    let topic = PolicyKind::Resource("sns");
    let service = r#""Principal": {"Service": "s3.amazonaws.com"},"#;
    let org = r#""StringEquals": {"aws:PrincipalOrgID": "o-1"}"#;
    let prefix = r#""StringLike": {"s3:prefix": "secret/*"}"#;
    let attributes = r#""ForAllValues:StringEquals": {"dynamodb:Attributes": ["name"]}"#;
    let select = r#""ForAllValues:StringEquals": {"dynamodb:Attributes": ["name"]}, "StringEquals": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"}"#;
    let tag = r#""StringEquals": {"aws:ResourceTag/team": "a"}"#;
    let foreign = r#""StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}"#;
    let foreign_only = r#""StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1"}, "BoolIfExists": {"aws:PrincipalIsAWSService": "false"}"#;
    let source = r#""StringNotEquals": {"aws:SourceOrgID": "o-1"}"#;
    let everyone = r#""Principal": "*","#;
    let key = r#""StringEquals": {"s3:x-amz-server-side-encryption-aws-kms-key-id": "alias/a"}"#;
    let family = CheckFamily::Conditions;
    check(
        family,
        &[
            (
                topic,
                &with("Allow", service, "sns:Publish", org),
                &[
                    "UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL Condition/StringEquals/aws:PrincipalOrgID",
                ],
            ),
            (topic, &with("Deny", service, "sns:Publish", org), &[]),
            (
                topic,
                &with(
                    "Allow",
                    service,
                    "sns:Publish",
                    r#""StringEquals": {"aws:Referer": "111122223333"}"#,
                ),
                &[
                    "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL Condition/StringEquals/aws:Referer",
                ],
            ),
            (
                IDENTITY,
                &with("Deny", "", "s3:ListBucket", prefix),
                &["S3_PREFIX_IN_NEGATIVE_CONTEXT Condition/StringLike/s3:prefix"],
            ),
            (IDENTITY, &with("Allow", "", "s3:ListBucket", prefix), &[]),
            (
                IDENTITY,
                &with("Allow", "", "dynamodb:Query", attributes),
                &[
                    "DYNAMODB_ATTRIBUTES_WITHOUT_SELECT Condition/ForAllValues:StringEquals/dynamodb:Attributes",
                ],
            ),
            (IDENTITY, &with("Allow", "", "dynamodb:Query", select), &[]),
            (IDENTITY, &with("Deny", "", "ec2:*", tag), &[]),
            (
                PolicyKind::Rcp,
                &with("Deny", everyone, "s3:*", foreign),
                &[
                    "RCP_MISSING_RELATED_PRINCIPAL_CONDITION_KEY Condition/StringNotEqualsIfExists/aws:PrincipalOrgID",
                ],
            ),
            (PolicyKind::Rcp, &with("Deny", everyone, "s3:*", foreign_only), &[]),
            (
                PolicyKind::Rcp,
                &with("Deny", everyone, "s3:*", source),
                &[
                    "RCP_MISSING_RELATED_SERVICE_PRINCIPAL_CONDITION_KEY Condition/StringNotEquals/aws:SourceOrgID",
                    "RCP_MISSING_SERVICE_CONDITION_KEY_NULL_CHECK Condition/StringNotEquals/aws:SourceOrgID",
                ],
            ),
            (
                IDENTITY,
                &with("Deny", "", "s3:PutObject", key),
                &[
                    "INVALID_KMS_KEY_VALUE Condition/StringEquals/s3:x-amz-server-side-encryption-aws-kms-key-id",
                ],
            ),
        ],
    );
}

#[test]
fn sizes_are_those_that_aws_takes() {
    let long = |count: usize| {
        let actions = vec![r#""s3:GetObject""#; count].join(", ");
        format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Deny", "Action": [{actions}], "Resource": "*"}}}}"#
        )
    };
    let codes = |kind: PolicyKind, count: usize| -> Vec<&'static str> {
        findings(kind, CheckFamily::Grammar, &long(count)).iter().map(|it| it.code).collect()
    };
    assert_eq!(codes(PolicyKind::Scp, 335), [""; 0]);
    assert_eq!(codes(PolicyKind::Scp, 345), ["POLICY_SIZE_EXCEEDS_SCP_QUOTA"]);
    assert_eq!(codes(IDENTITY, 345), [""; 0]);
    assert_eq!(codes(IDENTITY, 420), ["POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA"]);
}

#[test]
fn lists_say_nothing_twice() {
    check(
        CheckFamily::Meaning,
        &[
            (
                IDENTITY,
                r#"{"Effect": "Allow", "Action": ["s3:Get*", "s3:getobject", "s3:PutObject"], "Resource": ["arn:aws:s3:::a/*", "arn:aws:s3:::a/b", "arn:aws:s3:::a/*"]}"#,
                &[
                    "REDUNDANT_ACTION Action/1",
                    "REDUNDANT_RESOURCE Resource/1",
                    "REDUNDANT_RESOURCE Resource/2",
                ],
            ),
            (
                TRUST,
                r#"{"Effect": "Allow", "Principal": {"AWS": ["arn:aws:iam::111122223333:root", "arn:aws:iam::111122223333:role/a", "arn:aws:iam::444455556666:role/b"]}, "Action": "sts:AssumeRole"}"#,
                &["REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY Principal/AWS/1"],
            ),
            // What is not known may be anything.
            (
                IDENTITY,
                r#"{"Effect": "Allow", "Action": ["s3:$(?)", "s3:GetObject"], "Resource": "*"}"#,
                &[],
            ),
        ],
    );
}

#[test]
fn conditions_of_trust() {
    check(
        CheckFamily::Conditions,
        &[(
            TRUST,
            r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {"StringEquals": {"token.actions.githubusercontent.com:sub": "repo:a/b:ref:refs/heads/main",
                    "oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub": "system:serviceaccount:a:b"}}}"#,
            &[],
        )],
    );
}

#[test]
fn the_key_of_another_provider_is_another_key() {
    let about = |key: &str| {
        let policy = format!(
            r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Principal": {{"Federated": "arn:aws:iam::111122223333:oidc-provider/x"}},
                "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {{"ForAllValues:StringEquals": {{"{key}": ["a"]}}}}}}}}"#
        );
        let found = findings(TRUST, CheckFamily::Conditions, &policy);
        found.into_iter().map(|it| it.message).collect::<Vec<_>>()
    };
    // The reference lists `token.actions.${Domain}.ghe.com:actor` and no `aud`.
    assert_eq!(about("token.actions.githubusercontent.com:aud"), [""; 0]);
    assert_eq!(about("token.actions.acme.ghe.com:aud"), [""; 0]);
    assert_eq!(
        about("token.actions.Acme.ghe.com:actor"),
        [
            "`token.actions.Acme.ghe.com:actor` has one value, and `ForAllValues` holds for requests without it"
        ]
    );
}

#[test]
fn variables() {
    let on = |resource: &str| {
        format!(r#"{{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "{resource}"}}"#)
    };
    for (resource, expected) in [
        ("arn:aws:s3:::b/${aws:username}/*", ""),
        ("arn:aws:s3:::b/${aws:username, 'nobody'}/*", ""),
        ("arn:aws:s3:::b/${*}", ""),
        ("arn:aws:s3:::b/${aws:username/*", "MISSING_BRACE_IN_VARIABLE"),
        ("arn:aws:s3:::b/${}/*", "EMPTY_VARIABLE"),
        ("arn:aws:s3:::b/${ aws:username}/*", "UNSUPPORTED_SPACE_IN_VARIABLE"),
        ("arn:aws:s3:::b/${aws:username, nobody}/*", "MISSING_QUOTE_IN_VARIABLE"),
    ] {
        let policy = policy(&on(resource));
        let document = PolicyDocument::parse(&policy);
        let findings = CheckFamily::Variables.check(&document, IDENTITY, Catalog::embedded());
        let codes: Vec<&str> = findings.iter().map(|it| it.code).collect();
        assert_eq!(codes.join(" "), expected, "{resource}");
    }
    let statement = on("arn:aws:s3:::b/${aws:username}/*");
    let old = format!(r#"{{"Version": "2008-10-17", "Statement": {statement}}}"#);
    let codes: Vec<&str> =
        findings(IDENTITY, CheckFamily::Variables, &old).iter().map(|it| it.code).collect();
    assert_eq!(codes, ["VARIABLE_UNSUPPORTED_IN_VERSION"]);
    check(
        CheckFamily::Variables,
        &[(
            IDENTITY,
            r#"{"Effect": "Allow", "Action": "s3:${aws:username}", "Resource": "*"}"#,
            &["VARIABLE_UNSUPPORTED_IN_ELEMENT Action"],
        )],
    );
    check(
        CheckFamily::Variables,
        &[(
            IDENTITY,
            r#"{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "${aws:username}"}}}"#,
            &["INVALID_VARIABLE_FOR_OPERATOR Condition/Bool/aws:SecureTransport"],
        )],
    );
}

#[test]
fn principals() {
    let of = |principal: &str| {
        format!(
            r#"{{"Effect": "Allow", "Principal": {principal}, "Action": "s3:GetObject", "Resource": "*"}}"#
        )
    };
    for (principal, expected) in [
        (r#""*""#, ""),
        (r#"{"AWS": "111122223333"}"#, ""),
        (r#"{"AWS": "arn:aws:iam::111122223333:root"}"#, ""),
        (r#"{"AWS": "$(Role.Arn)"}"#, ""),
        (r#"{"Service": "ec2.amazonaws.com"}"#, ""),
        (r#"{"Service": "cloudtrail.amazonaws.com"}"#, "RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL"),
        (r#"{"Service": "ec2.$(AWS::Region).amazonaws.com"}"#, ""),
        (r#"{"AWS": "AROAEXAMPLEEXAMPLE00"}"#, "INVALID_ROLE_REFERENCE"),
        (r#"{"AWS": "AIDAEXAMPLEEXAMPLE00"}"#, "INVALID_USER_REFERENCE"),
        (r#"{"AWS": "somebody"}"#, "INVALID_PRINCIPAL_FORMAT"),
        (r#"{"AWS": "arn:aws:iam::111122223333:user/*"}"#, "UNSUPPORTED_WILDCARD_IN_PRINCIPAL"),
        (r#"{"Service": "cloudtrail"}"#, "INVALID_SERVICE_PRINCIPAL_FORMAT"),
        (r#"{"Federated": "accounts.google.com"}"#, "FEDERATED_PRINCIPAL_NOT_SUPPORTED"),
    ] {
        let policy = policy(&of(principal));
        let document = PolicyDocument::parse(&policy);
        let findings = CheckFamily::Principals.check(&document, BUCKET, Catalog::embedded());
        let codes: Vec<&str> = findings.iter().map(|it| it.code).collect();
        assert_eq!(codes.join(" "), expected, "{principal}");
    }
    check(
        CheckFamily::Principals,
        &[
            (
                BUCKET,
                r#"{"Effect": "Allow", "NotPrincipal": {"AWS": "111122223333"}, "Action": "s3:GetObject", "Resource": "*"}"#,
                &["ALLOW_WITH_NOT_PRINCIPAL NotPrincipal"],
            ),
            (
                BUCKET,
                r#"{"Effect": "Deny", "NotPrincipal": {"AWS": "111122223333"}, "Action": "s3:GetObject", "Resource": "*"}"#,
                &[],
            ),
            (
                TRUST,
                r#"{"Effect": "Deny", "NotPrincipal": {"AWS": "111122223333"}, "Action": "sts:AssumeRole"}"#,
                &["ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL NotPrincipal"],
            ),
            (
                TRUST,
                r#"{"Effect": "Allow", "Principal": {"AWS": "111122223333"}, "Action": "s3:GetObject"}"#,
                &["UNSUPPORTED_ACTION_IN_POLICY Action"],
            ),
            (
                TRUST,
                r#"{"Effect": "Allow", "Principal": {"Federated": "accounts.google.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {"accounts.google.com:aud": "123.apps.googleusercontent.com"}}}"#,
                &[],
            ),
            (
                TRUST,
                r#"{"Effect": "Allow", "Principal": {"Federated": "accounts.google.com"}, "Action": "sts:AssumeRoleWithSAML"}"#,
                &["MISMATCHED_ACTION_FOR_PRINCIPAL Principal/Federated"],
            ),
            (
                TRUST,
                r#"{"Effect": "Allow", "Principal": {"Federated": "example.com"}, "Action": "sts:AssumeRoleWithWebIdentity"}"#,
                &["INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY Principal/Federated"],
            ),
            (
                TRUST,
                r#"{"Effect": "Allow", "Principal": {"Service": "rolesanywhere.amazonaws.com"}, "Action": ["sts:AssumeRole", "sts:TagSession"], "Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:rolesanywhere:eu-west-1:111122223333:trust-anchor/a"}}}"#,
                &["MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY Principal/Service"],
            ),
            (
                TRUST,
                r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity"}"#,
                &["MISSING_GITHUB_REPO_CONDITION_KEY Principal/Federated"],
            ),
            (
                TRUST,
                r#"{"Effect": "Allow", "Principal": {"Federated": "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com"}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:a/b:*"}}}"#,
                &[
                    "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED Condition/StringLike/token.actions.githubusercontent.com:sub",
                ],
            ),
            (
                PolicyKind::Resource("sns"),
                r#"{"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sns:Publish", "Resource": "*"}"#,
                &["RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL Principal/Service"],
            ),
            (
                PolicyKind::Rcp,
                r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}"#,
                &[],
            ),
        ],
    );
}

#[test]
fn meaning() {
    check(
        CheckFamily::Meaning,
        &[
            (
                IDENTITY,
                r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}"#,
                &["PASS_ROLE_WITH_STAR_IN_RESOURCE Action"],
            ),
            (
                IDENTITY,
                r#"{"Effect": "Allow", "NotAction": "s3:*", "NotResource": "arn:aws:iam::*:role/admin"}"#,
                &[
                    "PASS_ROLE_WITH_NOT_ACTION_AND_NOT_RESOURCE NotAction",
                    "CREATE_SLR_WITH_NOT_ACTION_AND_NOT_RESOURCE NotAction",
                ],
            ),
            (
                IDENTITY,
                r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "arn:aws:iam::111122223333:role/app"}"#,
                &[],
            ),
            (
                IDENTITY,
                r#"{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*",
                    "Condition": {"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}}"#,
                &[],
            ),
            (
                IDENTITY,
                r#"{"Effect": "Allow", "Action": "iam:*", "Resource": "*"}"#,
                &[
                    "PASS_ROLE_WITH_STAR_IN_ACTION_AND_RESOURCE Action",
                    "CREATE_SLR_WITH_STAR_IN_ACTION_AND_RESOURCE Action",
                ],
            ),
            (
                IDENTITY,
                r#"{"Effect": "Allow", "Action": "iam:CreateServiceLinkedRole",
                    "NotResource": "arn:aws:iam::*:role/aws-service-role/ecs.amazonaws.com/*"}"#,
                &["CREATE_SLR_WITH_NOT_RESOURCE Action"],
            ),
            // A `Deny` counts, as it does for AWS.
            (
                IDENTITY,
                r#"[{"Effect": "Allow", "Action": "iam:Pass*", "Resource": "*"},
                    {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}]"#,
                &["REDUNDANT_STATEMENT 0"],
            ),
            (
                IDENTITY,
                r#"[{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"},
                    {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"},
                    {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::b/*"}]"#,
                &["REDUNDANT_STATEMENT 1"],
            ),
            // What is not known may make a difference.
            (
                IDENTITY,
                r#"[{"Effect": "Allow", "Action": "s3:Get*", "Resource": "$(Bucket.Arn)"},
                    {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}]"#,
                &[],
            ),
        ],
    );
}

#[test]
fn forms_of_one_kind_of_policy() {
    let star = r#"{"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}"#;
    check(
        CheckFamily::Principals,
        &[
            (TRUST, star, &["ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL Principal"]),
            (TRUST, &star.replace(r#""*""#, r#"{"AWS": "*"}"#), &[]),
        ],
    );
    let named = r#"{"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*"}"#;
    check(
        CheckFamily::Grammar,
        &[(PolicyKind::Scp, named, &["SCP_SYNTAX_ERROR_PRINCIPAL Principal"])],
    );
    let queue = |region: &str| {
        let arn = format!("arn:aws:sqs:{region}:111122223333:orders");
        format!(r#"{{"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "{arn}"}}"#)
    };
    check(
        CheckFamily::Resources,
        &[
            (IDENTITY, &queue("eu-west-1"), &[]),
            (IDENTITY, &queue("eu-*"), &[]),
            (IDENTITY, &queue("eu-west-1b"), &["INVALID_ARN_REGION Resource"]),
        ],
    );
    let object = |variable: &str| {
        let arn = format!("arn:aws:s3:::b/{variable}");
        format!(r#"{{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "{arn}"}}"#)
    };
    check(
        CheckFamily::Variables,
        &[
            (IDENTITY, &object("${aws:PrincipalTag/team@x, 'all'}${*}"), &[]),
            (IDENTITY, &object("${aws:user*}"), &["UNSUPPORTED_SYMBOL_IN_VARIABLE Resource"]),
        ],
    );
}

#[test]
fn keys_that_the_policy_has_no_use_for() {
    let with = |rest: &str, condition: &str| {
        format!(
            r#"{{"Effect": "Allow", {rest}, "Resource": "*", "Condition": {{"StringEquals": {condition}}}}}"#
        )
    };
    let service = r#""Principal": {"Service": "ses.amazonaws.com"}, "Action": "s3:PutObject""#;
    let others = r#""Principal": {"AWS": "111122223333"}, "Action": "s3:PutObject""#;
    let referer = r#"{"aws:Referer": "111122223333"}"#;
    let both = r#"{"aws:Referer": "111122223333", "aws:SourceAccount": "111122223333"}"#;
    let owner = r#"{"s3:ResourceAccount": "111122223333"}"#;
    let tagged = r#"{"aws:ResourceTag/team": "a"}"#;
    let referer_code =
        "RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL Condition/StringEquals/aws:Referer";
    let owner_code = "IRRELEVANT_CONDITION_KEY_IN_POLICY Condition/StringEquals/s3:ResourceAccount";
    let not_action = r#""NotAction": "iam:*""#;
    let allowed = "ALLOW_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE Condition/StringEquals/aws:ResourceTag~1team";
    let denied = "DENY_NOTACTION_WITH_UNSUPPORTED_TAG_CONDITION_KEY_FOR_SERVICE Condition/StringEquals/aws:ResourceTag~1team";
    check(
        CheckFamily::Conditions,
        &[
            (BUCKET, &with(service, referer), &[referer_code]),
            (BUCKET, &with(service, both), &[]),
            (BUCKET, &with(others, owner), &[owner_code]),
            (IDENTITY, &with(r#""Action": "s3:PutObject""#, owner), &[]),
            (IDENTITY, &with(not_action, tagged), &[allowed]),
            (IDENTITY, &with(not_action, tagged).replace("Allow", "Deny"), &[denied]),
        ],
    );
}

#[test]
fn all_families_together_are_the_whole_validation() {
    let policy = policy(r#"{"Effect": "Allow", "Action": "s3:GetObjct", "Resource": "s3"}"#);
    let document = PolicyDocument::parse(&policy);
    let findings = validate(&document, IDENTITY, Catalog::embedded());
    let codes: Vec<&str> = findings.iter().map(|it| it.code).collect();
    assert_eq!(codes, ["INVALID_ACTION", "INVALID_ARN_PREFIX"]);
}
