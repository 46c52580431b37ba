data "aws_cloudwatch_log_group" "lambda" {
  count = 1
  name  = "/x"
}

resource "aws_cloudwatch_log_group" "lambda" {
  count = 0
  name  = "/x"
}

locals {
  arn = try(data.aws_cloudwatch_log_group.lambda[0].arn, aws_cloudwatch_log_group.lambda[0].arn, "")
}

data "aws_iam_policy_document" "logs" {
  statement {
    actions   = ["logs:PutLogEvents"]
    resources = [for v in ["%v:*"] : format(v, local.arn)]
  }
}

resource "aws_iam_role_policy" "logs" {
  role   = "r"
  policy = data.aws_iam_policy_document.logs.json
}
