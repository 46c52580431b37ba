resource "aws_db_instance" "good" {
  engine              = "postgres"
  storage_encrypted   = false
  publicly_accessible = false
}
