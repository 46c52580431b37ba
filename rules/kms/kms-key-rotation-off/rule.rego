package trilith.kms_key_rotation_off

import data.trilith

# Only keys whose material AWS KMS makes itself can be rotated by it.
rotatable := {"KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT", "Origin": "AWS_KMS"}

deny contains {
	"path": "EnableKeyRotation", "message": msg, "label": "never rotated",
	"rests_on": [property | some property, _ in rotatable],
} if {
	not trilith.is_true(input.properties.EnableKeyRotation)
	every property, value in rotatable { object.get(input.properties, property, value) == value }
	msg := sprintf("the material of key `%s` is not rotated", [input.name])
}
