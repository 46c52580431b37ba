resource "aws_iam_role_policy" "inline" {
  name = "inline"
  role = "worker"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{ Effect = "Allow", NotAction = "iam:*", Resource = "*" }]
  })
}
