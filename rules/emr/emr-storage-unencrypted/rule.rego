package trilith.emr_storage_unencrypted

import data.trilith

encryption := "SecurityConfiguration/EncryptionConfiguration"

switch := concat("/", [encryption, "EnableAtRestEncryption"])

at_rest := concat("/", [encryption, "AtRestEncryptionConfiguration"])

path := switch if not trilith.is_true(trilith.property(input, switch))

	else := concat("/", [at_rest, "LocalDiskEncryptionConfiguration"]) if {
	how := trilith.property(input, at_rest)
	is_object(how)
	not how.LocalDiskEncryptionConfiguration
}

deny contains {
	"path": path, "message": msg, "label": "local disks stay unencrypted", "rests_on": [switch],
} if {
	msg := sprintf("clusters with security configuration `%s` keep data unencrypted on their disks", [input.name])
}
