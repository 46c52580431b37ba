resource "aws_security_group" "shell" {
  name = "shell"
}

resource "aws_security_group_rule" "in" {
  for_each          = toset(["22", "443"])
  type              = "ingress"
  security_group_id = aws_security_group.shell.id
  from_port         = each.value
  to_port           = each.key
  protocol          = "tcp"
  cidr_blocks       = ["0.0.0.0/0"]
}
