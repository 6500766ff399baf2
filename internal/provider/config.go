// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
)

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
		MaxRetries:        int(maxRetriesSetting.read(ctx, from, &diags)),
		RequestsPerSecond: requestsPerSecondSetting.read(ctx, from, &diags),
		MaxConcurrency:    int(maxConcurrencySetting.read(ctx, from, &diags)),
	}
	var found bool
	if config.BaseURL, found = domainSetting.read(ctx, from, &diags); !found {
		diags.AddAttributeError(path.Root("domain"), summaryMissing,
			"The address of the AICC site is not set. "+
				"Set domain in the provider block or the environment variable AICC_DOMAIN, for example to service.besclouds.com.")
	}
	if config.BaseURL != nil {
		config.Proxy = readProxy(from, config.BaseURL, &diags)
	}
	if config.TimeZone, found = timeZoneSetting.read(ctx, from, &diags); !found {
		// The zones are compiled in.
		config.TimeZone, _ = aicc.ParseTimeZone(aicc.DefaultTimeZone)
	}
	isGuess := !found
	config.NotFoundCodes = notFoundCodesSetting.readList(ctx, from, &diags)
	config.RootCAs, _ = caCertificateSetting.read(ctx, from, &diags)
	config.Certificate = readClientCertificate(ctx, from, &diags)
	config.Headers = readHeaders(ctx, from, &diags)
	readCredentials(ctx, from, &config, &diags)
	if isGuess && !diags.HasError() && !aicc.HasKnownClock(config.BaseURL) {
		// Not at an attribute: tofu test 1.12.6 crashes on one where its own file has the provider block.
		diags.AddWarning(summaryTimeZone,
			"AICC sends times without a zone, and sites differ in theirs: times are taken as "+aicc.DefaultTimeZone+". "+
				"Set time_zone in the provider block or the environment variable AICC_TIME_ZONE, for example to UTC; make survey finds the zone of your site.")
	}
	return config, diags
}

// readProxy returns the proxy that the environment names for a site, or nil.
func readProxy(from source, site *url.URL, diags *diag.Diagnostics) *url.URL {
	proxy, variable, err := aicc.ProxyFromEnvironment(from.getenv, site)
	if err != nil {
		diags.AddError(summaryInvalidProxy, fmt.Sprintf("The environment variable %s is refused because %v. "+
			"Expected: the URL of an HTTP, HTTPS or SOCKS5 proxy, such as \"http://user:password@proxy.example.com:3128\". "+
			"Unset it, or name the host of the AICC site in NO_PROXY, if the site can be reached without a proxy.", variable, err))
	}
	return proxy
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
		pairCertificate(clientKeySetting.attribute, certificate.ValueString(), key.ValueString(), &diags)
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
	subject := clientKeySetting.attribute
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
