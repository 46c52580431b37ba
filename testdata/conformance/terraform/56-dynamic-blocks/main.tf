variable "more" {
  type = list(string)
}

locals {
  doors = { ssh = { port = 22, ranges = ["0.0.0.0/0"] }, web = { port = 443, ranges = ["10.0.0.0/8"] } }
}

resource "aws_security_group" "known" {
  dynamic "ingress" {
    for_each = local.doors
    iterator = door
    content {
      description = door.key
      from_port   = door.value.port
      to_port     = door.value.port
      protocol    = "tcp"
      cidr_blocks = door.value.ranges
    }
  }
}

resource "aws_security_group" "unknown" {
  dynamic "ingress" {
    for_each = var.more
    content {
      from_port   = 22
      to_port     = 22
      protocol    = "tcp"
      cidr_blocks = [ingress.value, "0.0.0.0/0"]
    }
  }
}

resource "aws_wafv2_web_acl" "nested" {
  name  = "nested"
  scope = "REGIONAL"
  default_action {
    allow {}
  }
  visibility_config {
    cloudwatch_metrics_enabled = false
    metric_name                = "nested"
    sampled_requests_enabled   = false
  }
  dynamic "rule" {
    for_each = { a = ["x", "y"], b = [] }
    iterator = outer
    content {
      name     = outer.key
      priority = length(outer.value)
      dynamic "action" {
        for_each = toset(outer.value)
        content {
          dynamic "block" {
            for_each = [outer.key]
            content {}
          }
        }
      }
      visibility_config {
        cloudwatch_metrics_enabled = false
        metric_name                = "rule-${outer.key}"
        sampled_requests_enabled   = false
      }
    }
  }
}
