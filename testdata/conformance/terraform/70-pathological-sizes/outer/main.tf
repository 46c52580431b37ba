module "inner" {
  count  = 1000
  source = "../inner"
}
