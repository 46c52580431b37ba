variable "extra" {
  type    = list(string)
  default = ["sqs:SendMessage"]
}

data "aws_iam_policy_document" "base" {
  statement {
    sid       = "Read"
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::a/*"]
  }
  statement {
    sid       = "Write"
    actions   = ["s3:PutObject"]
    resources = ["arn:aws:s3:::a/*"]
  }
}

data "aws_iam_policy_document" "override" {
  statement {
    sid         = "Write"
    effect      = "Deny"
    not_actions = ["iam:*"]
    resources   = ["*"]
    condition {
      test     = "StringNotEquals"
      variable = "aws:PrincipalTag/team"
      values   = ["&{aws:RequestTag/team}"]
    }
  }
}

data "aws_iam_policy_document" "all" {
  source_policy_documents   = [data.aws_iam_policy_document.base.json, jsonencode({ Statement = [{ Sid = "Text", Effect = "Allow", Action = "sts:GetCallerIdentity", Resource = "*" }] })]
  override_policy_documents = [data.aws_iam_policy_document.override.json]

  dynamic "statement" {
    for_each = var.extra
    content {
      actions   = [statement.value]
      resources = ["arn:aws:sqs:*:*:*"]
    }
  }

  statement {
    actions   = ["*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:root"]
    }
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com", "ecs.amazonaws.com"]
    }
  }
}

resource "aws_iam_policy" "all" {
  policy = data.aws_iam_policy_document.all.json
}
