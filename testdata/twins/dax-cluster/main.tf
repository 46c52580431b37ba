resource "aws_dax_cluster" "front" {
  cluster_name       = "front"
  node_type          = "dax.t3.small"
  replication_factor = 1
  iam_role_arn       = "arn:aws:iam::111122223333:role/dax"
  server_side_encryption {
    enabled = false
  }
}
