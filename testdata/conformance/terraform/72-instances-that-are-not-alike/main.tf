resource "aws_iam_role" "r" {
  for_each = {
    a = { AWS = "arn:aws:iam::111122223333:root" }
    b = { Service = "ec2.amazonaws.com" }
  }
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = each.value }]
  })
}

resource "aws_iam_role_policy_attachment" "x" {
  for_each   = toset(["a", "b"])
  role       = aws_iam_role.r[each.key].name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}
