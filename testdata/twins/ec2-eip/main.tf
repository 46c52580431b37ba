resource "aws_eip" "ip" {
  domain = "vpc"
}
