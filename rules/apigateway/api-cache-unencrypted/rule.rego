package trilith.api_cache_unencrypted

import data.trilith

caching contains [sprintf("MethodSettings/%d", [index]), setting] if {
	some index, setting in trilith.items(object.get(input.properties, "MethodSettings", []))
}

caching contains ["StageDescription", description] if {
	description := input.properties.StageDescription
}

caching contains [sprintf("StageDescription/MethodSettings/%d", [index]), setting] if {
	some index, setting in trilith.items(object.get(input.properties, ["StageDescription", "MethodSettings"], []))
}

deny contains {
	"path": concat("/", [path, "CacheDataEncrypted"]), "message": msg, "label": "the cache is not encrypted",
	"rests_on": [concat("/", [path, "CachingEnabled"])],
} if {
	some [path, setting] in caching
	trilith.is_true(setting.CachingEnabled)
	not trilith.is_true(object.get(setting, "CacheDataEncrypted", false))
	msg := sprintf("`%s` keeps cached answers unencrypted", [input.name])
}
