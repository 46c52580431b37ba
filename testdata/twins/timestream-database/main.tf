resource "aws_timestreamwrite_database" "series" {
  database_name = "series"
  kms_key_id    = "arn:aws:kms:us-east-1:111122223333:key/a"
}
