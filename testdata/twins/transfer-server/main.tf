resource "aws_transfer_server" "sftp" {
  protocols            = ["FTP", "SFTP"]
  endpoint_type        = "PUBLIC"
  security_policy_name = "TransferSecurityPolicy-2018-11"
  logging_role         = "arn:aws:iam::111122223333:role/sftp"
}
