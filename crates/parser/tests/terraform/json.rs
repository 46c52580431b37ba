//! Modules in JSON syntax.

use serde_json::json;
use trilith_graph::{Flags, Reason, Resource, SourceId, ValueKind};

use crate::support::{addresses, find, module, modules, only_root, resource, under, written};

#[test]
fn blocks_may_be_lists_and_have_comments() {
    let root = module(
        r#"{
            "//": "made by hand",
            "resource": [
                {"aws_sqs_queue": [{"a": {"//": "one", "name": "a"}}, {"b": [{"name": "b"}]}]},
                {"aws_sns_topic": {"t": {"//": {"metadata": 1}, "name": "t"}}}
            ],
            "locals": [{"x": 1}, {"y": 2}]
        }"#,
    );
    assert_eq!(addresses(&root), ["aws_sqs_queue.a", "aws_sqs_queue.b", "aws_sns_topic.t"]);
    assert_eq!(resource(&root, "aws_sqs_queue.b").1, json!({ "QueueName": "b" }));
    assert_eq!(resource(&root, "aws_sns_topic.t").1, json!({ "TopicName": "t" }));
}

#[test]
fn the_files_of_a_directory_are_one_module() {
    let texts = [
        r#"{"variable": {"name": {"default": "q"}}, "resource": {"aws_sqs_queue": {"q": {"name": "${var.name}"}}}}"#,
        r#"{"resource": {"aws_sqs_queue_policy": {"p": {"queue_url": "${aws_sqs_queue.q.id}"}}}}"#,
    ];
    let root = only_root(&[("dir/a.tf.json", texts[0]), ("dir/b.tf.json", texts[1])]);
    assert_eq!(resource(&root, "aws_sqs_queue.q").1, json!({ "QueueName": "q" }));
    let policy = find(&root, "aws_sqs_queue_policy.p");
    assert_eq!(policy.span.source, SourceId(1));
    assert_eq!(written(policy.properties.get("Queues")), json!([{ "Ref": "aws_sqs_queue.q" }]));
    assert!(modules(&[]).roots.is_empty());
}

#[test]
fn variables_and_locals_are_followed() {
    let text = r#"{
        "variable": {
            "acl": {"default": "public-read"}, "none": {}, "tags": {"default": {"Owner": {"Team": "x"}, "List": ["a", "b"]}},
            "secret": {"default": "s3cr3t", "sensitive": true}
        },
        "locals": {"name": "data-${var.none}", "both": "${local.acl}", "acl": "${var.acl}", "loop": "${local.pool}", "pool": "${local.loop}"},
        "resource": {"aws_s3_bucket": {"b": {
            "acl": "${local.both}", "bucket": "${local.name}",
            "tags": {"a": "${var.tags.Owner.Team}", "b": "${var.tags[\"List\"][1]}", "c": "${local.loop}", "d": "${var.nowhere}", "e": "${var.none}", "f": "x-${true}-${7}"}
        }}, "aws_db_instance": {"d": {"password": "${var.secret}"}}}
    }"#;
    let root = module(text);
    let bucket = find(&root, "aws_s3_bucket.b");
    let acl = bucket.properties.get("AccessControl");
    assert_eq!(acl.as_str(), Some("PublicRead"));
    assert!(acl.flags.has(Flags::ASSUMED));
    assert_eq!(under(text, acl.span), "\"${local.both}\"");
    let steps: Vec<&str> = std::iter::successors(acl.via.as_deref(), |via| via.next.as_deref())
        .map(|via| via.note.as_ref())
        .collect();
    assert_eq!(steps, ["local value `both`", "local value `acl`", "default of variable `acl`"]);
    let name = bucket.properties.get("BucketName");
    assert!(matches!(&name.kind, ValueKind::Template(parts) if parts.len() == 2));
    assert_eq!(name.unknown_reason(), Some(&Reason::NoDefault("var.none".into())));
    let tag = |at: usize| bucket.properties.path(&format!("Tags/{at}/Value")).clone();
    assert_eq!(tag(0).as_str(), Some("x"));
    assert_eq!(tag(1).as_str(), Some("b"));
    assert!(matches!(tag(2).kind, ValueKind::Unknown(Reason::Budget(_))));
    assert_eq!(tag(3).unknown_reason(), Some(&Reason::Undeclared("var.nowhere".into())));
    assert_eq!(tag(4).unknown_reason(), Some(&Reason::NoDefault("var.none".into())));
    assert_eq!(tag(5).as_str(), Some("x-true-7"));
    let password = find(&root, "aws_db_instance.d").properties.get("MasterUserPassword").clone();
    assert!(password.flags.has(Flags::SENSITIVE));
    assert_eq!(root.sensitive.len(), 1);
    assert_eq!(under(text, root.sensitive[0]), "\"s3cr3t\"");
}

