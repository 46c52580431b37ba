resource "aws_iam_role" "app" {
  assume_role_policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_user" "ops" {
  name = "ops"
}

resource "aws_iam_policy_attachment" "admin" {
  name       = "admin"
  roles      = [aws_iam_role.app.name]
  users      = ["ops"]
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}
