variable "tags" {
  type = map(string)
}

variable "name" {
  type    = string
  default = null
}

variable "unknown" {
  type = string
}

resource "aws_sqs_queue" "merged" {
  name = coalesce(var.name, "fallback")
  tags = merge({ Owner = "me" }, var.tags)
}

resource "aws_sqs_queue" "tried" {
  name = try(local.settings.nothing.here, "tried")
  tags = { a = lookup(local.settings, "colour", "none"), b = can(local.settings.size) ? "sized" : "free" }
}

resource "aws_sqs_queue" "undecided" {
  name = try(var.unknown, "never")
}

locals {
  settings = { size = 3 }
}
