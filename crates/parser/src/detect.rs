//! What a file is, from its name and a look at its text; nothing is parsed.
//!
//! A repository is full of YAML and JSON that is not ours. Each file is passed over once or
//! twice by a substring search, which runs at memory speed.

mod keys;
mod reason;

use memchr::memmem;

pub use reason::NotOurs;

use keys::{TopLevel, json_top_level, yaml_top_level};

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detection {
    /// A CloudFormation template, SAM included. Of several YAML documents at least one is.
    CloudFormation(Syntax),
    /// The JSON of `terraform show -json` for a plan.
    TerraformPlan,
    /// A state file, or the JSON of `terraform show -json` for a state.
    TerraformState,
    /// A module file in Terraform's JSON syntax.
    TerraformJson,
    /// A module file in Terraform's own syntax.
    TerraformHcl,
    /// Values for variables: `.tfvars`, `.tfvars.json`.
    TerraformVariables(Syntax),
    /// A policy document that stands alone.
    IamDocument(Syntax),
    /// Something else.
    NotOurs(NotOurs),
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    /// JSON.
    Json,
    /// YAML.
    Yaml,
    /// HCL.
    Hcl,
}

/// Says what a file is. `name` is its path, with forward or backward slashes.
pub fn detect(name: &str, text: &str) -> Detection {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name).to_ascii_lowercase();
    if let Some(detection) = by_name(&file) {
        return detection;
    }
    let start = first_content(text);
    match start.as_bytes().first() {
        None => Detection::NotOurs(NotOurs::Empty),
        Some(b'{' | b'[') => json(start),
        Some(b'<') => Detection::NotOurs(NotOurs::Other),
        Some(_) => yaml(text),
    }
}

/// The text without the comments and document marks that it begins with.
fn first_content(text: &str) -> &str {
    let mut rest = text.trim_start_matches('\u{feff}');
    loop {
        rest = rest.trim_start();
        let end = if rest.starts_with("/*") {
            memmem::find(rest.as_bytes(), b"*/").map(|at| at + 2)
        } else if ["#", "//", "---\n", "---\r"].iter().any(|mark| rest.starts_with(mark)) {
            Some(memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len()))
        } else {
            return rest;
        };
        rest = &rest[end.unwrap_or(rest.len())..];
    }
}

fn by_name(file: &str) -> Option<Detection> {
    let ends = |endings: &[&str]| endings.iter().any(|ending| file.ends_with(ending));
    if ends(&[".tfvars.json", ".tofuvars.json"]) {
        return Some(Detection::TerraformVariables(Syntax::Json));
    }
    if ends(&[".tf.json", ".tofu.json"]) {
        return Some(Detection::TerraformJson);
    }
    if ends(&[".tf", ".tofu"]) {
        return Some(Detection::TerraformHcl);
    }
    if ends(&[".tfvars", ".tofuvars"]) {
        return Some(Detection::TerraformVariables(Syntax::Hcl));
    }
    if ends(&[".tfstate", ".tfstate.backup"]) {
        return Some(Detection::TerraformState);
    }
    let locks = ["package-lock.json", "npm-shrinkwrap.json", "pnpm-lock.yaml", "package.json"];
    if ends(&[".lock", ".lock.hcl"]) || locks.contains(&file) {
        return Some(Detection::NotOurs(NotOurs::LockFile));
    }
    if ends(&[".schema.json", ".schema.yaml", ".schema.yml"]) {
        return Some(Detection::NotOurs(NotOurs::Schema));
    }
    ends(&[".hcl", ".toml", ".md", ".py", ".js", ".ts", ".go", ".sh"])
        .then_some(Detection::NotOurs(NotOurs::Other))
}

fn has(text: &str, word: &str) -> bool {
    memmem::find(text.as_bytes(), word.as_bytes()).is_some()
}

fn has_any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| has(text, word))
}

fn is_template(text: &str, top: &TopLevel<'_>) -> bool {
    // Every type of resource has `::` in its name, and so has every long intrinsic.
    let is_versioned = top.has("AWSTemplateFormatVersion");
    is_versioned || (top.has("Resources") && has(text, "::"))
}

fn json(text: &str) -> Detection {
    let candidate =
        ["format_version", "Resources", "AWSTemplateFormatVersion", "Effect", "terraform_version"];
    let limit = if has_any(text, &candidate) { usize::MAX } else { reason::SAMPLE };
    let top = json_top_level(text, limit, |top| is_plan(top) || top.has("Resources"));
    if let Some(reason) = reason::of_json(&top, text) {
        return Detection::NotOurs(reason);
    }
    if let Some(detection) = terraform_json(text, &top) {
        return detection;
    }
    let detection = if is_template(text, &top) {
        Detection::CloudFormation(Syntax::Json)
    } else if is_policy(text, &top) {
        Detection::IamDocument(Syntax::Json)
    } else {
        return Detection::NotOurs(NotOurs::Other);
    };
    if reason::is_terraform_template(text) {
        return Detection::NotOurs(NotOurs::TerraformTemplate);
    }
    detection
}

