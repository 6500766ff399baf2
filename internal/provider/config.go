// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
)

// providerModel is the provider block.
type providerModel struct {
	Domain            types.String  `tfsdk:"domain"`
	Token             types.String  `tfsdk:"token"`
	ClientID          types.String  `tfsdk:"client_id"`
	ClientSecret      types.String  `tfsdk:"client_secret"`
	TimeZone          types.String  `tfsdk:"time_zone"`
	CACertificate     types.String  `tfsdk:"ca_certificate"`
	MaxRetries        types.Int64   `tfsdk:"max_retries"`
	RequestsPerSecond types.Float64 `tfsdk:"requests_per_second"`
	MaxConcurrency    types.Int64   `tfsdk:"max_concurrency"`
}

func providerSchema() schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Reads cases (工单, tickets) from AICC, Huawei Cloud's contact centre.",
		Attributes: map[string]schema.Attribute{
			"domain": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Address of the AICC site: a host such as `service.besclouds.com`, `host:port`, or a URL with nothing after the host. Plain `http://` is for loopback addresses only. Can come from `AICC_DOMAIN`; one of the two is required.",
				Validators:          []validator.String{domainValidator},
			},
			"token": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "Access token of the tenant, as AICC gives it, without `Bearer`. White space around it is dropped. Can come from `AICC_TOKEN`. Use either a token or `client_id` with `client_secret`.",
				Validators:          []validator.String{tokenValidator},
			},
			"client_id": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Id of the client that fetches access tokens by itself and renews them in time. Can come from `AICC_CLIENT_ID`.",
				Validators:          []validator.String{credentialValidator},
			},
			"client_secret": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "Secret that belongs to `client_id`. Can come from `AICC_CLIENT_SECRET`.",
				Validators:          []validator.String{credentialValidator},
			},
			"time_zone": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "IANA name of the time zone that AICC's clock shows: AICC sends times without a zone. Defaults to `" + aicc.DefaultTimeZone + "`. Can come from `AICC_TIME_ZONE`.",
				Validators:          []validator.String{timeZoneValidator},
			},
			"ca_certificate": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "Certificates in PEM form of the authority of a private deployment, trusted beside those of the system; `file(\"ca.pem\")` reads them from a file. Can come from `AICC_CA_CERTIFICATE`, as text or as the path of a file.",
				Validators:          []validator.String{certificateValidator},
			},
			"max_retries": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: fmt.Sprintf("How often a request is repeated after a broken connection or HTTP 429, 500, 502, 503 or 504, from 0 (never) to 20. Defaults to %d. The pauses grow from half a second and are never longer than 30 seconds.", aicc.DefaultMaxRetries),
				Validators:          []validator.Int64{int64validator.Between(0, 20)},
			},
			"requests_per_second": schema.Float64Attribute{
				Optional:            true,
				MarkdownDescription: "Most requests that the provider sends in a second, over all its reads and retries, from 0.01. Not limited by default. AICC publishes no limit.",
				Validators:          []validator.Float64{float64validator.AtLeast(0.01)},
			},
			"max_concurrency": schema.Int64Attribute{
				Optional:            true,
				MarkdownDescription: fmt.Sprintf("Most cases that the provider reads side by side, from 1 to 256. Defaults to %d.", aicc.DefaultMaxConcurrency),
				Validators:          []validator.Int64{int64validator.Between(1, 256)},
			},
		},
	}
}

// pending names the attributes whose value is not known while planning.
func (m providerModel) pending() []string {
	var names []string
	for _, attribute := range []struct {
		name  string
		value attr.Value
	}{
		{"domain", m.Domain},
		{"token", m.Token},
		{"client_id", m.ClientID},
		{"client_secret", m.ClientSecret},
		{"time_zone", m.TimeZone},
		{"ca_certificate", m.CACertificate},
		{"max_retries", m.MaxRetries},
		{"requests_per_second", m.RequestsPerSecond},
		{"max_concurrency", m.MaxConcurrency},
	} {
		if attribute.value.IsUnknown() {
			names = append(names, attribute.name)
		}
	}
	return names
}

// validateCredentials refuses two kinds of credentials, or half of one, in the
// provider block. What is unknown counts as written.
func (m providerModel) validateCredentials() diag.Diagnostics {
	var diags diag.Diagnostics
	token, id, secret := !m.Token.IsNull(), !m.ClientID.IsNull(), !m.ClientSecret.IsNull()
	switch {
	case token && (id || secret):
		diags.AddAttributeError(path.Root("token"), summaryCredentials,
			"The provider has a token and client credentials, and would not know which to use. "+
				"Keep either token, or client_id with client_secret.")
	case id && !secret:
		diags.AddAttributeError(path.Root("client_id"), summaryCredentials,
			"client_id needs client_secret beside it. Set both here, or both in the environment (AICC_CLIENT_ID and AICC_CLIENT_SECRET).")
	case secret && !id:
		diags.AddAttributeError(path.Root("client_secret"), summaryCredentials,
			"client_secret needs client_id beside it. Set both here, or both in the environment (AICC_CLIENT_ID and AICC_CLIENT_SECRET).")
	}
	return diags
}

// configReader reads settings from the provider block or, where that says
// nothing, from the environment, and collects what is wrong.
type configReader struct {
	getenv func(string) string
	diags  diag.Diagnostics
}

// value returns a setting, or "" if it is nowhere. From names where it came from.
func (r *configReader) value(attribute types.String, variable string) (value, from string) {
	if !attribute.IsNull() {
		return attribute.ValueString(), ""
	}
	return strings.TrimSpace(r.getenv(variable)), variable
}

