resource "aws_ram_resource_share" "shared" {
  name                      = "shared"
  allow_external_principals = true
}

resource "aws_ram_principal_association" "shared" {
  resource_share_arn = aws_ram_resource_share.shared.arn
  principal          = "111122223333"
}

resource "aws_ram_resource_association" "shared" {
  resource_share_arn = aws_ram_resource_share.shared.arn
  resource_arn       = "arn:aws:ec2:us-east-1:111122223333:subnet/subnet-1"
}
