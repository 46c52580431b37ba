resource "aws_mq_broker" "broker" {
  broker_name         = "broker"
  engine_type         = "ACTIVEMQ"
  engine_version      = "5.18"
  host_instance_type  = "mq.t3.micro"
  deployment_mode     = "SINGLE_INSTANCE"
  publicly_accessible = true
  logs {
    general = false
  }
  user {
    username = "app"
    password = "not-a-real-one-1"
  }
}
