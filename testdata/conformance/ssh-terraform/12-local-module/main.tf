module "shell" {
  source = "./shell"
  range  = "0.0.0.0/0"
}
