package trilith.rds_certificate_outdated

import data.trilith

deny contains {"path": "CACertificateIdentifier", "message": msg, "label": "has expired"} if {
	trilith.may_be(input, "CACertificateIdentifier", {"rds-ca-2015", "rds-ca-2019"})
	msg := sprintf("database `%s` names a certificate authority that has expired", [input.name])
}