#[test]
fn references_lead_to_resources() {
    let root = module(
        r#"{"resource": {
            "aws_kms_key": {"k": {"policy": "{\"Statement\": []}"}},
            "aws_s3_bucket": {"b": {"bucket": "x"}},
            "aws_sqs_queue": {"q": {
                "kms_master_key_id": "${aws_kms_key.k.arn}", "name": "${aws_s3_bucket.b.bucket}-q",
                "policy": "${aws_kms_key.k.policy}"
            }, "r": {"name": "${aws_missing.x.id}", "kms_master_key_id": "${try(aws_kms_key.k.arn, null)}"},
            "s": {"name": "${module.m.name}", "kms_master_key_id": "${data.aws_kms_key.d.arn}"}}
        }, "module": {"m": {"source": "./m"}}, "data": {"aws_kms_key": {"d": {"key_id": "alias/x"}}}}"#,
    );
    assert!(root.open, "the module is not here");
    let (_, queue) = resource(&root, "aws_sqs_queue.q");
    assert_eq!(queue["KmsMasterKeyId"], json!({ "Fn::GetAtt": ["aws_kms_key.k", "Arn"] }));
    assert_eq!(queue["QueueName"], json!({ "Fn::Sub": "${aws_s3_bucket.b}-q" }));
    assert_eq!(
        resource(&root, "aws_sqs_queue.q#policy").1["PolicyDocument"],
        json!({ "Statement": [] })
    );
    let reason = |address: &str, name: &str| {
        find(&root, address).properties.get(name).unknown_reason().cloned().expect("unknown")
    };
    assert_eq!(reason("aws_sqs_queue.r", "QueueName"), Reason::Undeclared("aws_missing.x".into()));
    let (_, tried) = resource(&root, "aws_sqs_queue.r");
    assert_eq!(tried["KmsMasterKeyId"], json!({ "Fn::GetAtt": ["aws_kms_key.k", "Arn"] }));
    assert_eq!(reason("aws_sqs_queue.s", "QueueName"), Reason::RemoteModule("m".into()));
    assert_eq!(
        reason("aws_sqs_queue.s", "KmsMasterKeyId"),
        Reason::DataSource("data.aws_kms_key.d".into())
    );
}

#[test]
fn count_and_for_each_make_instances() {
    let root = module(
        r#"{"variable": {"n": {}}, "resource": {"aws_sqs_queue": {
            "counted": {"count": 2, "name": "q-${count.index}"},
            "none": {"count": 0},
            "keyed": {"for_each": {"a": {"delay": 1}, "b": {"delay": 2}}, "name": "${each.key}", "delay_seconds": "${each.value.delay}"},
            "unknown": {"count": "${var.n}", "name": "u-${count.index}"}
        }, "aws_sqs_queue_policy": {"p": {"queue_url": "${aws_sqs_queue.counted[1].id}"}}}}"#,
    );
    assert_eq!(
        addresses(&root),
        [
            "aws_sqs_queue.counted[0]",
            "aws_sqs_queue.counted[1]",
            "aws_sqs_queue.keyed[\"a\"]",
            "aws_sqs_queue.keyed[\"b\"]",
            "aws_sqs_queue.unknown",
            "aws_sqs_queue_policy.p",
            "var.n"
        ]
    );
    assert_eq!(resource(&root, "aws_sqs_queue.counted[1]").1, json!({ "QueueName": "q-1" }));
    assert_eq!(
        resource(&root, "aws_sqs_queue.keyed[\"b\"]").1,
        json!({ "QueueName": "b", "DelaySeconds": 2 })
    );
    assert_eq!(
        resource(&root, "aws_sqs_queue.unknown").1,
        json!({ "QueueName": { "Fn::Sub": "u-${?}" } })
    );
    assert_eq!(
        resource(&root, "aws_sqs_queue_policy.p").1["Queues"],
        json!([{ "Ref": "aws_sqs_queue.counted[1]" }])
    );
}

