resource "aws_security_group" "shell" {
  name = "shell"
}

resource "aws_vpc_security_group_ingress_rule" "shell" {
  security_group_id = aws_security_group.shell.id
  from_port         = 22
  to_port           = 22
  ip_protocol       = "tcp"
  cidr_ipv4         = "0.0.0.0/0"
}
