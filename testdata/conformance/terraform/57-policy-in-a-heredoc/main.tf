resource "aws_s3_bucket" "data" {}

variable "team" {
  default = "blue"
}

resource "aws_iam_policy" "wide" {
  name   = "wide"
  policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Sid": "${var.team}",
          "Effect": "Allow",
          "Action": "*",
          "Resource": "*"
        },
        {
          "Effect": "Allow",
          "Action": "s3:GetObject",
          "Resource": "${aws_s3_bucket.data.arn}/$${aws:username}/*"
        }
      ]
    }
  EOT
}
