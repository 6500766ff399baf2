// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
)

// Every text that a user reads when something is wrong stands in this file,
// except for the reasons that package aicc gives for refusing an input. The guide
// "Troubleshooting" has an entry for each summary.
const (
	summaryCanceled         = "Reading from AICC was canceled"
	summaryTimedOut         = "Reading from AICC took too long"
	summaryInvalidID        = "Invalid case id"
	summaryNotReturned      = "AICC returned no such case"
	summaryForeign          = "AICC returned another case"
	summaryUnauthorized     = "AICC refused the access token"
	summaryForbidden        = "AICC denied access to the case"
	summaryThrottled        = "AICC is throttling requests"
	summaryServerFailed     = "AICC answered with a server error"
	summaryUnexpectedStatus = "Unexpected status from AICC"
	summaryRedirected       = "AICC answered with a redirect"
	summaryUnreadable       = "Unreadable reply from AICC"
	summaryTooLarge         = "Reply from AICC is too large"
	summaryUnreachable      = "AICC cannot be reached"
	summaryUntrusted        = "Certificate of AICC is not trusted"
	summaryInterrupted      = "Connection to AICC broke off"
	summaryTokenRefused     = "AICC gave no access token"

	summaryMoreFailed  = "More cases could not be read"
	summaryTooMany     = "Too many cases for one data source"
	summaryUnknown     = "Provider configuration is not known yet"
	summaryMissing     = "Missing provider configuration"
	summaryCredentials = "Conflicting or incomplete AICC credentials"

	summaryInvalidDomain      = "Invalid AICC domain"
	summaryInvalidToken       = "Invalid AICC token"
	summaryInvalidCredential  = "Invalid AICC client credentials"
	summaryInvalidTimeZone    = "Invalid time zone"
	summaryInvalidCertificate = "Invalid CA certificate"
	summaryInvalidField       = "Invalid template field"
	summaryInvalidTimeout     = "Invalid timeout"
	summaryInvalidLink        = "Invalid case link"
)

// readDiagnostic turns the failure to read a case into a diagnostic. What is
// about the id stands at the id.
func readDiagnostic(failure *aicc.Error, id path.Path) diag.Diagnostic {
	summary, happened := explain(failure)
	detail := happened + facts(failure)
	switch failure.Kind {
	case aicc.Invalid, aicc.NotReturned, aicc.Foreign, aicc.Forbidden:
		return diag.NewAttributeErrorDiagnostic(id, summary, detail)
	default:
		return diag.NewErrorDiagnostic(summary, detail)
	}
}

