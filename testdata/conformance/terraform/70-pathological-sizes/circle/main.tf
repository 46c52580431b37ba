module "again" {
  source = "../circle"
}

resource "aws_sqs_queue" "q" {
  name = "circle"
}
