resource "aws_security_group" "shell" {
  name = "shell"
}

resource "aws_security_group_rule" "shell" {
  type              = "ingress"
  security_group_id = aws_security_group.shell.id
  from_port         = 22
  to_port           = 22
  protocol          = "tcp"
  cidr_blocks       = ["0.0.0.0/0"]
}
