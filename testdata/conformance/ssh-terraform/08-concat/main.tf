resource "aws_security_group" "shell" {
  name = "shell"
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = concat(["10.0.0.0/8"], var.more)
  }
}

variable "more" {
  type    = list(string)
  default = ["0.0.0.0/0"]
}
