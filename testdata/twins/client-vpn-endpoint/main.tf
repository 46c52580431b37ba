resource "aws_ec2_client_vpn_endpoint" "vpn" {
  server_certificate_arn = "arn:aws:acm:us-east-1:111122223333:certificate/a"
  client_cidr_block      = "10.1.0.0/16"
  split_tunnel           = true

  authentication_options {
    type                       = "certificate-authentication"
    root_certificate_chain_arn = "arn:aws:acm:us-east-1:111122223333:certificate/b"
  }

  connection_log_options {
    enabled = false
  }
}