/// Terraform writes `format_version` first, but filters such as `jq` sort the keys.
fn terraform_json(text: &str, top: &TopLevel<'_>) -> Option<Detection> {
    if is_plan(top) {
        return Some(Detection::TerraformPlan);
    }
    let is_state = (top.has("lineage") && top.has("serial"))
        || (top.has("format_version") && top.has("values"))
        || (top.has("serial") && top.has("terraform_version"));
    if is_state {
        return Some(Detection::TerraformState);
    }
    // Cut off in the middle, the plan still begins like one.
    let is_cut_plan =
        is_show(top) && has_any(text, &["\"planned_values\"", "\"resource_changes\""]);
    is_cut_plan.then_some(Detection::TerraformPlan)
}

fn is_show(top: &TopLevel<'_>) -> bool {
    top.has("format_version") || top.has("terraform_version")
}

fn is_plan(top: &TopLevel<'_>) -> bool {
    is_show(top) && (top.has("planned_values") || top.has("resource_changes"))
}

/// Keys under which the answers of AWS's command line carry a policy.
const WRAPPERS: [&str; 8] = [
    "PolicyDocument",
    "PolicyVersion",
    "Policy",
    "AssumeRolePolicyDocument",
    "Role",
    "ResourcePolicy",
    "policyText",
    "Attributes",
];

fn is_policy(text: &str, top: &TopLevel<'_>) -> bool {
    if !has(text, "Effect") {
        return false;
    }
    let is_wrapped = has(text, "Statement") && WRAPPERS.iter().any(|key| top.has(key));
    is_wrapped || top.has("Statement") || top.is_policy_list
}

