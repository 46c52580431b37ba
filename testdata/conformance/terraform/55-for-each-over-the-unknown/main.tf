variable "databases" {
  type = map(string)
}

resource "aws_db_instance" "each" {
  for_each            = var.databases
  engine              = each.value
  identifier          = each.key
  storage_encrypted   = true
  publicly_accessible = true
}
