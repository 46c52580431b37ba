resource "aws_sqs_queue" "jobs" {
  name                       = "jobs"
  sqs_managed_sse_enabled    = false
  visibility_timeout_seconds = 30
  redrive_policy = jsonencode({
    deadLetterTargetArn = "arn:aws:sqs:us-east-1:111122223333:dead"
    maxReceiveCount     = 3
  })
}

resource "aws_sqs_queue_policy" "jobs_policy" {
  queue_url = aws_sqs_queue.jobs.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = "*", Action = "sqs:SendMessage", Resource = "*" }]
  })
}
