//! Edges.

use trilith_graph::{EdgeKind, RootId};

use crate::template::template;

#[test]
fn references_and_orders_are_edges() {
    let text = "Resources:\n  Role: {Type: 'AWS::IAM::Role'}\n  Key: {Type: 'AWS::KMS::Key'}\n  \
                Fn:\n    Type: AWS::Lambda::Function\n    DependsOn: Key\n    Properties:\n      \
                Role: !GetAtt Role.Arn\n      Environment: {Variables: {K: !Sub 'x/${Key}'}}\n      \
                Password: !Sub '{{resolve:secretsmanager:${Secret}:SecretString:p}}'\n  \
                Secret: {Type: 'AWS::SecretsManager::Secret', DependsOn: [Key, Role, Nothing]}\n";
    let template = template(text);
    assert_eq!(
        template.edges(EdgeKind::RefersTo),
        ["Fn/Role -> Role.Arn", "Fn/Environment/Variables/K -> Key", "Fn/Password -> Secret"]
    );
    assert_eq!(
        template.edges(EdgeKind::DependsOn),
        ["Fn/DependsOn -> Key", "Secret/DependsOn -> Role", "Secret/DependsOn -> Key"]
    );
}

#[test]
fn parts_are_attached_by_reference_name_or_arn() {
    let text = "Parameters:\n  P: {Type: String}\nResources:\n  \
                Bucket: {Type: 'AWS::S3::Bucket', Properties: {BucketName: data}}\n  \
                Named: {Type: 'AWS::S3::Bucket', Properties: {BucketName: !Sub '${P}-logs'}}\n  \
                Queue: {Type: 'AWS::SQS::Queue', Properties: {QueueName: jobs}}\n  \
                Topic: {Type: 'AWS::SNS::Topic', Properties: {TopicName: news}}\n  \
                A: {Type: 'AWS::S3::BucketPolicy', Properties: {Bucket: !Ref Bucket}}\n  \
                B: {Type: 'AWS::S3::BucketPolicy', Properties: {Bucket: data}}\n  \
                C: {Type: 'AWS::S3::BucketPolicy', Properties: {Bucket: !Sub '${P}-logs'}}\n  \
                D: {Type: 'AWS::S3::BucketPolicy', Properties: {Bucket: other}}\n  \
                E: {Type: 'AWS::SQS::QueuePolicy', Properties: {Queues: [!Ref Queue, \
                'https://sqs.eu-west-1.amazonaws.com/123456789012/jobs']}}\n  \
                F: {Type: 'AWS::SNS::TopicPolicy', Properties: {Topics: \
                [!Sub 'arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:news']}}\n  \
                G: {Type: 'AWS::S3::BucketPolicy', Properties: {Bucket: !Ref Queue}}\n";
    let template = template(text);
    assert_eq!(
        template.edges(EdgeKind::AttachedTo),
        [
            "A/Bucket -> Bucket",
            "B/Bucket -> Bucket",
            "C/Bucket -> Named",
            "E/Queues/0 -> Queue",
            "E/Queues/1 -> Queue",
            "F/Topics/0 -> Topic"
        ]
    );
}

#[test]
fn a_function_is_named_with_its_alias_too() {
    let text = "Parameters:\n  P: {Type: String}\nResources:\n  \
                Fn: {Type: 'AWS::Lambda::Function', Properties: {FunctionName: orders}}\n  \
                Own: {Type: 'AWS::Lambda::Function', Properties: {FunctionName: !Sub 'o-${AWS::Region}'}}\n  \
                A: {Type: 'AWS::Lambda::Permission', Properties: {FunctionName: 'orders:live'}}\n  \
                B: {Type: 'AWS::Lambda::Permission', Properties: {FunctionName: \
                'arn:aws:lambda:eu-west-1:123456789012:function:orders:7'}}\n  \
                C: {Type: 'AWS::Lambda::Permission', Properties: {FunctionName: \
                !Join [':', [!Sub 'o-${AWS::Region}', live]]}}\n  \
                D: {Type: 'AWS::Lambda::Permission', Properties: {FunctionName: 'other:live'}}\n";
    assert_eq!(
        template(text).edges(EdgeKind::AttachedTo),
        ["A/FunctionName -> Fn", "B/FunctionName -> Fn", "C/FunctionName -> Own"]
    );
}

#[test]
fn the_literal_name_of_a_log_bucket_is_a_reference() {
    let text = "Resources:\n  \
                Logs: {Type: 'AWS::S3::Bucket', Properties: {BucketName: logs}}\n  \
                Trail: {Type: 'AWS::CloudTrail::Trail', Properties: {S3BucketName: logs}}\n  \
                Files: {Type: 'AWS::S3::Bucket', Properties: {LoggingConfiguration: \
                {DestinationBucketName: logs, LogFilePrefix: logs}}}\n  \
                Else: {Type: 'AWS::CloudTrail::Trail', Properties: {S3BucketName: other}}\n";
    assert_eq!(
        template(text).edges(EdgeKind::RefersTo),
        ["Trail/S3BucketName -> Logs", "Files/LoggingConfiguration/DestinationBucketName -> Logs"]
    );
}

#[test]
fn ingress_rules_find_their_group() {
    let text = "Conditions: {C: !Equals [!ImportValue x, y]}\nResources:\n  \
                Sg: {Type: 'AWS::EC2::SecurityGroup', Properties: {GroupName: web}}\n  \
                Other: {Type: 'AWS::EC2::SecurityGroup'}\n  \
                A: {Type: 'AWS::EC2::SecurityGroupIngress', Properties: {GroupId: !Ref Sg}}\n  \
                B: {Type: 'AWS::EC2::SecurityGroupIngress', Properties: {GroupId: !GetAtt Sg.GroupId}}\n  \
                D: {Type: 'AWS::EC2::SecurityGroupIngress', Properties: {GroupName: web}}\n  \
                E: {Type: 'AWS::EC2::SecurityGroupEgress', Properties: {GroupId: \
                !If [C, !Ref Sg, !Ref Other]}}\n";
    let template = template(text);
    assert_eq!(
        template.edges(EdgeKind::AttachedTo),
        [
            "A/GroupId -> Sg",
            "B/GroupId -> Sg.GroupId",
            "D/GroupName -> Sg",
            "E/GroupId -> Sg",
            "E/GroupId -> Other"
        ]
    );
    let graph = template.into_graph();
    let group = graph.find(RootId(0), "Sg").expect("the group");
    assert_eq!(graph.attachments(group).count(), 4);
}

#[test]
fn policies_are_attached_from_either_side() {
    let text = "Resources:\n  Role: {Type: 'AWS::IAM::Role', Properties: {ManagedPolicyArns: \
                [!Ref Managed, 'arn:aws:iam::aws:policy/ReadOnlyAccess', 'arn:aws:iam::123456789012:policy/own']}}\n  \
                Managed: {Type: 'AWS::IAM::ManagedPolicy'}\n  \
                Own: {Type: 'AWS::IAM::ManagedPolicy', Properties: {ManagedPolicyName: own}}\n  \
                Inline: {Type: 'AWS::IAM::Policy', Properties: {Roles: [!Ref Role], Groups: [!Ref Role]}}\n  \
                Profile: {Type: 'AWS::IAM::InstanceProfile', Properties: {Roles: [!Ref Role]}}\n";
    let template = template(text);
    assert_eq!(
        template.edges(EdgeKind::AttachedTo),
        ["Managed/ -> Role", "Own/ -> Role", "Inline/Roles/0 -> Role", "Profile/Roles/0 -> Role"]
    );
}
