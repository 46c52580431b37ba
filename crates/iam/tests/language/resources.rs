use trilith_graph::Tri::{False, True, Unknown};

use crate::policy::truth;

#[test]
fn every_resource_is_more_than_a_star() {
    for (elements, expected) in [
        (r#""Resource": "*""#, True),
        (r#""Resource": "**""#, True),
        (r#""Resource": "*:*""#, True),
        (r#""Resource": "arn:*""#, True),
        (r#""Resource": "arn:aws:*""#, True),
        (r#""Resource": "arn:$(AWS::Partition):*:*:*:*""#, True),
        (r#""Resource": ["arn:aws:s3:::b", "*"]"#, True),
        (r#""Resource": "arn:aws:s3:::*""#, False),
        (r#""Resource": "arn:aws:*:*:123456789012:*""#, False),
        (r#""Resource": "arn:aws:s3:::$(?)""#, False),
        (r#""Resource": "$(Bucket.Arn)""#, False),
        (r#""Resource": "$(Bucket.Arn)/*""#, False),
        (r#""Resource": "$(LogGroup.Arn):*""#, False),
        (r#""Resource": "arn:aws:*:$(AWS::Region):*:*""#, False),
        (r#""Resource": "$(?)/*""#, False),
        (r#""Resource": "$(?)*""#, Unknown),
        (r#""Resource": "$(Stack.Outputs.Scope)""#, Unknown),
        (r#""Resource": "$(Parameter.Value)""#, Unknown),
        (r#""Resource": "${aws:username}""#, False),
        (r#""Resource": "${*}""#, False),
        (r#""Resource": ?"#, Unknown),
        (r#""Resource": []"#, False),
        (r#""NotResource": []"#, True),
        (r#""NotResource": "arn:aws:s3:::b""#, False),
        (r#""Sid": "neither""#, False),
    ] {
        let statement = format!(r#"{{"Effect": "Allow", "Action": "*", {elements}}}"#);
        let answer = truth(&statement, |document| document.statements[0].covers_every_resource());
        assert_eq!(answer, expected, "{elements}");
    }
}

#[test]
fn every_role_hides_behind_many_patterns() {
    for (elements, expected) in [
        (r#""Resource": "*""#, True),
        (r#""Resource": "arn:aws:iam::*:role/*""#, True),
        (r#""Resource": "arn:aws:iam::*:*""#, True),
        (r#""Resource": "arn:aws:iam::123456789012:role/*""#, True),
        (r#""Resource": "arn:$(AWS::Partition):iam::$(AWS::AccountId):role/*""#, True),
        (r#""Resource": "arn:aws:iam::$(?):role/*""#, True),
        (r#""Resource": "arn:*:iam::*:role*""#, True),
        (r#""Resource": "arn:aws:iam::*""#, True),
        (r#""Resource": "arn:aws:iam::*:role/app-*""#, False),
        (r#""Resource": "arn:aws:iam::*:role/$(AWS::StackName)-*""#, False),
        (r#""Resource": "arn:aws:iam::*:role/$(?)""#, Unknown),
        (r#""Resource": "arn:aws:iam::*:user/*""#, False),
        (r#""Resource": "$(Role.Arn)""#, False),
        (r#""NotResource": "arn:aws:s3:::*""#, True),
        (r#""NotResource": "arn:aws:iam::*:role/admin""#, False),
    ] {
        let statement = format!(r#"{{"Effect": "Allow", "Action": "*", {elements}}}"#);
        let answer = truth(&statement, |document| document.statements[0].covers_every_role());
        assert_eq!(answer, expected, "{elements}");
    }
}

#[test]
fn an_arn_is_matched_with_regard_to_case() {
    for (pattern, expected) in [
        ("arn:aws:s3:::logs/*", True),
        ("arn:aws:s3:::*", True),
        ("arn:aws:s3*", True),
        ("arn:aws:s3:::l?gs/a", True),
        ("arn:aws:s3:::Logs/*", False),
        ("arn:aws:s3:::logs", False),
        ("arn:aws:s3:::$(?)/a", Unknown),
        ("arn:aws:s3:::$(Bucket)/b", False),
        ("arn:aws:s3:::${aws:username}/a", Unknown),
        // A star of the fourth component that a plain glob lets run into the sixth.
        ("arn:aws:s3:*logs/a", Unknown),
    ] {
        let statement = format!(r#"{{"Effect": "Allow", "Action": "*", "Resource": "{pattern}"}}"#);
        let question = |document: &trilith_iam::PolicyDocument<'_>| {
            document.statements[0].covers_resource("arn:aws:s3:::logs/a").truth
        };
        let policy = crate::policy::policy(&statement);
        let document = trilith_iam::PolicyDocument::parse(&policy);
        assert_eq!(question(&document), expected, "{pattern}");
    }
}
