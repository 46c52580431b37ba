//! What a plan says, and what it leaves open.

use serde_json::{Value as Json, json};
use trilith_graph::{Flags, Reason, Resource, ValueKind};

use crate::support::{addresses, find, plan, plan_with_diagnostics, resource, under, written};

/// An element of `resource_changes` for a resource of the root module.
fn change(address: &str, after: Json, unknown: Json) -> Json {
    let (kind, name) = address.split_once('.').expect("type and name");
    json!({
        "address": address, "mode": "managed", "type": kind, "name": name,
        "change": { "actions": ["create"], "after": after, "after_unknown": unknown }
    })
}

/// An element of `configuration`'s resources.
fn configured(address: &str, expressions: Json) -> Json {
    json!({ "address": address, "provider_config_key": "aws", "expressions": expressions })
}

fn refers(references: &[&str]) -> Json {
    json!({ "references": references })
}

fn document(changes: Vec<Json>, configuration: Vec<Json>) -> Json {
    json!({
        "format_version": "1.2", "resource_changes": changes,
        "configuration": { "root_module": { "resources": configuration } }
    })
}

#[test]
fn an_attribute_of_another_resource_is_a_reference() {
    let root = plan(&document(
        vec![
            change(
                "aws_s3_bucket.b",
                json!({ "bucket": "data" }),
                json!({ "id": true, "arn": true }),
            ),
            change(
                "aws_s3_bucket_policy.p",
                json!({}),
                json!({ "bucket": true, "policy": true, "id": true }),
            ),
        ],
        vec![
            configured("aws_s3_bucket.b", json!({ "bucket": { "constant_value": "data" } })),
            configured(
                "aws_s3_bucket_policy.p",
                json!({
                    "bucket": refers(&["aws_s3_bucket.b.id", "aws_s3_bucket.b"]),
                    "policy": refers(&["aws_s3_bucket.b.arn", "aws_s3_bucket.b"])
                }),
            ),
        ],
    ));
    let policy = find(&root, "aws_s3_bucket_policy.p");
    assert_eq!(written(policy.properties.get("Bucket")), json!({ "Ref": "aws_s3_bucket.b" }));
    // The text of the policy is gone: nothing may be concluded from it.
    let document = policy.properties.get("PolicyDocument");
    assert!(matches!(document.kind, ValueKind::Unknown(Reason::ComputedAfterApply)));
    assert!(document.get("Statement").is_unknown());
}

#[test]
fn a_known_name_of_another_resource_is_a_reference_too() {
    let root = plan(&document(
        vec![
            change("aws_iam_role.r", json!({ "name": "app" }), json!({ "id": true, "arn": true })),
            change(
                "aws_iam_role_policy.p",
                json!({ "role": "app", "policy": "{\"Statement\":[]}" }),
                json!({}),
            ),
            change("aws_iam_role_policy.q", json!({ "role": "apps" }), json!({})),
        ],
        vec![
            configured("aws_iam_role.r", json!({ "name": { "constant_value": "app" } })),
            configured(
                "aws_iam_role_policy.p",
                json!({ "role": refers(&["aws_iam_role.r.name", "aws_iam_role.r"]) }),
            ),
            configured(
                "aws_iam_role_policy.q",
                json!({ "role": refers(&["aws_iam_role.r.name", "aws_iam_role.r"]) }),
            ),
        ],
    ));
    assert_eq!(
        resource(&root, "aws_iam_role_policy.p").1["Roles"],
        json!([{ "Ref": "aws_iam_role.r" }])
    );
    // Made of the name, but not the name.
    assert_eq!(resource(&root, "aws_iam_role_policy.q").1["Roles"], json!(["apps"]));
}

