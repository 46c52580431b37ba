package trilith.sagemaker_notebook_imdsv1_allowed

import data.trilith

path := "InstanceMetadataServiceConfiguration/MinimumInstanceMetadataServiceVersion"

deny contains {"path": path, "message": msg, "label": "version 1 is answered, too"} if {
	not trilith.property(input, path) in {2, "2"}
	msg := sprintf("notebook `%s` hands its credentials to any request", [input.name])
}
