resource "aws_sagemaker_notebook_instance" "lab" {
  name                   = "lab"
  instance_type          = "ml.t3.medium"
  role_arn               = "arn:aws:iam::111122223333:role/lab"
  direct_internet_access = "Enabled"
  root_access            = "Enabled"
  subnet_id              = "subnet-1"
  security_groups        = ["sg-1"]
}
