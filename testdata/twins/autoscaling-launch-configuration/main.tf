resource "aws_launch_configuration" "old" {
  name                        = "old"
  image_id                    = "ami-1"
  instance_type               = "m5.large"
  associate_public_ip_address = true

  metadata_options {
    http_tokens = "optional"
  }

  ebs_block_device {
    device_name = "/dev/sdg"
    encrypted   = false
    volume_size = 50
  }
}
