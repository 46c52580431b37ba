resource "aws_vpn_connection" "site" {
  customer_gateway_id = "cgw-1"
  vpn_gateway_id      = "vgw-1"
  type                = "ipsec.1"

  tunnel1_ike_versions                 = ["ikev1"]
  tunnel1_phase1_encryption_algorithms = ["AES128"]
  tunnel2_ike_versions                 = ["ikev2"]
  tunnel2_log_options {
    cloudwatch_log_options {
      log_enabled = true
    }
  }
}
