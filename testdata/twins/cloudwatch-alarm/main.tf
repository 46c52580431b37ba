resource "aws_cloudwatch_metric_alarm" "high" {
  alarm_name          = "high"
  metric_name         = "CPUUtilization"
  namespace           = "AWS/EC2"
  statistic           = "Average"
  period              = 60
  evaluation_periods  = 1
  threshold           = 90
  comparison_operator = "GreaterThanThreshold"
  alarm_actions       = ["arn:aws:sns:us-east-1:111122223333:alerts"]
  dimensions          = { InstanceId = "i-1" }
}