#[test]
fn an_expression_that_does_more_than_refer_is_unknown() {
    let root = plan(&document(
        vec![
            change("aws_vpc.v", json!({ "cidr_block": "10.0.0.0/16" }), json!({ "id": true })),
            change("aws_subnet.s", json!({}), json!({ "vpc_id": true, "cidr_block": true })),
            change(
                "aws_lambda_permission.l",
                json!({}),
                json!({ "principal": true, "function_name": true }),
            ),
        ],
        vec![
            configured("aws_vpc.v", json!({})),
            configured(
                "aws_subnet.s",
                json!({
                    "vpc_id": refers(&["aws_vpc.v.id", "aws_vpc.v"]),
                    // The block is known, so it is not what makes the value unknown.
                    "cidr_block": refers(&["aws_vpc.v.cidr_block", "aws_vpc.v"])
                }),
            ),
            configured(
                "aws_lambda_permission.l",
                json!({
                    "function_name": refers(&["local.name"]), "principal": {}
                }),
            ),
        ],
    ));
    let (_, subnet) = resource(&root, "aws_subnet.s");
    assert_eq!(subnet["VpcId"], json!({ "Ref": "aws_vpc.v" }));
    assert_eq!(subnet["CidrBlock"], json!({ "Unknown": "known after apply" }));
    let (_, permission) = resource(&root, "aws_lambda_permission.l");
    assert_eq!(permission["FunctionName"], json!({ "Unknown": "known after apply" }));
    assert_eq!(permission["Principal"], json!({ "Unknown": "known after apply" }));
}

#[test]
fn unknown_elements_of_lists_are_told_from_null() {
    let root = plan(&document(
        vec![
            change("aws_subnet.a", json!({}), json!({ "id": true })),
            change("aws_subnet.b", json!({}), json!({ "id": true })),
            change(
                "aws_db_subnet_group.g",
                json!({ "subnet_ids": ["subnet-1", null, null] }),
                json!({ "subnet_ids": [false, true, true] }),
            ),
            change(
                "aws_eks_cluster.e",
                json!({
                    "vpc_config": [{ "subnet_ids": null, "endpoint_public_access": null, "public_access_cidrs": [null] }]
                }),
                json!({ "vpc_config": [{ "subnet_ids": true, "public_access_cidrs": [true] }] }),
            ),
        ],
        vec![
            configured(
                "aws_db_subnet_group.g",
                json!({
                    "subnet_ids": refers(&["aws_subnet.a.id", "aws_subnet.a", "aws_subnet.b.id", "aws_subnet.b"])
                }),
            ),
            configured(
                "aws_eks_cluster.e",
                json!({ "vpc_config": [{
                "subnet_ids": refers(&["aws_subnet.a.id", "aws_subnet.a", "aws_subnet.b.id", "aws_subnet.b"])
            }] }),
            ),
        ],
    ));
    assert_eq!(
        resource(&root, "aws_db_subnet_group.g").1,
        json!({
            "SubnetIds": ["subnet-1", { "Ref": "aws_subnet.a" }, { "Ref": "aws_subnet.b" }]
        })
    );
    let config = find(&root, "aws_eks_cluster.e").properties.get("ResourcesVpcConfig").clone();
    assert_eq!(
        written(&config),
        json!({
            "SubnetIds": [{ "Ref": "aws_subnet.a" }, { "Ref": "aws_subnet.b" }],
            "PublicAccessCidrs": [{ "Unknown": "known after apply" }]
        })
    );
    // There may be more of them.
    assert!(config.get("SubnetIds").flags.has(Flags::OPEN));
    assert!(config.get("EndpointPublicAccess").is_absent());
}

#[test]
fn what_nobody_gives_is_absent_and_what_somebody_gives_is_unknown() {
    let bucket = |address| {
        change(
            address,
            json!({ "bucket": "b" }),
            json!({ "versioning": true, "acl": true, "id": true }),
        )
    };
    let root = plan(&document(
        vec![
            bucket("aws_s3_bucket.silent"),
            bucket("aws_s3_bucket.told"),
            bucket("aws_s3_bucket.unlisted"),
        ],
        vec![
            configured("aws_s3_bucket.silent", json!({ "bucket": {} })),
            configured("aws_s3_bucket.told", json!({ "bucket": {}, "acl": refers(&["var.acl"]) })),
        ],
    ));
    let property = |address, name| find(&root, address).properties.get(name).clone();
    assert!(property("aws_s3_bucket.silent", "AccessControl").is_absent());
    assert!(property("aws_s3_bucket.silent", "VersioningConfiguration").is_absent());
    assert!(property("aws_s3_bucket.told", "AccessControl").is_unknown());
    assert!(property("aws_s3_bucket.told", "VersioningConfiguration").is_absent());
    // Without a configuration nothing is known about who gives what.
    assert!(property("aws_s3_bucket.unlisted", "AccessControl").is_unknown());
}