// explain returns the summary of a failure, and a paragraph that says what
// happened and what to do.
func explain(failure *aicc.Error) (summary, happened string) {
	request := "the case"
	if failure.ForToken {
		request = "an access token"
	}
	switch failure.Kind {
	case aicc.Canceled:
		return summaryCanceled, "The read was stopped from outside while it was waiting for " + failure.Detail + "."
	case aicc.TimedOut:
		return summaryTimedOut, "The deadline passed while the provider was waiting for " + failure.Detail + ". " +
			"Run again, or give the read more time with timeouts = { read = \"5m\" }. The deadline covers all retries and their pauses."
	case aicc.Invalid:
		return summaryInvalidID, "The case was not asked for: " + failure.Detail + "."
	case aicc.NotReturned:
		what := "AICC answered, but not with a case"
		if failure.Detail != "" {
			what += ": " + failure.Detail
		}
		return summaryNotReturned, what + ". " +
			"Check the id: it may be mistyped, of another tenant, or of a case that was deleted. " +
			"AICC does not document how it answers for a case that does not exist, so read its own words below, if there are any."
	case aicc.Foreign:
		return summaryForeign, "AICC was asked for one case and sent " + failure.Detail + ". " +
			"Nothing was stored. Report this to the operator of the AICC site: a cache or proxy in between may mix up replies."
	case aicc.Unauthorized:
		return summaryUnauthorized, "The access token is wrong or has expired. " +
			"Set the provider's token (or the environment variable AICC_TOKEN) to a valid one. " +
			"If the provider has client_id and client_secret, it has fetched a new token already and AICC refused that one too: " +
			"check what the client may do."
	case aicc.Forbidden:
		return summaryForbidden, "The access token is valid but may not read this case. " +
			"Ask the administrator of the AICC tenant for the right to read it."
	case aicc.Throttled:
		return summaryThrottled, "AICC answered each request for " + request + " with \"too many requests\". " +
			"Set the provider's requests_per_second to a lower rate, or lower max_concurrency, and run again."
	case aicc.ServerFailed:
		return summaryServerFailed, "AICC answered the request for " + request + " with a server error" + colon(failure.Detail) + ". " +
			"Run again later; a higher max_retries in the provider bridges longer faults."
	case aicc.UnexpectedStatus:
		return summaryUnexpectedStatus, "AICC answered with an HTTP status that its documentation does not mention" + colon(failure.Detail) + ". " +
			"Check the provider's domain, and a proxy in between."
	case aicc.Redirected:
		host := "an unnamed host"
		if failure.Detail != "" {
			host = "the host " + failure.Detail
		}
		return summaryRedirected, "The request for " + request + " was pointed to " + host + ". " +
			"The provider follows no redirect, because the token would go to that host as well. " +
			"Set the provider's domain (or AICC_DOMAIN) to the host that answers itself."
	case aicc.Unreadable:
		return summaryUnreadable, "The reply to the request for " + request + " is " + failure.Detail + ". " +
			"Check that the provider's domain is that of an AICC site, and that no proxy or login page answers in its place."
	case aicc.TooLarge:
		return summaryTooLarge, "The reply is larger than 8 MiB, and the rest of it was not read. " +
			"No case is known to be that large: check the provider's domain, and a proxy in between."
	case aicc.Unreachable:
		return summaryUnreachable, "No connection for " + request + " could be made: " + failure.Detail + ". " +
			"Check the provider's domain (or AICC_DOMAIN), the network, and the proxy variables of the environment (HTTPS_PROXY, NO_PROXY)."
	case aicc.Untrusted:
		return summaryUntrusted, "The server's certificate was refused: " + failure.Detail + ". " +
			"If the site uses a certificate authority of its own, give that authority's certificate " +
			"in the provider's ca_certificate (or AICC_CA_CERTIFICATE). Verification cannot be switched off."
	case aicc.Interrupted:
		return summaryInterrupted, "The connection broke before the reply for " + request + " was complete: " + failure.Detail + ". " +
			"Run again; a higher max_retries in the provider bridges longer faults."
	case aicc.TokenRefused:
		return summaryTokenRefused, "AICC refused the client credentials" + colon(failure.Detail) + ". " +
			"Check the provider's client_id and client_secret (or AICC_CLIENT_ID and AICC_CLIENT_SECRET)."
	default:
		return summaryUnexpectedStatus, failure.Detail
	}
}

func colon(detail string) string {
	if detail == "" {
		return ""
	}
	return " (" + detail + ")"
}

// facts lists what is known of a failure, a line each.
func facts(failure *aicc.Error) string {
	var lines strings.Builder
	line := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&lines, "\n%s: %s", name, value)
		}
	}
	line("Case", failure.CaseID)
	if failure.Status != 0 {
		line("HTTP status", fmt.Sprint(failure.Status))
	}
	line("resCode", failure.ResCode)
	line("AICC says", failure.Message)
	if failure.Attempts > 1 {
		line("Attempts", fmt.Sprint(failure.Attempts))
	}
	if lines.Len() == 0 {
		return ""
	}
	return "\n" + lines.String()
}

// casesDiagnostics turns the failures of a plural read into diagnostics: the
// first ten in full, each at its id, and the rest counted. A failure that
// concerns all cases is said once.
func casesDiagnostics(outcome aicc.Cases, total int) diag.Diagnostics {
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
	for i, failure := range outcome.Failed {
		if i == inFull {
			diags.AddError(summaryMoreFailed, fmt.Sprintf("%d of %d cases could not be read; the first %d are reported above. "+
				"Because it is open whether the others exist, nothing was stored.", len(outcome.Failed), total, inFull))
			break
		}
		d := readDiagnostic(failure.Error, path.Root("ids"))
		diags.AddAttributeError(path.Root("ids").AtListIndex(failure.Index), d.Summary(), d.Detail())
	}
	return diags
}

// tooManyDiagnostic says that the cases are too large together.
func tooManyDiagnostic(count, size int) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("ids"), summaryTooMany, fmt.Sprintf(
		"The %d cases that AICC returned take %d MiB, and Terraform takes at most 64 MiB from a provider at once. Nothing was stored. "+
			"Read them in parts, for example with for_each over chunklist(…, 10000).", count, size>>20))
}

// unknownDiagnostic says which attributes of the provider keep a read from being
// done while planning.
func unknownDiagnostic(pending []string) diag.Diagnostic {
	return diag.NewErrorDiagnostic(summaryUnknown, fmt.Sprintf(
		"The provider's %s cannot be known before apply, so nothing can be read while planning. "+
			"The environment is not used in place of a configured value. "+
			"Take the value from a variable or from something that already exists, "+
			"or apply what it depends on first (terraform apply -target=…).",
		enumerate(pending)))
}

func enumerate(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}
