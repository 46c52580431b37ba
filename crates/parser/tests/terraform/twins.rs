//! The same infrastructure in both languages has the same canonical properties.

use serde_json::{Value as Json, json};

use crate::support::{addresses, find, module, plan, resource, written};

/// Terraform resources on the left, what CloudFormation would have on the right, by address.
#[track_caller]
fn twin(terraform: Json, cloudformation: Json) {
    let text = json!({ "resource": terraform }).to_string();
    let root = module(&text);
    let expected = cloudformation.as_object().expect("resources by address");
    for (address, twin) in expected {
        let (resource_type, properties) = resource(&root, address);
        assert_eq!(resource_type, twin["Type"], "{address}");
        assert_eq!(properties, twin["Properties"], "{address}");
    }
    assert_eq!(addresses(&root).len(), expected.len(), "{:?}", addresses(&root));
}

#[test]
fn a_bucket_and_its_parts_are_one_bucket() {
    twin(
        json!({
            "aws_s3_bucket": { "b": { "bucket": "data", "tags": { "Owner": "me" } } },
            "aws_s3_bucket_public_access_block": { "b": {
                "bucket": "${aws_s3_bucket.b.id}", "block_public_acls": true, "block_public_policy": false,
                "ignore_public_acls": true, "restrict_public_buckets": true
            } },
            "aws_s3_bucket_versioning": { "b": {
                "bucket": "${aws_s3_bucket.b.bucket}",
                "versioning_configuration": { "status": "Enabled" }
            } },
            "aws_s3_bucket_server_side_encryption_configuration": { "b": {
                "bucket": "data",
                "rule": { "apply_server_side_encryption_by_default": {
                    "sse_algorithm": "aws:kms", "kms_master_key_id": "${aws_kms_key.k.arn}"
                }, "bucket_key_enabled": true }
            } },
            "aws_kms_key": { "k": {} },
            "aws_s3_bucket_logging": { "b": {
                "bucket": "${aws_s3_bucket_versioning.b.bucket}", "target_bucket": "logs", "target_prefix": "b/"
            } },
            "aws_s3_bucket_acl": { "b": { "bucket": "${aws_s3_bucket.b.id}", "acl": "public-read" } },
            "aws_s3_bucket_ownership_controls": { "b": {
                "bucket": "${aws_s3_bucket.b.id}", "rule": { "object_ownership": "BucketOwnerEnforced" }
            } },
            "aws_s3_bucket_website_configuration": { "b": {
                "bucket": "${aws_s3_bucket.b.id}", "index_document": { "suffix": "index.html" }
            } },
            "aws_s3_bucket_cors_configuration": { "b": { "bucket": "${aws_s3_bucket.b.id}", "cors_rule": [
                { "allowed_methods": ["GET"], "allowed_origins": ["*"], "max_age_seconds": 60 }
            ] } },
            "aws_s3_bucket_lifecycle_configuration": { "b": { "bucket": "${aws_s3_bucket.b.id}", "rule": {
                "id": "old", "status": "Enabled", "filter": { "prefix": "tmp/" },
                "expiration": { "days": 30 }, "transition": [{ "days": 7, "storage_class": "GLACIER" }],
                "abort_incomplete_multipart_upload": { "days_after_initiation": 1 },
                "noncurrent_version_expiration": { "noncurrent_days": 9 }
            } } },
            "aws_s3_bucket_object_lock_configuration": { "b": { "bucket": "${aws_s3_bucket.b.id}", "rule": {
                "default_retention": { "mode": "COMPLIANCE", "days": 5 }
            } } },
            "aws_s3_bucket_notification": { "b": { "bucket": "${aws_s3_bucket.b.id}", "eventbridge": true } },
            "aws_s3_bucket_replication_configuration": { "b": {
                "bucket": "${aws_s3_bucket.b.id}", "role": "arn:aws:iam::111122223333:role/r",
                "rule": { "status": "Enabled", "destination": { "bucket": "arn:aws:s3:::other" } }
            } },
            "aws_s3_bucket_policy": { "b": { "bucket": "${aws_s3_bucket.b.id}", "policy": "{\"Statement\": []}" } }
        }),
        json!({
            "aws_s3_bucket.b": { "Type": "AWS::S3::Bucket", "Properties": {
                "BucketName": "data",
                "Tags": [{ "Key": "Owner", "Value": "me" }],
                "PublicAccessBlockConfiguration": {
                    "BlockPublicAcls": true, "BlockPublicPolicy": false,
                    "IgnorePublicAcls": true, "RestrictPublicBuckets": true
                },
                "VersioningConfiguration": { "Status": "Enabled" },
                "BucketEncryption": { "ServerSideEncryptionConfiguration": [{
                    "ServerSideEncryptionByDefault": {
                        "SSEAlgorithm": "aws:kms",
                        "KMSMasterKeyID": { "Fn::GetAtt": ["aws_kms_key.k", "Arn"] }
                    },
                    "BucketKeyEnabled": true
                }] },
                "LoggingConfiguration": { "DestinationBucketName": "logs", "LogFilePrefix": "b/" },
                "AccessControl": "PublicRead",
                "OwnershipControls": { "Rules": [{ "ObjectOwnership": "BucketOwnerEnforced" }] },
                "WebsiteConfiguration": { "IndexDocument": "index.html" },
                "CorsConfiguration": { "CorsRules": [
                    { "AllowedMethods": ["GET"], "AllowedOrigins": ["*"], "MaxAge": 60 }
                ] },
                "LifecycleConfiguration": { "Rules": [{
                    "Id": "old", "Status": "Enabled", "Prefix": "tmp/", "ExpirationInDays": 30,
                    "Transitions": [{ "TransitionInDays": 7, "StorageClass": "GLACIER" }],
                    "AbortIncompleteMultipartUpload": { "DaysAfterInitiation": 1 },
                    "NoncurrentVersionExpiration": { "NoncurrentDays": 9 }
                }] },
                "ObjectLockConfiguration": {
                    "Rule": { "DefaultRetention": { "Mode": "COMPLIANCE", "Days": 5 } }
                },
                "NotificationConfiguration": { "EventBridgeConfiguration": { "EventBridgeEnabled": true } },
                "ReplicationConfiguration": {
                    "Role": "arn:aws:iam::111122223333:role/r",
                    "Rules": [{ "Status": "Enabled", "Destination": { "Bucket": "arn:aws:s3:::other" } }]
                }
            } },
            "aws_kms_key.k": { "Type": "AWS::KMS::Key", "Properties": {} },
            "aws_s3_bucket_policy.b": { "Type": "AWS::S3::BucketPolicy", "Properties": {
                "Bucket": { "Ref": "aws_s3_bucket.b" }, "PolicyDocument": { "Statement": [] }
            } }
        }),
    );
}

