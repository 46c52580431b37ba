module "x" {
  count  = 64
  source = "../d"
}

module "y" {
  count  = 64
  source = "../d"
}