#[test]
fn dynamic_blocks_are_unrolled() {
    let root = module(
        r#"{"variable": {"ports": {"default": [22, 443]}, "more": {}}, "resource": {"aws_security_group": {
            "known": {"dynamic": {"ingress": {"for_each": "${var.ports}", "iterator": "port", "content": {
                "from_port": "${port.value}", "to_port": "${port.value}", "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]
            }}}},
            "unknown": {"dynamic": {"ingress": {"for_each": "${var.more}", "content": {
                "from_port": "${ingress.value}", "protocol": "tcp", "cidr_blocks": ["0.0.0.0/0"]
            }}}}
        }}}"#,
    );
    assert_eq!(
        resource(&root, "aws_security_group.known").1["SecurityGroupIngress"],
        json!([
            { "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0" },
            { "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "0.0.0.0/0" }
        ])
    );
    let rules =
        find(&root, "aws_security_group.unknown").properties.get("SecurityGroupIngress").clone();
    assert!(rules.flags.has(Flags::OPEN));
    assert!(rules.item(0).get("FromPort").is_unknown());
    assert_eq!(rules.item(0).get("CidrIp").as_str(), Some("0.0.0.0/0"));
}

#[test]
fn default_tags_and_regions_come_from_the_provider() {
    let root = module(
        r#"{"provider": {"aws": [
            {"region": "eu-west-1", "default_tags": {"tags": {"Owner": "me", "Env": "dev"}}},
            {"alias": "us", "region": "us-east-1"}
        ]}, "resource": {"aws_sqs_queue": {
            "here": {"tags": {"Env": "prod"}}, "bare": {}, "there": {"provider": "aws.us", "tags": {"a": "b"}}
        }}}"#,
    );
    let tags = |address: &str| written(find(&root, address).properties.get("Tags"));
    assert_eq!(
        tags("aws_sqs_queue.here"),
        json!([{ "Key": "Env", "Value": "prod" }, { "Key": "Owner", "Value": "me" }])
    );
    assert_eq!(
        tags("aws_sqs_queue.bare"),
        json!([{ "Key": "Owner", "Value": "me" }, { "Key": "Env", "Value": "dev" }])
    );
    assert_eq!(tags("aws_sqs_queue.there"), json!([{ "Key": "a", "Value": "b" }]));
    let region = |address: &str| written(find(&root, address).attributes.get("region"));
    assert_eq!(region("aws_sqs_queue.here"), "eu-west-1");
    assert_eq!(region("aws_sqs_queue.there"), "us-east-1");
}

