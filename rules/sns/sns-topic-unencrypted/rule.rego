package trilith.sns_topic_unencrypted

import data.trilith

deny contains {"path": "KmsMasterKeyId", "message": msg, "label": "no key"} if {
	object.get(input.properties, "KmsMasterKeyId", "") == ""
	msg := sprintf("messages of topic `%s` are kept unencrypted", [input.name])
}
