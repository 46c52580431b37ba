resource "aws_workspaces_workspace" "desk" {
  directory_id                   = "d-1"
  bundle_id                      = "wsb-1"
  user_name                      = "person"
  root_volume_encryption_enabled = false
  user_volume_encryption_enabled = false
}
