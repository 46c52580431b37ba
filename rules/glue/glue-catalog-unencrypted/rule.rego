package trilith.glue_catalog_unencrypted

import data.trilith

settings := "DataCatalogEncryptionSettings"

mode := concat("/", [settings, "EncryptionAtRest/CatalogEncryptionMode"])

passwords := concat("/", [settings, "ConnectionPasswordEncryption/ReturnConnectionPasswordEncrypted"])

gaps contains [mode, "the catalog's metadata", "no key for what is in the catalog"] if {
	not startswith(trilith.property(input, mode), "SSE-KMS")
}

gaps contains [passwords, "the passwords of connections", "returned in the clear"] if {
	not trilith.is_true(trilith.property(input, passwords))
}

deny contains {"path": gap[0], "message": msg, "label": gap[2]} if {
	some gap in gaps
	msg := sprintf("`%s` leaves %s unencrypted", [input.name, gap[1]])
}
