package trilith.dms_endpoint_without_tls

import data.trilith

# Engines that are reached by the mode; the others have settings of their own, or HTTPS.
databases := {
	"aurora", "aurora-postgresql", "aurora-postgresql-serverless", "aurora-serverless", "azure-sql-managed-instance",
	"azuredb", "babelfish", "db2", "db2-zos", "docdb", "gcp-mysql", "mariadb", "mongodb", "mysql", "oracle", "postgres",
	"sqlserver", "sybase",
}

gaps contains ["SslMode", "in the clear"] if {
	lower(input.properties.EngineName) in databases
	object.get(input.properties, "SslMode", "none") == "none"
}

gaps contains ["RedisSettings/SslSecurityProtocol", "in the clear"] if {
	trilith.may_be(input, "RedisSettings/SslSecurityProtocol", {"plaintext"})
}

gaps contains ["KafkaSettings/SecurityProtocol", "in the clear"] if {
	trilith.may_be(input, "KafkaSettings/SecurityProtocol", {"plaintext"})
}

gaps contains ["MongoDbSettings/AuthType", "nobody is asked who they are"] if {
	trilith.may_be(input, "MongoDbSettings/AuthType", {"no", false})
}

gaps contains [path, "nobody is asked who they are"] if {
	lower(input.properties.EngineName) == "neptune"
	path := "NeptuneSettings/IamAuthEnabled"
	not trilith.is_true(trilith.property(input, path))
}

deny contains {"path": gap[0], "message": msg, "label": gap[1], "rests_on": ["EngineName"]} if {
	some gap in gaps
	msg := sprintf("endpoint `%s` copies data over an unprotected connection", [input.name])
}
