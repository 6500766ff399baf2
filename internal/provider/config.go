// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

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
	// summary is that of the error for an invalid value, and expected a noun
	// phrase that says what is valid.
	summary, expected string
	// parse returns an error that says what is wrong and does not repeat the value.
	parse func(string) (T, error)
}

var (
	domainSetting = setting[*url.URL]{
		attribute: "domain",
		variable:  "AICC_DOMAIN",
		summary:   summaryInvalidDomain,
		expected:  `the address of an AICC site, such as "service.besclouds.com", "aicc.example.com:8443" or "https://aicc.example.com"`,
		parse:     aicc.ParseDomain,
	}
	tokenSetting = setting[string]{
		attribute: "token",
		variable:  "AICC_TOKEN",
		summary:   summaryInvalidToken,
		expected:  "an access token",
		parse:     aicc.ParseToken,
	}
	clientIDSetting = setting[string]{
		attribute: "client_id",
		variable:  "AICC_CLIENT_ID",
		summary:   summaryInvalidCredential,
		expected:  "the ID of a client",
		parse:     aicc.ParseCredential,
	}
	clientSecretSetting = setting[string]{
		attribute: "client_secret",
		variable:  "AICC_CLIENT_SECRET",
		summary:   summaryInvalidCredential,
		expected:  "the secret of a client",
		parse:     aicc.ParseCredential,
	}
	timeZoneSetting = setting[*time.Location]{
		attribute: "time_zone",
		variable:  "AICC_TIME_ZONE",
		summary:   summaryInvalidTimeZone,
		expected:  `an IANA time zone such as "Asia/Shanghai" or "UTC"`,
		parse:     aicc.ParseTimeZone,
	}
	notFoundCodesSetting = setting[string]{
		attribute: "not_found_codes",
		variable:  "AICC_NOT_FOUND_CODES",
		summary:   summaryInvalidCode,
		expected:  `a resCode of AICC other than 0, such as "405230004"`,
		parse:     aicc.ParseNotFoundCode,
	}
	caCertificateSetting = setting[*x509.CertPool]{
		attribute: "ca_certificate",
		variable:  "AICC_CA_CERTIFICATE",
		orFile:    true,
		summary:   summaryInvalidCertificate,
		expected:  "the certificates of a certificate authority in PEM format",
		parse:     aicc.ParseCertificates,
	}
	clientCertificateSetting = setting[string]{
		attribute: "client_certificate",
		variable:  "AICC_CLIENT_CERTIFICATE",
		orFile:    true,
		summary:   summaryInvalidClient,
		expected:  "a client certificate in PEM format, followed by its intermediate certificates if it has any",
		parse:     aicc.ParseClientCertificate,
	}
	clientKeySetting = setting[string]{
		attribute: "client_key",
		variable:  "AICC_CLIENT_KEY",
		orFile:    true,
		summary:   summaryInvalidClient,
		expected:  "the private key of client_certificate in PEM format, not encrypted",
		parse:     aicc.ParseClientKey,
	}
)

func providerSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Reads cases (工单, tickets) from AICC, Huawei Cloud's contact centre.",
		Attributes: map[string]schema.Attribute{
			"domain": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Address of the AICC site: a host such as `service.besclouds.com`, `host:port`, or a URL with nothing after the host. Plain `http://` is for loopback addresses only. Required here or in the environment." + domainSetting.origin(),
				Validators:          []validator.String{domainSetting.validator()},
			},
			"token": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "Access token of the tenant, as AICC issues it, without `Bearer`. Surrounding white space is trimmed. Use either a token or `client_id` with `client_secret`." + tokenSetting.origin(),
				Validators:          []validator.String{tokenSetting.validator()},
			},
			"client_id": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "ID of a client. The provider fetches access tokens with it and renews them before they expire. Needs `client_secret`." + clientIDSetting.origin(),
				Validators:          []validator.String{clientIDSetting.validator()},
			},
			"client_secret": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "Secret of the client that `client_id` names." + clientSecretSetting.origin(),
				Validators:          []validator.String{clientSecretSetting.validator()},
			},
			"time_zone": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "IANA name of the time zone of AICC's clock. AICC sends times without a zone. Defaults to `" + aicc.DefaultTimeZone + "`." + timeZoneSetting.origin(),
				Validators:          []validator.String{timeZoneSetting.validator()},
			},
			"ca_certificate": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Certificates, in PEM format, of the certificate authority of a private deployment. They are trusted in addition to those of the system. `file(\"ca.pem\")` reads them from a file." + caCertificateSetting.origin(),
				Validators:          []validator.String{caCertificateSetting.validator()},
			},
			"client_certificate": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Client certificate, in PEM format, for a site that requires mutual TLS, followed by its intermediate certificates if it has any. Needs `client_key`." + clientCertificateSetting.origin(),
				Validators:          []validator.String{clientCertificateSetting.validator()},
			},
			"client_key": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "Private key of `client_certificate`, in PEM format and not encrypted." + clientKeySetting.origin(),
				Validators:          []validator.String{clientKeySetting.validator()},
			},
			"headers": schema.MapAttribute{
				ElementType:         types.StringType,
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "Headers that are added to every request, that for a token included, for a gateway in front of AICC. Headers that the provider or the connection sets, such as `access-token`, `host` or `cookie`, are refused.",
				Validators:          []validator.Map{headersValidator{}},
			},
			"not_found_codes": schema.ListAttribute{
				ElementType:         types.StringType,
				Optional:            true,
				MarkdownDescription: "Values of `resCode` with which your AICC says that a case does not exist. No page of AICC's documents them, so without this setting every `resCode` other than 0 is a failure, unless it comes with HTTP 404 or 410. Name only a code that you have seen for a case that does not exist: with the code of an invalid token here, every case would count as missing." + notFoundCodesSetting.origin() + " There, commas separate the codes.",
				Validators:          []validator.List{eachString{notFoundCodesSetting.validator()}},
			},
			"max_retries": schema.NumberAttribute{
				Optional:            true,
				MarkdownDescription: fmt.Sprintf("Maximum number of times that a request is repeated after a broken connection or HTTP 429, 500, 502, 503 or 504, from 0 (never) to 20. Defaults to %d. The pauses grow from half a second to at most 30 seconds.", aicc.DefaultMaxRetries),
				Validators:          []validator.Number{numberValidator{0, 20, true}},
			},
			"requests_per_second": schema.NumberAttribute{
				Optional:            true,
				MarkdownDescription: "Maximum requests per second, over all reads and retries of the provider, from 0.01. Unlimited by default. AICC publishes no limit.",
				Validators:          []validator.Number{numberValidator{0.01, math.Inf(1), false}},
			},
			"max_concurrency": schema.NumberAttribute{
				Optional:            true,
				MarkdownDescription: fmt.Sprintf("Maximum number of cases read concurrently, from 1 to 256. Defaults to %d.", aicc.DefaultMaxConcurrency),
				Validators:          []validator.Number{numberValidator{1, 256, true}},
			},
		},
	}
}

// source is where the settings come from.
type source struct {
	block  tfsdk.Config
	getenv func(string) string
}

// origin is the end of the attribute's description.
func (s setting[T]) origin() string {
	if s.orFile {
		return " Can also be set with the environment variable `" + s.variable + "`, as PEM text or as the path of a PEM file."
	}
	return " Can also be set with the environment variable `" + s.variable + "`."
}

