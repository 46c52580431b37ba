resource "aws_config_configuration_recorder" "recorder" {
  name     = "r"
  role_arn = "arn:aws:iam::111122223333:role/config"
  recording_group {
    all_supported                 = false
    include_global_resource_types = false
    resource_types                = ["AWS::EC2::Instance"]
  }
}
