// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/state"
)

// The summaries of all errors. The guide "Troubleshooting" has an entry for each.
const (
	summaryCanceled         = "Reading from AICC was canceled"
	summaryTimedOut         = "Reading from AICC took too long"
	summaryInvalidID        = "Invalid case ID"
	summaryNotReturned      = "AICC returned no such case"
	summaryRefused          = "AICC refused to return the case"
	summaryNotAICC          = "The site does not answer like an AICC"
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
	summaryListRefused      = "AICC refused to list cases"
	summaryFilterIgnored    = "AICC cannot find a case by its number"
	summaryAmbiguous        = "Several cases have this number"
	summaryIncomplete       = "AICC's list of cases is incomplete"
	summaryTooManyFound     = "Search finds too many cases"
	summaryProxyRefused     = "Proxy refused the connection to AICC"
	summaryNoCertificate    = "AICC requires a client certificate"
	summaryBadCertificate   = "AICC refused the client certificate"
	summaryHandshakeFailed  = "TLS handshake with AICC failed"
	summaryNotTLS           = "Port of AICC does not speak TLS"
	summaryBlocked          = "A page answered in AICC's place"
	summaryCached           = "A cache answered in AICC's place"

	summaryUnexpected  = "Unexpected error in the AICC provider"
	summaryMoreFailed  = "More cases could not be read"
	summaryTooMany     = "Too many cases for one data source"
	summaryUnknown     = "Provider configuration is not known yet"
	summaryMissing     = "Missing provider configuration"
	summaryExactlyOne  = "Missing or conflicting arguments"
	summaryCredentials = "Conflicting or incomplete AICC credentials"

	summaryInvalidDomain      = "Invalid AICC domain"
	summaryInvalidToken       = "Invalid AICC token"
	summaryInvalidCredential  = "Invalid AICC client credentials"
	summaryInvalidTimeZone    = "Invalid time zone"
	summaryInvalidCertificate = "Invalid CA certificate"
	summaryInvalidCaseNo      = "Invalid case number"
	summaryInvalidSearch      = "Invalid search"
	summaryInvalidClient      = "Invalid client certificate"
	summaryInvalidHeader      = "Invalid header"
	summaryInvalidField       = "Invalid template field"
	summaryInvalidCode        = "Invalid AICC result code"
	summaryInvalidKeep        = "Invalid attribute name in keep"
	summaryInvalidNumber      = "Invalid number"
	summaryInvalidTimeout     = "Invalid timeout"
	summaryInvalidLink        = "Invalid case link"
)

// explanation is what a user reads about a kind of failure.
type explanation struct {
	summary string
	// atID says that the case's ID may be to blame, so that the error belongs there.
	atID bool
	// detail says what happened and what to do. In it, {request} is what was asked
	// for, {detail} the detail of the failure, {(detail)} the same in parentheses if
	// there is one, {host} the host that a redirect names, {code} what to do about
	// AICC's code, and {unauthorized} what to do about the credentials.
	detail string
}

