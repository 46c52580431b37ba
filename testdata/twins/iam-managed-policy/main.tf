resource "aws_iam_policy" "pass" {
  name   = "pass"
  policy = <<-JSON
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": ["iam:PassRole"], "Resource": ["*"]}]}
  JSON
}