fn yaml(text: &str) -> Detection {
    let is_template_candidate = has_any(text, &["Resources", "AWSTemplateFormatVersion"]);
    let is_policy_candidate = has(text, "Statement") && has(text, "Effect");
    if !is_template_candidate && !is_policy_candidate {
        let top = yaml_top_level(text, reason::SAMPLE);
        return Detection::NotOurs(reason::of_yaml(&top).unwrap_or(NotOurs::Other));
    }
    let top = yaml_top_level(text, usize::MAX);
    if is_template_candidate && is_template(text, &top) {
        return Detection::CloudFormation(Syntax::Yaml);
    }
    if let Some(reason) = reason::of_yaml(&top) {
        return Detection::NotOurs(reason);
    }
    let is_policy = top.has("Statement") || top.has("PolicyDocument");
    if is_policy_candidate && is_policy {
        return Detection::IamDocument(Syntax::Yaml);
    }
    Detection::NotOurs(NotOurs::Other)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Name, text, what it is.
    const FILES: &[(&str, &str, Detection)] = &[
        ("a/main.tf", "", Detection::TerraformHcl),
        ("main.tofu", "x", Detection::TerraformHcl),
        ("cdk.tf.json", "{}", Detection::TerraformJson),
        ("prod.auto.tfvars", "", Detection::TerraformVariables(Syntax::Hcl)),
        ("x.tfvars.json", "{}", Detection::TerraformVariables(Syntax::Json)),
        ("terraform.tfstate", "{}", Detection::TerraformState),
        (".terraform.lock.hcl", "", Detection::NotOurs(NotOurs::LockFile)),
        ("a\\package-lock.json", "{}", Detection::NotOurs(NotOurs::LockFile)),
        ("a.json", "  \n", Detection::NotOurs(NotOurs::Empty)),
        (
            "flow.yaml",
            "{Resources: {T: {Type: 'AWS::SNS::Topic', Properties: {DisplayName: {'Fn::Sub': '${AWS::Region}'}}}}}",
            Detection::CloudFormation(Syntax::Json),
        ),
        (
            "p.json",
            r#"{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": ${arns}}]}"#,
            Detection::NotOurs(NotOurs::TerraformTemplate),
        ),
        (
            "p.json",
            "{\"Statement\": [\n%{ if key != \"\" ~}\n{\"Effect\": \"Allow\"}\n%{ endif ~}\n]}",
            Detection::NotOurs(NotOurs::TerraformTemplate),
        ),
        (
            "p.json",
            r#"{"Statement": [{"Effect": "Allow", "Resource": "a\"b/${aws:username}%{x}"}]}"#,
            Detection::IamDocument(Syntax::Json),
        ),
        (
            "a.json",
            r#"{"format_version":"1.2","terraform_version":"1.9","planned_values":{}}"#,
            Detection::TerraformPlan,
        ),
        (
            "sorted.json",
            r#"{"configuration":{},"resource_changes":[],"terraform_version":"1.9"}"#,
            Detection::TerraformPlan,
        ),
        (
            "cut.json",
            r#"{"format_version":"1.2","x":{"y":"}"},"planned_values":{"#,
            Detection::TerraformPlan,
        ),
        ("s.json", r#"{"format_version":"1.0","values":{}}"#, Detection::TerraformState),
        (
            "s.json",
            r#"{"version":4,"serial":1,"lineage":"x","resources":[]}"#,
            Detection::TerraformState,
        ),
        ("fragment.json", r#"{"planned_values":{}}"#, Detection::NotOurs(NotOurs::Other)),
        (
            "t.json",
            r#"{"Resources":{"A":{"Type":"AWS::S3::Bucket"}}}"#,
            Detection::CloudFormation(Syntax::Json),
        ),
        (
            "t.template",
            "# note\n{Resources: {A: {Type: AWS::S3::Bucket}}}",
            Detection::CloudFormation(Syntax::Json),
        ),
        (
            "t.yml",
            "# note\nResources:\n  A:\n    Type: AWS::S3::Bucket\n",
            Detection::CloudFormation(Syntax::Yaml),
        ),
        (
            "t.yml",
            "Resources:\n  A:\n    Type: Custom::Thing\n",
            Detection::CloudFormation(Syntax::Yaml),
        ),
        (
            "sam",
            "\u{feff}---\nTransform: AWS::Serverless-2016-10-31\n'Resources':\n  A: {}\n",
            Detection::CloudFormation(Syntax::Yaml),
        ),
        (
            "broken.yml",
            "AWSTemplateFormatVersion: 2010-09-09\n\tResources:\n",
            Detection::CloudFormation(Syntax::Yaml),
        ),
        (
            "two.yml",
            "kind: A\napiVersion: b\n---\nResources:\n  A: {Type: AWS::S3::Bucket}\n",
            Detection::CloudFormation(Syntax::Yaml),
        ),
        ("none.yml", "Resources:\n  - cpu\n", Detection::NotOurs(NotOurs::Other)),
        (
            "k8s.yml",
            "apiVersion: v1\nkind: Pod\nspec:\n  Resources: AWS::S3::Bucket\n",
            Detection::NotOurs(NotOurs::Kubernetes),
        ),
        (
            "k8s.json",
            r#"{"apiVersion":"v1","kind":"Pod"}"#,
            Detection::NotOurs(NotOurs::Kubernetes),
        ),
        ("c.yml", "services:\n  web: {}\n", Detection::NotOurs(NotOurs::Compose)),
        ("o.yml", "openapi: 3.0.0\n", Detection::NotOurs(NotOurs::OpenApi)),
        ("o.json", r#"{"swagger":"2.0"}"#, Detection::NotOurs(NotOurs::OpenApi)),
        ("w.yml", "name: x\non: push\njobs:\n  a: {}\n", Detection::NotOurs(NotOurs::Workflow)),
        (
            "arm.json",
            r#"{"$schema":"https://x/2019-04-01/deploymentTemplate.json#","Resources":{}}"#,
            Detection::NotOurs(NotOurs::ArmTemplate),
        ),
        (
            "s.json",
            r#"{"$schema":"http://json-schema.org/draft-07/schema","x":"AWS::"}"#,
            Detection::NotOurs(NotOurs::Schema),
        ),
        (
            "p.json",
            r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow"}}"#,
            Detection::IamDocument(Syntax::Json),
        ),
        ("p.json", r#"[{"Statement":[{"Effect":"Deny"}]}]"#, Detection::IamDocument(Syntax::Json)),
        ("p.json", r#"[{"Sid":"a","Effect":"Deny"}]"#, Detection::IamDocument(Syntax::Json)),
        (
            "p.json",
            r#"{"PolicyVersion":{"Document":{"Statement":[{"Effect":"Deny"}]}}}"#,
            Detection::IamDocument(Syntax::Json),
        ),
        (
            "p.json",
            r#"{"Policy":"{\"Statement\":[{\"Effect\":\"Deny\"}]}"}"#,
            Detection::IamDocument(Syntax::Json),
        ),
        (
            "p.yml",
            "Version: 2012-10-17\nStatement:\n  - Effect: Allow\n",
            Detection::IamDocument(Syntax::Yaml),
        ),
        ("log.json", r#"{"Effect":"x","a":"Statement"}"#, Detection::NotOurs(NotOurs::Other)),
        ("x.yml", "hello: world\n", Detection::NotOurs(NotOurs::Other)),
        ("x.json", "<html>", Detection::NotOurs(NotOurs::Other)),
    ];

    #[test]
    fn every_kind_of_file_is_told_apart() {
        for (name, text, expected) in FILES {
            assert_eq!(detect(name, text), *expected, "{name}: {text}");
        }
    }

    #[test]
    fn a_reason_is_a_sentence() {
        for (_, _, detection) in FILES {
            if let Detection::NotOurs(reason) = detection {
                assert!(reason.to_string().starts_with("this "), "{reason}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_is_some_kind_of_file(
            text in "([\\[\\]{}\"':,\\\\# \n-]|Resources|AWS::|é|Statement|Effect|/\\*){0,30}"
        ) {
            detect("x.json", &text);
            detect("x", &format!("{{{text}"));
        }
    }
}