#[test]
fn modules_are_followed_both_ways() {
    let module = |address: &str, module: &str, kind: &str, name: &str, unknown: Json| {
        json!({
            "address": address, "module_address": module, "mode": "managed", "type": kind, "name": name,
            "change": { "actions": ["create"], "after": {}, "after_unknown": unknown }
        })
    };
    let document = json!({
        "format_version": "1.2",
        "resource_changes": [
            module("module.net[\"us.east\"].aws_security_group.g", "module.net[\"us.east\"]",
                   "aws_security_group", "g", json!({ "id": true })),
            module("module.app.module.inner.aws_instance.i", "module.app.module.inner",
                   "aws_instance", "i", json!({ "vpc_security_group_ids": [true], "iam_instance_profile": true })),
            change("aws_iam_instance_profile.p", json!({}), json!({ "id": true, "name": true })),
        ],
        "configuration": { "root_module": {
            "resources": [configured("aws_iam_instance_profile.p", json!({ "name": {} }))],
            "module_calls": {
                "net": { "module": {
                    "resources": [configured("aws_security_group.g", json!({}))],
                    "outputs": { "group": { "expression": refers(&["aws_security_group.g.id", "aws_security_group.g"]) } }
                } },
                "app": {
                    "expressions": {
                        "groups": refers(&["module.net[\"us.east\"].group", "module.net[\"us.east\"]", "module.net"]),
                        "profile": refers(&["aws_iam_instance_profile.p.name", "aws_iam_instance_profile.p"])
                    },
                    "module": { "module_calls": { "inner": {
                        "expressions": { "groups": refers(&["var.groups"]), "profile": refers(&["var.profile"]) },
                        "module": { "resources": [configured("aws_instance.i", json!({
                            "vpc_security_group_ids": refers(&["var.groups"]),
                            "iam_instance_profile": refers(&["var.profile"])
                        }))] }
                    } } }
                }
            }
        } }
    });
    let root = plan(&document);
    let (_, instance) = resource(&root, "module.app.module.inner.aws_instance.i");
    assert_eq!(
        instance,
        json!({
            "SecurityGroupIds": [{ "Fn::GetAtt": ["module.net[\"us.east\"].aws_security_group.g", "GroupId"] }],
            "IamInstanceProfile": { "Ref": "aws_iam_instance_profile.p" }
        })
    );
    let group = find(&root, "module.net[\"us.east\"].aws_security_group.g");
    assert_eq!(&*group.name, "g");
    assert_eq!(group.attributes.get("module").as_str(), Some("module.net[\"us.east\"]"));
}

#[test]
fn instances_refer_to_the_instance_with_their_key() {
    let instance = |kind: &str, name: &str, index: Json, unknown: Json| {
        json!({
            "address": format!("{kind}.{name}[{index}]"), "mode": "managed", "type": kind, "name": name, "index": index,
            "change": { "actions": ["create"], "after": {}, "after_unknown": unknown }
        })
    };
    let root = plan(&document(
        vec![
            instance("aws_s3_bucket", "b", json!(0), json!({ "id": true })),
            instance("aws_s3_bucket", "b", json!(1), json!({ "id": true })),
            instance("aws_s3_bucket_policy", "p", json!(0), json!({ "bucket": true })),
            instance("aws_s3_bucket_policy", "p", json!(1), json!({ "bucket": true })),
            instance("aws_s3_bucket", "c", json!("x \"y\" ].z"), json!({ "id": true })),
            instance("aws_s3_bucket_policy", "q", json!("x \"y\" ].z"), json!({ "bucket": true })),
        ],
        vec![
            configured(
                "aws_s3_bucket_policy.p",
                json!({ "bucket": refers(&["aws_s3_bucket.b", "count.index"]) }),
            ),
            configured(
                "aws_s3_bucket_policy.q",
                json!({ "bucket": refers(&["aws_s3_bucket.c", "each.key"]) }),
            ),
        ],
    ));
    assert_eq!(
        resource(&root, "aws_s3_bucket_policy.p[1]").1["Bucket"],
        json!({ "Ref": "aws_s3_bucket.b[1]" })
    );
    assert_eq!(
        resource(&root, "aws_s3_bucket_policy.q[\"x \\\"y\\\" ].z\"]").1["Bucket"],
        json!({ "Ref": "aws_s3_bucket.c[\"x \\\"y\\\" ].z\"]" })
    );
}

