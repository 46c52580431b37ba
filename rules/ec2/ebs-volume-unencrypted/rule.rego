package trilith.ebs_volume_unencrypted

import data.trilith

mappings := {
	"AWS::EC2::LaunchTemplate": ["LaunchTemplateData", "BlockDeviceMappings"],
}

place := object.get(mappings, input.type, ["BlockDeviceMappings"])

volumes contains ["", input.properties] if input.type == "AWS::EC2::Volume"

volumes contains [path, mapping.Ebs] if {
	input.type != "AWS::EC2::Volume"
	some index, mapping in trilith.items(object.get(input.properties, place, []))
	is_object(mapping.Ebs)
	path := sprintf("%s/%d/Ebs/", [concat("/", place), index])
}

# A volume that says nothing depends on the account.
severity(volume) := "high" if trilith.is_false(volume.Encrypted)

severity(volume) := "medium" if not volume.Encrypted == volume.Encrypted

deny contains {
	"path": concat("", [path, "Encrypted"]), "message": msg, "label": "not encrypted",
	"severity": severity(volume), "rests_on": [concat("", [path, "SnapshotId"])],
} if {
	some [path, volume] in volumes
	not volume.SnapshotId
	not trilith.is_true(volume.Encrypted)
	msg := sprintf("the storage of `%s` is not encrypted", [input.name])
}
