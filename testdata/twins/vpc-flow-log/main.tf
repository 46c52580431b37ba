resource "aws_flow_log" "flow" {
  vpc_id               = "vpc-1"
  traffic_type         = "REJECT"
  log_destination_type = "s3"
  log_destination      = "arn:aws:s3:::flow"
}
