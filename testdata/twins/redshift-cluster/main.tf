resource "aws_redshift_cluster" "house" {
  cluster_identifier  = "house"
  database_name       = "orders"
  master_username     = "admin"
  master_password     = "not-a-real-one-1"
  node_type           = "ra3.large"
  cluster_type        = "single-node"
  encrypted           = false
  publicly_accessible = true
}

resource "aws_redshift_logging" "house" {
  cluster_identifier = aws_redshift_cluster.house.cluster_identifier
  bucket_name        = "logs"
}
