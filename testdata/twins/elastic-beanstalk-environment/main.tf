resource "aws_elastic_beanstalk_environment" "env" {
  name        = "env"
  application = "app"
  setting {
    namespace = "aws:elasticbeanstalk:managedactions"
    name      = "ManagedActionsEnabled"
    value     = "false"
  }
}
