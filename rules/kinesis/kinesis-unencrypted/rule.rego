package trilith.kinesis_unencrypted

import data.trilith

path := "StreamEncryption/EncryptionType" if {
	input.type == "AWS::Kinesis::Stream"
	trilith.property(input, "StreamEncryption/EncryptionType") in {null, "NONE"}
}

# What is read from a stream is encrypted like the stream.
path := "DeliveryStreamEncryptionConfigurationInput" if {
	input.type == "AWS::KinesisFirehose::DeliveryStream"
	object.get(input.properties, "DeliveryStreamType", "DirectPut") == "DirectPut"
	not input.properties.KinesisStreamSourceConfiguration
	not input.properties.MSKSourceConfiguration
	not input.properties.DeliveryStreamEncryptionConfigurationInput
}

deny contains {
	"path": path, "message": msg, "label": "not encrypted",
	"rests_on": ["DeliveryStreamType", "KinesisStreamSourceConfiguration", "MSKSourceConfiguration"],
} if {
	msg := sprintf("records wait unencrypted in `%s`", [input.name])
}
