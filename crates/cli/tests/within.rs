//! What encloses the places of findings, in every syntax.

use trilith::analyse::{Analysis, Input, analyse};
use trilith::builtin::BUILT_IN;
use trilith_graph::Diagnostic;
use trilith_parser::Options;
use trilith_rules::{Rule, evaluate};

/// Each finding of a rule: the line of its place, the name of what is around it, and its heading.
fn headings(rule: &str, files: &[(&str, &str)]) -> Vec<String> {
    let inputs = files.iter().map(|(name, text)| Input::new(*name, *text)).collect();
    let analysis = analyse(inputs, &Options::default());
    let rules: Vec<&Rule> = BUILT_IN.iter().filter(|built_in| built_in.id() == rule).collect();
    let found = evaluate(&analysis.graph, &rules).diagnostics;
    found.iter().map(|diagnostic| heading(&analysis, diagnostic)).collect()
}

fn heading(analysis: &Analysis, diagnostic: &Diagnostic) -> String {
    let sources = &analysis.sources;
    let line = sources.start(diagnostic.primary.span).line;
    let Some(within) = &diagnostic.within else { return format!("{line}: nothing") };
    let file = sources.file(within.span.source);
    let index = file.line_index(within.span.start);
    let range = file.line_range(index);
    let text = &file.text()[range.start as usize..range.end as usize];
    let whole = sources.text(within.span);
    format!("{line}: {} at {}: {}, marked {whole}", within.name, index + 1, text.trim())
}

const OPEN_PORT: &str = "security-group-open-admin-port";
const STARS: &str = "iam-policy-allows-everything";

#[test]
fn a_rule_of_a_list_is_below_the_key_of_the_list() {
    let template = "\
Resources:
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      GroupDescription: web
      SecurityGroupIngress:
        - IpProtocol: tcp
          FromPort: 22
          ToPort: 22
          CidrIp: 0.0.0.0/0
";
    let expected =
        ["10: SecurityGroupIngress at 6: SecurityGroupIngress:, marked SecurityGroupIngress"];
    assert_eq!(headings(OPEN_PORT, &[("t.yaml", template)]), expected);
    let json = r#"{"Resources": {"Web": {
  "Type": "AWS::EC2::SecurityGroup",
  "Properties": {
    "GroupDescription": "web",
    "SecurityGroupIngress": [
      {
        "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22,
        "CidrIp": "0.0.0.0/0"
      }
    ]
  }
}}}"#;
    let expected = [
        r#"8: SecurityGroupIngress at 5: "SecurityGroupIngress": [, marked "SecurityGroupIngress""#,
    ];
    assert_eq!(headings(OPEN_PORT, &[("t.json", json)]), expected);
}

#[test]
fn a_block_has_a_heading_of_its_own() {
    let module = r#"
resource "aws_security_group" "web" {
  ingress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
"#;
    let expected = ["13: ingress at 9: ingress {, marked ingress"];
    assert_eq!(headings(OPEN_PORT, &[("main.tf", module)]), expected);
}

#[test]
fn a_dynamic_block_is_below_its_label() {
    let module = r#"
resource "aws_security_group" "web" {
  dynamic "ingress" {
    for_each = [22]
    content {
      from_port   = ingress.value
      to_port     = ingress.value
      protocol    = "tcp"
      cidr_blocks = ["0.0.0.0/0"]
    }
  }
}
"#;
    let expected = [r#"9: ingress at 3: dynamic "ingress" {, marked "ingress""#];
    assert_eq!(headings(OPEN_PORT, &[("main.tf", module)]), expected);
}

#[test]
fn a_statement_is_below_the_property_that_holds_its_policy() {
    let template = "\
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement:
          - Effect: Allow
            Principal: {Service: ec2.amazonaws.com}
            Action: sts:AssumeRole
      Policies:
        - PolicyName: all
          PolicyDocument:
            Statement:
              - Effect: Allow
                Action: '*'
                Resource: '*'
";
    let expected = ["15: PolicyDocument at 12: PolicyDocument:, marked PolicyDocument"];
    assert_eq!(headings(STARS, &[("t.yaml", template)]), expected);
}

#[test]
fn a_policy_in_a_text_is_below_the_attribute() {
    let heredoc = r#"
resource "aws_iam_policy" "all" {
  name   = "all"
  policy = <<EOF
{
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "*",
      "Resource": "*"
    }
  ]
}
EOF
}
"#;
    let expected = ["9: policy at 4: policy = <<EOF, marked policy"];
    assert_eq!(headings(STARS, &[("main.tf", heredoc)]), expected);
    let encoded = r#"
resource "aws_iam_role" "all" {
  assume_role_policy = "{}"
  inline_policy {
    name   = "all"
    policy = jsonencode({
      Statement = [{
        Effect   = "Allow"
        Action   = "*"
        Resource = "*"
      }]
    })
  }
}
"#;
    let expected = ["9: policy at 6: policy = jsonencode({, marked policy"];
    assert_eq!(headings(STARS, &[("main.tf", encoded)]), expected);
    let text = r#"
Resources:
  All:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument: |
        {"Statement": [{
          "Effect": "Allow",
          "Action": "*",
          "Resource": "*"}]}
"#;
    let expected = ["9: PolicyDocument at 6: PolicyDocument: |, marked PolicyDocument"];
    assert_eq!(headings(STARS, &[("t.yaml", text)]), expected);
}

