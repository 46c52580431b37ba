resource "aws_mwaa_environment" "flows" {
  name                  = "flows"
  webserver_access_mode = "PUBLIC_ONLY"
  dag_s3_path           = "dags/"
  source_bucket_arn     = "arn:aws:s3:::dags"
  execution_role_arn    = "arn:aws:iam::111122223333:role/mwaa"
  logging_configuration {
    task_logs {
      enabled   = false
      log_level = "INFO"
    }
  }
}
