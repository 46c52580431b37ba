resource "aws_backup_vault" "vault" {
  name = "vault"
}

resource "aws_backup_vault_lock_configuration" "vault" {
  backup_vault_name  = aws_backup_vault.vault.name
  min_retention_days = 7
}

resource "aws_backup_vault_policy" "vault" {
  backup_vault_name = aws_backup_vault.vault.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{ Effect = "Deny", Principal = "*", Action = "backup:DeleteRecoveryPoint", Resource = "*" }]
  })
}

resource "aws_backup_plan" "plan" {
  name = "daily"
  rule {
    rule_name         = "d"
    target_vault_name = aws_backup_vault.vault.name
    schedule          = "cron(0 5 * * ? *)"
    lifecycle {
      delete_after = 35
    }
  }
}
