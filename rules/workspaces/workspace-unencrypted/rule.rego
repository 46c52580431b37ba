package trilith.workspace_unencrypted

import data.trilith

# The one finding is about the user volume if that is concerned: it matters more.
volumes := ["UserVolumeEncryptionEnabled", "RootVolumeEncryptionEnabled"]

open := [volume | some volume in volumes; not trilith.is_true(trilith.property(input, volume))]

deny contains {"path": open[0], "message": msg, "label": "not encrypted"} if {
	msg := sprintf("WorkSpace `%s` keeps a volume unencrypted", [input.name])
}