var explanations = map[aicc.Kind]explanation{
	aicc.Canceled: {summaryCanceled, false, "The read was canceled while waiting for {detail}."},
	aicc.TimedOut: {
		summaryTimedOut, false,
		"The deadline passed while the provider was waiting for {detail}. " +
			"Run again, or allow more time with timeouts = { read = \"5m\" }. The deadline covers all retries and their pauses.",
	},
	aicc.Invalid: {summaryInvalidID, true, "No request was sent for the case: {detail}."},
	aicc.NotReturned: {
		summaryNotReturned, true,
		"AICC answered that there is no such case{(detail)}. " +
			"Check the ID or number: it may be mistyped, of another tenant, or of a case that was deleted.",
	},
	aicc.Refused: {
		summaryRefused, true,
		"AICC answered, but refused to return the case{(detail)}. It is unknown whether the case exists. " +
			"AICC's code and message below say why, if it sent any.{code}",
	},
	aicc.NotAICC: {
		summaryNotAICC, false,
		"The site has no page at the address of {request}{(detail)}, and its answer does not have the form of AICC's. " +
			"It is unknown whether the case exists. " +
			"Check the provider's domain (or AICC_DOMAIN), and any proxy in between.",
	},
	aicc.Foreign: {
		summaryForeign, true,
		"AICC was asked for one case and sent {detail}. " +
			"Nothing was stored. Report this to the operator of the AICC site: a cache or proxy in between may mix up replies.",
	},
	aicc.Unauthorized: {summaryUnauthorized, false, "{unauthorized}"},
	aicc.Forbidden: {
		summaryForbidden, true,
		"The access token is valid but may not read {request}. " +
			"Ask the administrator of the AICC tenant for permission to read it.",
	},
	aicc.Throttled: {
		summaryThrottled, false,
		"AICC answered each request for {request} with \"too many requests\". " +
			"Set the provider's requests_per_second to a lower rate, or lower max_concurrency, and run again.",
	},
	aicc.ServerFailed: {
		summaryServerFailed, false,
		"AICC answered the request for {request} with a server error{(detail)}. " +
			"Run again later; a higher max_retries in the provider bridges longer outages.",
	},
	aicc.UnexpectedStatus: {
		summaryUnexpectedStatus, false,
		"AICC answered with an HTTP status that its documentation does not mention{(detail)}. " +
			"Check the provider's domain, and any proxy in between.",
	},
	aicc.Redirected: {
		summaryRedirected, false,
		"The request for {request} was redirected to {host}. " +
			"The provider follows no redirect, because the token would go to that host as well. " +
			"Set the provider's domain (or AICC_DOMAIN) to the host that answers without a redirect.",
	},
	aicc.Unreadable: {
		summaryUnreadable, false,
		"The reply to the request for {request} is {detail}. " +
			"Check that the provider's domain is that of an AICC site, and that no proxy or login page answers in its place.",
	},
	aicc.TooLarge: {
		summaryTooLarge, false,
		"The reply has {detail}, and the provider takes no more. " +
			"No case is known to be that large: check the provider's domain, and any proxy in between.",
	},
	aicc.Unreachable: {
		summaryUnreachable, false,
		"No connection for {request} could be made: {detail}. " +
			"Check the provider's domain (or AICC_DOMAIN), the network, and the proxy variables of the environment (HTTPS_PROXY, NO_PROXY).",
	},
	aicc.Untrusted: {
		summaryUntrusted, false,
		"The server's certificate was refused: {detail}. " +
			"If the site uses a certificate authority of its own, give that authority's certificate " +
			"in the provider's ca_certificate (or AICC_CA_CERTIFICATE). Verification cannot be switched off.",
	},
	aicc.Interrupted: {
		summaryInterrupted, false,
		"The connection broke before the reply for {request} was complete: {detail}. " +
			"Run again; a higher max_retries in the provider bridges longer outages.",
	},
	aicc.FilterIgnored: {
		summaryFilterIgnored, true,
		"AICC ignores the filter by case number: {detail}. Older releases of AICC have no such filter. " +
			"No case was read, because it would be somebody else's. Use id instead of case_no.",
	},
	aicc.Ambiguous: {
		summaryAmbiguous, true,
		"It is unknown which case is meant: {detail}. Use id instead of case_no.",
	},
	aicc.Incomplete: {
		summaryIncomplete, true,
		"AICC did not list every case that matches: {detail}. Nothing was stored, because the others are unknown. " +
			"Cases may have been created or changed at this moment: run again, or end the search in the past with created_to.",
	},
	aicc.TooMany: {
		summaryTooManyFound, true,
		"The search was stopped: {detail}. Narrow it with more filters, or split it by created_from and created_to.",
	},
	aicc.TokenRefused: {
		summaryTokenRefused, false,
		"AICC refused the client credentials{(detail)}. " +
			"Check the provider's client_id and client_secret (or AICC_CLIENT_ID and AICC_CLIENT_SECRET).",
	},
	aicc.ProxyRefused: {
		summaryProxyRefused, false,
		"The proxy did not let the request for {request} through{(detail)}. " +
			"HTTP 407 means that it requires a user name and a password, or refuses those in HTTPS_PROXY; HTTP 403 means that its rules forbid this host. " +
			"Correct HTTPS_PROXY, have the host allowed, or name the host in NO_PROXY if it can be reached without a proxy.",
	},
	aicc.CertificateRequired: {
		summaryNoCertificate, false,
		"The server demands a client certificate, and the provider has none{(detail)}. " +
			"Set the provider's client_certificate and client_key (or AICC_CLIENT_CERTIFICATE and AICC_CLIENT_KEY).",
	},
	aicc.CertificateRefused: {
		summaryBadCertificate, false,
		"The server refused the client certificate{(detail)}. " +
			"Check that the provider's client_certificate was issued for this site, that the intermediate certificates follow it, and that it is neither expired nor revoked.",
	},
	aicc.HandshakeFailed: {
		summaryHandshakeFailed, false,
		"The server and the provider do not agree on how to encrypt the connection: {detail}. " +
			"The provider speaks TLS 1.2 and 1.3. Check the port in the provider's domain, and ask the operator of the site to support one of these versions.",
	},
	aicc.NotTLS: {
		summaryNotTLS, false,
		"The port that the provider's domain names is not one for HTTPS: {detail}. " +
			"Set domain (or AICC_DOMAIN) to the port for HTTPS. Plain http is for loopback addresses only, because the access token would cross the network unprotected.",
	},
	aicc.Blocked: {
		summaryBlocked, false,
		"The request for {request} was answered by a firewall, a proxy or a single sign-on{(detail)}. This says nothing about the access token. " +
			"Check the provider's domain, and have the request allowed by whoever runs the network.",
	},
	aicc.Cached: {
		summaryCached, false,
		"The reply comes from a cache{(detail)}, so it may not be what AICC says now. An ephemeral resource does not accept it. " +
			"Ask the operator of the proxy in between not to cache AICC's replies: the provider sends Cache-Control: no-cache, no-store with each request.",
	},
}

