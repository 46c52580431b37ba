module "fs" {
  source = "../mod"
  enc    = false
}
