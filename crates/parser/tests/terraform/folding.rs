//! Parts of resources that are written as resources of their own.

use serde_json::{Value as Json, json};
use trilith_graph::{Flags, Root, Value, ValueKind};

use crate::support::{addresses, find, hcl as module, written};

fn property<'r>(root: &'r Root, address: &str, path: &str) -> &'r Value {
    find(root, address).properties.path(path)
}

/// The alternatives of a value: the condition for people, and what it is then.
fn choices(value: &Value) -> Vec<(String, Json)> {
    let ValueKind::OneOf(arms) = &value.kind else { panic!("no choice: {:?}", value.kind) };
    arms.iter().map(|arm| (arm.guard.describe(true), written(&arm.value))).collect()
}

const VERSIONING: &str = r#"
resource "aws_s3_bucket" "b" {
  bucket = "data"
}
resource "aws_s3_bucket_versioning" "b" {
  bucket = aws_s3_bucket.b.id
  versioning_configuration {
    status = "Enabled"
  }
}
"#;

#[test]
fn a_part_keeps_its_span() {
    let root = module(VERSIONING);
    let status = property(&root, "aws_s3_bucket.b", "VersioningConfiguration/Status");
    assert_eq!(&VERSIONING[status.span.start as usize..status.span.end as usize], "\"Enabled\"");
}

#[test]
fn a_part_under_a_condition_says_it_under_that_condition() {
    let text = VERSIONING.replace(
        "  bucket = aws_s3_bucket.b.id",
        "  count  = var.keep ? 1 : 0\n  bucket = aws_s3_bucket.b.id",
    );
    let root = module(&format!("variable \"keep\" {{ type = bool }}\n{text}"));
    assert_eq!(addresses(&root).iter().filter(|name| name.starts_with("aws_")).count(), 1);
    let versioning = property(&root, "aws_s3_bucket.b", "VersioningConfiguration");
    let choices = choices(versioning);
    assert_eq!(choices.len(), 1);
    assert!(choices[0].0.contains("keep"), "{choices:?}");
    assert_eq!(choices[0].1, json!({ "Status": "Enabled" }));
}

#[test]
fn parts_that_exclude_each_other_are_alternatives() {
    let part = |name: &str, count: &str, status: &str| {
        format!(
            "resource \"aws_s3_bucket_versioning\" \"{name}\" {{\n  count = {count}\n  \
             bucket = aws_s3_bucket.b.id\n  versioning_configuration {{\n    \
             status = \"{status}\"\n  }}\n}}\n"
        )
    };
    let root = module(&format!(
        "variable \"keep\" {{ type = bool }}\nresource \"aws_s3_bucket\" \"b\" {{}}\n{}{}",
        part("on", "var.keep ? 1 : 0", "Enabled"),
        part("off", "var.keep ? 0 : 1", "Suspended"),
    ));
    let choices = choices(property(&root, "aws_s3_bucket.b", "VersioningConfiguration"));
    let values: Vec<&Json> = choices.iter().map(|(_, value)| &value["Status"]).collect();
    assert_eq!(values, ["Suspended", "Enabled"], "{choices:?}");
}

#[test]
fn of_two_parts_that_disagree_either_may_be_the_last() {
    let root = module(&format!(
        "{VERSIONING}
resource \"aws_s3_bucket_versioning\" \"again\" {{
  bucket = \"data\"
  versioning_configuration {{
    status = \"Suspended\"
  }}
}}
"
    ));
    let choices = choices(property(&root, "aws_s3_bucket.b", "VersioningConfiguration/Status"));
    let values: Vec<&Json> = choices.iter().map(|(_, value)| value).collect();
    assert_eq!(values, ["Suspended", "Enabled"]);
    assert!(choices[0].0.contains("aws_s3_bucket_versioning.again"), "{choices:?}");
}

#[test]
fn two_parts_that_agree_are_one() {
    let again =
        VERSIONING.replace("resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"data\"\n}", "");
    let root = module(&format!("{VERSIONING}{}", again.replace("\"b\"", "\"c\"")));
    let status = property(&root, "aws_s3_bucket.b", "VersioningConfiguration/Status");
    assert_eq!(written(status), "Enabled");
}

#[test]
fn a_part_that_may_be_anyones_leaves_open_what_it_says() {
    let root = module(
        r#"
resource "aws_s3_bucket" "one" {}
resource "aws_s3_bucket" "two" {
  versioning {
    enabled = true
  }
}
resource "aws_s3_bucket_versioning" "some" {
  bucket = trimsuffix(uuid(), "x")
  versioning_configuration {
    status = "Enabled"
  }
}
"#,
    );
    assert!(property(&root, "aws_s3_bucket.one", "VersioningConfiguration").is_unknown());
    let own = property(&root, "aws_s3_bucket.two", "VersioningConfiguration/Status");
    assert_eq!(written(own), "Enabled");
    let orphan = find(&root, "aws_s3_bucket_versioning.some");
    assert!(orphan.properties.flags.has(Flags::OPEN));
}

#[test]
fn what_a_variable_names_is_not_of_this_root() {
    let root = module(
        r#"
variable "other" {
  type = string
}
resource "aws_s3_bucket" "own" {
  bucket = "own"
}
resource "aws_s3_bucket_versioning" "other" {
  bucket = var.other
  versioning_configuration {
    status = "Enabled"
  }
}
"#,
    );
    let versioning = property(&root, "aws_s3_bucket.own", "VersioningConfiguration");
    assert!(versioning.is_absent(), "{:?}", versioning.kind);
}

