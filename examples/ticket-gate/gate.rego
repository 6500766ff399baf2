# For a gate in the configuration that it guards: conftest test plan.json -p gate.rego, after
# terraform show -json plan.tfplan >plan.json. A plan passes only if the case was read at plan time.
package main

import rego.v1

open_states := {"Processing", "Pending"}

providers := {
	"registry.terraform.io/aicc-community/aicc",
	"registry.opentofu.org/aicc-community/aicc",
}

read := [resource |
	some resource in input.prior_state.values.root_module.resources
	resource.mode == "data"
	resource.address == "data.aicc_case.ticket"
	providers[resource.provider_name]
	open_states[resource.values.state]
	time.parse_rfc3339_ns(resource.values.due_date) > time.now_ns()
]

# A data source that is read later is among the changes, and one with depends_on can be in both.
deferred contains change.address if {
	some change in input.resource_changes
	change.address == "data.aicc_case.ticket"
}

# Another site, and a provider of the same name for it, are the author's choice as well.
overridden if input.configuration.provider_config.aicc.expressions

overridden if {
	some config in input.configuration.provider_config
	config.full_name in providers
	config.expressions
}

overridden if {
	some resource in input.configuration.root_module.resources
	resource.address == "data.aicc_case.ticket"
	resource.provider_config_key != "aicc"
}

default passes := false

# OpenTofu keeps what was read before in a plan with -target, and does not say that the plan is not whole.
configured if {
	some resource in input.configuration.root_module.resources
	resource.address == "data.aicc_case.ticket"
}

passes if {
	# OpenTofu and older Terraform do not write these.
	object.get(input, "errored", false) == false
	object.get(input, "complete", true) == true
	count(read) == 1
	count(deferred) == 0
	configured
	not overridden
}

deny contains "The ticket gate is closed: the plan has no data.aicc_case.ticket that was read now, from the site of the environment, and is open." if not passes
