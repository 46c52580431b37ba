resource "aws_ecs_task_definition" "task" {
  family       = "web"
  network_mode = "awsvpc"
  container_definitions = jsonencode([{
    name                   = "web"
    image                  = "web:1"
    privileged             = true
    readonlyRootFilesystem = false
    environment            = [{ name = "MODE", value = "live" }]
    logConfiguration       = { logDriver = "awslogs" }
    portMappings           = [{ containerPort = 80 }]
  }])

  volume {
    name = "shared"
    efs_volume_configuration {
      file_system_id     = "fs-1"
      transit_encryption = "DISABLED"
    }
  }
}