#[test]
fn a_part_finds_its_parent_through_a_choice() {
    let root = plan(&document(
        vec![
            change("aws_s3_bucket.b", json!({ "bucket": "b" }), json!({ "id": true })),
            change("aws_s3_bucket_policy.p", json!({}), json!({ "id": true, "bucket": true })),
            change(
                "aws_s3_bucket_public_access_block.x",
                json!({ "block_public_acls": true }),
                json!({ "bucket": true }),
            ),
        ],
        vec![configured(
            "aws_s3_bucket_public_access_block.x",
            json!({ "bucket": refers(&[
            "var.with_policy", "aws_s3_bucket_policy.p.id", "aws_s3_bucket_policy.p", "aws_s3_bucket.b.id", "aws_s3_bucket.b"
        ]) }),
        )],
    ));
    assert_eq!(addresses(&root), ["aws_s3_bucket.b", "aws_s3_bucket_policy.p"]);
    let bucket = find(&root, "aws_s3_bucket.b");
    assert_eq!(
        bucket.properties.path("PublicAccessBlockConfiguration/BlockPublicAcls").as_bool(),
        Some(true)
    );
}

#[test]
fn only_what_will_exist_is_a_resource() {
    let with = |address: &str, actions: Json, after: Json| {
        let mut change = change(address, after, json!({}));
        change["change"]["actions"] = actions;
        change
    };
    let mut deposed = with("aws_sqs_queue.replaced", json!(["delete"]), json!({ "name": "old" }));
    deposed["deposed"] = json!("abcd1234");
    let mut data = with("aws_sqs_queue.read", json!(["read"]), json!({ "name": "d" }));
    data["mode"] = json!("data");
    data["address"] = json!("data.aws_sqs_queue.read");
    let root = plan(&document(
        vec![
            with("aws_sqs_queue.gone", json!(["delete"]), Json::Null),
            with("aws_sqs_queue.forgotten", json!(["forget"]), Json::Null),
            with("aws_sqs_queue.same", json!(["no-op"]), json!({ "name": "same" })),
            deposed,
            with("aws_sqs_queue.replaced", json!(["create", "delete"]), json!({ "name": "new" })),
            data,
        ],
        vec![],
    ));
    let real = root.resources.iter().filter(|resource| resource.is_real());
    let real: Vec<&str> = real.map(|resource| &*resource.address).collect();
    assert_eq!(real, ["aws_sqs_queue.same", "aws_sqs_queue.replaced"]);
    assert_eq!(resource(&root, "aws_sqs_queue.replaced").1, json!({ "QueueName": "new" }));
    let same = find(&root, "aws_sqs_queue.same");
    assert_eq!(written(same.attributes.get("actions")), json!(["no-op"]));
    assert!(!root.open);
}

#[test]
fn what_goes_can_be_asked_for() {
    let goes = |address: &str, action: &str, before: Json| {
        let mut change = change(address, Json::Null, json!({}));
        change["change"]["actions"] = json!([action]);
        change["change"]["before"] = before;
        change["change"]["before_sensitive"] = json!({ "kms_key_id": true });
        change
    };
    let changes = vec![
        goes("aws_cloudtrail.t", "delete", json!({ "name": "t", "kms_key_id": "s3cr3t" })),
        goes("aws_kms_key.k", "forget", json!({ "enable_key_rotation": true })),
        goes("aws_s3_bucket_public_access_block.b", "delete", json!({ "bucket": "data" })),
        goes("aws_s3_bucket.never", "create", json!({ "bucket": "data" })),
    ];
    let text = document(changes, vec![]).to_string();
    let (root, _) = plan_with_diagnostics(&text);
    assert_eq!(
        addresses(&root),
        ["aws_cloudtrail.t", "aws_kms_key.k", "aws_s3_bucket_public_access_block.b"]
    );
    assert!(root.resources.iter().all(Resource::is_deleted));
    let (kind, trail) = resource(&root, "aws_cloudtrail.t");
    assert_eq!(kind, "Deleted::AWS::CloudTrail::Trail");
    assert_eq!(trail["TrailName"], "t");
    assert!(find(&root, "aws_cloudtrail.t").properties.get("KMSKeyId").flags.has(Flags::SENSITIVE));
    assert!(root.sensitive.iter().any(|span| under(&text, *span) == "\"s3cr3t\""));
    let key = find(&root, "aws_kms_key.k");
    assert_eq!(written(key.attributes.get("actions")), json!(["forget"]));
    // The part of a bucket that goes is not the bucket.
    let (kind, _) = resource(&root, "aws_s3_bucket_public_access_block.b");
    assert_eq!(kind, "Deleted::aws_s3_bucket_public_access_block");
}

