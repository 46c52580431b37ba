resource "aws_ecs_service" "front" {
  name                   = "front"
  cluster                = "main"
  launch_type            = "FARGATE"
  enable_execute_command = true

  network_configuration {
    subnets          = ["subnet-1"]
    security_groups  = ["sg-1"]
    assign_public_ip = true
  }
}
