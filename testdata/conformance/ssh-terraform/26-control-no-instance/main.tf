resource "aws_security_group" "shell" {
  count = var.create ? 1 : 0
  name  = "shell"
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

variable "create" {
  type    = bool
  default = false
}
