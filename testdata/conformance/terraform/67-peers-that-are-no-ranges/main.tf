resource "aws_security_group" "other" {
  name = "other"
}

resource "aws_security_group" "nodes" {
  name = "nodes"
  ingress {
    from_port = 0
    to_port   = 0
    protocol  = "-1"
    self      = true
  }
  ingress {
    from_port       = 22
    to_port         = 22
    protocol        = "tcp"
    security_groups = [aws_security_group.other.id]
    prefix_list_ids = ["pl-0123456789abcdef0"]
  }
}
