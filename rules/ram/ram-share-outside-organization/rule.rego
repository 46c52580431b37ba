package trilith.ram_share_outside_organization

import data.trilith

open if trilith.may_be_true(input, "AllowExternalPrincipals")

# Left out, it is true in CloudFormation and false in Terraform.
open if {
	not input.terraform
	not "AllowExternalPrincipals" in object.keys(input.properties)
}

deny contains {"path": "AllowExternalPrincipals", "message": msg, "label": "any account"} if {
	open
	msg := sprintf("share `%s` may be offered to accounts outside the organization", [input.name])
}
