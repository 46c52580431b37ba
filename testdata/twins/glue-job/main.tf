resource "aws_glue_job" "etl" {
  name     = "etl"
  role_arn = "arn:aws:iam::111122223333:role/etl"
  command {
    name            = "glueetl"
    script_location = "s3://code/etl.py"
  }
  security_configuration = "plain"
}

resource "aws_glue_security_configuration" "plain" {
  name = "plain"
  encryption_configuration {
    s3_encryption {
      s3_encryption_mode = "DISABLED"
    }
    cloudwatch_encryption {
      cloudwatch_encryption_mode = "DISABLED"
    }
    job_bookmarks_encryption {
      job_bookmarks_encryption_mode = "DISABLED"
    }
  }
}
