variable "ports" {
  type    = list(number)
  default = [443, 22]
}

resource "aws_security_group" "shell" {
  name = "shell"
  dynamic "ingress" {
    for_each = var.ports
    iterator = port
    content {
      from_port   = port.value
      to_port     = port.value
      protocol    = "tcp"
      cidr_blocks = ["0.0.0.0/0"]
    }
  }
}
