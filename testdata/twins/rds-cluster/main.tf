resource "aws_rds_cluster" "cluster" {
  cluster_identifier                  = "c"
  engine                              = "aurora-mysql"
  storage_encrypted                   = false
  iam_database_authentication_enabled = false
  deletion_protection                 = false
  backup_retention_period             = 1
}

resource "aws_rds_cluster_instance" "member" {
  cluster_identifier  = aws_rds_cluster.cluster.id
  engine              = "aurora-mysql"
  instance_class      = "db.r5.large"
  publicly_accessible = true
}
