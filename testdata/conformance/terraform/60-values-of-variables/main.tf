variable "a" {}
variable "b" { default = "default" }
variable "c" {}
variable "d" {}
variable "e" { default = "default" }
variable "list" { type = list(string) }

resource "aws_sqs_queue" "q" {
  name = join("-", [var.a, var.b, var.c, var.d, var.e])
  tags = { for key in var.list : key => "x" }
}
