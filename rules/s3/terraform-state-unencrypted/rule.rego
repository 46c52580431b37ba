package trilith.terraform_state_unencrypted

import data.trilith

severity := "high" if trilith.may_be_false(input, "encrypt")

	else := "low" if {
	not "encrypt" in object.keys(input.properties)
	input.properties.bucket
	input.properties.key
	not input.properties.kms_key_id
}

deny contains {"path": "encrypt", "message": msg, "label": "encryption is not asked for", "severity": severity} if {
	msg := "the state is written without asking for encryption"
}