#[test]
fn a_statement_of_a_data_source_is_below_its_block() {
    let module = r#"
data "aws_iam_policy_document" "all" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::logs/*"]
  }
  statement {
    effect    = "Allow"
    actions   = ["*"]
    resources = ["*"]
  }
}
resource "aws_iam_policy" "all" {
  policy = data.aws_iam_policy_document.all.json
}
"#;
    let expected = ["9: Statement at 7: statement {, marked statement"];
    assert_eq!(headings(STARS, &[("main.tf", module)]), expected);
    // Another document continues it, which changes nothing.
    let continued = module.replace("all.json", "both.json")
        + r#"
data "aws_iam_policy_document" "both" {
  source_policy_documents = [data.aws_iam_policy_document.all.json]
}
"#;
    assert_eq!(headings(STARS, &[("main.tf", &continued)]), expected);
    let object = r#"
data "aws_iam_policy_document" "all" {
  source_policy_documents = [jsonencode({
    Statement = [
      {
        Effect   = "Allow"
        Action   = "*"
        Resource = "*"
      }
    ]
  })]
}
resource "aws_iam_policy" "all" {
  policy = data.aws_iam_policy_document.all.json
}
"#;
    assert_eq!(headings(STARS, &[("main.tf", object)]), ["7: nothing"]);
}

#[test]
fn a_part_that_is_a_resource_of_its_own_has_the_heading_of_its_block() {
    let acl = r#"
resource "aws_network_acl" "web" {
  ingress {
    protocol   = "tcp"
    rule_no    = 100
    action     = "allow"
    cidr_block = "10.0.0.0/8"
    from_port  = 443
    to_port    = 443
  }
  ingress {
    protocol   = "tcp"
    rule_no    = 200
    action     = "allow"
    cidr_block = "0.0.0.0/0"
    from_port  = 22
    to_port    = 22
  }
}
"#;
    let expected = ["15: ingress at 11: ingress {, marked ingress"];
    assert_eq!(headings("network-acl-open-admin-port", &[("main.tf", acl)]), expected);
    let policy = r#"
resource "aws_efs_file_system" "files" {
  encrypted = true
}
resource "aws_efs_file_system_policy" "files" {
  file_system_id = aws_efs_file_system.files.id
  policy         = <<EOF
{
  "Statement": [
    {
      "Effect": "Allow",
      "Principal": "*",
      "Action": "*",
      "Resource": "*"
    }
  ]
}
EOF
}
"#;
    let expected = ["12: FileSystemPolicy at 7: policy         = <<EOF, marked policy"];
    assert_eq!(headings("efs-policy-public", &[("main.tf", policy)]), expected);
}

#[test]
fn a_list_of_plain_values_is_no_heading() {
    let module = r#"
resource "aws_s3_bucket" "web" {
  cors_rule {
    allowed_headers = ["*"]
    allowed_methods = ["PUT", "POST"]
    allowed_origins = ["*"]
  }
}
"#;
    let expected = ["6: cors_rule at 3: cors_rule {, marked cors_rule"];
    assert_eq!(headings("s3-cors-any-origin-writes", &[("main.tf", module)]), expected);
}

#[test]
fn what_is_written_elsewhere_has_no_heading() {
    // Above or below the property, in its file or in another one.
    let locals = r#"
locals {
  document = <<EOF
{
  "Statement": [
    {
      "Effect": "Allow",
      "Action": "*",
      "Resource": "*"
    }
  ]
}
EOF
}
"#;
    let resource = r#"
resource "aws_iam_policy" "all" {
  policy = local.document
}
"#;
    for files in [
        vec![("main.tf", format!("{locals}{resource}"))],
        vec![("main.tf", format!("{resource}{locals}"))],
        vec![("main.tf", resource.to_owned()), ("locals.tf", locals.to_owned())],
    ] {
        let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, &**text)).collect();
        let found = headings(STARS, &files);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].ends_with("nothing"), "{found:?}");
    }
    let template = "\
Resources:
  All:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument: !Ref Document
Parameters:
  Document:
    Type: String
    Default: |
      {\"Statement\": [{
        \"Effect\": \"Allow\",
        \"Action\": \"*\",
        \"Resource\": \"*\"}]}
";
    // A parameter counts where it is used.
    let expected = ["5: PolicyDocument at 5: PolicyDocument: !Ref Document, marked PolicyDocument"];
    assert_eq!(headings(STARS, &[("t.yaml", template)]), expected);
}

#[test]
fn a_value_that_is_used_in_a_list_is_below_that_list() {
    let template = "\
Parameters:
  Range: {Type: String, Default: 0.0.0.0/0}
Resources:
  Web:
    Type: AWS::EC2::SecurityGroup
    Properties:
      SecurityGroupIngress:
        - IpProtocol: tcp
          FromPort: 22
          ToPort: 22
          CidrIp: !Ref Range
";
    let expected =
        ["11: SecurityGroupIngress at 7: SecurityGroupIngress:, marked SecurityGroupIngress"];
    assert_eq!(headings(OPEN_PORT, &[("t.yaml", template)]), expected);
}

#[test]
fn a_plan_has_no_headings() {
    let plan = r#"{
  "format_version": "1.2",
  "terraform_version": "1.9.0",
  "planned_values": {"root_module": {"resources": [{
    "address": "aws_security_group.web", "mode": "managed", "type": "aws_security_group", "name": "web",
    "values": {
      "ingress": [
        {
          "from_port": 22, "to_port": 22, "protocol": "tcp",
          "cidr_blocks": ["0.0.0.0/0"]
        }
      ]
    }
  }]}}
}"#;
    assert_eq!(headings(OPEN_PORT, &[("plan.json", plan)]), ["10: nothing"]);
}

#[test]
fn a_property_that_no_list_is_around_is_below_the_nearest_one() {
    let template = "\
Resources:
  Cdn:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - Id: web
            DomainName: web.example.com
            CustomOriginConfig:
              OriginProtocolPolicy: https-only
              OriginSSLProtocols: [SSLv3]
        DefaultCacheBehavior:
          TargetOriginId: web
          ViewerProtocolPolicy: allow-all
";
    let found = headings("cloudfront-allows-plain-http", &[("t.yaml", template)]);
    assert_eq!(
        found,
        ["15: DefaultCacheBehavior at 13: DefaultCacheBehavior:, marked DefaultCacheBehavior"]
    );
}

#[test]
fn what_a_template_file_makes_is_placed_in_the_template() {
    let module = "\
resource \"aws_iam_policy\" \"p\" {
  name   = \"p\"
  policy = templatefile(\"./policy.json\", { arns = jsonencode([\"*\"]), all = true })
}
";
    let template = "\
{
  \"Statement\": [
%{ if all ~}
    {
      \"Effect\": \"Allow\",
      \"Action\": \"*\",
      \"Resource\": ${arns}
    }
%{ endif ~}
  ]
}
";
    let expected = ["6: nothing"];
    assert_eq!(headings(STARS, &[("main.tf", module), ("policy.json", template)]), expected);
}
