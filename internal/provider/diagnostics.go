// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/state"
	"github.com/aicc-community/terraform-provider-aicc/internal/tags"
)

// readDiagnostic turns the failure to read the case whose ID is at id into a
// diagnostic.
func readDiagnostic(err error, id path.Path) diag.Diagnostic {
	var failure *aicc.Error
	if !errors.As(err, &failure) || explanationOf(failure).summary == "" {
		// Its text is not printed, since nothing has removed secrets from it.
		return unexpectedDiagnostic(fmt.Sprintf(
			"The case could not be read because of an error that the provider does not know (%T). Nothing was stored.", err))
	}
	known := explanationOf(failure)
	detail := fillIn(known.detail, failure) + facts(failure)
	if known.atID {
		return diag.NewAttributeErrorDiagnostic(id, known.summary, detail)
	}
	return diag.NewErrorDiagnostic(known.summary, detail)
}

// unexpectedDiagnostic reports what cannot happen unless the provider is wrong.
func unexpectedDiagnostic(what string) diag.Diagnostic {
	return diag.NewErrorDiagnostic(summaryUnexpected,
		what+" This is a bug: report it at https://github.com/aicc-community/terraform-provider-aicc/issues.")
}

// facts lists what is known about a failure, one fact a line.
func facts(failure *aicc.Error) string {
	var lines strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&lines, "\n%s: %s", name, value)
		}
	}
	line("Case", failure.CaseID)
	line("Case number", failure.CaseNo)
	if failure.Status != 0 {
		line("HTTP status", fmt.Sprint(failure.Status))
	}
	line("resCode", failure.ResCode)
	line("AICC says", failure.Message)
	line("Gateway says", failure.Gateway)
	if failure.Attempts > 1 {
		line("Attempts", fmt.Sprint(failure.Attempts))
	}
	if lines.Len() == 0 {
		return ""
	}
	return "\n" + lines.String()
}

// casesDiagnostics turns the failures of a read of many cases into diagnostics:
// the first ten in full, each at the path of its index, and the number of the rest.
// A failure that concerns all cases is reported once, and so are refusals with the
// same code.
func casesDiagnostics(outcome aicc.Outcome, total int, at func(index int) path.Path) diag.Diagnostics {
	const inFull = 10
	var diags diag.Diagnostics
	for _, failure := range outcome.Failed {
		if failure.Kind.ConcernsAll() {
			d := readDiagnostic(failure.Error, path.Empty())
			diags.AddError(d.Summary(), fmt.Sprintf("%s\n\n%d of %d cases were read before that. The failure concerns them all, so the read stopped and nothing was stored.",
				d.Detail(), len(outcome.Found)+len(outcome.Missing), total))
			return diags
		}
	}
	for i, group := range groupByCode(outcome.Failed) {
		if i == inFull {
			diags.AddError(summaryMoreFailed, fmt.Sprintf("%d of %d cases could not be read; the first %d failures are reported above. "+
				"Nothing was stored, because it is unknown whether the others exist.", len(outcome.Failed), total, inFull))
			break
		}
		first := group[0]
		d := readDiagnostic(first.Error, path.Empty())
		detail := d.Detail()
		if n := len(group); n > 1 {
			detail += fmt.Sprintf("\n\nAICC answered in the same way for %d of %d cases. Nothing was stored.", n, total)
		}
		diags.AddAttributeError(at(first.Index), d.Summary(), detail)
	}
	return diags
}

// groupByCode groups the refusals in which AICC sent the same code. The groups and their
// failures are in the order of the cases.
func groupByCode(failures []aicc.Failure) [][]aicc.Failure {
	var groups [][]aicc.Failure
	refusals := map[string]int{}
	for _, failure := range failures {
		if failure.Kind == aicc.Refused && failure.ResCode != "" {
			if i, ok := refusals[failure.ResCode]; ok {
				groups[i] = append(groups[i], failure)
				continue
			}
			refusals[failure.ResCode] = len(groups)
		}
		groups = append(groups, []aicc.Failure{failure})
	}
	return groups
}

