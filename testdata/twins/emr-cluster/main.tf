resource "aws_emr_cluster" "hadoop" {
  name                   = "hadoop"
  release_label          = "emr-6.10.0"
  service_role           = "emr"
  log_uri                = "s3://logs/"
  security_configuration = "strict"
  termination_protection = true

  ec2_attributes {
    instance_profile = "emr-ec2"
    subnet_id        = "subnet-1"
  }

  master_instance_group {
    instance_type  = "m5.xlarge"
    instance_count = 1
  }

  core_instance_group {
    instance_type  = "m5.xlarge"
    instance_count = 2
  }
}
