package trilith.transfer_server_plain_ftp

import data.trilith

clear(protocol, _) if protocol == "FTP"

clear(_, path) if not trilith.known(input, path)

deny contains {"path": path, "message": msg, "label": "readable on the way"} if {
	some index, protocol in trilith.items(input.properties.Protocols)
	path := sprintf("Protocols/%d", [index])
	clear(protocol, path)
	msg := sprintf("transfer server `%s` speaks FTP without encryption", [input.name])
}
