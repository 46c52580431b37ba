//! Modules that call each other, in Terraform's own syntax.

use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::json;
use trilith_graph::Flags;
use trilith_parser::Options;
use trilith_parser::terraform::{Given, Variables};

use crate::support::{
    addresses, find, hcl, modules, modules_with, only_root, resource, under, written,
};

#[test]
fn arguments_go_in_and_outputs_come_out() {
    let child = "variable \"name\" {}\nvariable \"size\" {\n type = number\n default = \"7\"\n}\n\
                 resource \"aws_sqs_queue\" \"q\" {\n name = var.name\n delay_seconds = var.size\n}\n\
                 output \"arn\" {\n value = aws_sqs_queue.q.arn\n}\noutput \"name\" {\n value = \"<${var.name}>\"\n}\n";
    let root = only_root(&[
        (
            "main.tf",
            "module \"a\" {\n source = \"./m\"\n name = \"a\"\n}\n\
             module \"b\" {\n source = \"./m\"\n name = module.a.name\n size = 1 + 2\n}\n\
             resource \"aws_sns_topic_subscription\" \"s\" {\n endpoint = module.b.arn\n protocol = \"sqs\"\n topic_arn = \"x\"\n}\n",
        ),
        ("m/main.tf", child),
    ]);
    assert_eq!(
        resource(&root, "module.b.aws_sqs_queue.q").1,
        json!({ "QueueName": "<a>", "DelaySeconds": 3 })
    );
    assert_eq!(resource(&root, "module.a.aws_sqs_queue.q").1["DelaySeconds"], json!(7));
    assert_eq!(
        resource(&root, "aws_sns_topic_subscription.s").1["Endpoint"],
        json!({ "Fn::GetAtt": ["module.b.aws_sqs_queue.q", "Arn"] })
    );
    let name = find(&root, "module.b.aws_sqs_queue.q").properties.get("QueueName").clone();
    assert!(!name.flags.has(Flags::ASSUMED), "it is passed");
    let size = find(&root, "module.a.aws_sqs_queue.q").properties.get("DelaySeconds").clone();
    assert!(size.flags.has(Flags::ASSUMED), "it is a default");
    let notes: Vec<&str> = std::iter::successors(name.via.as_deref(), |via| via.next.as_deref())
        .map(|via| via.note.as_ref())
        .collect();
    assert_eq!(
        notes,
        [
            "argument `name` of the module",
            "output `name` of `module.a`",
            "argument `name` of the module"
        ],
        "the way from the use to the definition"
    );
}

#[test]
fn a_boolean_written_with_a_capital_letter_is_what_it_means() {
    let root = only_root(&[(
        "main.tf",
        "resource \"aws_ebs_volume\" \"v\" {\n encrypted = False\n multi_attach_enabled = TRUE\n}\n\
         resource \"aws_ebs_volume\" \"w\" {\n encrypted = [for True in [false] : True][0]\n}\n",
    )]);
    assert_eq!(
        resource(&root, "aws_ebs_volume.v").1,
        json!({ "Encrypted": false, "MultiAttachEnabled": true })
    );
    assert_eq!(resource(&root, "aws_ebs_volume.w").1["Encrypted"], json!(false));
}

#[test]
fn a_directory_is_a_root_if_nobody_calls_it() {
    let call = |source: &str| format!("module \"x\" {{\n source = \"{source}\"\n}}\n");
    let (to_b, to_c, to_d, to_a) = (call("../b"), call("../c"), call("../d"), call("../a"));
    let files = [
        ("a/main.tf", to_b.as_str()),
        ("b/main.tf", to_c.as_str()),
        ("c/main.tf", "resource \"aws_sqs_queue\" \"q\" {}\n"),
        ("d/main.tf", to_d.as_str()),
    ];
    let parsed = modules(&files);
    let names: Vec<&str> = parsed.roots.iter().map(|root| root.name.as_ref()).collect();
    assert_eq!(names, ["a", "d"]);
    assert_eq!(addresses(&parsed.roots[0]), ["module.x.module.x.aws_sqs_queue.q"]);
    assert!(parsed.roots[1].open, "it calls itself");
    let circle = [("a/main.tf", to_b.as_str()), ("b/main.tf", to_a.as_str())];
    assert_eq!(modules(&circle).roots.len(), 1);
}

