package trilith.docdb_tls_off

import data.trilith

deny contains {"path": "Parameters/tls", "message": msg, "label": "no TLS"} if {
	trilith.may_be(input, "Parameters/tls", {"disabled"})
	msg := sprintf("clusters with `%s` accept connections in the clear only", [input.name])
}
