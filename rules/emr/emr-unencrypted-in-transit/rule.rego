package trilith.emr_unencrypted_in_transit

import data.trilith

switch := "SecurityConfiguration/EncryptionConfiguration/EnableInTransitEncryption"

deny contains {"path": switch, "message": msg, "label": "traffic between nodes stays unencrypted"} if {
	not trilith.is_true(trilith.property(input, switch))
	msg := sprintf("nodes of clusters with security configuration `%s` talk in clear text", [input.name])
}