#[test]
fn values_of_variables_follow_the_precedence_of_terraform() {
    let text = "variable \"a\" {\n default = \"default\"\n}\nvariable \"list\" {\n type = list(number)\n default = []\n}\n\
                variable \"secret\" {\n sensitive = true\n}\n\
                resource \"aws_sqs_queue\" \"q\" {\n name = var.a\n tags = { n = join(\",\", var.list), s = var.secret }\n}\n";
    let files = [
        ("main.tf", text),
        ("terraform.tfvars", "a = \"file\"\nlist = [1]\nsecret = \"hunter2\"\n"),
        ("named.tfvars", "a = \"named\"\n"),
    ];
    let name = |given: Vec<Given>, environment: &[(&str, &str)]| {
        let environment = environment.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
        let variables = Variables { environment, given };
        let options = Options { variables, ..Options::default() };
        let parsed = modules_with(&files, &options);
        let queue = find(&parsed.roots[0], "aws_sqs_queue.q");
        let tag = written(queue.properties.path("Tags/0/Value"));
        (queue.properties.get("QueueName").as_str().map(str::to_owned).unwrap_or_default(), tag)
    };
    let value = |text: &str| Given::Value { name: "a".into(), text: text.into() };
    let file = || Given::File("named.tfvars".into());
    assert_eq!(name(vec![], &[("a", "environment")]).0, "file");
    assert_eq!(name(vec![file()], &[]).0, "named");
    assert_eq!(name(vec![file(), value("7")], &[]).0, "7");
    assert_eq!(name(vec![value("7"), file()], &[]).0, "named");
    let list = Given::Value { name: "list".into(), text: "[2, 3]".into() };
    assert_eq!(name(vec![list], &[]).1, json!("2,3"));
    let parsed = modules(&files);
    let secret = &parsed.roots[0].sensitive;
    assert_eq!(secret.len(), 1);
    assert_eq!(under(files[1].1, secret[0]), "\"hunter2\"");
}

#[test]
fn keys_that_depend_on_a_condition_exist_under_it() {
    let root = hcl("variable \"on\" {\n type = bool\n}\n\
         resource \"aws_sqs_queue\" \"q\" {\n for_each = var.on ? { a = 1, b = 2 } : { a = 3 }\n name = each.key\n delay_seconds = each.value\n}\n\
         resource \"aws_sqs_queue\" \"r\" {\n for_each = { for k, v in { c = 1 } : k => v if var.on }\n name = each.key\n}\n");
    let guard = |address: &str| find(&root, address).guard.describe(true);
    assert_eq!(guard("aws_sqs_queue.q[\"b\"]"), "`var.on` is true");
    assert_eq!(guard("aws_sqs_queue.q[\"a\"]"), "true");
    assert_eq!(guard("aws_sqs_queue.r[\"c\"]"), "`var.on` is true");
    assert_eq!(
        resource(&root, "aws_sqs_queue.q[\"a\"]").1["DelaySeconds"],
        json!({ "OneOf": [["`var.on` is true", 1], ["`var.on` is false", 3]] })
    );
}

#[test]
fn the_same_condition_is_one_through_locals_and_arguments() {
    let root = only_root(&[
        (
            "main.tf",
            "variable \"on\" {\n type = bool\n}\nlocals {\n make = var.on\n}\n\
             module \"m\" {\n source = \"./m\"\n create = local.make\n}\n\
             resource \"aws_sqs_queue\" \"q\" {\n count = var.on ? 1 : 0\n}\n",
        ),
        (
            "m/main.tf",
            "variable \"create\" {\n type = bool\n}\nresource \"aws_sqs_queue\" \"q\" {\n count = var.create ? 1 : 0\n}\n",
        ),
    ]);
    let inner = &find(&root, "module.m.aws_sqs_queue.q[0]").guard;
    assert_eq!(inner, &find(&root, "aws_sqs_queue.q[0]").guard);
}

