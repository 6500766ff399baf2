# Looks at a plan from outside, where its author cannot: conftest test --data ticket.json plan.json.
# ticket.json is {"ticket": "<link>"}, and it is the pipeline that writes it.
package main

open_states := {"Processing", "Pending"}

providers := {
	"registry.terraform.io/aicc-community/aicc",
	"registry.opentofu.org/aicc-community/aicc",
}

# What data "aicc_case" has read of the ticket, in whichever module. Only the places where a plan keeps
# resources count: a value that merely looks like one could be written by anybody.
tickets contains resource.values if {
	walk(input.prior_state.values.root_module, [path, resource])
	every i, step in path {
		place_of_resources(i, step)
	}
	resource.mode == "data"
	resource.type == "aicc_case"
	resource.provider_name in providers
	count(resource.values.id) == 20
	contains(data.ticket, resource.values.id)
}

place_of_resources(_, step) if step in {"child_modules", "resources"}

place_of_resources(i, _) if i % 2 == 1

deny contains "The plan has not read the ticket. Have data \"aicc_case\" read the case that the pull request names." if {
	count(tickets) == 0
}

deny contains msg if {
	some ticket in tickets
	not ticket.state in open_states
	msg := sprintf("Case %s is %v, and not %s.", [ticket.id, ticket.state, concat(" or ", open_states)])
}

deny contains msg if {
	some ticket in tickets
	not due_ahead(ticket)
	msg := sprintf("Case %s has no due date ahead: %v.", [ticket.id, ticket.due_date])
}

due_ahead(ticket) if time.parse_rfc3339_ns(ticket.due_date) > time.now_ns()

# Otherwise the author could ask an AICC of his own.
deny contains msg if {
	some config in input.configuration.provider_config
	config.full_name in providers
	some setting in ["domain", "time_zone", "ca_certificate"]
	config.expressions[setting]
	msg := sprintf("The configuration sets %s of the provider aicc, which is for the pipeline to say.", [setting])
}

deny contains "The plan is not complete." if input.errored
