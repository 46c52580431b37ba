resource "aws_sfn_state_machine" "flow" {
  name       = "flow"
  role_arn   = "arn:aws:iam::111122223333:role/flow"
  type       = "STANDARD"
  definition = "{}"
  logging_configuration {
    level                  = "OFF"
    include_execution_data = false
  }
  tracing_configuration {
    enabled = false
  }
}
