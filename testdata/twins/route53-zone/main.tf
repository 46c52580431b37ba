resource "aws_route53_zone" "zone" {
  name = "example.com"
}

resource "aws_route53_query_log" "zone" {
  zone_id                  = aws_route53_zone.zone.zone_id
  cloudwatch_log_group_arn = "arn:aws:logs:us-east-1:111122223333:log-group:dns"
}

resource "aws_route53_record" "www" {
  zone_id = aws_route53_zone.zone.zone_id
  name    = "www.example.com"
  type    = "CNAME"
  ttl     = 60
  records = ["gone.example.net"]
}
