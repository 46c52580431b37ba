resource "aws_ssm_parameter" "setting" {
  name  = "/app/level"
  type  = "String"
  value = "debug"
}
