resource "aws_eks_cluster" "kube" {
  name     = "kube"
  role_arn = "arn:aws:iam::111122223333:role/eks"

  vpc_config {
    subnet_ids              = ["subnet-1"]
    endpoint_public_access  = true
    endpoint_private_access = false
    public_access_cidrs     = ["0.0.0.0/0"]
  }

  enabled_cluster_log_types = ["api", "audit"]
}

resource "aws_eks_node_group" "nodes" {
  cluster_name  = aws_eks_cluster.kube.name
  node_role_arn = "arn:aws:iam::111122223333:role/node"
  subnet_ids    = ["subnet-1"]
  remote_access {
    ec2_ssh_key = "me"
  }
}
