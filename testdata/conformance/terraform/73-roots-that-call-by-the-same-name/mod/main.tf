variable "enc" {
  default = true
}

resource "aws_efs_file_system" "this" {
  encrypted = var.enc
}
