package trilith.ebs_volume_unencrypted

import data.trilith

mappings := {
	"AWS::EC2::LaunchTemplate": ["LaunchTemplateData", "BlockDeviceMappings"],
}

place := object.get(mappings, input.type, ["BlockDeviceMappings"])

volumes contains ["", input.properties] if input.type == "AWS::EC2::Volume"

volumes contains [path, volume] if {
	input.type != "AWS::EC2::Volume"
	some index, mapping in trilith.items(object.get(input.properties, place, []))
	volume := created(mapping)
	path := sprintf("%s/%d/Ebs/", [concat("/", place), index])
}

# A mapping that only names a device has a volume too.
created(mapping) := mapping.Ebs if is_object(mapping.Ebs)

created(mapping) := {} if {
	not mapping.Ebs
	not mapping.NoDevice
	not mapping.VirtualName
}

# A key may only be named for a volume that is encrypted (Amazon EC2 API, `CreateVolume`).
implied(volume) if {
	volume.KmsKeyId
	not trilith.is_false(volume.Encrypted)
}

# A volume that says nothing depends on the account.
severity(volume) := "high" if trilith.is_false(volume.Encrypted)

severity(volume) := "medium" if not volume.Encrypted == volume.Encrypted

deny contains {
	"path": concat("", [path, "Encrypted"]), "message": msg, "label": "not encrypted",
	"severity": level, "rests_on": [concat("", [path, "SnapshotId"]), concat("", [path, "KmsKeyId"])],
} if {
	some [path, volume] in volumes
	not volume.SnapshotId
	not trilith.is_true(volume.Encrypted)
	not implied(volume)
	level := severity(volume)
	msg := sprintf("the storage of `%s` is not encrypted", [input.name])
}
