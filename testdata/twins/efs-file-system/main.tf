resource "aws_efs_file_system" "files" {
  encrypted = false
  tags      = { Owner = "web" }
}

resource "aws_efs_backup_policy" "files" {
  file_system_id = aws_efs_file_system.files.id
  backup_policy {
    status = "DISABLED"
  }
}

resource "aws_efs_mount_target" "mount" {
  file_system_id  = aws_efs_file_system.files.id
  subnet_id       = "subnet-1"
  security_groups = ["sg-1"]
}
