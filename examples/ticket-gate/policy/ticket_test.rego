# conftest verify --policy policy
package main

link := "https://service.besclouds.com/case/c6m8demo000000000001"

now := time.parse_rfc3339_ns("2026-11-24T12:00:00Z")

open_case := {
	"id": "c6m8demo000000000001",
	"state": "Processing",
	"due_date": "2099-12-31T18:00:00+08:00",
}

read(values) := {
	"address": "data.aicc_case.ticket",
	"mode": "data",
	"type": "aicc_case",
	"provider_name": "registry.terraform.io/aicc-community/aicc",
	"values": values,
}

plan(resources) := {
	"errored": false,
	"prior_state": {"values": {"root_module": {"resources": resources}}},
	"configuration": {"provider_config": {"aicc": {"full_name": "registry.terraform.io/aicc-community/aicc"}}},
}

denied(plan_json) := reasons if {
	reasons := deny with input as plan_json with data.ticket as link with time.now_ns as now
}

not_read := {"The plan has not read the ticket. Have data \"aicc_case\" read the case that the pull request names."}

test_open if denied(plan([read(open_case)])) == set()

test_open_in_a_module if {
	child := {"resources": [read(open_case)]}
	denied({"prior_state": {"values": {"root_module": {"child_modules": [{"child_modules": [child]}]}}}}) == set()
}

test_opentofu if {
	provider := {"provider_name": "registry.opentofu.org/aicc-community/aicc"}
	denied(plan([object.union(read(open_case), provider)])) == set()
}

test_gate_removed if denied(plan([])) == not_read

test_no_state_at_all if denied({}) == not_read

test_pipeline_names_no_ticket if {
	reasons := deny with input as plan([read(open_case)]) with time.now_ns as now
	reasons == not_read
}

test_another_case if denied(plan([read(object.union(open_case, {"id": "c6m8demo000000000009"}))])) == not_read

test_part_of_the_id if denied(plan([read(object.union(open_case, {"id": "c6m8demo"}))])) == not_read

test_provider_of_somebody_else if {
	provider := {"provider_name": "registry.example.com/aicc-community/aicc"}
	denied(plan([object.union(read(open_case), provider)])) == not_read
}

test_managed_resource if denied(plan([object.union(read(open_case), {"mode": "managed"})])) == not_read

# A value can look like a resource, and be written by anybody.
test_forged_in_a_value if {
	forged := {
		"mode": "managed",
		"type": "terraform_data",
		"provider_name": "terraform.io/builtin/terraform",
		"values": {"input": {"resources": [read(open_case)]}},
	}
	denied(plan([forged])) == not_read
}

test_completed if {
	completed := object.union(open_case, {"state": "Completed"})
	denied(plan([read(completed)])) == {"Case c6m8demo000000000001 is Completed, and not Pending or Processing."}
}

test_one_of_two_instances_completed if {
	completed := object.union(open_case, {"state": "Completed"})
	denied(plan([read(open_case), read(completed)])) == {"Case c6m8demo000000000001 is Completed, and not Pending or Processing."}
}

test_no_state_of_the_case if {
	stateless := object.union(open_case, {"state": null})
	denied(plan([read(stateless)])) == {"Case c6m8demo000000000001 is null, and not Pending or Processing."}
}

test_overdue if {
	overdue := object.union(open_case, {"due_date": "2026-11-24T19:59:59+08:00"})
	denied(plan([read(overdue)])) == {"Case c6m8demo000000000001 has no due date ahead: 2026-11-24T19:59:59+08:00."}
}

test_due_in_a_second if {
	due := object.union(open_case, {"due_date": "2026-11-24T20:00:01+08:00"})
	denied(plan([read(due)])) == set()
}

test_no_due_date if {
	never := object.union(open_case, {"due_date": null})
	denied(plan([read(never)])) == {"Case c6m8demo000000000001 has no due date ahead: null."}
}

test_due_date_that_is_none if {
	odd := object.union(open_case, {"due_date": "soon"})
	denied(plan([read(odd)])) == {"Case c6m8demo000000000001 has no due date ahead: soon."}
}

test_own_site if {
	own := {"configuration": {"provider_config": {"aicc": {"expressions": {"domain": {"constant_value": "aicc.example.com"}}}}}}
	denied(object.union(plan([read(open_case)]), own)) == {"The configuration sets domain of the provider aicc, which is for the pipeline to say."}
}

test_own_clock_under_an_alias if {
	own := {"configuration": {"provider_config": {"other": {
		"full_name": "registry.opentofu.org/aicc-community/aicc",
		"expressions": {"time_zone": {"references": ["var.zone"]}},
	}}}}
	denied(object.union(plan([read(open_case)]), own)) == {"The configuration sets time_zone of the provider aicc, which is for the pipeline to say."}
}

test_incomplete if {
	denied(object.union(plan([read(open_case)]), {"errored": true})) == {"The plan is not complete."}
}
