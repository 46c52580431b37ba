//! Terraform modules of any number: roots that call shared modules, written as people write them.

use std::fmt::Write as _;

/// Of this many modules one is a root.
const MODULES_PER_ROOT: usize = 5;
/// Modules that a root calls.
const CALLS: usize = 8;

/// The files of `modules` module directories with about `lines` lines in all: name and text.
///
/// One directory in five is a root module that calls eight of the others, so that most of them
/// are evaluated more than once, each time with other arguments.
pub(crate) fn modules(modules: usize, lines: usize) -> Vec<(String, String)> {
    let per_module = lines / modules.max(1);
    let shared = modules - modules / MODULES_PER_ROOT;
    let mut files = Vec::new();
    for n in 0..modules {
        if n >= shared {
            let root = n - shared;
            let text = root_module(root, shared, per_module);
            files.push((format!("stacks/s{root}/main.tf"), text));
            files.push((format!("stacks/s{root}/terraform.tfvars"), values(root)));
        } else {
            files.push((format!("modules/m{n}/main.tf"), shared_module(n, per_module)));
            files.push((format!("modules/m{n}/variables.tf"), VARIABLES.to_owned()));
        }
    }
    files
}

const VARIABLES: &str = r#"variable "name" {
  description = "What the names of everything begin with."
  type        = string
}

variable "create" {
  description = "Whether to create anything."
  type        = bool
  default     = true
}

variable "ranges" {
  description = "Who may come in."
  type        = list(string)
  default     = ["10.0.0.0/8"]
}

variable "ports" {
  type    = map(object({ port = number, protocol = optional(string, "tcp") }))
  default = { web = { port = 443 }, app = { port = 8443 } }
}

variable "tags" {
  type    = map(string)
  default = {}
}

locals {
  tags = merge({ Name = var.name, Module = basename(path.module) }, var.tags)
  keys = [for key, door in var.ports : "${key}-${door.port}" if door.port > 0]
}

output "name" {
  value = "${var.name}-${length(local.keys)}"
}

output "bucket" {
  value = try(aws_s3_bucket.data0[0].id, "")
}

"#;

fn values(root: usize) -> String {
    format!("stage = \"s{root}\"\nranges = [\"10.{}.0.0/16\", \"172.16.0.0/12\"]\n", root % 250)
}

fn root_module(root: usize, shared: usize, lines: usize) -> String {
    let mut text = String::from(
        "terraform {\n  required_version = \">= 1.5\"\n}\n\nprovider \"aws\" {\n  region = \"eu-west-1\"\n  \
         default_tags {\n    tags = { Owner = \"platform\" }\n  }\n}\n\nvariable \"stage\" {\n  type = string\n}\n\n\
         variable \"ranges\" {\n  type    = list(string)\n  default = []\n}\n\n",
    );
    for call in 0..CALLS {
        let target = (root * 7 + call * 31) % shared.max(1);
        let name =
            if call == 0 { "var.stage".to_owned() } else { format!("module.c{}.name", call - 1) };
        let _ = write!(
            text,
            "module \"c{call}\" {{\n  source = \"../../modules/m{target}\"\n  name   = {name}\n  \
             ranges = concat(var.ranges, [\"192.168.{call}.0/24\"])\n  tags   = {{ Stage = var.stage, Call = {call} }}\n}}\n\n"
        );
    }
    fill(&mut text, lines, "");
    text
}

fn shared_module(n: usize, lines: usize) -> String {
    let mut text = format!("# Module {n}.\n\n");
    fill(&mut text, lines.saturating_sub(VARIABLES.lines().count()), "var.");
    text
}

/// Resources until there are enough lines. In shared modules they rest on its variables.
fn fill(text: &mut String, lines: usize, variables: &str) {
    let mut n = 0;
    while text.lines().count() < lines {
        let resource = if variables.is_empty() { plain(n) } else { varied(n) };
        text.push_str(&resource);
        n += 1;
    }
}

fn plain(n: usize) -> String {
    format!(
        "resource \"aws_sqs_queue\" \"q{n}\" {{\n  name                    = \"${{var.stage}}-q{n}\"\n  \
         sqs_managed_sse_enabled = true\n  tags = {{\n    Stage = upper(var.stage)\n    Number = {n}\n  }}\n}}\n\n"
    )
}

fn varied(n: usize) -> String {
    match n % 4 {
        0 => format!(
            "resource \"aws_s3_bucket\" \"data{n}\" {{\n  count         = var.create ? 1 : 0\n  bucket_prefix = lower(\"${{var.name}}-data{n}-\")\n  \
             tags          = local.tags\n}}\n\nresource \"aws_s3_bucket_public_access_block\" \"data{n}\" {{\n  \
             count                   = var.create ? 1 : 0\n  bucket                  = aws_s3_bucket.data{n}[0].id\n  \
             block_public_acls       = true\n  block_public_policy     = true\n  ignore_public_acls      = true\n  \
             restrict_public_buckets = true\n}}\n\n"
        ),
        1 => format!(
            "resource \"aws_security_group\" \"doors{n}\" {{\n  name        = \"${{var.name}}-doors{n}\"\n  description = \"Doors.\"\n  \
             dynamic \"ingress\" {{\n    for_each = var.ports\n    content {{\n      description = ingress.key\n      \
             from_port   = ingress.value.port\n      to_port     = ingress.value.port\n      protocol    = ingress.value.protocol\n      \
             cidr_blocks = var.ranges\n    }}\n  }}\n  tags = local.tags\n}}\n\n"
        ),
        2 => format!(
            "data \"aws_iam_policy_document\" \"read{n}\" {{\n  statement {{\n    sid       = \"Read\"\n    \
             actions   = [\"s3:GetObject\", \"s3:ListBucket\"]\n    resources = [for bucket in aws_s3_bucket.data{p} : \"${{bucket.arn}}/*\"]\n  }}\n}}\n\n\
             resource \"aws_iam_policy\" \"read{n}\" {{\n  name   = \"${{var.name}}-read{n}\"\n  policy = data.aws_iam_policy_document.read{n}.json\n}}\n\n",
            p = n - 2
        ),
        _ => format!(
            "resource \"aws_iam_role\" \"app{n}\" {{\n  name = format(\"%s-app-%02d\", var.name, {n})\n  \
             assume_role_policy = jsonencode({{\n    Version = \"2012-10-17\"\n    Statement = [{{\n      Effect    = \"Allow\"\n      \
             Action    = \"sts:AssumeRole\"\n      Principal = {{ Service = \"ec2.amazonaws.com\" }}\n    }}]\n  }})\n  \
             tags = merge(local.tags, {{ Keys = join(\",\", local.keys) }})\n}}\n\n"
        ),
    }
}
