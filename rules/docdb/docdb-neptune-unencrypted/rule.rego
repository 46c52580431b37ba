package trilith.docdb_neptune_unencrypted

import data.trilith

# What is restored from a snapshot or another cluster, or joins a global one, is encrypted like it
# if it does not say.
made_from := ["SnapshotIdentifier", "SourceDBClusterIdentifier"]

like_another if {
	some property in made_from
	input.properties[property]
}

# A global cluster's own name is called like the one that a cluster joins.
like_another if {
	input.type != "AWS::DocDB::GlobalCluster"
	input.properties.GlobalClusterIdentifier
}

silent if {
	trilith.known(input, "StorageEncrypted")
	not "StorageEncrypted" in object.keys(input.properties)
}

inherits if {
	silent
	like_another
}

rests_on := array.concat(made_from, ["GlobalClusterIdentifier"]) if silent else := []

deny contains {
	"path": "StorageEncrypted", "message": msg, "label": "not encrypted", "rests_on": rests_on,
} if {
	not trilith.is_true(input.properties.StorageEncrypted)
	not inherits
	msg := sprintf("the storage of cluster `%s` is not encrypted", [input.name])
}
