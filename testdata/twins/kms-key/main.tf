resource "aws_kms_key" "key" {
  deletion_window_in_days = 7
}

resource "aws_kms_key_policy" "key" {
  key_id = aws_kms_key.key.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { AWS = "*" }, Action = "kms:*", Resource = "*" }]
  })
}

resource "aws_kms_alias" "name" {
  name          = "alias/app"
  target_key_id = aws_kms_key.key.id
}
