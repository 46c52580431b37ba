resource "aws_db_parameter_group" "group" {
  name        = "pg"
  family      = "postgres15"
  description = "pg"
  parameter {
    name  = "rds.force_ssl"
    value = "0"
  }
}

resource "aws_db_subnet_group" "nets" {
  name        = "nets"
  description = "nets"
  subnet_ids  = ["subnet-1", "subnet-2"]
}
