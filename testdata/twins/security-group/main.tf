resource "aws_security_group" "web" {
  description = "web"
  vpc_id      = "vpc-1"

  ingress {
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["0.0.0.0/0"]
    description = "ssh"
  }

  ingress {
    protocol         = "tcp"
    from_port        = 3306
    to_port          = 3306
    ipv6_cidr_blocks = ["::/0"]
  }

  egress {
    protocol    = -1
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}
