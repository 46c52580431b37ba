resource "aws_sqs_queue" "q" {
  name = "q"
  tags = {
    Team = "first"
    Team = "last"
  }
  kms_master_key_id = (
    local.own
    ? "alias/own"
    : local.other
      ? "alias/other"
      : "alias/aws/sqs"
  )
}

locals {
  own = false
  other = { for key, value in { a = 1 } : key =>
    value == 1
      ? true
      : false
  }["a"]
}