#[test]
fn legacy_arguments_of_a_bucket_mean_the_same() {
    twin(
        json!({ "aws_s3_bucket": { "b": {
            "acl": "private",
            "policy": "{\"Statement\": [{\"Effect\": \"Allow\"}]}",
            "versioning": { "enabled": true, "mfa_delete": false },
            "logging": [{ "target_bucket": "logs" }],
            "server_side_encryption_configuration": { "rule": {
                "apply_server_side_encryption_by_default": { "sse_algorithm": "AES256" }
            } },
            "lifecycle_rule": [{
                "id": "x", "enabled": false, "expiration": [{ "days": 3 }],
                "noncurrent_version_expiration": { "days": 4 }, "abort_incomplete_multipart_upload_days": 2
            }],
            "grant": [{ "uri": "http://acs.amazonaws.com/groups/global/AllUsers", "permissions": ["READ"] }]
        } } }),
        json!({
            "aws_s3_bucket.b": { "Type": "AWS::S3::Bucket", "Properties": {
                "AccessControl": "Private",
                "VersioningConfiguration": { "Status": "Enabled", "MfaDelete": "Disabled" },
                "LoggingConfiguration": { "DestinationBucketName": "logs" },
                "BucketEncryption": { "ServerSideEncryptionConfiguration": [
                    { "ServerSideEncryptionByDefault": { "SSEAlgorithm": "AES256" } }
                ] },
                "LifecycleConfiguration": { "Rules": [{
                    "Id": "x", "Status": "Disabled", "ExpirationInDays": 3,
                    "NoncurrentVersionExpiration": { "NoncurrentDays": 4 },
                    "AbortIncompleteMultipartUpload": { "DaysAfterInitiation": 2 }
                }] }
            } },
            "aws_s3_bucket.b#policy": { "Type": "AWS::S3::BucketPolicy", "Properties": {
                "Bucket": { "Ref": "aws_s3_bucket.b" },
                "PolicyDocument": { "Statement": [{ "Effect": "Allow" }] }
            } }
        }),
    );
}

#[test]
fn grants_to_everybody_are_the_canned_list_of_the_same_reach() {
    let everybody = "http://acs.amazonaws.com/groups/global/AllUsers";
    let grant = |permission: &str| json!({ "permission": permission, "grantee": { "type": "Group", "uri": everybody } });
    twin(
        json!({
            "aws_s3_bucket": { "b": {} },
            "aws_s3_bucket_acl": { "b": { "bucket": "${aws_s3_bucket.b.id}", "access_control_policy": {
                "grant": [grant("READ"), grant("WRITE")]
            } } }
        }),
        json!({ "aws_s3_bucket.b": { "Type": "AWS::S3::Bucket", "Properties": {
            "AccessControl": "PublicReadWrite"
        } } }),
    );
}

#[test]
fn a_part_without_its_parent_is_an_open_parent() {
    let root = module(
        &json!({ "resource": {
            "aws_s3_bucket_public_access_block": {
                "a": { "bucket": "elsewhere", "block_public_acls": false },
                "b": { "bucket": "${var.bucket}" }
            },
            "aws_s3_bucket_versioning": {
                "a": { "bucket": "elsewhere", "versioning_configuration": { "status": "Suspended" } },
                "b": { "bucket": "${var.bucket}", "versioning_configuration": { "status": "Enabled" } }
            }
        }, "variable": { "bucket": {} } })
        .to_string(),
    );
    assert_eq!(
        addresses(&root),
        [
            "aws_s3_bucket_public_access_block.a",
            "aws_s3_bucket_public_access_block.b",
            "var.bucket"
        ]
    );
    let bucket = find(&root, "aws_s3_bucket_public_access_block.a");
    assert_eq!(&*bucket.resource_type, "AWS::S3::Bucket");
    assert_eq!(&*bucket.source_type, "aws_s3_bucket_public_access_block");
    let flag = bucket.properties.path("PublicAccessBlockConfiguration/BlockPublicAcls");
    assert_eq!(flag.as_bool(), Some(false));
    assert_eq!(
        written(bucket.properties.path("VersioningConfiguration/Status")),
        json!("Suspended")
    );
    // Whether it logs cannot be seen here.
    assert!(bucket.properties.get("LoggingConfiguration").is_unknown());
    let other = find(&root, "aws_s3_bucket_public_access_block.b");
    assert_eq!(written(other.properties.path("VersioningConfiguration/Status")), json!("Enabled"));
}

