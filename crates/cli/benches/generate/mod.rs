//! Deterministic inputs of any size for benchmarks: no file of anybody else is needed.

mod modules;

use std::fmt::Write as _;

pub(crate) use modules::modules;

/// A CloudFormation template with buckets, groups, roles and databases in turn.
pub(crate) fn template_yaml(resources: usize) -> String {
    let mut text = String::from(
        "AWSTemplateFormatVersion: \"2010-09-09\"\nParameters:\n  Env:\n    Type: String\n    \
         AllowedValues: [prod, test]\nConditions:\n  IsProd: !Equals [!Ref Env, prod]\nResources:\n",
    );
    for n in 0..resources {
        let _ = match n % 4 {
            0 => write!(
                text,
                "  Bucket{n}:\n    Type: AWS::S3::Bucket\n    Properties:\n      BucketName: data-{n}\n      \
                 PublicAccessBlockConfiguration:\n        BlockPublicAcls: true\n        \
                 BlockPublicPolicy: true\n        IgnorePublicAcls: true\n        RestrictPublicBuckets: true\n"
            ),
            1 => write!(
                text,
                "  Group{n}:\n    Type: AWS::EC2::SecurityGroup\n    Properties:\n      GroupDescription: web\n      \
                 VpcId: vpc-0a1b2c3d\n      SecurityGroupIngress:\n        - {{IpProtocol: tcp, FromPort: 443, \
                 ToPort: 443, CidrIp: 10.0.0.0/8}}\n        - {{IpProtocol: tcp, FromPort: 8080, ToPort: 8080, \
                 CidrIp: 10.{}.0.0/16}}\n",
                n % 250
            ),
            2 => write!(
                text,
                "  Role{n}:\n    Type: AWS::IAM::Role\n    Properties:\n      AssumeRolePolicyDocument:\n        \
                 Version: \"2012-10-17\"\n        Statement:\n          - Effect: Allow\n            Principal: \
                 {{Service: lambda.amazonaws.com}}\n            Action: sts:AssumeRole\n      Policies:\n        \
                 - PolicyName: own\n          PolicyDocument:\n            Version: \"2012-10-17\"\n            \
                 Statement:\n              - Effect: Allow\n                Action: [s3:GetObject, s3:PutObject]\n                \
                 Resource: !Sub \"${{Bucket{}.Arn}}/*\"\n",
                n - 2
            ),
            _ => write!(
                text,
                "  Database{n}:\n    Type: AWS::RDS::DBInstance\n    Properties:\n      Engine: postgres\n      \
                 DBInstanceClass: db.t4g.medium\n      StorageEncrypted: !If [IsProd, true, true]\n      \
                 PubliclyAccessible: false\n      ManageMasterUserPassword: true\n      MasterUsername: app\n"
            ),
        };
    }
    text
}

/// A plan as `terraform show -json` prints it, on one line and with the attributes in order: about 1.7 KB a resource, with
/// planned values beside the changes and a configuration with references.
pub(crate) fn plan(resources: usize) -> String {
    let mut changes = String::new();
    let mut planned = String::new();
    let mut configuration = String::new();
    for n in 0..resources {
        let (kind, after, expressions) = plan_resource(n);
        let comma = if n == 0 { "" } else { "," };
        let name = format!("r{n}");
        let _ = write!(
            changes,
            "{comma}{{\"address\":\"{kind}.{name}\",\"mode\":\"managed\",\"type\":\"{kind}\",\"name\":\"{name}\",\
             \"provider_name\":\"registry.terraform.io/hashicorp/aws\",\"change\":{{\"actions\":[\"create\"],\
             \"before\":null,\"after\":{after},\"after_unknown\":{{\"arn\":true,\"id\":true,\"tags_all\":{{}}}},\
             \"before_sensitive\":false,\"after_sensitive\":{{\"tags\":{{}},\"tags_all\":{{}}}}}}}}"
        );
        let _ = write!(
            planned,
            "{comma}{{\"address\":\"{kind}.{name}\",\"mode\":\"managed\",\"type\":\"{kind}\",\"name\":\"{name}\",\
             \"provider_name\":\"registry.terraform.io/hashicorp/aws\",\"schema_version\":0,\"values\":{after},\
             \"sensitive_values\":{{\"tags\":{{}},\"tags_all\":{{}}}}}}"
        );
        let _ = write!(
            configuration,
            "{comma}{{\"address\":\"{kind}.{name}\",\"mode\":\"managed\",\"type\":\"{kind}\",\"name\":\"{name}\",\
             \"provider_config_key\":\"aws\",\"expressions\":{expressions},\"schema_version\":0}}"
        );
    }
    format!(
        "{{\"format_version\":\"1.2\",\"terraform_version\":\"1.11.4\",\"planned_values\":{{\"root_module\":\
         {{\"resources\":[{planned}]}}}},\"resource_changes\":[{changes}],\"configuration\":{{\"provider_config\":\
         {{\"aws\":{{\"name\":\"aws\",\"full_name\":\"registry.terraform.io/hashicorp/aws\"}}}},\"root_module\":\
         {{\"resources\":[{configuration}]}}}},\"timestamp\":\"2026-01-01T00:00:00Z\",\"applyable\":true,\
         \"complete\":true,\"errored\":false}}\n"
    )
}

