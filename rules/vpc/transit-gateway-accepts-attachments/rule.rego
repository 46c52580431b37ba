package trilith.transit_gateway_accepts_attachments

import data.trilith

deny contains {
	"path": "AutoAcceptSharedAttachments", "message": msg, "label": "nobody is asked",
} if {
	trilith.may_be(input, "AutoAcceptSharedAttachments", {"enable"})
	msg := sprintf("`%s` joins the network of every account that it is shared with", [input.name])
}
