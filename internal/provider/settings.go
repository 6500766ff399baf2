// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"math"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
)

// setting is all there is to know about one setting of the provider. For a list or
// a map, it describes an element.
type setting[T any] struct {
	// attribute is the name in the provider block.
	attribute string
	// variable is the environment variable that is used if the block does not set
	// the attribute. A setting may have none.
	variable string
	// orFile says that the variable may hold the path of a PEM file instead of the
	// file's content.
	orFile bool
	// description is that of the attribute, without where else its value may come from.
	description string
	sensitive   bool
	// list says that the attribute is a list. In the variable, commas separate the
	// elements.
	list bool
	// summary is that of the error for an invalid value, and expected a noun
	// phrase that says what is valid.
	summary, expected string
	// parse returns an error that says what is wrong and does not repeat the value.
	parse func(string) (T, error)
}

var (
	domainSetting = setting[*url.URL]{
		attribute:   "domain",
		description: "Address of the AICC site: a host such as `service.besclouds.com`, `host:port`, or a URL with nothing after the host. Plain `http://` is for loopback addresses only. Required here or in the environment.",
		variable:    "AICC_DOMAIN",
		summary:     summaryInvalidDomain,
		expected:    `the address of an AICC site, such as "service.besclouds.com", "aicc.example.com:8443" or "https://aicc.example.com"`,
		parse:       aicc.ParseDomain,
	}
	tokenSetting = setting[string]{
		attribute:   "token",
		sensitive:   true,
		description: "Access token of the tenant, as AICC issues it, without `Bearer`. Surrounding white space is trimmed. Use either a token or `client_id` with `client_secret`.",
		variable:    "AICC_TOKEN",
		summary:     summaryInvalidToken,
		expected:    "an access token",
		parse:       aicc.ParseToken,
	}
	clientIDSetting = setting[string]{
		attribute:   "client_id",
		description: "Client ID of the client credentials. The provider fetches access tokens with it and renews them before they expire. Needs `client_secret`.",
		variable:    "AICC_CLIENT_ID",
		summary:     summaryInvalidCredential,
		expected:    "the ID of a client",
		parse:       aicc.ParseCredential,
	}
	clientSecretSetting = setting[string]{
		attribute:   "client_secret",
		sensitive:   true,
		description: "Client secret that belongs to `client_id`.",
		variable:    "AICC_CLIENT_SECRET",
		summary:     summaryInvalidCredential,
		expected:    "the secret of a client",
		parse:       aicc.ParseSecret,
	}
	timeZoneSetting = setting[*time.Location]{
		attribute:   "time_zone",
		description: "IANA name of the time zone of AICC's clock. AICC sends times without a zone. Defaults to `" + aicc.DefaultTimeZone + "`, with a warning unless the domain is one of `besclouds.com`: sites differ, and `make survey` finds the zone of yours.",
		variable:    "AICC_TIME_ZONE",
		summary:     summaryInvalidTimeZone,
		expected:    `an IANA time zone such as "Asia/Shanghai" or "UTC"`,
		parse:       aicc.ParseTimeZone,
	}
	notFoundCodesSetting = setting[string]{
		attribute:   "not_found_codes",
		list:        true,
		description: "Values of `resCode` with which your AICC site says that a case does not exist. None of AICC's pages documents them, so without this setting every `resCode` other than 0 is a failure, unless it comes with HTTP 404 or 410. Name only a code that you have seen for a case that does not exist: if you listed the code of an invalid token, every case would count as missing.",
		variable:    "AICC_NOT_FOUND_CODES",
		summary:     summaryInvalidCode,
		expected:    `a resCode of AICC other than 0, such as "405230004"`,
		parse:       aicc.ParseNotFoundCode,
	}
	caCertificateSetting = setting[*x509.CertPool]{
		attribute:   "ca_certificate",
		description: "Certificates, in PEM format, of the certificate authority of a private deployment. They are trusted in addition to those of the system. `file(\"ca.pem\")` reads them from a file.",
		variable:    "AICC_CA_CERTIFICATE",
		orFile:      true,
		summary:     summaryInvalidCertificate,
		expected:    "the certificates of a certificate authority in PEM format",
		parse:       aicc.ParseCertificates,
	}
	clientCertificateSetting = setting[string]{
		attribute:   "client_certificate",
		description: "Client certificate, in PEM format, for a site that requires mutual TLS, followed by its intermediate certificates if it has any. Needs `client_key`.",
		variable:    "AICC_CLIENT_CERTIFICATE",
		orFile:      true,
		summary:     summaryInvalidClient,
		expected:    "a client certificate in PEM format, followed by its intermediate certificates if it has any",
		parse:       aicc.ParseClientCertificate,
	}
	clientKeySetting = setting[string]{
		attribute:   "client_key",
		sensitive:   true,
		description: "Private key of `client_certificate`, in PEM format and not encrypted.",
		variable:    "AICC_CLIENT_KEY",
		orFile:      true,
		summary:     summaryInvalidClient,
		expected:    "the private key of client_certificate in PEM format, not encrypted",
		parse:       aicc.ParseClientKey,
	}
)

