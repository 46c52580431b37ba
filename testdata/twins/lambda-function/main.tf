resource "aws_lambda_function" "fn" {
  function_name = "fn"
  role          = "arn:aws:iam::111122223333:role/fn"
  handler       = "a.b"
  runtime       = "python3.8"
  s3_bucket     = "code"
  s3_key        = "fn.zip"

  tracing_config {
    mode = "PassThrough"
  }

  environment {
    variables = { STAGE = "prod" }
  }

  vpc_config {
    subnet_ids         = ["subnet-1"]
    security_group_ids = ["sg-1"]
  }
}

resource "aws_lambda_permission" "open" {
  function_name = aws_lambda_function.fn.function_name
  action        = "lambda:InvokeFunction"
  principal     = "*"
}

resource "aws_lambda_function_url" "door" {
  function_name      = aws_lambda_function.fn.function_name
  authorization_type = "NONE"
}
