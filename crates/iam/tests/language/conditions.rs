use trilith_graph::Tri::{self, False, True, Unknown};

use crate::policy::truth;

fn narrows(condition: &str) -> Tri {
    let statement = format!(r#"{{"Effect": "Allow", "Principal": "*", "Condition": {condition}}}"#);
    truth(&statement, |document| document.statements[0].conditions.narrow_to_known())
}

#[test]
fn fixed_values_of_trusted_keys_narrow() {
    for condition in [
        r#"{"StringEquals": {"aws:PrincipalOrgID": "o-abc"}}"#,
        r#"{"stringequals": {"AWS:PRINCIPALORGID": ["o-abc", "o-def"]}}"#,
        r#"{"StringEqualsIgnoreCase": {"aws:SourceAccount": 123456789012}}"#,
        r#"{"StringLike": {"aws:PrincipalAccount": "123456789012"}}"#,
        r#"{"StringEquals": {"aws:SourceAccount": "$(AWS::AccountId)"}}"#,
        r#"{"StringEquals": {"aws:PrincipalOrgID": "${aws:ResourceOrgID}"}}"#,
        r#"{"ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": "o-abc/r-ab12/*"}}"#,
        r#"{"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:123456789012:*"}}"#,
        r#"{"ArnEquals": {"aws:SourceArn": "$(Topic.Arn)"}}"#,
        r#"{"ArnLike": {"aws:SourceArn": "$(Api)/*"}}"#,
        r#"{"ArnLike": {"aws:SourceArn": "arn:aws:s3:::bucket"}}"#,
        r#"{"ArnLike": {"aws:SourceArn": "arn:aws:s3:::$(Bucket)/*"}}"#,
        r#"{"StringLike": {"aws:PrincipalArn": "arn:aws:iam::$(AWS::AccountId):role/*"}}"#,
        r#"{"StringLike": {"aws:PrincipalArn": "arn:aws:iam::123456789012:role/$(?)"}}"#,
        r#"{"StringEquals": {"aws:SourceVpce": "vpce-0a1b2c3d"}}"#,
        r#"{"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "10.0.0.0/8", "192.0.2.1"]}}"#,
        r#"{"IpAddress": {"aws:SourceIp": ["2001:db8::/32", "$(?)/32", "$(Address)"]}}"#,
        r#"{"StringLike": {"aws:userid": ["AROAEXAMPLEID:*", "123456789012"]}}"#,
        r#"{"StringEquals": {"kms:CallerAccount": "123456789012", "kms:ViaService": "s3.us-east-1.amazonaws.com"}}"#,
        r#"{"StringLike": {"s3:DataAccessPointArn": "arn:aws:s3:us-west-2:123456789012:accesspoint/*"}}"#,
        r#"{"StringLike": {"sns:Endpoint": ["*@example.com", "https://example.com/*"]}}"#,
        r#"{"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}}"#,
        r#"{"Bool": {"aws:SecureTransport": "true"}, "StringEquals": {"aws:SourceAccount": "1"}}"#,
        // No request has a key that the star could be; `StringEquals` takes it as it stands.
        r#"{"StringEquals": {"aws:SourceAccount": "*"}}"#,
        // What a condition allows to be missing, another demands.
        r#"{"StringEqualsIfExists": {"aws:SourceAccount": "1"}, "Null": {"aws:SourceAccount": "false"}}"#,
        r#"{"ForAllValues:StringEquals": {"aws:SourceAccount": "1"}, "Null": {"aws:sourceaccount": false}}"#,
    ] {
        assert_eq!(narrows(condition), True, "{condition}");
    }
}

#[test]
fn what_any_caller_can_satisfy_does_not_narrow() {
    for condition in [
        "{}",
        r#"{"StringEquals": {}}"#,
        r#"{"StringLike": {"aws:PrincipalArn": "*"}}"#,
        r#"{"StringLike": {"aws:PrincipalArn": ["arn:aws:iam::123456789012:root", "*"]}}"#,
        r#"{"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:role/admin"}}"#,
        r#"{"ArnLike": {"aws:SourceArn": "arn:aws:s3:::*"}}"#,
        r#"{"ArnLike": {"aws:SourceArn": "arn:aws:s3:::my-*"}}"#,
        r#"{"ArnLike": {"aws:SourceArn": "arn:aws:sns:us-east-1:*:topic"}}"#,
        r#"{"StringLike": {"aws:PrincipalOrgID": "o-*"}}"#,
        r#"{"StringLike": {"aws:SourceVpc": "vpc-*"}}"#,
        r#"{"StringLike": {"aws:userid": "*:session"}}"#,
        r#"{"StringEqualsIfExists": {"aws:PrincipalOrgID": "o-abc"}}"#,
        r#"{"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-abc"}}"#,
        r#"{"ForAllValues:StringLike": {"aws:PrincipalOrgPaths": "o-abc/*"}}"#,
        r#"{"StringNotEquals": {"aws:PrincipalAccount": "123456789012"}}"#,
        r#"{"Null": {"aws:PrincipalOrgID": "false"}}"#,
        r#"{"Null": {"aws:SourceAccount": "true"}, "StringEqualsIfExists": {"aws:SourceAccount": "1"}}"#,
        r#"{"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}"#,
        r#"{"IpAddress": {"aws:SourceIp": "10.0.0.0/7"}}"#,
        r#"{"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "::/0"]}}"#,
        r#"{"IpAddress": {"aws:SourceIp": "2000::/31"}}"#,
        r#"{"IpAddress": {"aws:SourceIp": "$(?)/0"}}"#,
        r#"{"IpAddress": {"aws:VpcSourceIp": "10.0.0.0/16"}}"#,
        r#"{"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}}"#,
        r#"{"Bool": {"aws:SecureTransport": "true"}}"#,
        r#"{"Bool": {"aws:MultiFactorAuthPresent": "true"}}"#,
        r#"{"StringEquals": {"aws:PrincipalTag/team": "a"}}"#,
        r#"{"StringEquals": {"aws:ResourceAccount": "123456789012"}}"#,
        r#"{"StringEquals": {"aws:Referer": "https://example.com/"}}"#,
        r#"{"StringEquals": {"aws:username": "alice"}}"#,
        r#"{"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}"#,
        r#"{"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}}"#,
        r#"{"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}}"#,
        r#"{"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}"#,
        r#"{"StringEquals": {"aws:SourceAccount": "${aws:PrincipalAccount}"}}"#,
        r#"{"Bool": {"elasticfilesystem:AccessedViaMountTarget": "false"}}"#,
        r#"{"StringLike": {"sns:Endpoint": "*"}}"#,
        // The operator does not compare what the key holds.
        r#"{"NumericEquals": {"aws:SourceAccount": "123456789012"}}"#,
    ] {
        assert_eq!(narrows(condition), False, "{condition}");
    }
}

#[test]
fn what_is_not_known_of_a_condition_stays_open() {
    for (condition, expected) in [
        ("?", Unknown),
        (r#"{"StringEquals": ?}"#, Unknown),
        (r#"{"StringEquals": {"aws:PrincipalOrgID": ?}}"#, Unknown),
        (r#"{"StringEquals": {"aws:PrincipalOrgID": ["o-abc" ...]}}"#, Unknown),
        (r#"{"StringEquals": {"s3:prefix": "a" ...}}"#, Unknown),
        (r#"{"StringLike": {"aws:PrincipalOrgID": "o-$(?)"}}"#, Unknown),
        (r#"{"StringLike": {"aws:PrincipalOrgID": ["o-$(?)", "*"]}}"#, False),
        (r#"{"ArnLike": {"aws:SourceArn": "$(?)"}}"#, Unknown),
        (r#"{"ArnLike": {"aws:SourceArn": "arn:$(?)"}}"#, Unknown),
        (r#"{"ArnLike": {"aws:SourceArn": "arn:aws:s3:::$(?)"}}"#, Unknown),
        (r#"{"ArnLike": {"aws:SourceArn": "arn:aws:sns:*:$(?):*"}}"#, Unknown),
        (r#"{"IpAddress": {"aws:SourceIp": "$(?)"}}"#, Unknown),
        (r#"{"IpAddress": {"aws:SourceIp": "$(?)/16"}}"#, Unknown),
        (r#"{"IpAddress": {"aws:SourceIp": "anywhere"}}"#, Unknown),
        (r#"{"IpAddress": {"aws:SourceIp": "10.0.0.0/64"}}"#, Unknown),
        (r#"{"StringEqualz": {"aws:PrincipalOrgID": "o-abc"}}"#, Unknown),
        (r#"["StringEquals"]"#, Unknown),
        (
            r#"{"StringEqualsIfExists": {"aws:SourceAccount": "1"}, "Null": {"aws:SourceAccount": ?}}"#,
            Unknown,
        ),
    ] {
        assert_eq!(narrows(condition), expected, "{condition}");
    }
}
