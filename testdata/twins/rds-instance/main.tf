resource "aws_db_instance" "db" {
  identifier                      = "orders"
  engine                          = "postgres"
  instance_class                  = "db.t3.micro"
  allocated_storage               = 20
  username                        = "admin"
  password                        = "not-a-real-one-1"
  publicly_accessible             = true
  storage_encrypted               = false
  multi_az                        = false
  backup_retention_period         = 1
  enabled_cloudwatch_logs_exports = ["postgresql"]
  vpc_security_group_ids          = ["sg-1"]
}