#[test]
fn a_partial_plan_is_open() {
    for (key, value, open) in [
        ("complete", json!(false), true),
        ("errored", json!(true), true),
        ("deferred_changes", json!([{}]), true),
        ("complete", json!(true), false),
        ("errored", json!(false), false),
        ("deferred_changes", json!([]), false),
    ] {
        let mut document = document(vec![], vec![]);
        document[key] = value.clone();
        assert_eq!(plan(&document).open, open, "{key} {value}");
    }
}

#[test]
fn secrets_are_marked_wherever_they_are_written() {
    let mut one = change(
        "aws_db_instance.d",
        json!({ "password": "s3cr3t", "username": "u", "tags": { "a": "b" } }),
        json!({}),
    );
    one["change"]["after_sensitive"] = json!({ "password": true, "tags": {} });
    one["change"]["before"] = json!({ "password": "0ld" });
    one["change"]["before_sensitive"] = json!({ "password": true });
    let mut document = document(
        vec![one],
        vec![configured(
            "aws_db_instance.d",
            json!({
                "password": { "constant_value": "s3cr3t" }
            }),
        )],
    );
    document["variables"] = json!({ "token": { "value": "t0ken" }, "plain": { "value": "p" } });
    document["configuration"]["root_module"]["variables"] = json!({ "token": { "sensitive": true, "default": "d3fault" }, "plain": { "description": "d" } });
    document["configuration"]["root_module"]["outputs"] =
        json!({ "out": { "sensitive": true, "expression": {} } });
    document["output_changes"] =
        json!({ "out": { "actions": ["create"], "after": "0utput", "after_unknown": false } });
    let text = document.to_string();
    let (root, _) = plan_with_diagnostics(&text);
    let mut masked: Vec<&str> = root.sensitive.iter().map(|span| under(&text, *span)).collect();
    masked.sort_unstable();
    assert_eq!(
        masked,
        ["\"0ld\"", "\"0utput\"", "\"d3fault\"", "\"s3cr3t\"", "\"s3cr3t\"", "\"t0ken\""]
    );
    let instance = find(&root, "aws_db_instance.d");
    assert!(instance.properties.get("MasterUserPassword").flags.has(Flags::SENSITIVE));
    assert!(!instance.properties.get("MasterUsername").flags.has(Flags::SENSITIVE));
    let token = find(&root, "var.token");
    assert_eq!(&*token.resource_type, Resource::PARAMETER);
    assert_eq!(token.properties.get("NoEcho").as_bool(), Some(true));
    assert!(token.properties.get("Default").flags.has(Flags::SENSITIVE));
    let plain = find(&root, "var.plain");
    assert_eq!(plain.properties.get("NoEcho").as_bool(), Some(false));
    assert_eq!(plain.attributes.get("value").as_str(), Some("p"));
    let output = find(&root, "output.out");
    assert_eq!(&*output.resource_type, Resource::OUTPUT);
    assert!(output.properties.get("Value").flags.has(Flags::SENSITIVE));
}

#[test]
fn attributes_that_are_known_to_hold_secrets_need_no_mark() {
    let after = json!({ "username": "u", "master_password": "s3cr3t", "password": null });
    let text = document(vec![change("aws_rds_cluster.c", after, json!({}))], vec![]).to_string();
    let (root, _) = plan_with_diagnostics(&text);
    let masked: Vec<&str> = root.sensitive.iter().map(|span| under(&text, *span)).collect();
    assert_eq!(masked, ["\"s3cr3t\""]);
    let password = find(&root, "aws_rds_cluster.c").properties.get("MasterUserPassword").clone();
    assert_eq!(password.display_text().as_deref(), Some("(sensitive)"));
}

