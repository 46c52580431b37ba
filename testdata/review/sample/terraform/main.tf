# The second stack of docs/review.md.

resource "aws_s3_bucket" "reports" {
  bucket = "shop-reports"

  tags = {
    application         = "reports"
    owner               = "finance"
    team                = "finance"
    data-classification = "internal"
  }
}

resource "aws_s3_bucket_public_access_block" "reports" {
  bucket                  = aws_s3_bucket.reports.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_versioning" "reports" {
  bucket = aws_s3_bucket.reports.id

  versioning_configuration {
    status = "Enabled"
  }
}

data "aws_iam_policy_document" "tls_only" {
  statement {
    sid       = "TlsOnly"
    effect    = "Deny"
    actions   = ["s3:*"]
    resources = [aws_s3_bucket.reports.arn, "${aws_s3_bucket.reports.arn}/*"]

    principals {
      type        = "*"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_s3_bucket_policy" "reports" {
  bucket = aws_s3_bucket.reports.id
  policy = data.aws_iam_policy_document.tls_only.json
}

resource "aws_instance" "legacy" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.small"
  key_name      = "vendor"

  metadata_options {
    http_tokens = "optional"
  }

  root_block_device {
    encrypted = true
  }

  tags = {
    application = "reports"
    owner       = "finance"
  }
}

variable "rotation" {
  type        = number
  description = "Days after which the password changes."
}

resource "aws_secretsmanager_secret" "database" {
  name = "reports/database"
}

resource "aws_secretsmanager_secret_rotation" "database" {
  secret_id           = aws_secretsmanager_secret.database.id
  rotation_lambda_arn = "arn:aws:lambda:eu-central-1:111122223333:function:rotate"

  rotation_rules {
    automatically_after_days = var.rotation
  }
}
