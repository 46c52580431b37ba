package trilith.s3_account_public_access_not_blocked

import data.trilith

settings := ["restrict_public_buckets", "block_public_policy", "ignore_public_acls", "block_public_acls"]

off := [setting | some setting in settings; not trilith.is_true(input.properties[setting])]

known := [setting | some setting in off; trilith.known(input, setting)]

# The first that is off, and all of which it is not known.
gaps contains known[0]

gaps contains setting if {
	some setting in off
	not setting in known
}

deny contains {"path": setting, "message": msg, "label": "off for the whole account"} if {
	some setting in gaps
	msg := sprintf("`%s` leaves `%s` off", [input.name, setting])
}