#[test]
fn a_whole_block_may_be_secret() {
    let mut one = change(
        "aws_lambda_function.f",
        json!({ "environment": [{ "variables": { "A": "x" } }] }),
        json!({}),
    );
    one["change"]["after_sensitive"] = json!({ "environment": true });
    let root = plan(&document(vec![one], vec![]));
    let value =
        find(&root, "aws_lambda_function.f").properties.path("Environment/Variables/A").clone();
    assert!(value.flags.has(Flags::SENSITIVE));
    assert_eq!(value.display_text().as_deref(), Some("(sensitive)"));
}

#[test]
fn values_have_the_places_of_the_plan() {
    let policy = r#"{"Statement":[{"Action":"*"}]}"#;
    let text = document(
        vec![change("aws_iam_policy.p", json!({ "name": "p", "policy": policy }), json!({}))],
        vec![],
    )
    .to_string();
    let (root, _) = plan_with_diagnostics(&text);
    let policy = find(&root, "aws_iam_policy.p");
    assert_eq!(under(&text, policy.span), "aws_iam_policy.p");
    let at = |path: &str| under(&text, policy.properties.path(path).span);
    assert_eq!(at("ManagedPolicyName"), "\"p\"");
    assert_eq!(at("PolicyDocument/Statement/0/Action"), "\\\"*\\\"");
    assert!(policy.properties.path("PolicyDocument/Statement").flags.has(Flags::EMBEDDED));
}

#[test]
fn a_policy_that_is_repeated_has_places_of_its_own() {
    let policy = "{\"Statement\": [{\"Effect\": \"Allow\",\n \"Sid\": \"é\", \"Action\": \"*\"}]}";
    let names = ["p1", "p2", "p3"];
    let of = |name: &str| {
        let after = json!({ "name": name, "policy": policy });
        change(&format!("aws_iam_policy.{name}"), after, json!({}))
    };
    let text = document(names.map(of).to_vec(), vec![]).to_string();
    let (root, _) = plan_with_diagnostics(&text);
    let [first, rest @ ..] = names.map(|name| find(&root, &format!("aws_iam_policy.{name}")));
    let all = |resource: &Resource| {
        let mut found = Vec::new();
        resource.properties.get("PolicyDocument").walk(&mut |trail, value| {
            found.push((trail.to_path(), value.span, under(&text, value.span).to_owned()));
        });
        found
    };
    assert!(all(first).len() > 5);
    for other in rest {
        for (one, two) in all(first).into_iter().zip(all(other)) {
            assert_eq!((&one.0, &one.2), (&two.0, &two.2));
            let distance = other.span.start - first.span.start;
            assert_eq!(two.1.start - one.1.start, distance, "{}", one.0);
        }
    }
}

#[test]
fn tags_of_the_provider_count() {
    let changes = || {
        vec![
            change(
                "aws_sqs_queue.all",
                json!({ "tags": { "a": "1" }, "tags_all": { "a": "1", "b": "2" } }),
                json!({}),
            ),
            change(
                "aws_sqs_queue.unknown",
                json!({ "tags": { "a": "1" } }),
                json!({ "tags_all": true }),
            ),
            change("aws_sqs_queue.none", json!({ "tags": null }), json!({ "tags_all": true })),
        ]
    };
    let resources = || {
        ["all", "unknown", "none"]
            .map(|name| configured(&format!("aws_sqs_queue.{name}"), json!({ "tags": {} })))
    };
    let mut with_tags = document(changes(), resources().to_vec());
    with_tags["configuration"]["provider_config"] = json!({ "aws": { "expressions": {
        "default_tags": [{ "tags": refers(&["var.tags"]) }], "region": { "constant_value": "eu-central-1" }
    } } });
    let root = plan(&with_tags);
    let tags = |address: &str| find(&root, address).properties.get("Tags").clone();
    assert_eq!(
        written(&tags("aws_sqs_queue.all")),
        json!([{ "Key": "a", "Value": "1" }, { "Key": "b", "Value": "2" }])
    );
    assert!(tags("aws_sqs_queue.unknown").flags.has(Flags::OPEN));
    assert!(tags("aws_sqs_queue.none").is_unknown());
    let region = find(&root, "aws_sqs_queue.all").attributes.get("region").clone();
    assert_eq!(region.as_str(), Some("eu-central-1"));

    let root = plan(&document(changes(), resources().to_vec()));
    let tags = |address: &str| find(&root, address).properties.get("Tags").clone();
    assert!(!tags("aws_sqs_queue.unknown").flags.has(Flags::OPEN));
    assert!(tags("aws_sqs_queue.none").is_absent());
}

