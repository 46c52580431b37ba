resource "aws_api_gateway_rest_api" "api" {
  name                         = "api"
  disable_execute_api_endpoint = false
  endpoint_configuration {
    types = ["REGIONAL"]
  }
}

resource "aws_api_gateway_stage" "live" {
  rest_api_id          = aws_api_gateway_rest_api.api.id
  stage_name           = "live"
  xray_tracing_enabled = false
}

resource "aws_api_gateway_method_settings" "live" {
  rest_api_id = aws_api_gateway_rest_api.api.id
  stage_name  = "live"
  method_path = "*/*"
  settings {
    logging_level        = "OFF"
    caching_enabled      = true
    cache_data_encrypted = false
  }
}

resource "aws_api_gateway_method" "get" {
  rest_api_id   = aws_api_gateway_rest_api.api.id
  resource_id   = "res-1"
  http_method   = "GET"
  authorization = "NONE"
}

resource "aws_api_gateway_integration" "get" {
  rest_api_id             = aws_api_gateway_rest_api.api.id
  resource_id             = "res-1"
  http_method             = aws_api_gateway_method.get.http_method
  type                    = "HTTP_PROXY"
  uri                     = "http://example.com/"
  integration_http_method = "GET"
}
