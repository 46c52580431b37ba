variable "strict" {
  type = bool
}

variable "bucket" {
  default = "data"
}

resource "aws_sqs_queue" "choice" {
  name = "choice"
  tags = { a = var.strict ? 1 : "one" }
}

resource "aws_sqs_queue" "null_count" {
  count = null
  name  = "null"
}

resource "aws_iam_policy" "encoded" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "*"
      Resource = "arn:aws:s3:::${var.bucket}/*"
    }, {
      Effect   = "Allow"
      Action   = "${"*"}"
      Resource = "*"
    }]
  })
}