// refuse reports a setting with the words of the validator that the attribute
// has, at the attribute or naming the variable.
func (r *configReader) refuse(v textValidator, attribute, variable string, err error) {
	subject := "The value"
	if variable != "" {
		subject = "The environment variable " + variable
	}
	r.diags.AddAttributeError(path.Root(attribute), v.summary, v.refusal(subject, err))
}

// parsed reads a setting and parses it, if it is there.
func parsed[T any](r *configReader, name string, attribute types.String, variable string, v textValidator, parse func(string) (T, error)) (T, bool) {
	text, from := r.value(attribute, variable)
	if from != "" && text == "" {
		var none T
		return none, false
	}
	value, err := parse(text)
	if err != nil {
		r.refuse(v, name, from, err)
	}
	return value, err == nil
}

// clientConfig builds the configuration of the client from the provider block
// and the environment.
func (m providerModel) clientConfig(getenv func(string) string) (aicc.Config, diag.Diagnostics) {
	r := &configReader{getenv: getenv}
	config := aicc.Config{
		MaxRetries:        int(valueOr(m.MaxRetries.ValueInt64Pointer(), aicc.DefaultMaxRetries)),
		RequestsPerSecond: m.RequestsPerSecond.ValueFloat64(),
		MaxConcurrency:    int(valueOr(m.MaxConcurrency.ValueInt64Pointer(), aicc.DefaultMaxConcurrency)),
	}
	config.BaseURL, _ = parsed(r, "domain", m.Domain, "AICC_DOMAIN", domainValidator, aicc.ParseDomain)
	if config.BaseURL == nil && !r.diags.HasError() {
		r.diags.AddAttributeError(path.Root("domain"), summaryMissing,
			"The provider does not know which AICC site to ask. "+
				"Set domain in the provider block or the environment variable AICC_DOMAIN, for example to service.besclouds.com.")
	}

	config.TimeZone, _ = parsed(r, "time_zone", m.TimeZone, "AICC_TIME_ZONE", timeZoneValidator, aicc.ParseTimeZone)
	if config.TimeZone == nil {
		// The zones are compiled in.
		config.TimeZone, _ = aicc.ParseTimeZone(aicc.DefaultTimeZone)
	}
	config.RootCAs, _ = parsed(r, "ca_certificate", m.CACertificate, "AICC_CA_CERTIFICATE", certificateValidator, func(text string) (*x509.CertPool, error) {
		if m.CACertificate.IsNull() && !strings.Contains(text, "-----BEGIN") {
			file, err := os.ReadFile(text) //nolint:gosec // The user names the file.
			if err != nil {
				return nil, errors.New("it is neither PEM text nor the path of a file that can be read")
			}
			text = string(file)
		}
		return aicc.ParseCertificates(text)
	})
	r.credentials(m, &config)
	return config, r.diags
}

// credentials settles on one kind of credentials: the one in the provider block,
// or else the only complete one in the environment.
func (r *configReader) credentials(m providerModel, config *aicc.Config) {
	inBlock := !m.Token.IsNull() || !m.ClientID.IsNull() || !m.ClientSecret.IsNull()
	useToken := inBlock && !m.Token.IsNull()
	useClient := inBlock && !useToken
	if !inBlock {
		set := func(variable string) bool { return strings.TrimSpace(r.getenv(variable)) != "" }
		useToken = set("AICC_TOKEN")
		id, secret := set("AICC_CLIENT_ID"), set("AICC_CLIENT_SECRET")
		useClient = id || secret
		switch {
		case useToken && useClient:
			r.diags.AddError(summaryCredentials,
				"The environment has AICC_TOKEN and also AICC_CLIENT_ID or AICC_CLIENT_SECRET, and the provider would not know which to use. "+
					"Unset one kind, or choose in the provider block.")
			return
		case id && !secret:
			r.diags.AddAttributeError(path.Root("client_secret"), summaryCredentials,
				"The environment has AICC_CLIENT_ID without AICC_CLIENT_SECRET. Set both, or AICC_TOKEN instead.")
			return
		case secret && !id:
			r.diags.AddAttributeError(path.Root("client_id"), summaryCredentials,
				"The environment has AICC_CLIENT_SECRET without AICC_CLIENT_ID. Set both, or AICC_TOKEN instead.")
			return
		}
	}
	switch {
	case useToken:
		config.Token, _ = parsed(r, "token", m.Token, "AICC_TOKEN", tokenValidator, aicc.ParseToken)
	case useClient:
		config.ClientID, _ = parsed(r, "client_id", m.ClientID, "AICC_CLIENT_ID", credentialValidator, aicc.ParseCredential)
		config.ClientSecret, _ = parsed(r, "client_secret", m.ClientSecret, "AICC_CLIENT_SECRET", credentialValidator, aicc.ParseCredential)
	default:
		r.diags.AddAttributeError(path.Root("token"), summaryMissing,
			"The provider has no credentials for AICC. "+
				"Set token in the provider block or the environment variable AICC_TOKEN; "+
				"or client_id and client_secret, or AICC_CLIENT_ID and AICC_CLIENT_SECRET.")
	}
}

func valueOr(value *int64, otherwise int64) int64 {
	if value == nil {
		return otherwise
	}
	return *value
}

// userAgent says who asks: this provider, Terraform, and what TF_APPEND_USER_AGENT
// adds, cut down to what a header can carry.
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
