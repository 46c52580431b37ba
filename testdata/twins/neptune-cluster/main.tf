resource "aws_neptune_cluster" "graph" {
  cluster_identifier                  = "graph"
  storage_encrypted                   = false
  iam_database_authentication_enabled = true
}
