variable "create" {
  type = bool
}

variable "shield" {
  type = bool
}

resource "aws_s3_bucket" "logs" {
  count = var.create ? 1 : 0
}

resource "aws_s3_bucket_public_access_block" "logs" {
  count                   = var.create && var.shield ? 1 : 0
  bucket                  = aws_s3_bucket.logs[0].id
  block_public_acls       = false
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_db_instance" "orders" {
  count               = var.create ? 1 : 0
  engine              = "postgres"
  storage_encrypted   = false
  publicly_accessible = false
}
