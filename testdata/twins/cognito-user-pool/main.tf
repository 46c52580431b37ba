resource "aws_cognito_user_pool" "people" {
  name              = "people"
  mfa_configuration = "OFF"
  password_policy {
    minimum_length  = 6
    require_symbols = false
  }
  admin_create_user_config {
    allow_admin_create_user_only = false
  }
}

resource "aws_cognito_user_pool_client" "app" {
  user_pool_id        = aws_cognito_user_pool.people.id
  name                = "app"
  generate_secret     = true
  explicit_auth_flows = ["ALLOW_USER_PASSWORD_AUTH"]
}
