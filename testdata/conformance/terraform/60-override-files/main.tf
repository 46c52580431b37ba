locals {
  name = "first"
}

resource "aws_db_instance" "orders" {
  identifier          = local.name
  engine              = "postgres"
  storage_encrypted   = true
  publicly_accessible = false
}
