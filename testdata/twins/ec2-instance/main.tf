resource "aws_instance" "host" {
  ami                    = "ami-1"
  instance_type          = "t3.micro"
  iam_instance_profile   = "host"
  vpc_security_group_ids = ["sg-1"]

  metadata_options {
    http_tokens   = "optional"
    http_endpoint = "enabled"
  }

  ebs_block_device {
    device_name = "/dev/sdf"
    encrypted   = false
    volume_size = 8
  }

  tags = { Owner = "web" }
}
