resource "aws_network_interface" "nic" {
  subnet_id         = "subnet-1"
  security_groups   = ["sg-1"]
  source_dest_check = false
}
