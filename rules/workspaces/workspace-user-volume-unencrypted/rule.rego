package trilith.workspace_user_volume_unencrypted

import data.trilith

deny contains {"path": "UserVolumeEncryptionEnabled", "message": msg, "label": "not encrypted"} if {
	not trilith.is_true(trilith.property(input, "UserVolumeEncryptionEnabled"))
	msg := sprintf("WorkSpace `%s` keeps its user volume unencrypted", [input.name])
}
