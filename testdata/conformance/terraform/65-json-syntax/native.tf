variable "name" {
  default = "stack"
}

resource "aws_sqs_queue" "native" {
  name = aws_security_group.shell.name
  tags = { port = local.port }
}
