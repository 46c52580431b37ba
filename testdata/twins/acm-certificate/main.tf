resource "aws_acm_certificate" "cert" {
  domain_name               = "example.com"
  validation_method         = "DNS"
  subject_alternative_names = ["*.example.com"]
  options {
    certificate_transparency_logging_preference = "DISABLED"
  }
}
