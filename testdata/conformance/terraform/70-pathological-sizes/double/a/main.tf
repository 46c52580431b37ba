module "x" {
  count  = 64
  source = "../b"
}

module "y" {
  count  = 64
  source = "../b"
}