#[test]
fn rules_of_a_security_group_have_one_peer_each() {
    twin(
        json!({
            "aws_security_group": { "g": {
                "name": "web", "description": "d", "vpc_id": "${aws_vpc.v.id}",
                "ingress": [{
                    "from_port": 22, "to_port": 22, "protocol": "tcp", "description": "ssh",
                    "cidr_blocks": ["10.0.0.0/8", "0.0.0.0/0"], "ipv6_cidr_blocks": ["::/0"],
                    "security_groups": ["${aws_security_group.h.id}"], "prefix_list_ids": ["pl-1"], "self": true
                }],
                "egress": { "from_port": 0, "to_port": 0, "protocol": "all", "cidr_blocks": ["0.0.0.0/0"] }
            }, "h": {} },
            "aws_vpc": { "v": { "cidr_block": "10.0.0.0/16" } }
        }),
        json!({
            "aws_security_group.g": { "Type": "AWS::EC2::SecurityGroup", "Properties": {
                "GroupName": "web", "GroupDescription": "d", "VpcId": { "Ref": "aws_vpc.v" },
                "SecurityGroupIngress": [
                    { "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "Description": "ssh", "CidrIp": "10.0.0.0/8" },
                    { "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "Description": "ssh", "CidrIp": "0.0.0.0/0" },
                    { "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "Description": "ssh", "CidrIpv6": "::/0" },
                    { "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "Description": "ssh", "SourcePrefixListId": "pl-1" },
                    { "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "Description": "ssh",
                      "SourceSecurityGroupId": { "Fn::GetAtt": ["aws_security_group.h", "GroupId"] } },
                    { "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "Description": "ssh",
                      "SourceSecurityGroupId": { "Fn::GetAtt": ["aws_security_group.g", "GroupId"] } }
                ],
                "SecurityGroupEgress": [{ "IpProtocol": "-1", "FromPort": 0, "ToPort": 0, "CidrIp": "0.0.0.0/0" }]
            } },
            "aws_security_group.h": { "Type": "AWS::EC2::SecurityGroup", "Properties": {} },
            "aws_vpc.v": { "Type": "AWS::EC2::VPC", "Properties": { "CidrBlock": "10.0.0.0/16" } }
        }),
    );
}

#[test]
fn a_group_without_egress_lets_nothing_out() {
    let root = module(r#"{"resource": {"aws_security_group": {"g": {"ingress": []}}}}"#);
    let egress = find(&root, "aws_security_group.g").properties.get("SecurityGroupEgress");
    assert!(egress.flags.has(trilith_graph::Flags::SCHEMA_DEFAULT));
    assert_eq!(written(egress), json!([]));
}

#[test]
fn rules_outside_of_groups_stay_resources() {
    twin(
        json!({
            "aws_security_group_rule": {
                "in": { "type": "ingress", "security_group_id": "${aws_security_group.g.id}", "from_port": 443,
                        "to_port": 443, "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0", "10.0.0.0/8"] },
                "out": { "type": "egress", "security_group_id": "sg-1", "from_port": 0, "to_port": 0,
                         "protocol": "-1", "source_security_group_id": "sg-2" }
            },
            "aws_security_group": { "g": {} },
            "aws_vpc_security_group_ingress_rule": { "r": {
                "security_group_id": "sg-1", "cidr_ipv4": "0.0.0.0/0", "ip_protocol": "-1"
            } }
        }),
        json!({
            "aws_security_group.g": { "Type": "AWS::EC2::SecurityGroup", "Properties": {} },
            "aws_security_group_rule.in": { "Type": "AWS::EC2::SecurityGroupIngress", "Properties": {
                "GroupId": { "Fn::GetAtt": ["aws_security_group.g", "GroupId"] },
                "FromPort": 443, "ToPort": 443, "IpProtocol": "tcp", "CidrIp": "0.0.0.0/0"
            } },
            "aws_security_group_rule.in#cidr_blocks.1": { "Type": "AWS::EC2::SecurityGroupIngress", "Properties": {
                "GroupId": { "Fn::GetAtt": ["aws_security_group.g", "GroupId"] },
                "FromPort": 443, "ToPort": 443, "IpProtocol": "tcp", "CidrIp": "10.0.0.0/8"
            } },
            "aws_security_group_rule.out": { "Type": "AWS::EC2::SecurityGroupEgress", "Properties": {
                "GroupId": "sg-1", "FromPort": 0, "ToPort": 0, "IpProtocol": "-1",
                "DestinationSecurityGroupId": "sg-2"
            } },
            "aws_vpc_security_group_ingress_rule.r": { "Type": "AWS::EC2::SecurityGroupIngress", "Properties": {
                "GroupId": "sg-1", "CidrIp": "0.0.0.0/0", "IpProtocol": "-1"
            } }
        }),
    );
}

#[test]
fn roles_hold_their_policies_and_attachments() {
    twin(
        json!({
            "aws_iam_role": { "r": {
                "name": "app",
                "assume_role_policy": "{\"Statement\": [{\"Effect\": \"Allow\", \"Principal\": {\"Service\": \"ec2.amazonaws.com\"}}]}",
                "inline_policy": [{ "name": "x", "policy": "{\"Statement\": []}" }],
                "permissions_boundary": "arn:aws:iam::111122223333:policy/b"
            } },
            "aws_iam_role_policy": { "p": {
                "role": "${aws_iam_role.r.name}", "name": "own", "policy": "{\"Statement\": []}"
            } },
            "aws_iam_role_policy_attachment": {
                "a": { "role": "${aws_iam_role.r.name}", "policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess" },
                "b": { "role": "app", "policy_arn": "${aws_iam_policy.m.arn}" }
            },
            "aws_iam_policy": { "m": { "name": "m", "policy": "{\"Statement\": {\"Action\": \"*\"}}" } },
            "aws_iam_user": { "u": { "name": "u" } },
            "aws_iam_user_login_profile": { "u": { "user": "${aws_iam_user.u.name}" } },
            "aws_iam_policy_attachment": { "x": {
                "name": "x", "policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess",
                "users": ["${aws_iam_user.u.name}"]
            } },
            "aws_iam_instance_profile": { "i": { "role": "${aws_iam_role.r.name}" } },
            "aws_iam_access_key": { "k": { "user": "u" } }
        }),
        json!({
            "aws_iam_role.r": { "Type": "AWS::IAM::Role", "Properties": {
                "RoleName": "app",
                "AssumeRolePolicyDocument": { "Statement": [
                    { "Effect": "Allow", "Principal": { "Service": "ec2.amazonaws.com" } }
                ] },
                "Policies": [{ "PolicyName": "x", "PolicyDocument": { "Statement": [] } }],
                "PermissionsBoundary": "arn:aws:iam::111122223333:policy/b",
                "ManagedPolicyArns": ["arn:aws:iam::aws:policy/ReadOnlyAccess", { "Ref": "aws_iam_policy.m" }]
            } },
            "aws_iam_role_policy.p": { "Type": "AWS::IAM::Policy", "Properties": {
                "Roles": [{ "Ref": "aws_iam_role.r" }], "PolicyName": "own", "PolicyDocument": { "Statement": [] }
            } },
            "aws_iam_policy.m": { "Type": "AWS::IAM::ManagedPolicy", "Properties": {
                "ManagedPolicyName": "m", "PolicyDocument": { "Statement": { "Action": "*" } }
            } },
            "aws_iam_user.u": { "Type": "AWS::IAM::User", "Properties": {
                "UserName": "u", "LoginProfile": {},
                "ManagedPolicyArns": ["arn:aws:iam::aws:policy/AdministratorAccess"]
            } },
            "aws_iam_policy_attachment.x": { "Type": "aws_iam_policy_attachment", "Properties": {
                "name": "x", "policy_arn": "arn:aws:iam::aws:policy/AdministratorAccess",
                "users": [{ "Ref": "aws_iam_user.u" }]
            } },
            "aws_iam_instance_profile.i": { "Type": "AWS::IAM::InstanceProfile", "Properties": {
                "Roles": [{ "Ref": "aws_iam_role.r" }]
            } },
            "aws_iam_access_key.k": { "Type": "AWS::IAM::AccessKey", "Properties": { "UserName": "u" } }
        }),
    );
}

#[test]
fn keys_databases_and_trails() {
    twin(
        json!({
            "aws_kms_key": { "k": { "enable_key_rotation": true, "is_enabled": "true", "deletion_window_in_days": "7" } },
            "aws_kms_key_policy": { "k": { "key_id": "${aws_kms_key.k.id}", "policy": "{\"Statement\": []}" } },
            "aws_kms_alias": { "k": { "name": "alias/k", "target_key_id": "${aws_kms_key.k.key_id}" } },
            "aws_db_instance": { "d": {
                "identifier": "d", "engine": "postgres", "instance_class": "db.t3.micro", "allocated_storage": 20,
                "username": "admin", "password": "hunter2", "storage_encrypted": true, "publicly_accessible": true,
                "kms_key_id": "${aws_kms_key.k.arn}", "backup_retention_period": 7, "multi_az": true,
                "iam_database_authentication_enabled": true, "vpc_security_group_ids": ["sg-1"],
                "enabled_cloudwatch_logs_exports": ["postgresql"], "parameter_group_name": "${aws_db_parameter_group.p.name}"
            } },
            "aws_db_parameter_group": { "p": { "name": "p", "family": "postgres16", "parameter": [
                { "name": "rds.force_ssl", "value": "1" }
            ] } },
            "aws_rds_cluster": { "c": { "cluster_identifier": "c", "engine": "aurora-mysql", "master_username": "m" } },
            "aws_rds_cluster_instance": { "i": {
                "cluster_identifier": "${aws_rds_cluster.c.id}", "instance_class": "db.r6g.large", "engine": "aurora-mysql"
            } },
            "aws_cloudtrail": { "t": {
                "name": "t", "s3_bucket_name": "trail", "is_multi_region_trail": true, "enable_logging": false,
                "enable_log_file_validation": true, "kms_key_id": "arn:k", "cloud_watch_logs_group_arn": "arn:l",
                "event_selector": [{ "read_write_type": "All", "include_management_events": true,
                    "data_resource": { "type": "AWS::S3::Object", "values": ["arn:aws:s3"] } }]
            } }
        }),
        json!({
            "aws_kms_key.k": { "Type": "AWS::KMS::Key", "Properties": {
                "EnableKeyRotation": true, "Enabled": true, "PendingWindowInDays": 7, "KeyPolicy": { "Statement": [] }
            } },
            "aws_kms_alias.k": { "Type": "AWS::KMS::Alias", "Properties": {
                "AliasName": "alias/k", "TargetKeyId": { "Ref": "aws_kms_key.k" }
            } },
            "aws_db_instance.d": { "Type": "AWS::RDS::DBInstance", "Properties": {
                "DBInstanceIdentifier": "d", "Engine": "postgres", "DBInstanceClass": "db.t3.micro",
                "AllocatedStorage": "20", "MasterUsername": "admin", "MasterUserPassword": "hunter2",
                "StorageEncrypted": true, "PubliclyAccessible": true,
                "KmsKeyId": { "Fn::GetAtt": ["aws_kms_key.k", "Arn"] }, "BackupRetentionPeriod": 7, "MultiAZ": true,
                "EnableIAMDatabaseAuthentication": true, "VPCSecurityGroups": ["sg-1"],
                "EnableCloudwatchLogsExports": ["postgresql"],
                "DBParameterGroupName": { "Ref": "aws_db_parameter_group.p" }
            } },
            "aws_db_parameter_group.p": { "Type": "AWS::RDS::DBParameterGroup", "Properties": {
                "DBParameterGroupName": "p", "Family": "postgres16", "Parameters": { "rds.force_ssl": "1" }
            } },
            "aws_rds_cluster.c": { "Type": "AWS::RDS::DBCluster", "Properties": {
                "DBClusterIdentifier": "c", "Engine": "aurora-mysql", "MasterUsername": "m"
            } },
            "aws_rds_cluster_instance.i": { "Type": "AWS::RDS::DBInstance", "Properties": {
                "DBClusterIdentifier": { "Ref": "aws_rds_cluster.c" }, "DBInstanceClass": "db.r6g.large",
                "Engine": "aurora-mysql"
            } },
            "aws_cloudtrail.t": { "Type": "AWS::CloudTrail::Trail", "Properties": {
                "TrailName": "t", "S3BucketName": "trail", "IsMultiRegionTrail": true, "IsLogging": false,
                "EnableLogFileValidation": true, "KMSKeyId": "arn:k", "CloudWatchLogsLogGroupArn": "arn:l",
                "EventSelectors": [{ "ReadWriteType": "All", "IncludeManagementEvents": true,
                    "DataResources": [{ "Type": "AWS::S3::Object", "Values": ["arn:aws:s3"] }] }]
            } }
        }),
    );
}

#[test]
fn functions_and_their_doors() {
    twin(
        json!({
            "aws_lambda_function": { "f": {
                "function_name": "f", "runtime": "python3.12", "role": "${aws_iam_role.r.arn}",
                "environment": { "variables": { "KEY": "v" } }, "tracing_config": { "mode": "Active" },
                "vpc_config": { "subnet_ids": ["subnet-1"], "security_group_ids": ["sg-1"] },
                "dead_letter_config": { "target_arn": "arn:q" }, "reserved_concurrent_executions": -1,
                "s3_bucket": "code", "s3_key": "f.zip"
            } },
            "aws_iam_role": { "r": {} },
            "aws_lambda_permission": { "p": {
                "function_name": "${aws_lambda_function.f.function_name}", "action": "lambda:InvokeFunction", "principal": "*"
            } },
            "aws_lambda_function_url": { "u": {
                "function_name": "${aws_lambda_function.f.arn}", "authorization_type": "NONE"
            } }
        }),
        json!({
            "aws_lambda_function.f": { "Type": "AWS::Lambda::Function", "Properties": {
                "FunctionName": "f", "Runtime": "python3.12", "Role": { "Fn::GetAtt": ["aws_iam_role.r", "Arn"] },
                "Environment": { "Variables": { "KEY": "v" } }, "TracingConfig": { "Mode": "Active" },
                "VpcConfig": { "SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"] },
                "DeadLetterConfig": { "TargetArn": "arn:q" },
                "Code": { "S3Bucket": "code", "S3Key": "f.zip" }
            } },
            "aws_iam_role.r": { "Type": "AWS::IAM::Role", "Properties": {} },
            "aws_lambda_permission.p": { "Type": "AWS::Lambda::Permission", "Properties": {
                "FunctionName": { "Ref": "aws_lambda_function.f" }, "Action": "lambda:InvokeFunction", "Principal": "*"
            } },
            "aws_lambda_function_url.u": { "Type": "AWS::Lambda::Url", "Properties": {
                "TargetFunctionArn": { "Fn::GetAtt": ["aws_lambda_function.f", "Arn"] }, "AuthType": "NONE"
            } }
        }),
    );
}

#[test]
fn load_balancers_have_their_attributes_in_a_list() {
    twin(
        json!({
            "aws_alb": { "l": {
                "name": "l", "internal": true, "load_balancer_type": "application", "enable_deletion_protection": true,
                "drop_invalid_header_fields": false, "access_logs": { "bucket": "logs", "enabled": true }
            } },
            "aws_lb_listener": { "h": {
                "load_balancer_arn": "${aws_alb.l.arn}", "port": 443, "protocol": "HTTPS",
                "ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06", "certificate_arn": "arn:c",
                "default_action": [{ "type": "redirect", "redirect": {
                    "protocol": "HTTPS", "port": "443", "status_code": "HTTP_301"
                } }]
            } },
            "aws_elb": { "c": {
                "listener": [{ "instance_port": 80, "instance_protocol": "http", "lb_port": 80, "lb_protocol": "http" }],
                "access_logs": { "bucket": "logs", "interval": 5 }, "cross_zone_load_balancing": false
            } }
        }),
        json!({
            "aws_alb.l": { "Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": {
                "Name": "l", "Scheme": "internal", "Type": "application",
                "LoadBalancerAttributes": [
                    { "Key": "deletion_protection.enabled", "Value": "true" },
                    { "Key": "routing.http.drop_invalid_header_fields.enabled", "Value": "false" },
                    { "Key": "access_logs.s3.bucket", "Value": "logs" },
                    { "Key": "access_logs.s3.enabled", "Value": "true" }
                ]
            } },
            "aws_lb_listener.h": { "Type": "AWS::ElasticLoadBalancingV2::Listener", "Properties": {
                "LoadBalancerArn": { "Ref": "aws_alb.l" }, "Port": 443, "Protocol": "HTTPS",
                "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
                "Certificates": [{ "CertificateArn": "arn:c" }],
                "DefaultActions": [{ "Type": "redirect", "RedirectConfig": {
                    "Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"
                } }]
            } },
            "aws_elb.c": { "Type": "AWS::ElasticLoadBalancing::LoadBalancer", "Properties": {
                "Listeners": [{ "InstancePort": "80", "InstanceProtocol": "http", "LoadBalancerPort": "80", "Protocol": "http" }],
                "AccessLoggingPolicy": { "S3BucketName": "logs", "EmitInterval": 5 }, "CrossZone": false
            } }
        }),
    );
}

#[test]
fn target_groups_have_their_attributes_in_a_list() {
    twin(
        json!({ "aws_lb_target_group": { "t": {
            "connection_termination": true, "load_balancing_cross_zone_enabled": "false", "slow_start": 30,
            "stickiness": { "type": "app_cookie", "cookie_name": "session" },
            "target_failover": { "on_deregistration": "rebalance", "on_unhealthy": "rebalance" },
            "target_group_health": {
                "dns_failover": { "minimum_healthy_targets_count": "2" },
                "unhealthy_state_routing": { "minimum_healthy_targets_percentage": "off" }
            }
        } } }),
        json!({ "aws_lb_target_group.t": { "Type": "AWS::ElasticLoadBalancingV2::TargetGroup", "Properties": {
            "TargetGroupAttributes": [
                { "Key": "deregistration_delay.connection_termination.enabled", "Value": "true" },
                { "Key": "load_balancing.cross_zone.enabled", "Value": "false" },
                { "Key": "slow_start.duration_seconds", "Value": "30" },
                { "Key": "stickiness.type", "Value": "app_cookie" },
                { "Key": "stickiness.app_cookie.cookie_name", "Value": "session" },
                { "Key": "target_failover.on_deregistration", "Value": "rebalance" },
                { "Key": "target_failover.on_unhealthy", "Value": "rebalance" },
                { "Key": "target_group_health.dns_failover.minimum_healthy_targets.count", "Value": "2" },
                {
                    "Key": "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage",
                    "Value": "off"
                }
            ]
        } } }),
    );
}

#[test]
fn subscriptions_name_their_topic() {
    twin(
        json!({ "aws_db_event_subscription": { "e": {
            "name": "e", "sns_topic": "arn:t", "source_type": "db-instance", "source_ids": ["d"],
            "event_categories": ["failure"]
        } } }),
        json!({ "aws_db_event_subscription.e": { "Type": "AWS::RDS::EventSubscription", "Properties": {
            "SubscriptionName": "e", "SnsTopicArn": "arn:t", "SourceType": "db-instance", "SourceIds": ["d"],
            "EventCategories": ["failure"]
        } } }),
    );
}

#[test]
fn rules_of_a_firewall() {
    twin(
        json!({
            "aws_networkfirewall_rule_group": {
                "r": { "name": "r", "type": "STATELESS", "capacity": 10, "rule_group": {
                    "rule_variables": {
                        "ip_sets": [{ "key": "HOME", "ip_set": { "definition": ["10.0.0.0/16"] } }],
                        "port_sets": [{ "key": "WEB", "port_set": { "definition": ["443"] } }]
                    },
                    "rules_source": { "stateless_rules_and_custom_actions": {
                        "custom_action": { "action_name": "count", "action_definition": {
                            "publish_metric_action": { "dimension": { "value": "2" } }
                        } },
                        "stateless_rule": [{ "priority": 1, "rule_definition": {
                            "actions": ["aws:pass", "count"],
                            "match_attributes": {
                                "protocols": [6], "source": { "address_definition": "0.0.0.0/0" },
                                "destination_port": { "from_port": 443, "to_port": 443 },
                                "tcp_flag": { "flags": ["SYN"], "masks": ["SYN", "ACK"] }
                            }
                        } }]
                    } }
                } },
                "t": { "name": "t", "type": "STATEFUL", "capacity": 10, "rules": "pass tcp any any -> any any" }
            }
        }),
        json!({
            "aws_networkfirewall_rule_group.r": { "Type": "AWS::NetworkFirewall::RuleGroup", "Properties": {
                "RuleGroupName": "r", "Type": "STATELESS", "Capacity": 10, "RuleGroup": {
                    "RuleVariables": {
                        "IPSets": { "HOME": { "Definition": ["10.0.0.0/16"] } },
                        "PortSets": { "WEB": { "Definition": ["443"] } }
                    },
                    "RulesSource": { "StatelessRulesAndCustomActions": {
                        "CustomActions": [{ "ActionName": "count", "ActionDefinition": {
                            "PublishMetricAction": { "Dimensions": [{ "Value": "2" }] }
                        } }],
                        "StatelessRules": [{ "Priority": 1, "RuleDefinition": {
                            "Actions": ["aws:pass", "count"],
                            "MatchAttributes": {
                                "Protocols": [6], "Sources": [{ "AddressDefinition": "0.0.0.0/0" }],
                                "DestinationPorts": [{ "FromPort": 443, "ToPort": 443 }],
                                "TCPFlags": [{ "Flags": ["SYN"], "Masks": ["SYN", "ACK"] }]
                            }
                        } }]
                    } }
                }
            } },
            "aws_networkfirewall_rule_group.t": { "Type": "AWS::NetworkFirewall::RuleGroup", "Properties": {
                "RuleGroupName": "t", "Type": "STATEFUL", "Capacity": 10,
                "RuleGroup": { "RulesSource": { "RulesString": "pass tcp any any -> any any" } }
            } }
        }),
    );
}

#[test]
fn parts_of_methods_and_of_clusters() {
    twin(
        json!({
            "aws_ecs_cluster": { "c": { "name": "c" } },
            "aws_ecs_cluster_capacity_providers": { "c": {
                "cluster_name": "${aws_ecs_cluster.c.name}", "capacity_providers": ["FARGATE"],
                "default_capacity_provider_strategy": [{ "capacity_provider": "FARGATE", "weight": 1 }]
            } },
            "aws_api_gateway_method": { "m": {
                "rest_api_id": "x", "resource_id": "y", "http_method": "GET", "authorization": "AWS_IAM"
            } },
            "aws_api_gateway_method_response": {
                "a": { "rest_api_id": "x", "resource_id": "y", "http_method": "GET", "status_code": "200" },
                "b": {
                    "rest_api_id": "x", "resource_id": "y", "http_method": "${aws_api_gateway_method.m.http_method}",
                    "status_code": "400", "response_models": { "application/json": "Error" }
                }
            }
        }),
        json!({
            "aws_ecs_cluster.c": { "Type": "AWS::ECS::Cluster", "Properties": {
                "ClusterName": "c", "CapacityProviders": ["FARGATE"],
                "DefaultCapacityProviderStrategy": [{ "CapacityProvider": "FARGATE", "Weight": 1 }]
            } },
            "aws_api_gateway_method.m": { "Type": "AWS::ApiGateway::Method", "Properties": {
                "RestApiId": "x", "ResourceId": "y", "HttpMethod": "GET", "AuthorizationType": "AWS_IAM",
                "MethodResponses": [
                    { "StatusCode": "200" },
                    { "StatusCode": "400", "ResponseModels": { "application/json": "Error" } }
                ]
            } }
        }),
    );
}

#[test]
fn blocks_that_name_themselves_are_members_of_a_map() {
    twin(
        json!({
            "aws_apigatewayv2_stage": { "s": { "api_id": "x", "name": "s", "route_settings": [
                { "route_key": "GET /pets", "logging_level": "OFF", "throttling_burst_limit": 5 }
            ] } },
            "aws_config_remediation_configuration": { "r": { "config_rule_name": "r", "target_id": "t", "parameter": [
                { "name": "Role", "static_value": "arn:r" },
                { "name": "Names", "static_values": ["a", "b"] },
                { "name": "Bucket", "resource_value": "RESOURCE_ID" }
            ] } }
        }),
        json!({
            "aws_apigatewayv2_stage.s": { "Type": "AWS::ApiGatewayV2::Stage", "Properties": {
                "ApiId": "x", "StageName": "s",
                "RouteSettings": { "GET /pets": { "LoggingLevel": "OFF", "ThrottlingBurstLimit": 5 } }
            } },
            "aws_config_remediation_configuration.r": {
                "Type": "AWS::Config::RemediationConfiguration",
                "Properties": { "ConfigRuleName": "r", "TargetId": "t", "Parameters": {
                    "Role": { "StaticValue": { "Values": ["arn:r"] } },
                    "Names": { "StaticValue": { "Values": ["a", "b"] } },
                    "Bucket": { "ResourceValue": { "Value": "RESOURCE_ID" } }
                } }
            }
        }),
    );
}

#[test]
fn names_that_differ_are_found() {
    twin(
        json!({
            "aws_rds_cluster": { "c": { "iam_roles": ["arn:r"], "engine": "aurora-mysql" } },
            "aws_s3_bucket": { "b": {} },
            "aws_s3_bucket_notification": { "b": { "bucket": "${aws_s3_bucket.b.id}", "queue": [
                { "queue_arn": "arn:q", "events": ["s3:ObjectCreated:*"], "filter_prefix": "in/", "filter_suffix": "" }
            ] } },
            "aws_launch_template": { "l": { "network_interfaces": [
                { "ipv4_addresses": ["10.0.0.5"], "security_groups": ["sg-1"] }
            ] } }
        }),
        json!({
            "aws_rds_cluster.c": { "Type": "AWS::RDS::DBCluster", "Properties": {
                "AssociatedRoles": [{ "RoleArn": "arn:r" }], "Engine": "aurora-mysql"
            } },
            "aws_s3_bucket.b": { "Type": "AWS::S3::Bucket", "Properties": { "NotificationConfiguration": {
                "QueueConfigurations": [{
                    "Queue": "arn:q", "Event": "s3:ObjectCreated:*",
                    "Filter": { "S3Key": { "Rules": [{ "Name": "prefix", "Value": "in/" }] } }
                }]
            } } },
            "aws_launch_template.l": { "Type": "AWS::EC2::LaunchTemplate", "Properties": { "LaunchTemplateData": {
                "NetworkInterfaces": [
                    { "PrivateIpAddresses": [{ "PrivateIpAddress": "10.0.0.5" }], "Groups": ["sg-1"] }
                ]
            } } }
        }),
    );
}

#[test]
fn queues_and_topics() {
    twin(
        json!({
            "aws_sqs_queue": { "q": {
                "name": "q", "kms_master_key_id": "", "sqs_managed_sse_enabled": false, "visibility_timeout_seconds": 30,
                "redrive_policy": "{\"deadLetterTargetArn\": \"${aws_sqs_queue.d.arn}\", \"maxReceiveCount\": 4}"
            }, "d": {} },
            "aws_sqs_queue_policy": { "q": { "queue_url": "${aws_sqs_queue.q.id}", "policy": "{\"Statement\": []}" } },
            "aws_sns_topic": { "t": { "name": "t", "kms_master_key_id": "alias/aws/sns", "policy": "{\"Statement\": []}" } },
            "aws_sns_topic_policy": { "t": { "arn": "${aws_sns_topic.t.arn}", "policy": "{\"Statement\": []}" } }
        }),
        json!({
            "aws_sqs_queue.q": { "Type": "AWS::SQS::Queue", "Properties": {
                "QueueName": "q", "SqsManagedSseEnabled": false, "VisibilityTimeout": 30,
                "RedrivePolicy": {
                    "deadLetterTargetArn": { "Fn::GetAtt": ["aws_sqs_queue.d", "Arn"] }, "maxReceiveCount": 4
                }
            } },
            "aws_sqs_queue.d": { "Type": "AWS::SQS::Queue", "Properties": {} },
            "aws_sqs_queue_policy.q": { "Type": "AWS::SQS::QueuePolicy", "Properties": {
                "Queues": [{ "Ref": "aws_sqs_queue.q" }], "PolicyDocument": { "Statement": [] }
            } },
            "aws_sns_topic.t": { "Type": "AWS::SNS::Topic", "Properties": {
                "TopicName": "t", "KmsMasterKeyId": "alias/aws/sns"
            } },
            "aws_sns_topic.t#policy": { "Type": "AWS::SNS::TopicPolicy", "Properties": {
                "Topics": [{ "Ref": "aws_sns_topic.t" }], "PolicyDocument": { "Statement": [] }
            } },
            "aws_sns_topic_policy.t": { "Type": "AWS::SNS::TopicPolicy", "Properties": {
                "Topics": [{ "Ref": "aws_sns_topic.t" }], "PolicyDocument": { "Statement": [] }
            } }
        }),
    );
}

#[test]
fn instances_and_templates() {
    twin(
        json!({
            "aws_instance": { "i": {
                "ami": "ami-1", "instance_type": "t3.micro", "associate_public_ip_address": true,
                "user_data": "#!/bin/sh\necho hello",
                "metadata_options": { "http_tokens": "required", "http_endpoint": "enabled" },
                "root_block_device": { "encrypted": true, "volume_size": 20 },
                "ebs_block_device": [{ "device_name": "/dev/sdf", "encrypted": false }],
                "vpc_security_group_ids": ["sg-1"], "monitoring": true
            } },
            "aws_launch_template": { "l": {
                "image_id": "ami-1", "user_data": "ZWNobyBoZWxsbw==", "metadata_options": { "http_tokens": "optional" },
                "block_device_mappings": [{ "device_name": "/dev/xvda", "ebs": { "encrypted": "true", "volume_size": 8 } }],
                "network_interfaces": [{ "associate_public_ip_address": "false", "security_groups": ["sg-1"] }]
            } },
            "aws_ebs_volume": { "v": { "availability_zone": "eu-west-1a", "size": 1, "type": "gp3", "encrypted": true } },
            "aws_flow_log": { "f": {
                "vpc_id": "vpc-1", "traffic_type": "ALL", "iam_role_arn": "arn:r", "log_destination": "arn:l"
            } },
            "aws_network_acl": { "n": { "vpc_id": "vpc-1", "ingress": [{
                "rule_no": 100, "action": "allow", "protocol": "tcp", "cidr_block": "0.0.0.0/0", "from_port": 22, "to_port": 22
            }] } },
            "aws_route_table": { "t": { "vpc_id": "vpc-1", "route": [{ "cidr_block": "0.0.0.0/0", "gateway_id": "igw-1" }] } }
        }),
        json!({
            "aws_instance.i": { "Type": "AWS::EC2::Instance", "Properties": {
                "ImageId": "ami-1", "InstanceType": "t3.micro",
                "NetworkInterfaces": [{ "AssociatePublicIpAddress": true }],
                "UserData": "#!/bin/sh\necho hello",
                "MetadataOptions": { "HttpTokens": "required", "HttpEndpoint": "enabled" },
                "BlockDeviceMappings": [
                    { "Ebs": { "Encrypted": true, "VolumeSize": 20 } },
                    { "DeviceName": "/dev/sdf", "Ebs": { "Encrypted": false } }
                ],
                "SecurityGroupIds": ["sg-1"], "Monitoring": true
            } },
            "aws_launch_template.l": { "Type": "AWS::EC2::LaunchTemplate", "Properties": { "LaunchTemplateData": {
                "ImageId": "ami-1", "UserData": "echo hello", "MetadataOptions": { "HttpTokens": "optional" },
                "BlockDeviceMappings": [{ "DeviceName": "/dev/xvda", "Ebs": { "Encrypted": true, "VolumeSize": 8 } }],
                "NetworkInterfaces": [{ "AssociatePublicIpAddress": false, "Groups": ["sg-1"] }]
            } } },
            "aws_ebs_volume.v": { "Type": "AWS::EC2::Volume", "Properties": {
                "AvailabilityZone": "eu-west-1a", "Size": 1, "VolumeType": "gp3", "Encrypted": true
            } },
            "aws_flow_log.f": { "Type": "AWS::EC2::FlowLog", "Properties": {
                "ResourceType": "VPC", "ResourceId": "vpc-1", "TrafficType": "ALL",
                "DeliverLogsPermissionArn": "arn:r", "LogDestination": "arn:l"
            } },
            "aws_network_acl.n": { "Type": "AWS::EC2::NetworkAcl", "Properties": { "VpcId": "vpc-1" } },
            "aws_network_acl.n#ingress.0": { "Type": "AWS::EC2::NetworkAclEntry", "Properties": {
                "NetworkAclId": { "Ref": "aws_network_acl.n" }, "Egress": false, "RuleNumber": 100,
                "RuleAction": "allow", "Protocol": 6, "CidrBlock": "0.0.0.0/0", "PortRange": { "From": 22, "To": 22 }
            } },
            "aws_route_table.t": { "Type": "AWS::EC2::RouteTable", "Properties": { "VpcId": "vpc-1" } },
            "aws_route_table.t#route.0": { "Type": "AWS::EC2::Route", "Properties": {
                "RouteTableId": { "Ref": "aws_route_table.t" }, "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1"
            } }
        }),
    );
}

#[test]
fn containers_and_other_services() {
    twin(
        json!({
            "aws_ecs_task_definition": { "t": { "family": "t", "container_definitions":
                "[{\"name\": \"web\", \"privileged\": true, \"environment\": [{\"name\": \"A\", \"value\": \"b\"}], \"logConfiguration\": {\"logDriver\": \"awslogs\", \"options\": {\"awslogs-group\": \"g\"}}}]"
            } },
            "aws_ecs_service": { "s": { "name": "s", "network_configuration": {
                "assign_public_ip": true, "subnets": ["subnet-1"]
            } } },
            "aws_ecr_repository": { "r": { "name": "r", "image_scanning_configuration": { "scan_on_push": true } } },
            "aws_ecr_repository_policy": { "r": { "repository": "${aws_ecr_repository.r.name}", "policy": "{\"Statement\": []}" } },
            "aws_eks_cluster": { "e": {
                "name": "e", "enabled_cluster_log_types": ["api", "audit"],
                "vpc_config": { "endpoint_public_access": true, "public_access_cidrs": ["0.0.0.0/0"], "subnet_ids": [] }
            } },
            "aws_dynamodb_table": { "d": {
                "name": "d", "point_in_time_recovery": { "enabled": true },
                "server_side_encryption": { "enabled": true, "kms_key_arn": "arn:k" }
            } },
            "aws_opensearch_domain": { "o": {
                "domain_name": "o", "encrypt_at_rest": { "enabled": true }, "node_to_node_encryption": { "enabled": true },
                "domain_endpoint_options": { "enforce_https": true, "tls_security_policy": "Policy-Min-TLS-1-2-2019-07" },
                "log_publishing_options": [{ "log_type": "AUDIT_LOGS", "cloudwatch_log_group_arn": "arn:l" }]
            } },
            "aws_api_gateway_stage": { "g": { "stage_name": "prod", "rest_api_id": "x", "xray_tracing_enabled": true } },
            "aws_api_gateway_method_settings": { "g": {
                "rest_api_id": "x", "stage_name": "${aws_api_gateway_stage.g.stage_name}", "method_path": "*/*",
                "settings": { "logging_level": "INFO", "cache_data_encrypted": true }
            } },
            "aws_cloudwatch_log_group": { "l": { "name": "l", "retention_in_days": 0 } },
            "aws_cloudfront_distribution": { "c": {
                "enabled": true, "web_acl_id": "arn:w", "logging_config": { "bucket": "logs" },
                "default_cache_behavior": { "target_origin_id": "o", "viewer_protocol_policy": "allow-all" },
                "origin": [{ "origin_id": "o", "domain_name": "d.example.com", "custom_origin_config": {
                    "http_port": 80, "https_port": 443, "origin_protocol_policy": "https-only", "origin_ssl_protocols": ["TLSv1.2"]
                } }],
                "restrictions": { "geo_restriction": { "restriction_type": "none" } },
                "viewer_certificate": { "cloudfront_default_certificate": true }
            } }
        }),
        json!({
            "aws_ecs_task_definition.t": { "Type": "AWS::ECS::TaskDefinition", "Properties": {
                "Family": "t", "ContainerDefinitions": [{
                    "Name": "web", "Privileged": true, "Environment": [{ "Name": "A", "Value": "b" }],
                    "LogConfiguration": { "LogDriver": "awslogs", "Options": { "awslogs-group": "g" } }
                }]
            } },
            "aws_ecs_service.s": { "Type": "AWS::ECS::Service", "Properties": {
                "ServiceName": "s", "NetworkConfiguration": { "AwsvpcConfiguration": {
                    "AssignPublicIp": "ENABLED", "Subnets": ["subnet-1"]
                } }
            } },
            "aws_ecr_repository.r": { "Type": "AWS::ECR::Repository", "Properties": {
                "RepositoryName": "r", "ImageScanningConfiguration": { "ScanOnPush": true },
                "RepositoryPolicyText": { "Statement": [] }
            } },
            "aws_eks_cluster.e": { "Type": "AWS::EKS::Cluster", "Properties": {
                "Name": "e", "Logging": { "ClusterLogging": { "EnabledTypes": [{ "Type": "api" }, { "Type": "audit" }] } },
                "ResourcesVpcConfig": { "EndpointPublicAccess": true, "PublicAccessCidrs": ["0.0.0.0/0"], "SubnetIds": [] }
            } },
            "aws_dynamodb_table.d": { "Type": "AWS::DynamoDB::Table", "Properties": {
                "TableName": "d", "PointInTimeRecoverySpecification": { "PointInTimeRecoveryEnabled": true },
                "SSESpecification": { "SSEEnabled": true, "SSEType": "KMS", "KMSMasterKeyId": "arn:k" }
            } },
            "aws_opensearch_domain.o": { "Type": "AWS::OpenSearchService::Domain", "Properties": {
                "DomainName": "o", "EncryptionAtRestOptions": { "Enabled": true },
                "NodeToNodeEncryptionOptions": { "Enabled": true },
                "DomainEndpointOptions": { "EnforceHTTPS": true, "TLSSecurityPolicy": "Policy-Min-TLS-1-2-2019-07" },
                "LogPublishingOptions": { "AUDIT_LOGS": { "CloudWatchLogsLogGroupArn": "arn:l" } }
            } },
            "aws_api_gateway_stage.g": { "Type": "AWS::ApiGateway::Stage", "Properties": {
                "StageName": "prod", "RestApiId": "x", "TracingEnabled": true,
                "MethodSettings": [{
                    "LoggingLevel": "INFO", "CacheDataEncrypted": true,
                    "ResourcePath": "/*", "HttpMethod": "*"
                }]
            } },
            "aws_cloudwatch_log_group.l": { "Type": "AWS::Logs::LogGroup", "Properties": { "LogGroupName": "l" } },
            "aws_cloudfront_distribution.c": { "Type": "AWS::CloudFront::Distribution", "Properties": { "DistributionConfig": {
                "Enabled": true, "WebACLId": "arn:w", "Logging": { "Bucket": "logs" },
                "DefaultCacheBehavior": { "TargetOriginId": "o", "ViewerProtocolPolicy": "allow-all" },
                "Origins": [{ "Id": "o", "DomainName": "d.example.com", "CustomOriginConfig": {
                    "HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only", "OriginSSLProtocols": ["TLSv1.2"]
                } }],
                "Restrictions": { "GeoRestriction": { "RestrictionType": "none" } },
                "ViewerCertificate": { "CloudFrontDefaultCertificate": true }
            } } }
        }),
    );
}

#[test]
fn statements_of_a_web_acl_may_hold_each_other() {
    let managed = json!({ "managed_rule_group_statement": [{
        "name": "AWSManagedRulesKnownBadInputsRuleSet", "vendor_name": "AWS",
        "rule_action_override": [{ "name": "Log4JRCE", "action_to_use": [{ "count": [{}] }] }]
    }] });
    let address = json!({ "ip_set_reference_statement": { "arn": "arn:s" } });
    let managed_twin = json!({ "ManagedRuleGroupStatement": {
        "Name": "AWSManagedRulesKnownBadInputsRuleSet", "VendorName": "AWS",
        "RuleActionOverrides": [{ "Name": "Log4JRCE", "ActionToUse": { "Count": {} } }]
    } });
    let address_twin = json!({ "IPSetReferenceStatement": { "Arn": "arn:s" } });
    twin(
        json!({ "aws_wafv2_web_acl": { "w": {
            "name": "w", "scope": "REGIONAL", "default_action": [{ "allow": [{}] }],
            "rule": [
                { "name": "a", "priority": 1, "override_action": { "none": {} }, "statement": managed },
                { "name": "b", "priority": 2, "action": { "block": {} }, "statement": { "and_statement": { "statement": [
                    address, { "not_statement": { "statement": [address] } }
                ] } } },
                { "name": "c", "priority": 3, "action": { "block": {} }, "statement": { "rate_based_statement": {
                    "limit": 100, "aggregate_key_type": "IP", "scope_down_statement": address
                } } }
            ],
            "visibility_config": { "cloudwatch_metrics_enabled": true, "sampled_requests_enabled": false, "metric_name": "m" }
        } } }),
        json!({ "aws_wafv2_web_acl.w": { "Type": "AWS::WAFv2::WebACL", "Properties": {
            "Name": "w", "Scope": "REGIONAL", "DefaultAction": { "Allow": {} },
            "Rules": [
                { "Name": "a", "Priority": 1, "OverrideAction": { "None": {} }, "Statement": managed_twin },
                { "Name": "b", "Priority": 2, "Action": { "Block": {} }, "Statement": { "AndStatement": { "Statements": [
                    address_twin, { "NotStatement": { "Statement": address_twin } }
                ] } } },
                { "Name": "c", "Priority": 3, "Action": { "Block": {} }, "Statement": { "RateBasedStatement": {
                    "Limit": 100, "AggregateKeyType": "IP", "ScopeDownStatement": address_twin
                } } }
            ],
            "VisibilityConfig": { "CloudWatchMetricsEnabled": true, "SampledRequestsEnabled": false, "MetricName": "m" }
        } } }),
    );
}

#[test]
fn defaults_of_the_provider_are_marked() {
    let root = module(
        r#"{"resource": {"aws_lb": {"l": {}}, "aws_dms_replication_instance": {"d": {}}, "aws_cloudtrail": {"t": {}}}}"#,
    );
    for (address, property, expected) in [
        ("aws_lb.l", "Scheme", json!("internet-facing")),
        ("aws_dms_replication_instance.d", "PubliclyAccessible", json!(false)),
        ("aws_cloudtrail.t", "IsLogging", json!(true)),
    ] {
        let resource = find(&root, address);
        let value = resource.properties.get(property);
        assert_eq!(written(value), expected, "{address}");
        assert!(value.flags.has(trilith_graph::Flags::SCHEMA_DEFAULT), "{address}");
        assert_eq!(value.span, resource.span, "{address}");
    }
}

#[test]
fn a_plan_and_its_module_agree() {
    let body = json!({
        "bucket": "data", "versioning": [{ "enabled": true, "mfa_delete": false }], "acl": "private",
        "tags": { "Owner": "me" }
    });
    let planned = plan(&json!({ "format_version": "1.2", "resource_changes": [{
        "address": "aws_s3_bucket.b", "mode": "managed", "type": "aws_s3_bucket", "name": "b",
        "change": { "actions": ["create"], "after": body, "after_unknown": { "id": true } }
    }] }));
    let written_module =
        module(&json!({ "resource": { "aws_s3_bucket": { "b": body } } }).to_string());
    assert_eq!(resource(&planned, "aws_s3_bucket.b"), resource(&written_module, "aws_s3_bucket.b"));
}

#[test]
fn a_type_without_a_counterpart_keeps_its_words() {
    let root = module(
        r#"{"resource": {"aws_iam_account_password_policy": {"p": {"minimum_password_length": 8}}, "random_id": {"r": {"byte_length": 4}}}}"#,
    );
    let (kind, properties) = resource(&root, "aws_iam_account_password_policy.p");
    assert_eq!(kind, "aws_iam_account_password_policy");
    assert_eq!(properties, json!({ "minimum_password_length": 8 }));
    assert_eq!(resource(&root, "random_id.r").0, "random_id");
}
