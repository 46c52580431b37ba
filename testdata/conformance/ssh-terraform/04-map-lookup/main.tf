resource "aws_security_group" "shell" {
  name = "shell"
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = [local.ranges["any"]]
  }
}

locals {
  ranges = {
    office = "10.0.0.0/8"
    any    = "0.0.0.0/0"
  }
}
