resource "aws_elasticache_replication_group" "cache" {
  replication_group_id       = "cache"
  description                = "cache"
  engine                     = "redis"
  node_type                  = "cache.t3.micro"
  transit_encryption_enabled = false
  at_rest_encryption_enabled = false
  snapshot_retention_limit   = 0
}