#[test]
fn variables_and_outputs_are_resources() {
    let root = module(
        r#"{"variable": {"v": {"type": "string", "default": "x", "description": "d"}},
            "resource": {"aws_sqs_queue": {"q": {"depends_on": ["aws_sns_topic.t"], "lifecycle": {"prevent_destroy": true}}}},
            "output": {"o": {"value": "${aws_sqs_queue.q.arn}", "sensitive": true}}}"#,
    );
    let variable = find(&root, "var.v");
    assert_eq!(&*variable.resource_type, Resource::PARAMETER);
    assert_eq!(
        written(&variable.properties),
        json!({
            "Name": "v", "Type": "string", "Description": "d", "Default": "x", "NoEcho": false
        })
    );
    let output = find(&root, "output.o");
    assert_eq!(&*output.resource_type, Resource::OUTPUT);
    assert_eq!(output.properties.get("NoEcho").as_bool(), Some(true));
    let queue = find(&root, "aws_sqs_queue.q");
    assert_eq!(queue.attributes.path("lifecycle/prevent_destroy").as_bool(), Some(true));
    assert_eq!(written(queue.attributes.get("DependsOn")), json!([{ "Ref": "aws_sns_topic.t" }]));
    assert!(queue.raw.get("lifecycle").is_absent());
}

#[test]
fn a_resource_that_is_declared_twice_is_told() {
    let text = r#"{"resource": [{"aws_sqs_queue": {"q": {"name": "a"}}}, {"aws_sqs_queue": {"q": {"name": "b"}}}]}"#;
    let parsed = modules(&[("dir/main.tf.json", text)]);
    assert_eq!(addresses(&parsed.roots[0]), ["aws_sqs_queue.q"]);
    assert_eq!(parsed.diagnostics.len(), 1);
    assert_eq!(parsed.diagnostics[0].message, "`aws_sqs_queue.q` is declared twice");
}

/// Every quotation mark of the document is an escape sequence of the file, and every place in it is
/// exact all the same: before, between and behind the holes.
#[test]
fn places_inside_a_policy_with_holes_are_exact() {
    let text = r#"{"variable": {"bucket": {}}, "resource": {"aws_iam_policy": {"p": {"policy": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Sid\": \"A\\u0041${var.bucket}\", \"Effect\": \"Allow\", \"Action\": [\"s3:*\", \"s3:Get\\/*\"], \"Resource\": \"arn:aws:s3:::${var.bucket}\/*\", \"Condition\": {\"Bool\": {\"aws:SecureTransport\": \"${var.bucket}\"}}}, {\"Effect\": \"Deny\",\n\t\"Action\": \"sqs:*\"}]}"}}}}"#;
    let root = module(text);
    let policy = find(&root, "aws_iam_policy.p");
    let at = |path: &str| {
        let place = policy.properties.path(&format!("PolicyDocument/Statement/{path}")).span;
        under(text, place)
    };
    assert_eq!(at("0/Effect"), r#"\"Allow\""#);
    assert_eq!(at("0/Action/0"), r#"\"s3:*\""#);
    assert_eq!(at("0/Action/1"), r#"\"s3:Get\\/*\""#);
    assert_eq!(at("0/Resource"), r#"\"arn:aws:s3:::${var.bucket}\/*\""#);
    assert_eq!(at("0/Sid"), r#"\"A\\u0041${var.bucket}\""#);
    assert_eq!(at("0/Condition/Bool/aws:SecureTransport"), r#"\"${var.bucket}\""#);
    assert_eq!(at("1/Effect"), r#"\"Deny\""#);
    assert_eq!(at("1/Action"), r#"\"sqs:*\""#);
    let key = |at: &str, name: &str| {
        let statement = policy.properties.path(&format!("PolicyDocument/Statement/{at}"));
        let entry = statement.entries().iter().find(|entry| &*entry.key == name);
        under(text, entry.expect("the member").key_span)
    };
    assert_eq!(key("0", "Resource"), r#"\"Resource\""#);
    assert_eq!(key("1", "Action"), r#"\"Action\""#);
}

#[test]
fn places_inside_a_policy_without_holes_are_exact() {
    let text = r#"{"resource": {"aws_iam_policy": {"p": {"policy": "{\"Statement\": [{\"Effect\": \"Allow\", \"Action\": \"s3:*\"}]}"}}}}"#;
    let root = module(text);
    let action =
        find(&root, "aws_iam_policy.p").properties.path("PolicyDocument/Statement/0/Action");
    assert_eq!(under(text, action.span), r#"\"s3:*\""#);
}
