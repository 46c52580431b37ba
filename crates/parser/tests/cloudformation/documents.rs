//! Policies that are written as JSON text.

use trilith_graph::{EdgeKind, Flags, Tri};

use crate::template::{show, template};

fn statement_of(text: &str, path: &str) -> String {
    show(template(text).get(path))
}

#[test]
fn a_policy_in_a_text_is_read_with_its_places() {
    let yaml = "Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      \
                PolicyDocument: |\n        {\"Version\": \"2012-10-17\",\n         \
                \"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"s3:*\", \"Resource\": \"*\"}]}\n";
    let policy = template(yaml);
    assert_eq!(show(policy.get("P/PolicyDocument/Statement/0/Action")), "s3:*");
    assert_eq!(policy.written("P/PolicyDocument/Statement/0/Action"), "\"s3:*\"");
    assert!(policy.get("P/PolicyDocument").flags.has(Flags::EMBEDDED));
    let json = r#"{"Resources": {"B": {"Type": "AWS::S3::BucketPolicy", "Properties":
        {"PolicyDocument": "{\"Statement\": {\"Principal\": \"*\"}}"}}}}"#;
    let policy = template(json);
    assert_eq!(show(policy.get("B/PolicyDocument/Statement/Principal")), "*");
    assert_eq!(policy.written("B/PolicyDocument/Statement/Principal"), "\\\"*\\\"");
}

#[test]
fn substitution_leaves_holes_in_a_policy() {
    let yaml = "Parameters:\n  Org: {Type: String}\n  Act: {Type: String, Default: 's3:*'}\nResources:\n  \
                B: {Type: 'AWS::S3::Bucket'}\n  P:\n    Type: AWS::S3::BucketPolicy\n    Properties:\n      \
                Bucket: !Ref B\n      PolicyDocument: !Sub\n        - |-\n          {\n            \
                \"Statement\": [{\n              \"Action\": \"${Act}\",\n              \
                \"Resource\": [\"${B.Arn}\", \"${B.Arn}/*\", ${Raw}],\n              \
                \"Condition\": {\"StringEquals\": {\"aws:PrincipalOrgID\": \"${Org}\", \"${Org}:x\": 1}}\n            \
                }]\n          }\n        - Raw: !Sub '\"${AWS::Region}\"'\n";
    let policy = template(yaml);
    let statement = "P/PolicyDocument/Statement/0";
    assert_eq!(show(policy.get(&format!("{statement}/Action"))), "s3:*");
    assert!(policy.get(&format!("{statement}/Action")).flags.has(Flags::ASSUMED));
    assert_eq!(policy.written(&format!("{statement}/Action")), "\"${Act}\"");
    assert_eq!(policy.way(&format!("{statement}/Action"))[0].0, "${Act}");
    let resource = policy.get(&format!("{statement}/Resource"));
    assert_eq!(show(&resource.items()[0]), "${B.Arn}");
    assert_eq!(show(&resource.items()[1]), "${B.Arn}/*");
    assert_eq!(resource.items()[1].is("*"), Tri::False);
    let condition = policy.get(&format!("{statement}/Condition/StringEquals"));
    assert_eq!(show(condition.get("aws:PrincipalOrgID")), "?NoDefault(Org)");
    assert!(condition.flags.has(Flags::OPEN), "a key is not known");
    assert_eq!(condition.get("aws:SourceArn").is_present(), Tri::Unknown);
    let edges = policy.edges(EdgeKind::RefersTo);
    assert!(
        edges.contains(&"P/PolicyDocument/Statement/0/Resource/0 -> B.Arn".into()),
        "{edges:?}"
    );
    assert!(policy.messages().is_empty());
}

#[test]
fn a_policy_may_be_joined_from_pieces() {
    let json = r#"{"Resources": {"Q": {"Type": "AWS::SQS::Queue"}, "P": {"Type": "AWS::SQS::QueuePolicy",
        "Properties": {"PolicyDocument": {"Fn::Join": ["", [
            "{\"Statement\": [{\"Action\": \"sqs:*\", \"Resource\": \"", {"Fn::GetAtt": ["Q", "Arn"]},
            "\", \"Principal\": \"", {"Ref": "AWS::NoValue"}, "*\"}]}"]]}}}}}"#;
    let policy = template(json);
    let statement = "P/PolicyDocument/Statement/0";
    assert_eq!(show(policy.get(&format!("{statement}/Resource"))), "${Q.Arn}");
    assert_eq!(show(policy.get(&format!("{statement}/Principal"))), "*");
    assert_eq!(policy.written(&format!("{statement}/Action")), "\\\"sqs:*\\\"");
}

#[test]
fn conditions_choose_between_policies() {
    let yaml = "Conditions: {C: !Equals [!ImportValue x, y]}\nResources:\n  R:\n    \
                Type: AWS::IAM::Role\n    Properties:\n      Policies:\n        - !If\n          - C\n          \
                - PolicyDocument: !If [C, '{\"Statement\": 1}', {Statement: 2}]\n          \
                - !Ref AWS::NoValue\n";
    let role = template(yaml);
    let cases: Vec<String> = role.cases("R/Policies").into_iter().map(|case| case.1).collect();
    assert_eq!(cases, ["[]", "[{PolicyDocument: {Statement: 1}}]"]);
}

#[test]
fn other_texts_are_left_alone() {
    let yaml = |value: &str| {
        format!(
            "Parameters:\n  Doc: {{Type: String, Default: '{{\"Statement\": 5}}'}}\nResources:\n  P:\n    \
             Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument: {value}\n      \
             Description: '{{\"a\": 1}}'\n"
        )
    };
    let document = |value: &str| statement_of(&yaml(value), "P/PolicyDocument");
    assert_eq!(document("'text'"), "text");
    assert_eq!(document("{Statement: [1]}"), "{Statement: [1]}");
    assert_eq!(document("'{{resolve:ssm:policy}}'"), "?SsmParameter(policy)");
    assert_eq!(document("!Ref Missing"), "?Undeclared(Missing)");
    assert_eq!(document("!Ref Doc"), "{Statement: 5}");
    assert_eq!(document("{'Fn::ToJsonString': {Statement: 3}}"), "{Statement: 3}");
    assert_eq!(statement_of(&yaml("x"), "P/Description"), "{\"a\": 1}");
}

#[test]
fn a_broken_policy_is_reported_inside_the_text() {
    let yaml = "Resources:\n  P:\n    Type: AWS::SNS::TopicPolicy\n    Properties:\n      \
                PolicyDocument: '{\"Statement\": [{\"Effect\": Allow}]}'\n";
    let policy = template(yaml);
    let [diagnostic] = policy.diagnostics.as_slice() else { panic!("{:?}", policy.diagnostics) };
    assert!(diagnostic.message.ends_with("in the JSON text of a policy"));
    assert!(policy.text(diagnostic.primary.span).starts_with('A'));
    assert_eq!(policy.get("P/PolicyDocument/Version").is_present(), Tri::Unknown);
}
