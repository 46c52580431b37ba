package trilith.eks_secrets_without_own_key

import data.trilith

configs := trilith.items(object.get(input.properties, "EncryptionConfig", []))

# Secrets are the only kind of resource that EKS takes here.
covered if {
	some config in configs
	config.Provider.KeyArn
}

path := "EncryptionConfig/0/Provider/KeyArn" if count(configs) == 1

	else := "EncryptionConfig"

deny contains {"path": path, "message": msg, "label": "no key of your own"} if {
	not covered
	msg := sprintf("secrets of cluster `%s` are not encrypted with a key of your own", [input.name])
}
