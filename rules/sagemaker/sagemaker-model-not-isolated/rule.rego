package trilith.sagemaker_model_not_isolated

import data.trilith

deny contains {"path": "EnableNetworkIsolation", "message": msg, "label": "any address", "rests_on": ["VpcConfig"]} if {
	not trilith.is_true(input.properties.EnableNetworkIsolation)
	not input.properties.VpcConfig
	msg := sprintf("the containers of model `%s` may call any address", [input.name])
}
