module "store" {
  source  = "registry.example.com/acme/store/aws"
  version = "1.0.0"
  public  = true
}

resource "aws_db_instance" "orders" {
  engine              = "postgres"
  identifier          = module.store.name
  storage_encrypted   = true
  publicly_accessible = module.store.public
}
