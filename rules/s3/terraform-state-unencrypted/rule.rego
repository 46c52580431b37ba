package trilith.terraform_state_unencrypted

import data.trilith

# Whether the whole backend is written here, and `encrypt` is not.
silent if {
	not "encrypt" in object.keys(input.properties)
	input.properties.bucket
	input.properties.key
}

severity := "high" if trilith.may_be_false(input, "encrypt")

	else := "medium" if {
	silent
	input.properties.kms_key_id
}

	else := "low" if silent

label := "`kms_key_id` is not used without `encrypt`" if severity == "medium"

	else := "encryption is not asked for"

deny contains {"path": "encrypt", "message": msg, "label": label, "severity": severity} if {
	msg := "the state is written without asking for encryption"
}
