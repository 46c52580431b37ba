package trilith.msk_broker_logs_off

import data.trilith

destinations := ["CloudWatchLogs", "Firehose", "S3"]

paths := [sprintf("LoggingInfo/BrokerLogs/%s/Enabled", [name]) | some name in destinations]

written if {
	some path in paths
	trilith.is_true(trilith.property(input, path))
}

# Where one is switched off, that is the place.
places := [path | some path in paths; trilith.property(input, path) != null]

others := [{"path": path, "message": "switched off, too"} | some index, path in places; index > 0]

deny contains {
	"path": place, "message": msg, "label": "no log", "rests_on": paths, "related": others,
} if {
	not written
	place := array.concat(places, ["LoggingInfo/BrokerLogs"])[0]
	msg := sprintf("the brokers of Kafka cluster `%s` keep no log", [input.name])
}
