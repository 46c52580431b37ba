package trilith.efs_access_point_unconfined

import data.trilith

root := "RootDirectory/Path"

gap := ["PosixUser", "clients choose who they are"] if not input.properties.PosixUser

	else := [root, "the whole file system"] if trilith.may_be(input, root, {null, "", "/"})

deny contains {"path": gap[0], "message": msg, "label": gap[1]} if {
	msg := sprintf("access point `%s` does not confine its clients", [input.name])
}
