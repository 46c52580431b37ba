module "shell" {
  source = "./shell"
  range  = "10.1.0.0/16"
}
