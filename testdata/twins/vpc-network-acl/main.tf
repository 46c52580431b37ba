resource "aws_network_acl" "acl" {
  vpc_id = "vpc-1"
}

resource "aws_network_acl_rule" "ssh" {
  network_acl_id = aws_network_acl.acl.id
  rule_number    = 100
  protocol       = "tcp"
  rule_action    = "allow"
  egress         = false
  cidr_block     = "0.0.0.0/0"
  from_port      = 22
  to_port        = 22
}
