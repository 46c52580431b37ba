resource "aws_ebs_volume" "disk" {
  availability_zone = "us-east-1a"
  size              = 40
  type              = "gp3"
  encrypted         = false
}