fn plan_resource(n: usize) -> (&'static str, String, String) {
    let tags = format!(
        "{{\"CostCenter\":\"{}\",\"Environment\":\"test\",\"Name\":\"r{n}\",\"Owner\":\"team-{}\"}}",
        1000 + n % 31,
        n % 17
    );
    match n % 5 {
        0 => (
            "aws_s3_bucket",
            format!(
                "{{\"bucket\":\"data-{n}\",\"bucket_prefix\":null,\"force_destroy\":false,\"object_lock_enabled\":\
                 false,\"tags\":{tags},\"tags_all\":{tags},\"timeouts\":null}}"
            ),
            format!(
                "{{\"bucket\":{{\"constant_value\":\"data-{n}\"}},\"tags\":{{\"constant_value\":{tags}}}}}"
            ),
        ),
        1 => (
            "aws_s3_bucket_public_access_block",
            "{\"block_public_acls\":true,\"block_public_policy\":true,\"ignore_public_acls\":true,\
             \"restrict_public_buckets\":true}"
                .to_owned(),
            format!(
                "{{\"bucket\":{{\"references\":[\"aws_s3_bucket.r{p}.id\",\"aws_s3_bucket.r{p}\"]}},\
                 \"block_public_acls\":{{\"constant_value\":true}}}}",
                p = n - 1
            ),
        ),
        2 => (
            "aws_security_group",
            format!(
                "{{\"description\":\"web\",\"egress\":[],\"ingress\":[{{\
                 \"cidr_blocks\":[\"10.0.0.0/8\",\"172.16.0.0/12\"],\"description\":\"web\",\"from_port\":443,\
                 \"ipv6_cidr_blocks\":[],\"prefix_list_ids\":[],\"protocol\":\"tcp\",\"security_groups\":[],\
                 \"self\":false,\"to_port\":443}}],\"name\":\"sg-{n}\",\"revoke_rules_on_delete\":false,\"tags\":{tags},\
                 \"tags_all\":{tags},\"timeouts\":null,\"vpc_id\":\"vpc-0a1b2c3d\"}}"
            ),
            "{\"description\":{\"constant_value\":\"web\"}}".to_owned(),
        ),
        3 => (
            "aws_iam_role",
            format!(
                "{{\"assume_role_policy\":\"{{\\\"Version\\\":\\\"2012-10-17\\\",\
                 \\\"Statement\\\":[{{\\\"Effect\\\":\\\"Allow\\\",\\\"Principal\\\":{{\\\"Service\\\":\
                 \\\"ec2.amazonaws.com\\\"}},\\\"Action\\\":\\\"sts:AssumeRole\\\"}}]}}\",\"description\":null,\
                 \"force_detach_policies\":false,\"max_session_duration\":3600,\"name\":\"role-{n}\",\"path\":\"/\",\
                 \"permissions_boundary\":null,\
                 \"tags\":{tags},\"tags_all\":{tags}}}"
            ),
            "{\"name\":{},\"assume_role_policy\":{}}".to_owned(),
        ),
        _ => (
            "aws_db_instance",
            format!(
                "{{\"allocated_storage\":20,\"backup_retention_period\":14,\"copy_tags_to_snapshot\":true,\
                 \"deletion_protection\":true,\"engine\":\"postgres\",\"engine_version\":\"16.3\",\
                 \"iam_database_authentication_enabled\":true,\"identifier\":\"db-{n}\",\"instance_class\":\
                 \"db.t4g.medium\",\"manage_master_user_password\":true,\"multi_az\":true,\"publicly_accessible\":false,\
                 \"skip_final_snapshot\":false,\"storage_encrypted\":true,\"tags\":{tags},\"tags_all\":{tags},\
                 \"timeouts\":null,\"username\":\"app\"}}"
            ),
            "{\"engine\":{\"constant_value\":\"postgres\"}}".to_owned(),
        ),
    }
}
