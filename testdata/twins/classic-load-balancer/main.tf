resource "aws_elb" "classic" {
  name                      = "classic"
  subnets                   = ["subnet-1"]
  cross_zone_load_balancing = true

  listener {
    lb_port           = 80
    lb_protocol       = "http"
    instance_port     = 80
    instance_protocol = "http"
  }

  access_logs {
    enabled = true
    bucket  = "logs"
  }
}
