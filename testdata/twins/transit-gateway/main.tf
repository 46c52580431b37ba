resource "aws_ec2_transit_gateway" "hub" {
  auto_accept_shared_attachments = "enable"
  dns_support                    = "enable"
}
