module "a" {
  source = "./queue"
  name   = "a"
}

module "b" {
  source = "./queue"
  name   = "b"
}

module "c" {
  for_each = toset(["x", "y.z"])
  source   = "./queue"
  name     = each.key
}
