resource "aws_kinesis_firehose_delivery_stream" "hose" {
  name        = "hose"
  destination = "extended_s3"

  server_side_encryption {
    enabled  = true
    key_type = "AWS_OWNED_CMK"
  }

  extended_s3_configuration {
    bucket_arn         = "arn:aws:s3:::sink"
    role_arn           = "arn:aws:iam::111122223333:role/hose"
    buffering_interval = 60
    buffering_size     = 5
    cloudwatch_logging_options {
      enabled = false
    }
  }
}
