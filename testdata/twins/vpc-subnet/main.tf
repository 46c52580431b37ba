resource "aws_vpc" "net" {
  cidr_block         = "10.0.0.0/16"
  enable_dns_support = true
}

resource "aws_subnet" "front" {
  vpc_id                  = aws_vpc.net.id
  cidr_block              = "10.0.1.0/24"
  map_public_ip_on_launch = true
}
