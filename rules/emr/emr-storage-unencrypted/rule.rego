package trilith.emr_storage_unencrypted

import data.trilith

encryption := "SecurityConfiguration/EncryptionConfiguration"

switch := concat("/", [encryption, "EnableAtRestEncryption"])

at_rest := concat("/", [encryption, "AtRestEncryptionConfiguration"])

ebs := concat("/", [at_rest, "LocalDiskEncryptionConfiguration/EnableEbsEncryption"])

# What is written to be off is the place, rather than what is missing.
path := ebs if {
	trilith.known(input, switch)
	trilith.property(input, switch) == null
	trilith.may_be_false(input, ebs)
} else := switch if not trilith.is_true(trilith.property(input, switch))

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
