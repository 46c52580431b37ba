resource "aws_autoscaling_group" "fleet" {
  min_size            = 1
  max_size            = 3
  health_check_type   = "ELB"
  vpc_zone_identifier = ["subnet-1", "subnet-2"]

  launch_template {
    id      = "lt-1"
    version = "1"
  }

  tag {
    key                 = "Owner"
    value               = "web"
    propagate_at_launch = true
  }
}