// validator checks the value, or each element, in the provider block.
func (s setting[T]) validator() stringValidator {
	return stringValidator{s.summary, s.expected, func(value string) error { _, err := s.parse(value); return err }}
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
		return s.parsed("The value", block.ValueString(), diags), true
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
	subject := "The value"
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

// numberOr returns a number of the provider block, or a default.
func numberOr(ctx context.Context, from source, attribute string, otherwise float64, diags *diag.Diagnostics) float64 {
	var value types.Number
	diags.Append(from.block.GetAttribute(ctx, path.Root(attribute), &value)...)
	if value.IsNull() {
		return otherwise
	}
	number, _ := value.ValueBigFloat().Float64()
	return number
}

// unknownAttributes names the attributes of a configuration that are unknown, or
// that hold something unknown, in alphabetical order.
func unknownAttributes(config tftypes.Value) []string {
	var attributes map[string]tftypes.Value
	// A configuration is always an object.
	_ = config.As(&attributes)
	var names []string
	for name, value := range attributes {
		if !value.IsFullyKnown() {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// validateCredentials refuses two kinds of credentials, or half of one, in the
// provider block. An unknown value counts as set.
func validateCredentials(ctx context.Context, block tfsdk.Config) diag.Diagnostics {
	var diags diag.Diagnostics
	token, id, secret := credentialsIn(ctx, block, &diags)
	switch {
	case token && (id || secret):
		diags.AddAttributeError(path.Root("token"), summaryCredentials,
			"The provider has both a token and client credentials, so it cannot tell which to use. "+
				"Keep either token, or client_id with client_secret.")
	case id && !secret:
		diags.AddAttributeError(path.Root("client_id"), summaryCredentials,
			"client_id needs client_secret. Set both here, or both in the environment (AICC_CLIENT_ID and AICC_CLIENT_SECRET).")
	case secret && !id:
		diags.AddAttributeError(path.Root("client_secret"), summaryCredentials,
			"client_secret needs client_id. Set both here, or both in the environment (AICC_CLIENT_ID and AICC_CLIENT_SECRET).")
	}
	return diags
}

// credentialsIn reports which credentials the provider block sets.
func credentialsIn(ctx context.Context, block tfsdk.Config, diags *diag.Diagnostics) (token, id, secret bool) {
	var values [3]types.String
	for i, attribute := range []string{tokenSetting.attribute, clientIDSetting.attribute, clientSecretSetting.attribute} {
		diags.Append(block.GetAttribute(ctx, path.Root(attribute), &values[i])...)
	}
	return !values[0].IsNull(), !values[1].IsNull(), !values[2].IsNull()
}

// clientConfig builds the configuration of the client.
func clientConfig(ctx context.Context, from source) (aicc.Config, diag.Diagnostics) {
	var diags diag.Diagnostics
	config := aicc.Config{
		MaxRetries:        int(numberOr(ctx, from, "max_retries", aicc.DefaultMaxRetries, &diags)),
		RequestsPerSecond: numberOr(ctx, from, "requests_per_second", 0, &diags),
		MaxConcurrency:    int(numberOr(ctx, from, "max_concurrency", aicc.DefaultMaxConcurrency, &diags)),
	}
	var found bool
	if config.BaseURL, found = domainSetting.read(ctx, from, &diags); !found {
		diags.AddAttributeError(path.Root("domain"), summaryMissing,
			"The address of the AICC site is not set. "+
				"Set domain in the provider block or the environment variable AICC_DOMAIN, for example to service.besclouds.com.")
	}
	if config.TimeZone, found = timeZoneSetting.read(ctx, from, &diags); !found {
		// The zones are compiled in.
		config.TimeZone, _ = aicc.ParseTimeZone(aicc.DefaultTimeZone)
	}
	config.NotFoundCodes = notFoundCodesSetting.readList(ctx, from, &diags)
	config.RootCAs, _ = caCertificateSetting.read(ctx, from, &diags)
	config.Certificate = readClientCertificate(ctx, from, &diags)
	config.Headers = readHeaders(ctx, from, &diags)
	readCredentials(ctx, from, &config, &diags)
	return config, diags
}

// readCredentials settles on one kind of credentials: the one in the provider
// block, or else the only complete one in the environment.
func readCredentials(ctx context.Context, from source, config *aicc.Config, diags *diag.Diagnostics) {
	token, id, secret := credentialsIn(ctx, from.block, diags)
	if !token && !id && !secret {
		token = tokenSetting.fromEnvironment(from) != ""
		id = clientIDSetting.fromEnvironment(from) != ""
		secret = clientSecretSetting.fromEnvironment(from) != ""
		switch {
		case token && (id || secret):
			diags.AddError(summaryCredentials,
				"The environment has AICC_TOKEN and also AICC_CLIENT_ID or AICC_CLIENT_SECRET, so the provider cannot tell which to use. "+
					"Unset one kind, or choose one in the provider block.")
			return
		case id && !secret:
			diags.AddAttributeError(path.Root("client_secret"), summaryCredentials,
				"The environment has AICC_CLIENT_ID without AICC_CLIENT_SECRET. Set both, or AICC_TOKEN instead.")
			return
		case secret && !id:
			diags.AddAttributeError(path.Root("client_id"), summaryCredentials,
				"The environment has AICC_CLIENT_SECRET without AICC_CLIENT_ID. Set both, or AICC_TOKEN instead.")
			return
		}
	}
	switch {
	case token:
		config.Token, _ = tokenSetting.read(ctx, from, diags)
	case id || secret:
		config.ClientID, _ = clientIDSetting.read(ctx, from, diags)
		config.ClientSecret, _ = clientSecretSetting.read(ctx, from, diags)
	default:
		diags.AddAttributeError(path.Root("token"), summaryMissing,
			"The credentials for AICC are not set. "+
				"Set token in the provider block or the environment variable AICC_TOKEN; "+
				"or client_id and client_secret, or AICC_CLIENT_ID and AICC_CLIENT_SECRET.")
	}
}

// validateClientCertificate refuses half a pair in the provider block, and a key
// that does not belong to the certificate.
func validateClientCertificate(ctx context.Context, block tfsdk.Config) diag.Diagnostics {
	var diags diag.Diagnostics
	var certificate, key types.String
	diags.Append(block.GetAttribute(ctx, path.Root(clientCertificateSetting.attribute), &certificate)...)
	diags.Append(block.GetAttribute(ctx, path.Root(clientKeySetting.attribute), &key)...)
	switch {
	case !certificate.IsNull() && key.IsNull():
		diags.AddAttributeError(path.Root("client_certificate"), summaryInvalidClient,
			"client_certificate needs client_key. Set both here, or both in the environment (AICC_CLIENT_CERTIFICATE and AICC_CLIENT_KEY).")
	case certificate.IsNull() && !key.IsNull():
		diags.AddAttributeError(path.Root("client_key"), summaryInvalidClient,
			"client_key needs client_certificate. Set both here, or both in the environment (AICC_CLIENT_CERTIFICATE and AICC_CLIENT_KEY).")
	case certificate.ValueString() != "" && key.ValueString() != "":
		pairCertificate("The value", certificate.ValueString(), key.ValueString(), &diags)
	}
	return diags
}

// readClientCertificate returns the client certificate of the provider block or, if
// that sets none, of the environment; nil if neither does.
func readClientCertificate(ctx context.Context, from source, diags *diag.Diagnostics) *tls.Certificate {
	certificate, hasCertificate := clientCertificateSetting.read(ctx, from, diags)
	key, hasKey := clientKeySetting.read(ctx, from, diags)
	switch {
	case diags.HasError() || !hasCertificate && !hasKey:
		return nil
	case !hasKey:
		diags.AddAttributeError(path.Root("client_key"), summaryInvalidClient,
			"The environment has AICC_CLIENT_CERTIFICATE without AICC_CLIENT_KEY. Set both, or neither.")
		return nil
	case !hasCertificate:
		diags.AddAttributeError(path.Root("client_certificate"), summaryInvalidClient,
			"The environment has AICC_CLIENT_KEY without AICC_CLIENT_CERTIFICATE. Set both, or neither.")
		return nil
	}
	subject := "The value"
	if clientKeySetting.fromEnvironment(from) != "" {
		subject = "The environment variable " + clientKeySetting.variable
	}
	return pairCertificate(subject, certificate, key, diags)
}

// pairCertificate puts a certificate and a key together that both parse. What does
// not is reported where it is parsed.
func pairCertificate(subject, certificate, key string, diags *diag.Diagnostics) *tls.Certificate {
	_, errCertificate := aicc.ParseClientCertificate(certificate)
	_, errKey := aicc.ParseClientKey(key)
	if errCertificate != nil || errKey != nil {
		return nil
	}
	pair, err := aicc.PairCertificate(certificate, key)
	if err != nil {
		clientKeySetting.refuse(subject, err, diags)
	}
	return pair
}

// readHeaders returns the headers of the provider block.
func readHeaders(ctx context.Context, from source, diags *diag.Diagnostics) map[string]string {
	var headers types.Map
	diags.Append(from.block.GetAttribute(ctx, path.Root("headers"), &headers)...)
	invalid := checkHeaders(path.Root("headers"), headers)
	diags.Append(invalid...)
	if headers.IsNull() || invalid.HasError() {
		return nil
	}
	values := map[string]string{}
	diags.Append(headers.ElementsAs(ctx, &values, false)...)
	return values
}

// userAgent names this provider, Terraform, and what TF_APPEND_USER_AGENT adds,
// without what a header cannot carry.
func userAgent(version, terraformVersion, appended string) string {
	agent := "terraform-provider-aicc/" + version
	if terraformVersion != "" {
		agent += " Terraform/" + terraformVersion
	}
	appended = strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' {
			return -1
		}
		return c
	}, appended)
	return strings.TrimSpace(agent + " " + strings.TrimSpace(appended))
}
