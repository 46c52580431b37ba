resource "aws_cloudwatch_log_group" "logs" {
  name              = "app"
  retention_in_days = 7
}

resource "aws_cloudwatch_log_metric_filter" "count" {
  log_group_name = aws_cloudwatch_log_group.logs.name
  name           = "count"
  pattern        = "ERROR"
  metric_transformation {
    name      = "errors"
    namespace = "app"
    value     = "1"
  }
}
