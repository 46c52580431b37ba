package trilith.eks_access_by_config_map

path := "AccessConfig/AuthenticationMode"

deny contains {"path": path, "message": msg, "label": "a config map decides"} if {
	object.get(input.properties, split(path, "/"), "CONFIG_MAP") == "CONFIG_MAP"
	msg := sprintf("who may do what in `%s` stands in a file inside of it", [input.name])
}
