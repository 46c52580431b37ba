resource "aws_cloudtrail" "trail" {
  name                          = "trail"
  s3_bucket_name                = "logs"
  enable_logging                = false
  is_multi_region_trail         = false
  enable_log_file_validation    = false
  include_global_service_events = true
}
