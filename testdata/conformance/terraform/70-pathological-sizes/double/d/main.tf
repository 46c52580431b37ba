module "x" {
  count  = 64
  source = "../e"
}

module "y" {
  count  = 64
  source = "../e"
}
