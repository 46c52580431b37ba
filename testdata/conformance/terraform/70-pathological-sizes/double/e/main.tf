module "x" {
  count  = 64
  source = "../f"
}

module "y" {
  count  = 64
  source = "../f"
}
