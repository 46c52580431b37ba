resource "aws_security_group" "shell" {
  name = "shell"
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = var.ranges
  }
}

variable "ranges" {
  type    = set(string)
  default = ["10.0.0.0/8"]
}
