provider "aws" {
  region = "eu-west-1"
  default_tags {
    tags = { Owner = "platform" }
  }
}

provider "aws" {
  alias  = "us"
  region = "us-east-1"
}

resource "aws_sqs_queue" "here" {
  tags = { Name = "here" }
}

resource "aws_sqs_queue" "there" {
  provider = aws.us
}

module "inherits" {
  source = "./m"
}

module "told" {
  source    = "./m"
  providers = { aws = aws.us }
}