#[test]
fn a_part_that_shares_attributes_with_its_parent_finds_it() {
    let root = module(
        r#"
resource "aws_api_gateway_rest_api" "a" {
  name = "a"
}
resource "aws_api_gateway_rest_api" "b" {
  name = "b"
}
resource "aws_api_gateway_stage" "a" {
  rest_api_id = aws_api_gateway_rest_api.a.id
  stage_name  = "live"
}
resource "aws_api_gateway_stage" "b" {
  rest_api_id = aws_api_gateway_rest_api.b.id
  stage_name  = "live"
}
resource "aws_api_gateway_method_settings" "b" {
  rest_api_id = aws_api_gateway_rest_api.b.id
  stage_name  = "live"
  method_path = "orders/GET"
  settings {
    logging_level = "INFO"
  }
}
"#,
    );
    assert!(property(&root, "aws_api_gateway_stage.a", "MethodSettings").is_absent());
    assert_eq!(
        written(property(&root, "aws_api_gateway_stage.b", "MethodSettings")),
        json!([{ "LoggingLevel": "INFO", "ResourcePath": "/orders", "HttpMethod": "GET" }])
    );
}

#[test]
fn a_part_speaks_of_the_element_that_it_names() {
    let root = module(
        r#"
resource "aws_elb" "e" {
  listener {
    lb_port       = 443
    lb_protocol   = "https"
    instance_port = 80
  }
  listener {
    lb_port       = 80
    lb_protocol   = "http"
    instance_port = 80
  }
}
resource "aws_load_balancer_policy" "tls" {
  load_balancer_name = aws_elb.e.name
  policy_name        = "tls"
  policy_type_name   = "SSLNegotiationPolicyType"
  policy_attribute {
    name  = "Reference-Security-Policy"
    value = "ELBSecurityPolicy-TLS-1-2-2017-01"
  }
}
resource "aws_load_balancer_listener_policy" "tls" {
  load_balancer_name = aws_elb.e.name
  load_balancer_port = 443
  policy_names       = ["tls"]
}
"#,
    );
    let listeners = property(&root, "aws_elb.e", "Listeners");
    assert_eq!(written(&listeners.items()[0])["PolicyNames"], json!(["tls"]));
    assert!(listeners.items()[1].get("PolicyNames").is_absent());
    assert_eq!(
        written(property(&root, "aws_elb.e", "Policies")),
        json!([{
            "PolicyName": "tls", "PolicyType": "SSLNegotiationPolicyType",
            "Attributes": [{ "Name": "Reference-Security-Policy", "Value": "ELBSecurityPolicy-TLS-1-2-2017-01" }]
        }])
    );
}

#[test]
fn what_only_terraform_knows_has_a_property_too() {
    let root = module(
        r#"
resource "aws_s3_bucket" "b" {}
resource "aws_s3_bucket_versioning" "b" {
  bucket = aws_s3_bucket.b.id
  versioning_configuration {
    status     = "Enabled"
    mfa_delete = "Disabled"
  }
}
resource "aws_ebs_encryption_by_default" "off" {
  enabled = false
}
resource "aws_glacier_vault" "v" {
  name          = "v"
  access_policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*" }] })
}
"#,
    );
    let mfa = property(&root, "aws_s3_bucket.b", "VersioningConfiguration/MfaDelete");
    assert_eq!(written(mfa), "Disabled");
    let setting = find(&root, "aws_ebs_encryption_by_default.off");
    assert_eq!(&*setting.resource_type, "aws_ebs_encryption_by_default");
    assert_eq!(written(setting.properties.get("enabled")), false);
    let vault = find(&root, "aws_glacier_vault.v");
    let principal = vault.properties.path("access_policy/Statement/0/Principal");
    assert_eq!(written(principal), "*");
    assert_eq!(written(vault.properties.get("name")), "v");
}

#[test]
fn tunnels_and_keys_are_elements_of_lists() {
    let root = module(
        r#"
resource "aws_dynamodb_table" "t" {
  name      = "t"
  hash_key  = "id"
  range_key = "at"
}
resource "aws_vpn_connection" "v" {
  type                = "ipsec.1"
  customer_gateway_id = "cgw-1"
  tunnel2_ike_versions = ["ikev2"]
}
resource "aws_directory_service_directory" "d" {
  name     = "example.com"
  password = "x"
  type     = "MicrosoftAD"
}
"#,
    );
    assert_eq!(
        written(property(&root, "aws_dynamodb_table.t", "KeySchema")),
        json!([
            { "KeyType": "HASH", "AttributeName": "id" }, { "KeyType": "RANGE", "AttributeName": "at" }
        ])
    );
    assert_eq!(
        written(property(&root, "aws_vpn_connection.v", "VpnTunnelOptionsSpecifications")),
        json!([{}, { "IKEVersions": [{ "Value": "ikev2" }] }])
    );
    let directory = find(&root, "aws_directory_service_directory.d");
    assert_eq!(&*directory.resource_type, "AWS::DirectoryService::MicrosoftAD");
    assert!(directory.properties.get("Password").flags.has(Flags::SENSITIVE));
}

/// No table says what the members of this block are called in CloudFormation.
#[test]
fn a_block_that_no_row_explains_is_open() {
    let root = crate::support::hcl(
        "resource \"aws_wafv2_web_acl\" \"w\" {\n association_config {\n  request_body {\n   api_gateway {\n    \
         default_size_inspection_limit = \"KB_16\"\n   }\n  }\n }\n}\n",
    );
    let acl = crate::support::find(&root, "aws_wafv2_web_acl.w");
    let config = acl.properties.get("AssociationConfig");
    assert!(config.flags.has(trilith_graph::Flags::OPEN), "{config:?}");
    assert!(config.get("RequestBody").is_unknown());
}