// listRefused explains [aicc.Refused] of a list.
var listRefused = explanation{
	summaryListRefused, true,
	"AICC answered the request for {request}, but not with a list{(detail)}. " +
		"AICC's message below says why, if there is one. Older releases of AICC may not have this call.",
}

func explanationOf(failure *aicc.Error) explanation {
	if failure.ForList && failure.Kind == aicc.Refused {
		return listRefused
	}
	return explanations[failure.Kind]
}

// readDiagnostic turns the failure to read the case whose ID is at id into a
// diagnostic.
func readDiagnostic(err error, id path.Path) diag.Diagnostic {
	var failure *aicc.Error
	if !errors.As(err, &failure) || explanationOf(failure).summary == "" {
		// Its text is not printed, since nothing has removed secrets from it.
		return diag.NewErrorDiagnostic(summaryUnexpected, fmt.Sprintf(
			"The case could not be read because of an error that the provider does not know (%T). Nothing was stored. "+
				"This is a bug: report it at https://github.com/aicc-community/terraform-provider-aicc/issues.", err))
	}
	known := explanationOf(failure)
	detail := fillIn(known.detail, failure) + facts(failure)
	if known.atID {
		return diag.NewAttributeErrorDiagnostic(id, known.summary, detail)
	}
	return diag.NewErrorDiagnostic(known.summary, detail)
}

// fillIn replaces the placeholders of an explanation.
func fillIn(detail string, failure *aicc.Error) string {
	request, host, parenthesized := "the case", "an unnamed host", ""
	switch {
	case failure.ForToken:
		request = "an access token"
	case failure.ForList:
		request = "the list of cases"
	}
	if failure.Detail != "" {
		host, parenthesized = "the host "+failure.Detail, " ("+failure.Detail+")"
	}
	code := ""
	if failure.ResCode != "" {
		code = fmt.Sprintf(" If this is how your AICC answers for a case that does not exist, add %q to the provider's not_found_codes (or AICC_NOT_FOUND_CODES).", failure.ResCode)
	}
	unauthorized := "The access token is wrong or has expired. " +
		"Set the provider's token (or the environment variable AICC_TOKEN) to a valid one."
	if failure.Renewed {
		unauthorized = "AICC refused an access token that the provider had just fetched with client_id and client_secret. " +
			"Check what the client is allowed to do."
	}
	return strings.NewReplacer(
		"{code}", code, "{unauthorized}", unauthorized,
		"{request}", request, "{detail}", failure.Detail, "{(detail)}", parenthesized, "{host}", host,
	).Replace(detail)
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
func casesDiagnostics(outcome aicc.Cases, total int, at func(index int) path.Path) diag.Diagnostics {
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
	for i, group := range alike(outcome.Failed) {
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

// alike groups the refusals in which AICC sent the same code. The groups and their
// failures are in the order of the cases.
func alike(failures []aicc.Failure) [][]aicc.Failure {
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

// exactlyOneDiagnostic says that both of two arguments are set, or neither.
func exactlyOneDiagnostic(at path.Path, both bool, first, second string) diag.Diagnostic {
	set := "Neither %s nor %s is set."
	if both {
		set = "Both %s and %s are set, and they could mean different cases."
	}
	return diag.NewAttributeErrorDiagnostic(at, summaryExactlyOne, fmt.Sprintf(set, first, second)+" Set exactly one of them.")
}

// vanishedReason says why a case is missing that a search has listed.
func vanishedReason(failure *aicc.Error) string {
	return "AICC listed it and did not return it afterwards: " + failure.Reason()
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
