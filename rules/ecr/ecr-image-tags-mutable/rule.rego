package trilith.ecr_image_tags_mutable

deny contains {"path": "ImageTagMutability", "message": msg, "label": "tags can be moved"} if {
	not startswith(object.get(input.properties, "ImageTagMutability", "MUTABLE"), "IMMUTABLE")
	msg := sprintf("a tag of repository `%s` can be moved to another image", [input.name])
}
