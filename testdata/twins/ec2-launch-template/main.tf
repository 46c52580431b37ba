resource "aws_launch_template" "workers" {
  name     = "workers"
  image_id = "ami-1"

  metadata_options {
    http_tokens = "optional"
  }

  network_interfaces {
    device_index                = 0
    associate_public_ip_address = true
    security_groups             = ["sg-1"]
  }

  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      encrypted   = false
      volume_size = 20
    }
  }

  iam_instance_profile {
    name = "worker"
  }
}
