resource "aws_s3_access_point" "reports" {
  name   = "reports"
  bucket = "orders-data"
  vpc_configuration {
    vpc_id = "vpc-1"
  }
  public_access_block_configuration {
    block_public_acls   = true
    block_public_policy = false
  }
}
