resource "aws_sqs_queue" "many" {
  count = 1000000
  name  = "q-${count.index}"
}

module "many" {
  count  = 1000
  source = "./outer"
}

module "circle" {
  source = "./circle"
}

locals {
  one = local.two
  two = local.one
  x0  = ["x", "x"]
  x1  = [local.x0, local.x0, local.x0, local.x0, local.x0, local.x0, local.x0, local.x0]
  x2  = [local.x1, local.x1, local.x1, local.x1, local.x1, local.x1, local.x1, local.x1]
  x3  = [local.x2, local.x2, local.x2, local.x2, local.x2, local.x2, local.x2, local.x2]
  x4  = [local.x3, local.x3, local.x3, local.x3, local.x3, local.x3, local.x3, local.x3]
  x5  = [local.x4, local.x4, local.x4, local.x4, local.x4, local.x4, local.x4, local.x4]
  x6  = [local.x5, local.x5, local.x5, local.x5, local.x5, local.x5, local.x5, local.x5]
}

resource "aws_sqs_queue" "circle" {
  name              = local.one
  kms_master_key_id = jsonencode(local.x6)
}

module "doubles" {
  source = "./double/a"
}
