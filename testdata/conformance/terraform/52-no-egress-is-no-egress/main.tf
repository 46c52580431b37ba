resource "aws_security_group" "silent" {
  name = "silent"
}

resource "aws_security_group" "closed" {
  name    = "closed"
  ingress = []
  egress  = []
}
