package trilith.ecs_efs_volume_in_clear

import data.trilith

deny contains {"path": path, "message": msg, "label": "no TLS"} if {
	some index, volume in trilith.items(input.properties.Volumes)
	object.get(volume.EFSVolumeConfiguration, "TransitEncryption", "DISABLED") != "ENABLED"
	path := sprintf("Volumes/%d/EFSVolumeConfiguration/TransitEncryption", [index])
	msg := sprintf("tasks of `%s` mount a file system unencrypted", [input.name])
}
