resource "aws_security_group" "shell" {
  name = "shell"
  ingress {
    from_port   = "22"
    to_port     = tostring(22)
    protocol    = "tcp"
    cidr_blocks = [for rule in var.rules : rule.range if rule.name != "office"]
  }
}

variable "rules" {
  type = list(object({
    name  = string
    range = optional(string, "0.0.0.0/0")
  }))
  default = [{ name = "office", range = "10.0.0.0/8" }, { name = "home" }]
}
