module "x" {
  count  = 64
  source = "../c"
}

module "y" {
  count  = 64
  source = "../c"
}
