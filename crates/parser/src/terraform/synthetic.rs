//! Plans of any size for benchmarks and for tests of the time that reading takes.
//!
//! One application is ten resources with the attributes that the provider really writes. Every
//! second application is written out in the root module; the others are instances of one module.

use std::fmt::Write;

/// Resources of one application, in the order of the plan.
const KIT: [(&str, &str); 10] = [
    ("aws_cloudwatch_log_group", "logs"),
    ("aws_iam_role", "app"),
    ("aws_iam_role_policy", "app"),
    ("aws_instance", "app"),
    ("aws_kms_key", "data"),
    ("aws_s3_bucket", "data"),
    ("aws_s3_bucket_public_access_block", "data"),
    ("aws_security_group", "app"),
    ("aws_sqs_queue", "jobs"),
    ("aws_vpc_security_group_ingress_rule", "https"),
];

/// A plan with at least `resources` resources, on one line as Terraform prints it.
pub fn plan(resources: usize) -> String {
    let applications = resources.div_ceil(KIT.len()).max(1);
    let mut text = String::with_capacity(applications * 18_000);
    text.push_str(r#"{"format_version":"1.2","terraform_version":"1.11.4","variables":{"region":{"value":"eu-central-1"}},"planned_values":{"root_module":{"resources":["#);
    separated(&mut text, applications * KIT.len(), planned);
    text.push_str(r#"]}},"resource_changes":["#);
    separated(&mut text, applications * KIT.len(), change);
    text.push_str(r#"],"prior_state":{"format_version":"1.0","values":{"root_module":{}}},"configuration":{"provider_config":{"aws":{"name":"aws","expressions":{"region":{"references":["var.region"]}}}},"root_module":{"resources":["#);
    let written: Vec<usize> =
        (0..applications).filter(|application| !in_module(*application)).collect();
    separated(&mut text, written.len() * KIT.len(), |text, at| {
        let (kind, name) = KIT[at % KIT.len()];
        configuration(text, kind, &format!("{name}_{}", written[at / KIT.len()]), |name| {
            format!("{name}_{}", written[at / KIT.len()])
        });
    });
    text.push_str(r#"],"module_calls":{"app":{"source":"./app","for_each_expression":{"references":["local.apps"]},"expressions":{"name":{"references":["each.key"]}},"module":{"resources":["#);
    separated(&mut text, KIT.len(), |text, at| {
        let (kind, name) = KIT[at];
        configuration(text, kind, name, str::to_owned);
    });
    text.push_str(r#"],"variables":{"name":{}}}}},"variables":{"region":{"default":"eu-central-1"}}}},"timestamp":"2025-01-01T00:00:00Z","applyable":true,"complete":true,"errored":false}"#);
    text.push('\n');
    text
}

fn separated(text: &mut String, count: usize, mut each: impl FnMut(&mut String, usize)) {
    for at in 0..count {
        if at > 0 {
            text.push(',');
        }
        each(text, at);
    }
}

const fn in_module(application: usize) -> bool {
    application % 2 == 1
}

/// The members that name a resource.
fn head(text: &mut String, at: usize) {
    let application = at / KIT.len();
    let (kind, name) = KIT[at % KIT.len()];
    let provider = r#""provider_name":"registry.terraform.io/hashicorp/aws""#;
    if in_module(application) {
        let module = format!(r#"module.app[\"app-{application}\"]"#);
        let _ = write!(
            text,
            r#""address":"{module}.{kind}.{name}","module_address":"{module}","mode":"managed","type":"{kind}","name":"{name}",{provider}"#
        );
    } else {
        let _ = write!(
            text,
            r#""address":"{kind}.{name}_{application}","mode":"managed","type":"{kind}","name":"{name}_{application}",{provider}"#
        );
    }
}

fn planned(text: &mut String, at: usize) {
    text.push('{');
    head(text, at);
    text.push_str(r#","schema_version":0,"values":"#);
    text.push_str(&values(at).0);
    text.push_str(r#","sensitive_values":{}}"#);
}

fn change(text: &mut String, at: usize) {
    text.push('{');
    head(text, at);
    let (after, unknown) = values(at);
    let _ = write!(
        text,
        r#","change":{{"actions":["create"],"before":null,"after":{after},"after_unknown":{unknown},"before_sensitive":false,"after_sensitive":{{"tags":{{}},"tags_all":{{}}}}}}}}"#
    );
}

/// What is known of a resource, and what is not.
fn values(at: usize) -> (String, &'static str) {
    let id = at / KIT.len();
    let tags = format!(
        r#""tags":{{"Application":"app-{id}","Environment":"production","Owner":"team-{}"}},"tags_all":{{"Application":"app-{id}","CostCenter":"4711","Environment":"production","Owner":"team-{}"}}"#,
        id % 17,
        id % 17
    );
    match KIT[at % KIT.len()].0 {
        "aws_cloudwatch_log_group" => (
            format!(
                r#"{{"kms_key_id":null,"log_group_class":"STANDARD","name":"/app/{id}","retention_in_days":{},"skip_destroy":false,{tags}}}"#,
                if id.is_multiple_of(5) { 0 } else { 365 }
            ),
            r#"{"arn":true,"id":true,"name_prefix":true,"tags":{},"tags_all":{}}"#,
        ),
        "aws_iam_role" => (
            format!(
                r#"{{"assume_role_policy":"{{\"Version\":\"2012-10-17\",\"Statement\":[{{\"Action\":\"sts:AssumeRole\",\"Effect\":\"Allow\",\"Principal\":{{\"Service\":\"ec2.amazonaws.com\"}}}}]}}","description":null,"force_detach_policies":false,"max_session_duration":3600,"name":"app-{id}","path":"/","permissions_boundary":null,{tags}}}"#
            ),
            r#"{"arn":true,"create_date":true,"id":true,"inline_policy":true,"managed_policy_arns":true,"name_prefix":true,"tags":{},"tags_all":{},"unique_id":true}"#,
        ),
        "aws_iam_role_policy" => (
            format!(r#"{{"name":"app-{id}"}}"#),
            r#"{"id":true,"name_prefix":true,"policy":true,"role":true}"#,
        ),
        "aws_instance" => (
            format!(
                r#"{{"ami":"ami-0f0a6d0093202385{}","credit_specification":[],"force_destroy":false,"get_password_data":false,"hibernation":null,"instance_type":"t3.large","launch_template":[],"metadata_options":[{{"http_endpoint":"enabled","http_put_response_hop_limit":1,"http_tokens":"{}","instance_metadata_tags":null}}],"root_block_device":[{{"delete_on_termination":true,"encrypted":true,"tags":null,"volume_size":50,"volume_type":"gp3"}}],"source_dest_check":true,"subnet_id":"subnet-0a{id:06}",{tags},"timeouts":null,"user_data_replace_on_change":false,"volume_tags":null}}"#,
                id % 10,
                if id.is_multiple_of(7) { "optional" } else { "required" }
            ),
            r#"{"arn":true,"associate_public_ip_address":true,"availability_zone":true,"capacity_reservation_specification":true,"cpu_core_count":true,"cpu_options":true,"cpu_threads_per_core":true,"credit_specification":[],"disable_api_stop":true,"disable_api_termination":true,"ebs_block_device":true,"ebs_optimized":true,"enclave_options":true,"ephemeral_block_device":true,"iam_instance_profile":true,"id":true,"instance_state":true,"ipv6_addresses":true,"key_name":true,"launch_template":[],"metadata_options":[{"http_protocol_ipv6":true}],"monitoring":true,"network_interface":true,"placement_group":true,"primary_network_interface_id":true,"private_dns":true,"private_ip":true,"public_dns":true,"public_ip":true,"root_block_device":[{"device_name":true,"iops":true,"kms_key_id":true,"tags_all":true,"throughput":true,"volume_id":true}],"secondary_private_ips":true,"security_groups":true,"tags":{},"tags_all":{},"tenancy":true,"user_data":true,"user_data_base64":true,"vpc_security_group_ids":true}"#,
        ),
        "aws_kms_key" => (
            format!(
                r#"{{"bypass_policy_lockout_safety_check":false,"custom_key_store_id":null,"customer_master_key_spec":"SYMMETRIC_DEFAULT","deletion_window_in_days":30,"description":"data of application {id}","enable_key_rotation":{},"is_enabled":true,"key_usage":"ENCRYPT_DECRYPT",{tags},"timeouts":null,"xks_key_id":null}}"#,
                !id.is_multiple_of(3)
            ),
            r#"{"arn":true,"id":true,"key_id":true,"multi_region":true,"policy":true,"rotation_period_in_days":true,"tags":{},"tags_all":{}}"#,
        ),
        "aws_s3_bucket" => (
            format!(
                r#"{{"bucket":"example-data-{id}","force_destroy":false,{tags},"timeouts":null}}"#
            ),
            r#"{"acceleration_status":true,"acl":true,"arn":true,"bucket_domain_name":true,"bucket_prefix":true,"bucket_regional_domain_name":true,"cors_rule":true,"grant":true,"hosted_zone_id":true,"id":true,"lifecycle_rule":true,"logging":true,"object_lock_configuration":true,"object_lock_enabled":true,"policy":true,"region":true,"replication_configuration":true,"request_payer":true,"server_side_encryption_configuration":true,"tags":{},"tags_all":{},"versioning":true,"website":true,"website_domain":true,"website_endpoint":true}"#,
        ),
        "aws_s3_bucket_public_access_block" => (
            format!(
                r#"{{"block_public_acls":true,"block_public_policy":{},"ignore_public_acls":true,"restrict_public_buckets":true}}"#,
                !id.is_multiple_of(11)
            ),
            r#"{"bucket":true,"id":true}"#,
        ),
        "aws_security_group" => (
            format!(
                r#"{{"description":"application {id}","egress":[{{"cidr_blocks":["0.0.0.0/0"],"description":"","from_port":443,"ipv6_cidr_blocks":[],"prefix_list_ids":[],"protocol":"tcp","security_groups":[],"self":false,"to_port":443}}],"name":"app-{id}","revoke_rules_on_delete":false,{tags},"timeouts":null,"vpc_id":"vpc-0123456789abcdef0"}}"#
            ),
            r#"{"arn":true,"egress":[{"cidr_blocks":[false],"ipv6_cidr_blocks":[],"prefix_list_ids":[],"security_groups":[]}],"id":true,"ingress":true,"name_prefix":true,"owner_id":true,"tags":{},"tags_all":{}}"#,
        ),
        "aws_sqs_queue" => (
            format!(
                r#"{{"content_based_deduplication":false,"delay_seconds":0,"fifo_queue":false,"kms_master_key_id":null,"max_message_size":262144,"message_retention_seconds":345600,"name":"jobs-{id}","receive_wait_time_seconds":20,"redrive_policy":"{{\"deadLetterTargetArn\":\"arn:aws:sqs:eu-central-1:111122223333:dead\",\"maxReceiveCount\":4}}",{tags},"visibility_timeout_seconds":30}}"#
            ),
            r#"{"arn":true,"deduplication_scope":true,"fifo_throughput_limit":true,"id":true,"kms_data_key_reuse_period_seconds":true,"name_prefix":true,"policy":true,"redrive_allow_policy":true,"sqs_managed_sse_enabled":true,"tags":{},"tags_all":{},"url":true}"#,
        ),
        _ => (
            format!(
                r#"{{"cidr_ipv4":"{}","cidr_ipv6":null,"description":"callers of {id}","from_port":443,"ip_protocol":"tcp","prefix_list_id":null,"referenced_security_group_id":null,{tags},"to_port":443}}"#,
                if id.is_multiple_of(13) { "0.0.0.0/0" } else { "10.0.0.0/8" }
            ),
            r#"{"arn":true,"id":true,"security_group_id":true,"security_group_rule_id":true,"tags":{},"tags_all":{}}"#,
        ),
    }
}

/// The configuration of a resource; `sibling` gives the name that another one has there.
fn configuration(text: &mut String, kind: &str, name: &str, sibling: impl Fn(&str) -> String) {
    let reference = |kind: &str, name: &str, attribute: &str| {
        let address = format!("{kind}.{}", sibling(name));
        format!(r#"{{"references":["{address}.{attribute}","{address}"]}}"#)
    };
    let constant = r#"{"constant_value":"x"}"#;
    let tags = r#""tags":{"references":["var.name"]}"#;
    let expressions = match kind {
        "aws_cloudwatch_log_group" => {
            format!(r#""name":{{"references":["var.name"]}},"retention_in_days":{constant},{tags}"#)
        }
        "aws_iam_role" => format!(r#""assume_role_policy":{{}},"name":{constant},{tags}"#),
        "aws_iam_role_policy" => format!(
            r#""name":{constant},"policy":{},"role":{}"#,
            reference("aws_s3_bucket", "data", "arn"),
            reference("aws_iam_role", "app", "id")
        ),
        "aws_instance" => format!(
            r#""ami":{constant},"instance_type":{constant},"metadata_options":[{{"http_tokens":{constant}}}],"root_block_device":[{{"encrypted":{constant}}}],"subnet_id":{constant},{tags},"vpc_security_group_ids":{}"#,
            reference("aws_security_group", "app", "id")
        ),
        "aws_kms_key" => {
            format!(r#""description":{constant},"enable_key_rotation":{constant},{tags}"#)
        }
        "aws_s3_bucket" => format!(r#""bucket":{constant},{tags}"#),
        "aws_s3_bucket_public_access_block" => format!(
            r#""block_public_acls":{constant},"block_public_policy":{constant},"bucket":{},"ignore_public_acls":{constant},"restrict_public_buckets":{constant}"#,
            reference("aws_s3_bucket", "data", "id")
        ),
        "aws_security_group" => {
            format!(
                r#""description":{constant},"egress":{{}},"name":{constant},{tags},"vpc_id":{constant}"#
            )
        }
        "aws_sqs_queue" => format!(r#""name":{constant},"redrive_policy":{{}},{tags}"#),
        _ => format!(
            r#""cidr_ipv4":{constant},"from_port":{constant},"ip_protocol":{constant},"security_group_id":{},{tags},"to_port":{constant}"#,
            reference("aws_security_group", "app", "id")
        ),
    };
    let _ = write!(
        text,
        r#"{{"address":"{kind}.{name}","mode":"managed","type":"{kind}","name":"{name}","provider_config_key":"aws","expressions":{{{expressions}}},"schema_version":0}}"#
    );
}

#[cfg(test)]
mod tests {
    use trilith_graph::SourceId;

    use super::*;
    use crate::terraform::{lower_plan, plan_tree};

    #[test]
    fn a_plan_is_json_and_complete() {
        let text = plan(35);
        let parsed = plan_tree(SourceId(0), &text);
        assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
        let (root, diagnostics) = lower_plan(&parsed.tree, parsed.tree.documents()[0], "plan.json");
        assert!(diagnostics.is_empty());
        // 40 resources, of which 4 are parts of buckets, and the variable.
        assert_eq!(root.resources.len(), 40 - 4 + 1);
        let buckets = root.resources.iter().filter(|r| &*r.resource_type == "AWS::S3::Bucket");
        let flag = "PublicAccessBlockConfiguration/BlockPublicPolicy";
        let flags: Vec<_> = buckets.map(|bucket| bucket.properties.path(flag).as_bool()).collect();
        assert_eq!(flags, [Some(false), Some(true), Some(true), Some(true)]);
    }
}