#[test]
fn instances_are_lists_and_maps_of_themselves() {
    let root = hcl("resource \"aws_sqs_queue\" \"one\" {}\n\
         resource \"aws_sqs_queue\" \"counted\" {\n count = 2\n}\n\
         resource \"aws_sqs_queue\" \"keyed\" {\n for_each = toset([\"a\"])\n}\n\
         resource \"aws_sqs_queue\" \"none\" {\n count = 0\n}\n\
         resource \"aws_iam_policy\" \"p\" {\n policy = jsonencode({ Statement = [{\n\
           Action = \"*\"\n\
           Resource = concat(aws_sqs_queue.one[*].arn, aws_sqs_queue.counted[*].arn, [for k, q in aws_sqs_queue.keyed : q.arn],\n\
             [try(aws_sqs_queue.none[0].arn, \"none\")], aws_sqs_queue.none[*].arn)\n }] })\n}\n");
    let resources =
        find(&root, "aws_iam_policy.p").properties.path("PolicyDocument/Statement/0/Resource");
    let arn = |address: &str| json!({ "Fn::GetAtt": [address, "Arn"] });
    assert_eq!(
        written(resources),
        json!([
            arn("aws_sqs_queue.one"),
            arn("aws_sqs_queue.counted[0]"),
            arn("aws_sqs_queue.counted[1]"),
            arn("aws_sqs_queue.keyed[\"a\"]"),
            "none"
        ])
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, ..ProptestConfig::default() })]

    /// Whatever calls whatever, with whatever keys: reading ends, without a panic.
    #[test]
    fn modules_that_call_each_other_end(calls in prop::collection::vec((0..4_usize, 0..4_usize, 0..6_usize), 0..14)) {
        let meta = [
            "", "count = 3", "count = var.x", "for_each = toset([\"a\", \"b\"])", "for_each = var.x", "count = length(module.m0)",
        ];
        let mut texts = vec![
            "variable \"x\" {\n default = 2\n}\nresource \"aws_sqs_queue\" \"q\" {\n name = var.x\n}\noutput \"x\" {\n value = aws_sqs_queue.q\n}\n".to_owned();
            4
        ];
        for (at, (from, to, kind)) in calls.iter().enumerate() {
            let next = (at + 1) % calls.len();
            let text = &mut texts[*from];
            let _ = writeln!(text, "module \"m{at}\" {{\n source = \"../{to}\"\n {}\n x = module.m{next}\n}}", meta[*kind]);
        }
        let names: Vec<String> = (0..4).map(|n| format!("{n}/main.tf")).collect();
        let files: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(texts.iter().map(String::as_str)).collect();
        let parsed = modules(&files);
        prop_assert!(!parsed.roots.is_empty());
    }
}

#[test]
fn what_stands_beside_the_resources_can_be_spoken_of() {
    let text = "terraform {\n backend \"s3\" {\n  bucket = \"state\"\n  encrypt = false\n }\n \
                required_providers {\n  aws = { source = \"hashicorp/aws\", version = \">= 5\" }\n }\n}\n\
                provider \"aws\" {\n region = var.region\n access_key = \"AKIAIOSFODNN7EXAMPLE\"\n}\n\
                provider \"aws\" {\n alias = \"west\"\n region = \"us-west-2\"\n}\n\
                variable \"region\" {\n default = \"eu-west-1\"\n}\n\
                module \"vpc\" {\n source = \"git::https://example.com/vpc.git\"\n cidr = \"10.0.0.0/8\"\n}\n\
                data \"aws_ami\" \"web\" {\n count = 2\n most_recent = true\n owners = [\"self\"]\n}\n\
                data \"aws_iam_policy_document\" \"p\" {\n statement {\n actions = [\"*\"]\n }\n}\n";
    let root = hcl(text);
    let kind = |address: &str| find(&root, address).resource_type.to_string();
    let properties = |address: &str| written(&find(&root, address).properties);
    assert_eq!(kind("terraform.backend.s3"), "terraform.backend.s3");
    assert_eq!(properties("terraform.backend.s3"), json!({ "bucket": "state", "encrypt": false }));
    assert_eq!(
        properties("terraform.required_providers"),
        json!({ "aws": { "source": "hashicorp/aws", "version": ">= 5" } })
    );
    assert_eq!(kind("provider.aws"), "provider.aws");
    assert_eq!(
        properties("provider.aws"),
        json!({ "region": "eu-west-1", "access_key": "AKIAIOSFODNN7EXAMPLE" })
    );
    assert_eq!(properties("provider.aws.west"), json!({ "region": "us-west-2" }));
    assert_eq!(properties("module.vpc"), json!({ "source": "git::https://example.com/vpc.git" }));
    assert_eq!(kind("data.aws_ami.web"), "data.aws_ami");
    assert_eq!(properties("data.aws_ami.web"), json!({ "most_recent": true, "owners": ["self"] }));
    // A policy is none of the settings: nothing takes this one, and it stands for itself.
    assert_eq!(kind("data.aws_iam_policy_document.p"), "AWS::IAM::ManagedPolicy");
    let key = find(&root, "provider.aws").properties.get("access_key").span;
    assert!(root.sensitive.contains(&key), "a key is printed nowhere");
    assert!(root.resources.iter().filter(|one| one.is_setting()).all(|one| !one.is_real()));
}