// numberSetting is a setting that is a number and has no variable.
type numberSetting struct {
	attribute   string
	description string
	// otherwise is the value where none is configured.
	otherwise float64
	valid     numberValidator
}

var (
	maxRetriesSetting = numberSetting{
		attribute:   "max_retries",
		description: fmt.Sprintf("Maximum number of times that a request is repeated after a broken connection or HTTP 408, 421, 425, 429, 500, 502, 503 or 504, from 0 (never) to 20. Defaults to %d. The pauses grow from half a second to at most 30 seconds.", aicc.DefaultMaxRetries),
		otherwise:   aicc.DefaultMaxRetries,
		valid:       numberValidator{0, 20, true},
	}
	requestsPerSecondSetting = numberSetting{
		attribute:   "requests_per_second",
		description: "Maximum requests per second, over all reads and retries of the provider, from 0.01. Unlimited by default. AICC publishes no limit.",
		valid:       numberValidator{0.01, math.Inf(1), false},
	}
	maxConcurrencySetting = numberSetting{
		attribute:   "max_concurrency",
		description: fmt.Sprintf("Maximum number of cases read concurrently, from 1 to 256. Defaults to %d.", aicc.DefaultMaxConcurrency),
		otherwise:   aicc.DefaultMaxConcurrency,
		valid:       numberValidator{1, 256, true},
	}
)

// settings are all of them but the headers, in no order.
var settings = []interface {
	entry() (name string, attribute schema.Attribute)
}{
	domainSetting, tokenSetting, clientIDSetting, clientSecretSetting, timeZoneSetting, notFoundCodesSetting,
	caCertificateSetting, clientCertificateSetting, clientKeySetting,
	maxRetriesSetting, requestsPerSecondSetting, maxConcurrencySetting,
}

// providerSchema makes the attributes of the provider block of the settings.
func providerSchema() schema.Schema {
	attributes := map[string]schema.Attribute{
		"headers": schema.MapAttribute{
			ElementType:         types.StringType,
			Optional:            true,
			Sensitive:           true,
			MarkdownDescription: "Headers that are added to every request, including token requests, for a gateway in front of AICC. Over HTTP/1.1 their names are sent as they are written here. Headers that the provider or the connection sets, such as `access-token`, `host` or `cookie`, are refused.",
			Validators:          []validator.Map{headersValidator{}},
		},
	}
	for _, s := range settings {
		name, attribute := s.entry()
		attributes[name] = attribute
	}
	return schema.Schema{
		MarkdownDescription: "Reads cases (工单, tickets) from AICC, Huawei Cloud's contact centre.",
		Attributes:          attributes,
	}
}

