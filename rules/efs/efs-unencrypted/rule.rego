package trilith.efs_unencrypted

import data.trilith

deny contains {"path": "Encrypted", "message": msg, "label": "not encrypted"} if {
	not trilith.is_true(input.properties.Encrypted)
	msg := sprintf("file system `%s` is not encrypted", [input.name])
}
