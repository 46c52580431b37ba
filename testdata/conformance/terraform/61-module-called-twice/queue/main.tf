variable "name" {
  type = string
}

resource "aws_db_instance" "orders" {
  identifier          = var.name
  engine              = "postgres"
  storage_encrypted   = true
  publicly_accessible = true
}