#[test]
fn settings_are_the_same_in_json() {
    let root = crate::support::module(
        r#"{"terraform": {"backend": {"s3": {"encrypt": false}}, "required_providers": {"aws": {"version": "5"}}},
            "provider": {"aws": [{"region": "eu-west-1"}, {"alias": "west", "region": "us-west-2"}]},
            "module": {"vpc": {"source": "x/vpc/aws", "version": "1.0"}},
            "data": {"aws_ami": {"web": {"most_recent": true}}}}"#,
    );
    let properties = |address: &str| written(&find(&root, address).properties);
    assert_eq!(properties("terraform.backend.s3"), json!({ "encrypt": false }));
    assert_eq!(properties("terraform.required_providers"), json!({ "aws": { "version": "5" } }));
    assert_eq!(properties("provider.aws.west"), json!({ "region": "us-west-2" }));
    assert_eq!(properties("module.vpc"), json!({ "source": "x/vpc/aws", "version": "1.0" }));
    assert_eq!(properties("data.aws_ami.web"), json!({ "most_recent": true }));
}

#[test]
fn filters_of_a_webhook_keep_what_they_say() {
    let root = hcl("resource \"aws_codebuild_project\" \"p\" {\n name = \"p\"\n}\n\
         resource \"aws_codebuild_webhook\" \"w\" {\n project_name = aws_codebuild_project.p.name\n \
         filter_group {\n  filter {\n   type = \"EVENT\"\n   pattern = \"PUSH\"\n  }\n  filter {\n   \
         type = \"HEAD_REF\"\n   pattern = \"main\"\n   exclude_matched_pattern = true\n  }\n }\n}\n");
    let project = resource(&root, "aws_codebuild_project.p").1;
    assert_eq!(
        project["Triggers"]["FilterGroups"],
        json!([[
            { "Type": "EVENT", "Pattern": "PUSH" },
            { "Type": "HEAD_REF", "Pattern": "main", "ExcludeMatchedPattern": true }
        ]])
    );
}

#[test]
fn what_is_there_is_taken_though_it_is_not_known() {
    let of = |count: &str, argument: &str| {
        let text = format!(
            r#"
variable "create" {{ type = bool }}
data "aws_cloudwatch_log_group" "g" {{
  count = {count}
  name  = "/x"
}}
data "aws_vpc" "v" {{
  for_each = toset(["a"])
  id       = each.key
}}
resource "aws_sns_topic" "t" {{
  display_name = try({argument}, "none")
  name         = can({argument}) ? "yes" : "no"
}}
"#
        );
        let root = hcl(&text);
        let topic = find(&root, "aws_sns_topic.t");
        [written(topic.properties.get("DisplayName")), written(topic.properties.get("TopicName"))]
            .map(|value| value.to_string())
    };
    let group = "data.aws_cloudwatch_log_group.g[0].arn";
    let [known, can] = of("1", group);
    assert!(!known.contains("none") && can == "\"yes\"", "{known} {can}");
    let [known, can] = of("1", r#"data.aws_vpc.v["a"].arn"#);
    assert!(!known.contains("none") && can == "\"yes\"", "{known} {can}");
    assert_eq!(of("0", group), ["\"none\"", "\"no\""]);
    assert_eq!(of("1", r#"data.aws_vpc.v["b"].arn"#), ["\"none\"", "\"no\""]);
    // It may not exist, and what the provider gives in a list may be missing.
    let guarded = of("var.create ? 1 : 0", group);
    assert!(guarded[0].contains("none") && guarded[1].contains("no"), "{guarded:?}");
    let inner = of("1", "data.aws_cloudwatch_log_group.g[0].tags[0].x");
    assert!(inner[0].contains("none") && inner[1].contains("no"), "{inner:?}");
}
