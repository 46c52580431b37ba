resource "aws_docdb_cluster" "docs" {
  cluster_identifier              = "docs"
  storage_encrypted               = false
  enabled_cloudwatch_logs_exports = ["audit"]
  deletion_protection             = true
}
