resource "aws_batch_job_definition" "job" {
  name = "job"
  type = "container"
  container_properties = jsonencode({
    image                = "busybox"
    privileged           = true
    command              = ["ls"]
    resourceRequirements = [{ type = "VCPU", value = "1" }]
  })
}
