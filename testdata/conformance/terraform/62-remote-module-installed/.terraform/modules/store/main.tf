variable "public" {
  type    = bool
  default = false
}

output "public" {
  value = var.public
}

output "name" {
  value = "from-the-module"
}
