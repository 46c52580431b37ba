package trilith.workspace_root_volume_unencrypted

import data.trilith

deny contains {"path": "RootVolumeEncryptionEnabled", "message": msg, "label": "not encrypted"} if {
	not trilith.is_true(trilith.property(input, "RootVolumeEncryptionEnabled"))
	msg := sprintf("WorkSpace `%s` keeps its root volume unencrypted", [input.name])
}
