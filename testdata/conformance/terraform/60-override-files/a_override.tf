resource "aws_db_instance" "orders" {
  publicly_accessible = true
}

locals {
  name = "overridden"
}
