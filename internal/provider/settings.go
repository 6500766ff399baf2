// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"crypto/x509"
	"errors"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
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
