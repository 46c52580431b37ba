resource "aws_route_table" "table" {
  vpc_id = "vpc-1"
}

resource "aws_internet_gateway" "gateway" {}

resource "aws_route" "default" {
  route_table_id         = aws_route_table.table.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.gateway.id
}

resource "aws_route_table_association" "front" {
  route_table_id = aws_route_table.table.id
  subnet_id      = "subnet-1"
}
