// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"strings"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
)

// The summaries of the errors that are of no kind. The guide "Troubleshooting" has an entry
// for each, and for that of each kind in explanations.
const (
	summaryListRefused = "AICC refused to list cases"

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
	summaryInvalidOnFailure   = "Invalid value of on_failure"
	summaryWeakKey            = "Certificate of AICC has a weak key"
	summaryInvalidProxy       = "Invalid proxy"
	summaryInvalidLink        = "Invalid case link"

	// These are of warnings.
	summaryOddFlag  = "Flag of a case is neither true nor false"
	summaryTimeZone = "Time zone of AICC is not set"
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
	aicc.Canceled: {"Reading from AICC was canceled", false, "The read was canceled while waiting for {detail}."},
	aicc.TimedOut: {
		"Reading from AICC took too long", false,
		"The deadline passed while the provider was waiting for {detail}. " +
			"Run again, or allow more time with a block timeouts { read = \"5m\" }. The deadline covers all retries and their pauses.",
	},
	aicc.Invalid: {"Invalid case ID", true, "No request was sent for the case: {detail}."},
	aicc.NotReturned: {
		"AICC returned no such case", true,
		"AICC answered that there is no such case{(detail)}. " +
			"Check the ID or number: it may be mistyped, of another tenant, or of a case that was deleted.",
	},
	aicc.Refused: {
		"AICC refused to return the case", true,
		"AICC answered, but refused to return the case{(detail)}. It is unknown whether the case exists. " +
			"AICC's code and message below say why, if it sent any.{code}",
	},
	aicc.NotAICC: {
		"The server does not appear to be AICC", false,
		"The site has no page at the address of {request}{(detail)}, and its answer does not have the form of AICC's. " +
			"It is unknown whether the case exists. " +
			"Check the provider's domain (or AICC_DOMAIN), and any proxy in between.",
	},
	aicc.Foreign: {
		"AICC returned the wrong case", true,
		"AICC was asked for one case and sent {detail}. " +
			"Nothing was stored. Report this to the operator of the AICC site: a cache or proxy in between may mix up replies.",
	},
	aicc.Unauthorized: {"AICC refused the access token", false, "{unauthorized}"},
	aicc.Forbidden: {
		"AICC denied access to the case", true,
		"AICC answered the request for {request} with HTTP 403, which has three causes: " +
			"the token's user may not read it; the address of this machine is not on AICC's allow list or is outside the login range of the OAuth entry; " +
			"or a firewall in front of AICC was asked too often. " +
			"Ask the administrator of the AICC tenant about the first two; for the third, set the provider's requests_per_second to a lower rate.",
	},
	aicc.Throttled: {
		"AICC is throttling requests", false,
		"AICC answered each request for {request} with \"too many requests\". " +
			"Set the provider's requests_per_second to a lower rate, or lower max_concurrency, and run again.",
	},
	aicc.ServerFailed: {
		"AICC answered with a server error", false,
		"AICC answered the request for {request} with a server error{(detail)}. " +
			"Run again later; a higher max_retries in the provider bridges longer outages.",
	},
	aicc.UnexpectedStatus: {
		"Unexpected status from AICC", false,
		"AICC answered with an HTTP status that its documentation does not mention{(detail)}. " +
			"Check the provider's domain, and any proxy in between.",
	},
	aicc.Redirected: {
		"AICC answered with a redirect", false,
		"The request for {request} was redirected to {host}. " +
			"The provider follows no redirect, because the token would go to that host as well. " +
			"Set the provider's domain (or AICC_DOMAIN) to the host that answers without a redirect.",
	},
	aicc.Unreadable: {
		"Unreadable reply from AICC", false,
		"The reply to the request for {request} is {detail}. " +
			"Check that the provider's domain is that of an AICC site, and that no proxy or login page answers in its place.",
	},
	aicc.TooLarge: {
		"Reply from AICC is too large", false,
		"The reply has {detail}, and the provider takes no more. " +
			"No case is known to be that large: check the provider's domain, and any proxy in between.",
	},
	aicc.Unreachable: {
		"AICC cannot be reached", false,
		"No connection for {request} could be made: {detail}. " +
			"Check the provider's domain (or AICC_DOMAIN), the network, and the proxy variables of the environment (HTTPS_PROXY, NO_PROXY).",
	},
	aicc.Untrusted: {
		"AICC's certificate is not trusted", false,
		"The server's certificate was refused: {detail}. " +
			"If the site uses a certificate authority of its own, give that authority's certificate " +
			"in the provider's ca_certificate (or AICC_CA_CERTIFICATE). Verification cannot be switched off.",
	},
	aicc.Interrupted: {
		"Connection to AICC broke off", false,
		"The connection broke before the reply for {request} was complete: {detail}. " +
			"Run again; a higher max_retries in the provider bridges longer outages.",
	},
	aicc.FilterIgnored: {
		"AICC cannot find a case by its number", true,
		"AICC ignores the filter by case number: {detail}. Older releases of AICC have no such filter. " +
			"No case was read, because it would be somebody else's. Use the ID of the case instead of its number.",
	},
	aicc.Ambiguous: {
		"Several cases have this number", true,
		"It is unknown which case is meant: {detail}. Use the ID of the case instead of its number.",
	},
	aicc.Incomplete: {
		"AICC's list of cases is incomplete", true,
		"AICC did not list every case that matches: {detail}. Nothing was stored, because the others are unknown. " +
			"Cases may have been created or changed at this moment: run again, or end the search in the past with created_to.",
	},
	aicc.TooMany: {
		"Search finds too many cases", true,
		"The search was stopped: {detail}. Narrow it with more filters, or split it by created_from and created_to.",
	},
	aicc.TokenRefused: {
		"AICC gave no access token", false,
		"AICC refused the client credentials{(detail)}. " +
			"Check the provider's client_id and client_secret (or AICC_CLIENT_ID and AICC_CLIENT_SECRET).",
	},
	aicc.ProxyRefused: {
		"Proxy refused the connection to AICC", false,
		"The proxy did not let the request for {request} through{(detail)}. " +
			"HTTP 407 means that it requires a user name and a password, or refuses those in HTTPS_PROXY; HTTP 403 means that its rules forbid this host. " +
			"Correct HTTPS_PROXY, have the host allowed, or name the host in NO_PROXY if it can be reached without a proxy.",
	},
	aicc.CertificateRequired: {
		"AICC requires a client certificate", false,
		"The server demands a client certificate, and the provider has none{(detail)}. " +
			"Set the provider's client_certificate and client_key (or AICC_CLIENT_CERTIFICATE and AICC_CLIENT_KEY).",
	},
	aicc.CertificateRefused: {
		"AICC refused the client certificate", false,
		"The server refused the client certificate{(detail)}. " +
			"Check that the provider's client_certificate was issued for this site, that the intermediate certificates follow it, and that it is neither expired nor revoked.",
	},
	aicc.HandshakeFailed: {
		"TLS handshake with AICC failed", false,
		"The server and the provider do not agree on how to encrypt the connection: {detail}. " +
			"The provider speaks TLS 1.2 and 1.3. Check the port in the provider's domain, and ask the operator of the site to support one of these versions.",
	},
	aicc.NotTLS: {
		"Port of AICC does not speak TLS", false,
		"The port that the provider's domain names is not one for HTTPS: {detail}. " +
			"Set domain (or AICC_DOMAIN) to the port for HTTPS. Plain http is for loopback addresses only, because the access token would cross the network unprotected.",
	},
	aicc.Blocked: {
		"A page answered in AICC's place", false,
		"The request for {request} was answered by a firewall, a proxy or a single sign-on{(detail)}. This says nothing about the access token. " +
			"Check the provider's domain, and have the request allowed by whoever runs the network: the address of this machine may be missing on an allow list. " +
			"If the page comes only when many cases are read, the firewall was asked too often: set the provider's requests_per_second to a lower rate.",
	},
	aicc.Cached: {
		"A cache answered in AICC's place", false,
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

// summaryOf returns the summary of a kind.
func summaryOf(kind aicc.Kind) string { return explanations[kind].summary }

func explanationOf(failure *aicc.Error) explanation {
	if failure.Operation == aicc.ListCases && failure.Kind == aicc.Refused {
		return listRefused
	}
	return explanations[failure.Kind]
}

// waitSettings names the setting that makes a read wait.
var waitSettings = map[string]string{
	aicc.WaitForSlot: " (max_concurrency)",
	aicc.WaitForRate: " (requests_per_second)",
}

// accountHint is the other meaning that HTTP 401 has on AICC's pages.
const accountHint = " AICC also answers HTTP 401 where the service was not bought or the account is not in order."

// fillIn replaces the placeholders of an explanation.
func fillIn(detail string, failure *aicc.Error) string {
	request, host, parenthesized := "the case", "an unnamed host", ""
	switch failure.Operation {
	case aicc.FetchToken:
		request = "an access token"
	case aicc.ListCases:
		request = "the list of cases"
	case aicc.ReadCase:
	}
	if failure.Detail != "" {
		host, parenthesized = "the host "+failure.Detail, " ("+failure.Detail+")"
	}
	what := failure.Detail + waitSettings[failure.Detail]
	code := ""
	if failure.ResCode != "" {
		code = fmt.Sprintf(" If this is how your AICC site answers for a case that does not exist, add %q to the provider's not_found_codes (or AICC_NOT_FOUND_CODES).", failure.ResCode)
	}
	unauthorized := "The access token is wrong or has expired. " +
		"Set the provider's token (or the environment variable AICC_TOKEN) to a valid one." + accountHint
	if failure.Renewed {
		unauthorized = "AICC refused an access token that the provider had just fetched with client_id and client_secret. " +
			"Check what the client is allowed to do." + accountHint
	}
	return strings.NewReplacer(
		"{code}", code, "{unauthorized}", unauthorized,
		"{request}", request, "{detail}", what, "{(detail)}", parenthesized, "{host}", host,
	).Replace(detail)
}
