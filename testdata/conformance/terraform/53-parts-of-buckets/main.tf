resource "aws_s3_bucket" "by_id" {}

resource "aws_s3_bucket" "by_name" {
  bucket = "trilith-by-name"
}

resource "aws_s3_bucket" "counted" {
  count  = 2
  bucket = "trilith-${count.index}"
}

module "store" {
  source = "./store"
}

resource "aws_s3_bucket_public_access_block" "by_id" {
  bucket                  = aws_s3_bucket.by_id.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_public_access_block" "by_name" {
  bucket                  = "trilith-by-name"
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_public_access_block" "output" {
  bucket                  = module.store.name
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_public_access_block" "counted" {
  count                   = length(aws_s3_bucket.counted)
  bucket                  = aws_s3_bucket.counted[count.index].id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
