resource "aws_s3_bucket" "this" {
  bucket_prefix = "store-"
}

output "name" {
  value = aws_s3_bucket.this.bucket
}