#[test]
fn planned_values_stand_in_for_missing_changes() {
    let root = plan(&json!({ "planned_values": { "root_module": {
        "resources": [{ "address": "aws_sqs_queue.q", "mode": "managed", "type": "aws_sqs_queue", "name": "q",
                        "values": { "name": "q" } }],
        "child_modules": [{ "address": "module.m[\"a.b\"]", "resources": [{
            "address": "module.m[\"a.b\"].aws_kms_key.k", "mode": "managed", "type": "aws_kms_key", "name": "k",
            "values": { "enable_key_rotation": true }, "sensitive_values": {}
        }] }]
    } } }));
    assert_eq!(addresses(&root), ["aws_sqs_queue.q", "module.m[\"a.b\"].aws_kms_key.k"]);
    assert_eq!(resource(&root, "aws_sqs_queue.q").1, json!({ "QueueName": "q" }));
    // What is known after apply is left out there.
    assert!(find(&root, "aws_sqs_queue.q").properties.get("KmsMasterKeyId").is_unknown());
}

#[test]
fn explicit_orders_are_references() {
    let mut later = configured("aws_sqs_queue.b", json!({}));
    later["depends_on"] = json!(["aws_sqs_queue.a", "module.other", "aws_sqs_queue.missing"]);
    let root = plan(&document(
        vec![
            change("aws_sqs_queue.a", json!({}), json!({})),
            change("aws_sqs_queue.b", json!({ "name": "b" }), json!({})),
        ],
        vec![later],
    ));
    let orders = find(&root, "aws_sqs_queue.b").attributes.get("DependsOn").clone();
    assert_eq!(written(&orders), json!([{ "Ref": "aws_sqs_queue.a" }]));
}

#[test]
fn every_known_format_version_is_read() {
    for version in ["0.1", "0.2", "1.0", "1.1", "1.2", "1.9"] {
        let mut document =
            document(vec![change("aws_sqs_queue.q", json!({ "name": "q" }), json!({}))], vec![]);
        document["format_version"] = json!(version);
        assert_eq!(addresses(&plan(&document)), ["aws_sqs_queue.q"], "{version}");
    }
    let mut newer =
        document(vec![change("aws_sqs_queue.q", json!({ "name": "q" }), json!({}))], vec![]);
    newer["format_version"] = json!("2.0");
    let (root, diagnostics) = plan_with_diagnostics(&newer.to_string());
    assert_eq!(addresses(&root), ["aws_sqs_queue.q"]);
    assert_eq!(diagnostics.len(), 1);
    assert!(diagnostics[0].message.contains("2.0"));
}

#[test]
fn a_missing_address_is_put_together() {
    let mut one = change("aws_sqs_queue.q", json!({ "name": "q" }), json!({}));
    one.as_object_mut().expect("an object").remove("address");
    one["module_address"] = json!("module.m");
    one["index"] = json!("k");
    let root = plan(&document(vec![one], vec![]));
    assert_eq!(addresses(&root), ["module.m.aws_sqs_queue.q[\"k\"]"]);
}

#[test]
fn a_broken_policy_is_told_and_unknown() {
    let text = document(
        vec![change("aws_iam_policy.p", json!({ "policy": "{\"Statement\": [}" }), json!({}))],
        vec![],
    )
    .to_string();
    let (root, diagnostics) = plan_with_diagnostics(&text);
    assert_eq!(diagnostics.len(), 1);
    let document = find(&root, "aws_iam_policy.p").properties.get("PolicyDocument").clone();
    assert!(matches!(document.kind, ValueKind::Unknown(Reason::Malformed)));
    assert_eq!(diagnostics[0].primary.span, document.span);
}

#[test]
fn the_hash_of_user_data_is_not_user_data() {
    let after = json!({ "user_data": "da39a3ee5e6b4b0d3255bfef95601890afd80709", "user_data_base64": null });
    let root = plan(&document(vec![change("aws_instance.i", after, json!({}))], vec![]));
    let data = find(&root, "aws_instance.i").properties.get("UserData").clone();
    assert!(matches!(data.kind, ValueKind::Unknown(Reason::Transform(_))));
}
