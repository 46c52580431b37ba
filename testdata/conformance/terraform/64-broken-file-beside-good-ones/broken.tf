resource "aws_sqs_queue" "first" {
  name = "first"
}

resource "aws_sqs_queue" "broken" {
  name = "broken
}

resource "aws_db_instance" "after" {
  engine              = "postgres"
  storage_encrypted   = true
  publicly_accessible = true
}