// answerDiagnostic says why a number of cases that were read cannot be handed to
// Terraform.
func answerDiagnostic(err error, at path.Path, cases int) diag.Diagnostic {
	var tooLarge *state.TooLargeError
	if !errors.As(err, &tooLarge) {
		return readDiagnostic(err, path.Empty())
	}
	return diag.NewAttributeErrorDiagnostic(at, summaryTooMany, fmt.Sprintf(
		"The %d cases that AICC returned take %d MiB, and Terraform takes at most 64 MiB from a provider at once. Nothing was stored. "+
			"Read them in chunks, for example with for_each over chunklist(…, 10000), or narrow the search.", cases, tooLarge.Size>>20))
}

// exactlyOneDiagnostic says which of all arguments are set where exactly one has to be.
func exactlyOneDiagnostic(at path.Path, all, set []string) diag.Diagnostic {
	detail := enumerate(set) + " are set, and they could mean different cases."
	switch {
	case len(set) == 0 && len(all) == 2:
		detail = "Neither " + all[0] + " nor " + all[1] + " is set."
	case len(set) == 0:
		detail = "None of " + enumerate(all) + " is set."
	case len(set) == 2:
		detail = "Both " + detail
	}
	return diag.NewAttributeErrorDiagnostic(at, summaryExactlyOne, detail+" Set exactly one of them.")
}

// failureOf is what on_failure = "report" shows of a failure.
func failureOf(f aicc.Failure) failedCase {
	failed := failedCase{Summary: explanationOf(f.Error).summary, Reason: f.Reason()}
	if f.Status != 0 {
		failed.HTTPStatus = new(int64(f.Status))
	}
	if f.ResCode != "" {
		failed.ResCode = &f.ResCode
	}
	return failed
}

// vanishedReason says why a case is missing that a search has listed.
func vanishedReason(failure *aicc.Error) string {
	return "AICC listed it and did not return it afterwards: " + failure.Reason()
}

// flagsWarning names the flags of cases that are null because AICC sends something else
// than true or false. Odd are their keys, by the ID of the case; keep is that of the read.
func flagsWarning(odd map[string][]string, keep []string) diag.Diagnostics {
	const most = 10
	var lines []string
	for _, id := range slices.Sorted(maps.Keys(odd)) {
		var names []string
		for key, field := range tags.Fields(reflect.TypeFor[aicc.Case](), "json") {
			if name := field.Tag.Get("tfsdk"); slices.Contains(odd[id], key) && (keep == nil || slices.Contains(keep, name)) {
				names = append(names, name)
			}
		}
		if slices.Contains(odd[id], "isFollower") && (keep == nil || slices.Contains(keep, "is_follower")) {
			names = append(names, "is_follower")
		}
		if len(names) > 0 {
			lines = append(lines, "Case "+id+": "+strings.Join(names, ", "))
		}
	}
	if len(lines) == 0 {
		return nil
	}
	if more := len(lines) - most; more > 0 {
		lines = append(lines[:most], fmt.Sprintf("and %d more cases", more))
	}
	return diag.Diagnostics{diag.NewWarningDiagnostic(summaryOddFlag,
		"AICC sends a value for a flag that is neither true nor false, so the flag is null. A condition such as is_canceled != true is true for null: "+
			"compare with false instead, and look at the value in custom_fields.\n\n"+strings.Join(lines, "\n"))}
}

// unknownDiagnostic says which unknown attributes of the provider keep it from
// reading anything while planning.
func unknownDiagnostic(attributes []string) diag.Diagnostic {
	return diag.NewErrorDiagnostic(summaryUnknown, fmt.Sprintf(
		"The provider's %s cannot be known before apply, so nothing can be read while planning. "+
			"The environment does not replace a configured value. "+
			"Take the value from a variable or from something that already exists, "+
			"or apply what it depends on first (terraform apply -target=…).",
		enumerate(attributes)))
}

func enumerate(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// failedCase is why a case could not be read.
type failedCase struct {
	Summary    string  `tfsdk:"summary"`
	Reason     string  `tfsdk:"reason"`
	HTTPStatus *int64  `tfsdk:"http_status"`
	ResCode    *string `tfsdk:"res_code"`
}