func (s setting[T]) entry() (name string, attribute schema.Attribute) {
	description := s.description + " Can also be set with the environment variable `" + s.variable + "`"
	switch {
	case s.list:
		return s.attribute, schema.ListAttribute{
			ElementType:         types.StringType,
			Optional:            true,
			MarkdownDescription: description + ", separated by commas.",
			Validators:          []validator.List{eachString{s.validator()}},
		}
	case s.orFile:
		description += ", as PEM text or as the path of a PEM file"
	}
	return s.attribute, schema.StringAttribute{
		Optional:            true,
		Sensitive:           s.sensitive,
		MarkdownDescription: description + ".",
		Validators:          []validator.String{s.validator()},
	}
}

func (s numberSetting) entry() (name string, attribute schema.Attribute) {
	return s.attribute, schema.NumberAttribute{Optional: true, MarkdownDescription: s.description, Validators: []validator.Number{s.valid}}
}

// source is where the settings come from.
type source struct {
	block  tfsdk.Config
	getenv func(string) string
}

// validator checks the value, or each element, in the provider block.
func (s setting[T]) validator() stringValidator {
	return stringValidator{summary: s.summary, expected: s.expected, check: func(value string) error { _, err := s.parse(value); return err }}
}

// fromEnvironment returns what the variable holds; an empty one counts as not set.
func (s setting[T]) fromEnvironment(from source) string {
	return strings.TrimSpace(from.getenv(s.variable))
}

// read returns the setting from the provider block or, if that does not set it,
// from the environment. It is not found if neither sets it. An error about the
// value is added to diags.
func (s setting[T]) read(ctx context.Context, from source, diags *diag.Diagnostics) (value T, found bool) {
	var block types.String
	diags.Append(from.block.GetAttribute(ctx, path.Root(s.attribute), &block)...)
	if !block.IsNull() {
		return s.parsed(s.attribute, block.ValueString(), diags), true
	}
	text := s.fromEnvironment(from)
	if text == "" {
		return value, false
	}
	subject := "The environment variable " + s.variable
	if s.orFile && !strings.Contains(text, "-----BEGIN") {
		content, err := os.ReadFile(text) //nolint:gosec // the user names the file
		if err != nil {
			s.refuse(subject, errors.New("it is neither PEM text nor the path of a readable file"), diags)
			return value, true
		}
		text = string(content)
	}
	return s.parsed(subject, text, diags), true
}

// parsed parses a value that came from where subject says.
func (s setting[T]) parsed(subject, text string, diags *diag.Diagnostics) T {
	value, err := s.parse(text)
	if err != nil {
		s.refuse(subject, err, diags)
	}
	return value
}

func (s setting[T]) refuse(subject string, err error, diags *diag.Diagnostics) {
	diags.AddAttributeError(path.Root(s.attribute), s.summary, s.validator().refusal(subject, err))
}

// readList returns the elements of a list, or those that the variable separates by
// commas.
func (s setting[T]) readList(ctx context.Context, from source, diags *diag.Diagnostics) []T {
	var texts []string
	subject := s.attribute
	diags.Append(from.block.GetAttribute(ctx, path.Root(s.attribute), &texts)...)
	if texts == nil {
		subject = "The environment variable " + s.variable
		if text := s.fromEnvironment(from); text != "" {
			texts = strings.Split(text, ",")
		}
	}
	values := make([]T, len(texts))
	for i, text := range texts {
		values[i] = s.parsed(subject, text, diags)
	}
	return values
}

// read returns the number of the provider block, or else the default.
func (s numberSetting) read(ctx context.Context, from source, diags *diag.Diagnostics) float64 {
	var value types.Number
	diags.Append(from.block.GetAttribute(ctx, path.Root(s.attribute), &value)...)
	if value.IsNull() {
		return s.otherwise
	}
	number, _ := value.ValueBigFloat().Float64()
	return number
}
