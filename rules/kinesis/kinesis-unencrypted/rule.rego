package trilith.kinesis_unencrypted

import data.trilith

unencrypted := "records wait unencrypted in `%s`"

keyless := "encryption of `%s` has no key to encrypt with"

stream_key := "StreamEncryption/KeyId"

delivery := "DeliveryStreamEncryptionConfigurationInput"

found["StreamEncryption/EncryptionType"] := [unencrypted, "not encrypted"] if {
	input.type == "AWS::Kinesis::Stream"
	trilith.property(input, "StreamEncryption/EncryptionType") in {null, "NONE"}
}

found[stream_key] := [keyless, "no key"] if {
	input.type == "AWS::Kinesis::Stream"
	trilith.property(input, "StreamEncryption/EncryptionType") == "KMS"
	trilith.property(input, stream_key) in {null, ""}
}

# What is read from a stream is encrypted like the stream.
found[delivery] := [unencrypted, "not encrypted"] if {
	takes_records
	not input.properties[delivery]
}

found[path] := [keyless, "no key"] if {
	takes_records
	input.properties[delivery].KeyType == "CUSTOMER_MANAGED_CMK"
	path := concat("/", [delivery, "KeyARN"])
	trilith.property(input, path) in {null, ""}
}

takes_records if {
	input.type == "AWS::KinesisFirehose::DeliveryStream"
	object.get(input.properties, "DeliveryStreamType", "DirectPut") == "DirectPut"
	not input.properties.KinesisStreamSourceConfiguration
	not input.properties.MSKSourceConfiguration
}

deny contains {
	"path": path, "message": sprintf(text, [input.name]), "label": label,
	"rests_on": ["DeliveryStreamType", "KinesisStreamSourceConfiguration", "MSKSourceConfiguration", path],
} if {
	some path, [text, label] in found
}
