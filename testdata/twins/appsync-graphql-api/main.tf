resource "aws_appsync_graphql_api" "graph" {
  name                = "graph"
  authentication_type = "API_KEY"
  xray_enabled        = false
  log_config {
    field_log_level          = "NONE"
    cloudwatch_logs_role_arn = "arn:aws:iam::111122223333:role/log"
  }
}
