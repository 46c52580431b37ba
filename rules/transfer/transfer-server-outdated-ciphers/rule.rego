package trilith.transfer_server_outdated_ciphers

import data.trilith

policy := object.get(input.properties, "SecurityPolicyName", "TransferSecurityPolicy-2018-11")

outdated if regex.match(`-(2018-11|2020-06|2022-03)$`, policy)

outdated if not trilith.known(input, "SecurityPolicyName")

# FTP has nothing to agree on, and AS2 has ciphers of its own.
negotiates if {
	some protocol in object.get(input.properties, "Protocols", ["SFTP"])
	not protocol in {"FTP", "AS2"}
}

deny contains {
	"path": "SecurityPolicyName", "message": msg, "label": label, "rests_on": ["Protocols"],
} if {
	negotiates
	outdated
	label := sprintf("`%s` applies", [policy])
	msg := sprintf("transfer server `%s` accepts outdated algorithms", [input.name])
}
