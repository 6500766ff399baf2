// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"io"
	"log"
	"maps"
	"math"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
	"github.com/aicc-community/terraform-provider-aicc/internal/nettest"
)

const planted = "planted-7bm63"

func pemText(kind string, content []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}))
}

// certificateOf is the certificate of every httptest server with TLS.
func certificateOf(t *testing.T) string {
	t.Helper()
	server := httptest.NewTLSServer(nil)
	defer server.Close()
	return pemText("CERTIFICATE", server.Certificate().Raw)
}

// clientCertificates are a client certificate with its key, another key, and a
// certificate that has expired with its own.
func clientCertificates(t *testing.T) (certificate, key, otherKey, expired, expiredKey string) {
	t.Helper()
	authority := nettest.NewAuthority(t)
	certificate, key = authority.Issue(t, "client", time.Now().Add(time.Hour))
	_, otherKey = authority.Issue(t, "other", time.Now().Add(time.Hour))
	expired, expiredKey = authority.Issue(t, "client", time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	return certificate, key, otherKey, expired, expiredKey
}

func headerAt(name string) string {
	return tftypes.NewAttributePath().WithAttributeName("headers").WithElementKeyString(name).String()
}

// keepsQuiet fails where a problem repeats what was planted, as it is or packed
// as PEM text.
func keepsQuiet(t *testing.T, problems []problem) {
	t.Helper()
	for _, p := range problems {
		for _, form := range []string{planted, base64.StdEncoding.EncodeToString([]byte(planted))} {
			if strings.Contains(p.summary+p.detail, form) {
				t.Errorf("a secret stands in %q", p.detail)
			}
		}
	}
}

// TestValidateProvider covers what terraform validate refuses in the provider
// block, without any environment.
func TestValidateProvider(t *testing.T) {
	t.Parallel()
	certificate := certificateOf(t)
	key := pemText("PRIVATE KEY", []byte(planted))
	broken := pemText("CERTIFICATE", []byte(planted))
	tests := map[string]struct {
		given values
		want  []problem
	}{
		"empty block":                 {values{}, nil},
		"all of it":                   {values{"domain": str("https://aicc.example.com"), "token": str("token-1\n"), "time_zone": str("UTC"), "max_retries": number(0), "requests_per_second": number(0.5), "max_concurrency": number(256)}, nil},
		"the pair":                    {values{"client_id": str("c"), "client_secret": str("secret-1")}, nil},
		"all unknown":                 {values{"domain": unknown, "client_id": unknown, "client_secret": unknown, "time_zone": unknown}, nil},
		"path":                        {values{"domain": str("aicc.example.com/x")}, []problem{{at("domain"), summaryInvalidDomain, "domain is refused because it has a path"}}},
		"password":                    {values{"domain": str("https://u:" + planted + "@h")}, []problem{{at("domain"), summaryInvalidDomain, "it has a user name or password before the host"}}},
		"token":                       {values{"token": str(planted + "\x00" + planted)}, []problem{{at("token"), summaryInvalidToken, "it has control characters inside"}}},
		"bearer":                      {values{"token": str("Bearer " + planted)}, []problem{{at("token"), summaryInvalidToken, "AICC takes the token alone"}}},
		"time zone":                   {values{"time_zone": str("Asia/Nowhere")}, []problem{{at("time_zone"), summaryInvalidTimeZone, "no zone of that name is known"}}},
		"the machine's zone":          {values{"time_zone": str("Local")}, []problem{{at("time_zone"), summaryInvalidTimeZone, "it names no fixed zone"}}},
		"empty time zone":             {values{"time_zone": str("")}, []problem{{at("time_zone"), summaryInvalidTimeZone, "it names no fixed zone"}}},
		"path of a certificate":       {values{"ca_certificate": str("/etc/ca.pem")}, []problem{{at("ca_certificate"), summaryInvalidCertificate, "it holds no certificate in PEM form"}}},
		"takes service.besclouds.com": {values{"domain": str("service.besclouds.com")}, nil},
		"takes  aicc.example.com\n":   {values{"domain": str(" aicc.example.com\n")}, nil},
		"token with a line break":     {values{"token": str(planted + "\n" + planted)}, []problem{{at("token"), summaryInvalidToken, "token is refused because it has control characters inside, such as a line break or a tab. Expected: an access token."}}},
		"certificate":                 {values{"ca_certificate": str(certificate)}, nil},
		"key with the certificate":    {values{"ca_certificate": str(certificate + key)}, []problem{{at("ca_certificate"), summaryInvalidCertificate, "give the certificates of the authority alone, never a key"}}},
		"broken certificate":          {values{"ca_certificate": str(broken)}, []problem{{at("ca_certificate"), summaryInvalidCertificate, "its certificate 1 cannot be read"}}},
		"empty certificate":           {values{"ca_certificate": str("")}, []problem{{at("ca_certificate"), summaryInvalidCertificate, "it holds no certificate in PEM form"}}},
		"least numbers":               {values{"max_retries": number(0), "requests_per_second": number(0.01), "max_concurrency": number(1)}, nil},
		"most numbers":                {values{"max_retries": number(20), "max_concurrency": number(256)}, nil},
		"retries of a fraction":       {values{"max_retries": number(1.5)}, []problem{{at("max_retries"), summaryInvalidNumber, "The value is 1.5. Expected: a whole number from 0 to 20."}}},
		"retries of infinity":         {values{"requests_per_second": number(math.Inf(1))}, []problem{{at("requests_per_second"), summaryInvalidNumber, "The value is +Inf."}}},
		"quoted token":                {values{"token": str("\"" + planted + "\"")}, []problem{{at("token"), summaryInvalidToken, "it has quotes around it: leave them out"}}},
		"quoted domain":               {values{"domain": str("'aicc.example.com'")}, []problem{{at("domain"), summaryInvalidDomain, "it has quotes around it: leave them out"}}},
		"domain of a browser":         {values{"domain": str("https://aicc.example.com/")}, nil},
		"codes":                       {values{"not_found_codes": strs("405230004", "7")}, nil},
		"code of a success":           {values{"not_found_codes": strs("7", "0")}, []problem{{atElement("not_found_codes", 1), summaryInvalidCode, `not_found_codes[1], "0", is refused because 0 is AICC's code of a success. Expected: a resCode of AICC other than 0`}}},
		"retries below zero":          {values{"max_retries": number(-1)}, []problem{{at("max_retries"), summaryInvalidNumber, "The value is -1. Expected: a whole number from 0 to 20."}}},
		"rate too low":                {values{"requests_per_second": number(0.009)}, []problem{{at("requests_per_second"), summaryInvalidNumber, "The value is 0.009. Expected: a number of at least 0.01."}}},
		"concurrency too high":        {values{"max_concurrency": number(257)}, []problem{{at("max_concurrency"), summaryInvalidNumber, "Expected: a whole number from 1 to 256."}}},
		"token and client id":         {values{"token": str(planted), "client_id": str("c")}, []problem{{at("token"), summaryCredentials, "Keep either token, or client_id with client_secret"}}},
		"unknown token and client":    {values{"token": unknown, "client_id": str("c"), "client_secret": str(planted)}, []problem{{at("token"), summaryCredentials, "cannot tell which to use"}}},
		"id and unknown secret":       {values{"client_id": str("c"), "client_secret": unknown}, nil},
		"unknown id alone":            {values{"client_id": unknown}, []problem{{at("client_id"), summaryCredentials, "(AICC_CLIENT_ID and AICC_CLIENT_SECRET)"}}},
		"token and client":            {values{"token": str("token-1"), "client_id": str("c"), "client_secret": str("secret-1")}, []problem{{at("token"), summaryCredentials, "cannot tell which to use"}}},
		"token and unknown half":      {values{"token": str("token-1"), "client_secret": unknown}, []problem{{at("token"), summaryCredentials, "cannot tell which to use"}}},
		"id without secret":           {values{"client_id": str("c")}, []problem{{at("client_id"), summaryCredentials, "client_id needs client_secret"}}},
		"secret without id":           {values{"client_secret": str(planted)}, []problem{{at("client_secret"), summaryCredentials, "client_secret needs client_id"}}},
		"empty secret":                {values{"client_id": str("c"), "client_secret": str("\n")}, []problem{{at("client_secret"), summaryInvalidCredential, "it is empty"}}},
		"broken secret":               {values{"client_id": str("c"), "client_secret": str("a\n" + planted)}, []problem{{at("client_secret"), summaryInvalidCredential, "control characters inside"}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := start(t, nil).validateProvider(test.given)
			expect(t, got, test.want...)
			keepsQuiet(t, got)
		})
	}
}

// TestValidatePrivateDeployment covers what terraform validate refuses of client
// certificates and headers.
func TestValidatePrivateDeployment(t *testing.T) {
	t.Parallel()
	key, broken := pemText("PRIVATE KEY", []byte(planted)), pemText("CERTIFICATE", []byte(planted))
	client, clientKey, otherKey, expired, expiredKey := clientCertificates(t)
	for name, test := range map[string]struct {
		given values
		want  []problem
	}{
		"client certificate":              {values{"client_certificate": str(client), "client_key": str(clientKey)}, nil},
		"client certificate, unknown key": {values{"client_certificate": str(client), "client_key": unknown}, nil},
		"unknown client certificate":      {values{"client_certificate": unknown, "client_key": str(clientKey)}, nil},
		"client certificate alone":        {values{"client_certificate": str(client)}, []problem{{at("client_certificate"), summaryInvalidClient, "client_certificate needs client_key. Set both here, or both in the environment (AICC_CLIENT_CERTIFICATE and AICC_CLIENT_KEY)."}}},
		"client key alone":                {values{"client_key": str(clientKey)}, []problem{{at("client_key"), summaryInvalidClient, "client_key needs client_certificate. Set both here, or both in the environment (AICC_CLIENT_CERTIFICATE and AICC_CLIENT_KEY)."}}},
		"key of another certificate":      {values{"client_certificate": str(client), "client_key": str(otherKey)}, []problem{{at("client_key"), summaryInvalidClient, "client_key is refused because it does not belong to the certificate, or cannot be read. Expected: the private key of client_certificate in PEM format, not encrypted."}}},
		"planted key":                     {values{"client_certificate": str(client), "client_key": str(key)}, []problem{{at("client_key"), summaryInvalidClient, "it does not belong to the certificate, or cannot be read"}}},
		"expired client certificate":      {values{"client_certificate": str(expired), "client_key": str(expiredKey)}, []problem{{at("client_certificate"), summaryInvalidClient, "client_certificate is refused because it expired at 2026-01-02 03:04:05 UTC. Expected: a client certificate in PEM format, followed by its intermediate certificates if it has any."}}},
		"broken client certificate":       {values{"client_certificate": str(broken), "client_key": str(clientKey)}, []problem{{at("client_certificate"), summaryInvalidClient, "its certificate 1 cannot be read"}}},
		"key as client certificate":       {values{"client_certificate": str(key), "client_key": str(clientKey)}, []problem{{at("client_certificate"), summaryInvalidClient, "it holds a block that is not a certificate, such as the key, which belongs in a setting of its own"}}},
		"text as client certificate":      {values{"client_certificate": str(planted), "client_key": str(clientKey)}, []problem{{at("client_certificate"), summaryInvalidClient, "it holds no certificate in PEM form"}}},
		"text as key":                     {values{"client_certificate": str(client), "client_key": str(planted)}, []problem{{at("client_key"), summaryInvalidClient, "it holds no private key in PEM form"}}},
		"certificate as key":              {values{"client_certificate": str(client), "client_key": str(broken)}, []problem{{at("client_key"), summaryInvalidClient, "it holds something other than a private key"}}},
		"encrypted key":                   {values{"client_certificate": str(client), "client_key": str(pemText("ENCRYPTED PRIVATE KEY", []byte(planted)))}, []problem{{at("client_key"), summaryInvalidClient, "it is encrypted: give the decrypted key"}}},
		"headers":                         {values{"headers": texts(map[string]any{"X-Gateway-Key": planted, "Authorization": "Basic " + planted, "x-tenant": tftypes.UnknownValue})}, nil},
		"no headers":                      {values{"headers": texts(nil)}, nil},
		"own header":                      {values{"headers": texts(map[string]any{"Access-Token": planted})}, []problem{{headerAt("Access-Token"), summaryInvalidHeader, `The header "Access-Token" is refused because the provider or its connection sets this header. Expected: names and values of HTTP headers that the provider does not set itself.`}}},
		"own headers": {values{"headers": texts(map[string]any{"content-type": "x", "content-length": "x", "host": tftypes.UnknownValue, "user-agent": "x", "cookie": "x", "transfer-encoding": "x", "connection": "x"})}, []problem{
			{headerAt("connection"), summaryInvalidHeader, "sets this header"},
			{headerAt("content-length"), summaryInvalidHeader, "sets this header"},
			{headerAt("content-type"), summaryInvalidHeader, "sets this header"},
			{headerAt("cookie"), summaryInvalidHeader, "sets this header"},
			{headerAt("host"), summaryInvalidHeader, "sets this header"},
			{headerAt("transfer-encoding"), summaryInvalidHeader, "sets this header"},
			{headerAt("user-agent"), summaryInvalidHeader, "sets this header"},
		}},
		"header with a line break": {values{"headers": texts(map[string]any{"X-Key": planted + "\r\nX-Other: " + planted})}, []problem{{headerAt("X-Key"), summaryInvalidHeader, "its value has control characters, such as a line break or a tab"}}},
		"header with white space":  {values{"headers": texts(map[string]any{"X-Key": planted + " "})}, []problem{{headerAt("X-Key"), summaryInvalidHeader, "its value is empty or has white space around it"}}},
		"empty header":             {values{"headers": texts(map[string]any{"X-Key": ""})}, []problem{{headerAt("X-Key"), summaryInvalidHeader, "its value is empty or has white space around it"}}},
		"null header":              {values{"headers": texts(map[string]any{"X-Key": nil})}, []problem{{headerAt("X-Key"), summaryInvalidHeader, "its value is empty or has white space around it"}}},
		"header of another name":   {values{"headers": texts(map[string]any{"X Key:": planted})}, []problem{{headerAt("X Key:"), summaryInvalidHeader, "its name is not that of an HTTP header"}}},
		"header twice":             {values{"headers": texts(map[string]any{"X-Key": planted, "x-key": planted})}, []problem{{headerAt("x-key"), summaryInvalidHeader, "it is the same header as X-Key"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := start(t, nil).validateProvider(test.given)
			expect(t, got, test.want...)
			keepsQuiet(t, got)
		})
	}
}

// TestConfigure covers what only the environment reveals.
func TestConfigure(t *testing.T) {
	t.Parallel()
	certificate, key := certificateOf(t), pemText("PRIVATE KEY", []byte(planted))
	client, clientKey, otherKey, expired, _ := clientCertificates(t)
	file := filepath.Join(t.TempDir(), "ca.pem")
	for name, text := range map[string]string{file: certificate, file + ".key": key, file + ".txt": planted, file + ".client": client, file + ".client-key": clientKey} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	complete := map[string]string{"AICC_DOMAIN": "aicc.example.com", "AICC_TOKEN": planted}
	with := func(change map[string]string) map[string]string {
		environment := maps.Clone(complete)
		maps.Copy(environment, change)
		return environment
	}
	tests := map[string]struct {
		environment map[string]string
		given       values
		want        []problem
	}{
		"nothing": {nil, nil, []problem{
			{at("domain"), summaryMissing, "Set domain in the provider block or the environment variable AICC_DOMAIN"},
			{at("token"), summaryMissing, "Set token in the provider block or the environment variable AICC_TOKEN"},
		}},
		"environment":                    {complete, nil, nil},
		"trailing newlines":              {map[string]string{"AICC_DOMAIN": "aicc.example.com\n", "AICC_TOKEN": planted + "\r\n", "AICC_TIME_ZONE": "UTC\n", "AICC_CA_CERTIFICATE": file + "\n"}, nil, nil},
		"blank is not there":             {map[string]string{"AICC_DOMAIN": "aicc.example.com", "AICC_TOKEN": " \n"}, nil, []problem{{at("token"), summaryMissing, "AICC_TOKEN"}}},
		"blank domain":                   {with(map[string]string{"AICC_DOMAIN": "\n", "AICC_TIME_ZONE": " ", "AICC_CA_CERTIFICATE": "\t"}), nil, []problem{{at("domain"), summaryMissing, "Set domain in the provider block or the environment variable AICC_DOMAIN, for example to service.besclouds.com."}}},
		"block":                          {nil, values{"domain": str("aicc.example.com"), "token": str("token-1")}, nil},
		"block wins":                     {map[string]string{"AICC_DOMAIN": "not a domain", "AICC_TOKEN": "a\x00b", "AICC_TIME_ZONE": "x"}, values{"domain": str("aicc.example.com"), "token": str("token-1"), "time_zone": str("UTC")}, nil},
		"bad domain":                     {with(map[string]string{"AICC_DOMAIN": "http://aicc.example.com"}), nil, []problem{{at("domain"), summaryInvalidDomain, "The environment variable AICC_DOMAIN is refused because plain http"}}},
		"bad token":                      {with(map[string]string{"AICC_TOKEN": planted + "\n" + planted}), nil, []problem{{at("token"), summaryInvalidToken, "The environment variable AICC_TOKEN is refused because it has control characters"}}},
		"bad time zone":                  {with(map[string]string{"AICC_TIME_ZONE": "Mars"}), nil, []problem{{at("time_zone"), summaryInvalidTimeZone, "The environment variable AICC_TIME_ZONE"}}},
		"certificate text":               {with(map[string]string{"AICC_CA_CERTIFICATE": certificate}), nil, nil},
		"certificate file":               {with(map[string]string{"AICC_CA_CERTIFICATE": file}), nil, nil},
		"key text":                       {with(map[string]string{"AICC_CA_CERTIFICATE": key}), nil, []problem{{at("ca_certificate"), summaryInvalidCertificate, "The environment variable AICC_CA_CERTIFICATE is refused because it holds a block that is not a certificate"}}},
		"key file":                       {with(map[string]string{"AICC_CA_CERTIFICATE": file + ".key"}), nil, []problem{{at("ca_certificate"), summaryInvalidCertificate, "never a key"}}},
		"file without a certificate":     {with(map[string]string{"AICC_CA_CERTIFICATE": file + ".txt"}), nil, []problem{{at("ca_certificate"), summaryInvalidCertificate, "it holds no certificate in PEM form"}}},
		"bearer":                         {with(map[string]string{"AICC_TOKEN": "Bearer " + planted}), nil, []problem{{at("token"), summaryInvalidToken, "The environment variable AICC_TOKEN is refused because it starts with \"Bearer \""}}},
		"broken secret":                  {map[string]string{"AICC_DOMAIN": "h", "AICC_CLIENT_ID": "c", "AICC_CLIENT_SECRET": "a\n" + planted}, nil, []problem{{at("client_secret"), summaryInvalidCredential, "The environment variable AICC_CLIENT_SECRET is refused because it has control characters"}}},
		"all that is wrong at once":      {map[string]string{"AICC_DOMAIN": "h/x", "AICC_TOKEN": "a b", "AICC_TIME_ZONE": "Mars", "AICC_CA_CERTIFICATE": "x"}, nil, []problem{{at("domain"), summaryInvalidDomain, "AICC_DOMAIN"}, {at("time_zone"), summaryInvalidTimeZone, "AICC_TIME_ZONE"}, {at("ca_certificate"), summaryInvalidCertificate, "AICC_CA_CERTIFICATE"}, {at("token"), summaryInvalidToken, "AICC_TOKEN"}}},
		"block wins over a certificate":  {with(map[string]string{"AICC_CA_CERTIFICATE": "x"}), values{"ca_certificate": str(certificate)}, nil},
		"file in the block":              {complete, values{"ca_certificate": str(file)}, []problem{{at("ca_certificate"), summaryInvalidCertificate, "ca_certificate is refused because it holds no certificate in PEM form"}}},
		"no such file":                   {with(map[string]string{"AICC_CA_CERTIFICATE": file + "x"}), nil, []problem{{at("ca_certificate"), summaryInvalidCertificate, "neither PEM text nor the path of a readable file"}}},
		"client":                         {map[string]string{"AICC_DOMAIN": "h", "AICC_CLIENT_ID": "c", "AICC_CLIENT_SECRET": planted}, nil, nil},
		"token and client":               {with(map[string]string{"AICC_CLIENT_ID": "c", "AICC_CLIENT_SECRET": planted}), nil, []problem{{"", summaryCredentials, "The environment has AICC_TOKEN and also"}}},
		"token and half":                 {with(map[string]string{"AICC_CLIENT_SECRET": planted}), nil, []problem{{"", summaryCredentials, "The environment has AICC_TOKEN and also"}}},
		"id alone":                       {map[string]string{"AICC_DOMAIN": "h", "AICC_CLIENT_ID": "c"}, nil, []problem{{at("client_secret"), summaryCredentials, "AICC_CLIENT_ID without AICC_CLIENT_SECRET"}}},
		"secret alone":                   {map[string]string{"AICC_DOMAIN": "h", "AICC_CLIENT_SECRET": planted}, nil, []problem{{at("client_id"), summaryCredentials, "AICC_CLIENT_SECRET without AICC_CLIENT_ID"}}},
		"block's token beats the client": {map[string]string{"AICC_DOMAIN": "h", "AICC_CLIENT_ID": "c"}, values{"token": str("token-1")}, nil},
		"block's client beats the token": {complete, values{"client_id": str("c"), "client_secret": str("secret-1")}, nil},
		"client certificate":             {with(map[string]string{"AICC_CLIENT_CERTIFICATE": client, "AICC_CLIENT_KEY": clientKey}), nil, nil},
		"files of a client":              {with(map[string]string{"AICC_CLIENT_CERTIFICATE": file + ".client\n", "AICC_CLIENT_KEY": file + ".client-key"}), nil, nil},
		"client certificate alone":       {with(map[string]string{"AICC_CLIENT_CERTIFICATE": client}), nil, []problem{{at("client_key"), summaryInvalidClient, "The environment has AICC_CLIENT_CERTIFICATE without AICC_CLIENT_KEY. Set both, or neither."}}},
		"client key alone":               {with(map[string]string{"AICC_CLIENT_KEY": clientKey}), nil, []problem{{at("client_certificate"), summaryInvalidClient, "The environment has AICC_CLIENT_KEY without AICC_CLIENT_CERTIFICATE. Set both, or neither."}}},
		"another client's key":           {with(map[string]string{"AICC_CLIENT_CERTIFICATE": client, "AICC_CLIENT_KEY": otherKey}), nil, []problem{{at("client_key"), summaryInvalidClient, "The environment variable AICC_CLIENT_KEY is refused because it does not belong to the certificate, or cannot be read."}}},
		"expired client certificate":     {with(map[string]string{"AICC_CLIENT_CERTIFICATE": expired, "AICC_CLIENT_KEY": clientKey}), nil, []problem{{at("client_certificate"), summaryInvalidClient, "The environment variable AICC_CLIENT_CERTIFICATE is refused because it expired at 2026-01-02 03:04:05 UTC."}}},
		"block's client certificate":     {with(map[string]string{"AICC_CLIENT_CERTIFICATE": "x", "AICC_CLIENT_KEY": "y"}), values{"client_certificate": str(client), "client_key": str(clientKey)}, nil},
		"headers":                        {complete, values{"headers": texts(map[string]any{"Via": planted + "\n"})}, []problem{{headerAt("Via"), summaryInvalidHeader, "its value has control characters"}}},
		"proxy":                          {with(map[string]string{"HTTPS_PROXY": "http://u:" + planted + "%23@proxy.example.com:3128"}), nil, nil},
		"bad proxy":                      {with(map[string]string{"https_proxy": "http://u:" + planted + "#@proxy.example.com:3128"}), nil, []problem{{"", summaryInvalidProxy, "The environment variable https_proxy is refused because its user name or password has a character that a URL cannot hold as it is: write % as %25, # as %23"}}},
		"proxy of another kind":          {with(map[string]string{"ALL_PROXY": "socks4://proxy.example.com"}), nil, []problem{{"", summaryInvalidProxy, "The environment variable ALL_PROXY is refused because its scheme is none of http, https, socks5 and socks5h. Expected: the URL of"}}},
		"bad proxy that is not used":     {with(map[string]string{"HTTPS_PROXY": "%", "NO_PROXY": "*"}), nil, nil},
		"unknown stays silent":           {nil, values{"domain": unknown}, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := start(t, test.environment).configure(test.given)
			expect(t, got, test.want...)
			keepsQuiet(t, got)
		})
	}
}

// TestClientConfig holds what ends up in the client.
func TestClientConfig(t *testing.T) {
	t.Parallel()
	environment := map[string]string{"AICC_DOMAIN": "from.example.com", "AICC_CLIENT_ID": " c\n", "AICC_CLIENT_SECRET": " secret\n", "HTTPS_PROXY": "proxy.example.com:3128"}
	block := tfsdk.Config{Schema: providerSchema(), Raw: objectOf(providerSchema().Type().TerraformType(t.Context()), nil)}
	config, diags := clientConfig(t.Context(), source{block, func(name string) string { return environment[name] }})
	if diags.HasError() {
		t.Fatal(diags)
	}
	if config.BaseURL.String() != "https://from.example.com" || config.Token != "" || config.ClientID != "c" || config.ClientSecret != "secret" ||
		config.TimeZone.String() != "Asia/Shanghai" || config.MaxRetries != aicc.DefaultMaxRetries || config.MaxConcurrency != aicc.DefaultMaxConcurrency ||
		config.RequestsPerSecond != 0 || config.RootCAs != nil || config.Proxy.String() != "http://proxy.example.com:3128" {
		t.Errorf("got %+v", config)
	}
}

// TestWeakKey reads from a site whose certificate has a weak key: each face of a case
// warns of it, once a run.
func TestWeakKey(t *testing.T) {
	t.Parallel()
	authority := nettest.NewAuthority(t)
	pair, err := tls.X509KeyPair(pemPair(authority.IssueWeak(t)))
	if err != nil {
		t.Fatal(err)
	}
	site := aicctest.New()
	server := httptest.NewUnstartedServer(site)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
	server.StartTLS()
	t.Cleanup(server.Close)
	for name, read := range map[string]func(*terraform) []problem{
		"data source": func(tf *terraform) []problem {
			_, got := tf.read("aicc_case", values{"id": str(aicctest.SampleID)})
			return got
		},
		"many": func(tf *terraform) []problem {
			_, got := tf.read("aicc_cases", values{"ids": strs(aicctest.SampleID)})
			return got
		},
		"ephemeral resource": func(tf *terraform) []problem {
			_, got := tf.open("aicc_case", values{"id": str(aicctest.SampleID)})
			return got
		},
	} {
		t.Run(name, func(t *testing.T) {
			tf := start(t, map[string]string{"AICC_DOMAIN": server.URL, "AICC_TOKEN": aicctest.Token, "AICC_CA_CERTIFICATE": authority.PEM})
			expect(t, tf.configure(nil))
			expect(t, read(tf), problem{"", summaryWeakKey, "AICC's certificate has an RSA key of 1024 bits: the certificate of CN=127.0.0.1. Such a key"})
			expect(t, read(tf))
		})
	}
}

// pemPair turns PEM texts into bytes.
func pemPair(certificate, key string) (certificates, keys []byte) {
	return []byte(certificate), []byte(key)
}

// TestEachUnknown has one attribute of the provider unknown at a time: Configure
// stays silent and a read names that attribute.
func TestEachUnknown(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	environment := map[string]string{"AICC_DOMAIN": site.Start(t), "AICC_TOKEN": aicctest.Token}
	attributes := start(t, nil).schema.Provider.ValueType().(tftypes.Object).AttributeTypes
	certificate, key, _, _, _ := clientCertificates(t)
	if len(attributes) < 10 {
		t.Errorf("%d attributes", len(attributes))
	}
	for name, typ := range attributes {
		given := values{name: tftypes.NewValue(typ, tftypes.UnknownValue)}
		// The other half of the pair.
		switch name {
		case "client_id":
			given["client_secret"] = str("secret")
		case "client_secret":
			given["client_id"] = str("c")
		case "client_certificate":
			given["client_key"] = str(key)
		case "client_key":
			given["client_certificate"] = str(certificate)
		}
		tf := start(t, environment)
		expect(t, tf.validateProvider(given))
		expect(t, tf.configure(given))
		_, got := tf.read("aicc_case", values{"id": str(aicctest.SampleID)})
		expect(t, got, problem{"", summaryUnknown, "The provider's " + name + " cannot be known before apply"})
	}
	if len(site.Requests()) > 0 {
		t.Error("AICC was asked")
	}
}

// TestNotFoundCodes has AICC answer with a code of its own for a case that does not
// exist, which the block, or else the environment, makes known.
func TestNotFoundCodes(t *testing.T) {
	t.Parallel()
	url := answering(t, aicctest.Reply(200, `{"resCode":"7"}`))
	const variable = "AICC_NOT_FOUND_CODES"
	for name, test := range map[string]struct {
		environment string
		codes       tftypes.Value
		want        string
	}{
		"nowhere":            {"", strs(), summaryOf(aicc.Refused)},
		"block":              {"", strs("6", " 7 "), summaryOf(aicc.NotReturned)},
		"environment":        {"6, 7\n", tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, nil), summaryOf(aicc.NotReturned)},
		"block wins":         {"7", strs("6"), summaryOf(aicc.Refused)},
		"an empty list wins": {"7", strs(), summaryOf(aicc.Refused)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tf := start(t, map[string]string{"AICC_DOMAIN": url, "AICC_TOKEN": aicctest.Token, variable: test.environment})
			given := values{"not_found_codes": test.codes}
			expect(t, tf.validateProvider(given))
			expect(t, tf.configure(given))
			_, got := tf.read("aicc_case", values{"id": str(aicctest.SampleID)})
			expect(t, got, problem{at("id"), test.want, "resCode: 7"})
		})
	}
	code := tftypes.NewAttributePath().WithAttributeName("not_found_codes").WithElementKeyInt(1).String()
	expect(t, start(t, nil).validateProvider(values{"not_found_codes": strs("7", "0")}), problem{code, summaryInvalidCode, "code of a success"})
	tf := start(t, map[string]string{"AICC_DOMAIN": url, "AICC_TOKEN": aicctest.Token, variable: "7,,8"})
	expect(t, tf.configure(nil), problem{at("not_found_codes"), summaryInvalidCode, "The environment variable AICC_NOT_FOUND_CODES is refused because it is empty"})
}

// TestDeferred has a Terraform that can wait for the provider's configuration: it is
// told to, with the reason, and a read returns nothing yet instead of an error.
func TestDeferred(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	for _, able := range []bool{true, false} {
		tf := start(t, map[string]string{"AICC_DOMAIN": site.Start(t), "AICC_TOKEN": aicctest.Token})
		configured, err := tf.server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
			Config:             encode(t, tf.schema.Provider.ValueType(), values{"domain": unknown}),
			ClientCapabilities: &tfprotov6.ConfigureProviderClientCapabilities{DeferralAllowed: able},
		})
		if err != nil || len(configured.Diagnostics) > 0 {
			t.Fatal(err, configured.Diagnostics)
		}
		typ := tf.schema.DataSourceSchemas["aicc_case"].ValueType()
		read, err := tf.server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{
			TypeName: "aicc_case", Config: encode(t, typ, values{"id": str(aicctest.SampleID)}),
			ClientCapabilities: &tfprotov6.ReadDataSourceClientCapabilities{DeferralAllowed: able},
		})
		switch {
		case err != nil:
			t.Fatal(err)
		case able && (read.Deferred == nil || read.Deferred.Reason != tfprotov6.DeferredReasonProviderConfigUnknown || len(read.Diagnostics) > 0):
			t.Errorf("got %+v, %v", read.Deferred, read.Diagnostics)
		case !able && (read.Deferred != nil || len(read.Diagnostics) != 1 || read.Diagnostics[0].Summary != summaryUnknown):
			t.Errorf("got %+v, %v", read.Deferred, read.Diagnostics)
		}
	}
	if len(site.Requests()) > 0 {
		t.Error("AICC was asked")
	}
}

// TestUnknownWithin finds what is unknown within a list or a map as well.
func TestUnknownWithin(t *testing.T) {
	t.Parallel()
	list, strings := tftypes.List{ElementType: tftypes.String}, tftypes.Map{ElementType: tftypes.String}
	typ := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"list": list, "map": strings, "known": list, "null": list, "string": tftypes.String}}
	got := unknownAttributes(objectOf(typ, values{
		"string": unknown, "known": strs("a"),
		"list": tftypes.NewValue(list, []tftypes.Value{str("a"), unknown}),
		"map":  tftypes.NewValue(strings, map[string]tftypes.Value{"a": unknown}),
	}))
	if want := []string{"list", "map", "string"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestUnknownConfiguration has the provider wait for values, and a read say so
// that cannot wait. The environment never takes their place.
func TestUnknownConfiguration(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	tf := start(t, map[string]string{"AICC_DOMAIN": site.Start(t), "AICC_TOKEN": aicctest.Token})
	expect(t, tf.configure(values{"domain": unknown, "token": unknown, "max_retries": tftypes.NewValue(tftypes.Number, tftypes.UnknownValue)}))
	want := problem{"", summaryUnknown, "The provider's domain, max_retries and token cannot be known before apply"}
	_, got := tf.read("aicc_case", values{"id": str(aicctest.SampleID)})
	expect(t, got, want)
	_, got = tf.read("aicc_cases", values{"ids": strs(aicctest.SampleID)})
	expect(t, got, want)
	_, got = tf.open("aicc_case", values{"id": str(aicctest.SampleID)})
	expect(t, got, want)
	if len(site.Requests()) > 0 {
		t.Error("AICC was asked")
	}
}

// TestOverridden has the block win over an environment of another site, zone and
// kind of credentials, and a token lose the white space around it.
func TestOverridden(t *testing.T) {
	t.Parallel()
	site, other := aicctest.New(), aicctest.New()
	url := site.Start(t)
	environment := map[string]string{
		"AICC_DOMAIN": other.Start(t), "AICC_TIME_ZONE": "UTC",
		"AICC_CLIENT_ID": aicctest.ClientID, "AICC_CLIENT_SECRET": aicctest.ClientSecret,
	}
	tf := start(t, environment)
	given := values{"domain": str(url), "time_zone": str("America/New_York"), "token": str(" \t" + aicctest.Token + "\r\n")}
	expect(t, tf.validateProvider(given))
	expect(t, tf.configure(given))
	got, problems := tf.read("aicc_case", values{"id": str(aicctest.SampleID)})
	expect(t, problems)
	if !got["created_date"].Equal(str("2023-06-16T16:25:22-04:00")) {
		t.Errorf("got %v", got["created_date"])
	}
	asked := site.Requests()
	if len(asked) != 1 || asked[0].Header.Get("access-token") != aicctest.Token || len(other.Requests()) > 0 {
		t.Errorf("got %+v, and %d at the other site", asked, len(other.Requests()))
	}

	environment["AICC_TOKEN"] = environment["AICC_CLIENT_ID"]
	tf = start(t, environment)
	expect(t, tf.configure(values{"domain": str(url), "client_id": str(aicctest.ClientID), "client_secret": str(" " + aicctest.ClientSecret + "\n")}))
	_, problems = tf.read("aicc_case", values{"id": str(aicctest.SampleID)})
	expect(t, problems)
	if asked = site.Requests(); len(asked) != 3 || asked[1].Path != aicctest.TokenPath || asked[2].Header.Get("access-token") == aicctest.Token {
		t.Errorf("got %+v", asked)
	}
}

// TestCertificate reads from a site with a certificate authority of its own.
func TestCertificate(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(aicctest.New())
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	given := values{"id": str(aicctest.SampleID)}

	_, got := startWith(t, server.URL).read("aicc_case", given)
	expect(t, got, problem{"", summaryOf(aicc.Untrusted), "certificate signed by unknown authority. If the site uses a certificate authority of its own, give that authority's certificate in the provider's ca_certificate (or AICC_CA_CERTIFICATE). Verification cannot be switched off." + factsOf()})

	certificate := certificateOf(t)
	for name, tf := range map[string]*terraform{
		"block":       start(t, nil),
		"environment": start(t, map[string]string{"AICC_CA_CERTIFICATE": certificate}),
	} {
		block := values{"domain": str(server.URL), "token": str(aicctest.Token)}
		if name == "block" {
			block["ca_certificate"] = str(certificate)
		}
		expect(t, tf.configure(block))
		_, got := tf.read("aicc_case", given)
		expect(t, got)
	}
}

// TestMutualTLS reads from a site that demands a client certificate and a header,
// for the token as well.
func TestMutualTLS(t *testing.T) {
	t.Parallel()
	authority := nettest.NewAuthority(t)
	certificate, key := authority.Issue(t, "client", time.Now().Add(time.Hour))
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM([]byte(authority.PEM))
	site := aicctest.New()
	server := httptest.NewUnstartedServer(site)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: trusted}
	server.StartTLS()
	t.Cleanup(server.Close)
	environment := map[string]string{
		"AICC_DOMAIN": server.URL, "AICC_CA_CERTIFICATE": certificateOf(t),
		"AICC_CLIENT_ID": aicctest.ClientID, "AICC_CLIENT_SECRET": aicctest.ClientSecret,
	}
	given := values{"id": str(aicctest.SampleID)}

	tf := start(t, environment)
	expect(t, tf.configure(nil))
	_, got := tf.read("aicc_case", given)
	expect(t, got, problem{"", summaryOf(aicc.CertificateRequired), "The server demands a client certificate, and the provider has none (remote error: tls: certificate required). " +
		"Set the provider's client_certificate and client_key (or AICC_CLIENT_CERTIFICATE and AICC_CLIENT_KEY)." + factsOf()})

	tf = start(t, environment)
	expect(t, tf.configure(values{
		"client_certificate": str(certificate), "client_key": str(key), "headers": texts(map[string]any{"X-Gateway-Key": planted}),
	}))
	_, got = tf.read("aicc_case", given)
	expect(t, got)
	requests := site.Requests()
	if len(requests) != 2 {
		t.Fatalf("%d requests", len(requests))
	}
	for _, request := range requests {
		if got := request.Header.Get("X-Gateway-Key"); got != planted {
			t.Errorf("%s has the key %q", request.Path, got)
		}
	}

	stranger, strangersKey := nettest.NewAuthority(t).Issue(t, "client", time.Now().Add(time.Hour))
	environment["AICC_CLIENT_CERTIFICATE"], environment["AICC_CLIENT_KEY"] = stranger, strangersKey
	tf = start(t, environment)
	expect(t, tf.configure(nil))
	_, got = tf.read("aicc_case", given)
	expect(t, got, problem{"", summaryOf(aicc.CertificateRefused), "The server refused the client certificate (remote error: tls: unknown certificate authority)."})
}

func TestTimeZoneWarning(t *testing.T) {
	t.Parallel()
	const warning = "AICC sends times without a zone, and sites differ in theirs: times are taken as Asia/Shanghai. " +
		"Set time_zone in the provider block or the environment variable AICC_TIME_ZONE, for example to UTC; make survey finds the zone of your site."
	for domain, warns := range map[string]bool{
		"aicc.example.com": true, "aicc.example.com:28443": true, "https://aicccloud.com": true, "besclouds.com.example.com": true, "notbesclouds.com": true, "192.0.2.7": true,
		"service.besclouds.com": false, "eu.service.besclouds.com:443": false, "besclouds.com": false,
		"localhost:8443": false, "http://127.0.0.1:8080": false, "http://[::1]:8080": false,
	} {
		for zone, set := range map[string]map[string]string{"": {}, "in the environment": {"AICC_TIME_ZONE": "UTC"}} {
			set["AICC_DOMAIN"], set["AICC_TOKEN"] = domain, aicctest.Token
			tf := start(t, set)
			expect(t, tf.configure(nil))
			want := []string{warning}
			if !warns || zone != "" {
				want = nil
			}
			if !slices.Equal(tf.warnings, want) {
				t.Errorf("%s, zone %s: warnings %q, want %q", domain, zone, tf.warnings, want)
			}
		}
	}
	tf := start(t, map[string]string{"AICC_DOMAIN": "aicc.example.com", "AICC_TOKEN": aicctest.Token})
	expect(t, tf.configure(values{"time_zone": str("Asia/Shanghai")}))
	if tf.warnings != nil {
		t.Errorf("warnings %q where the zone is set", tf.warnings)
	}
}

func TestTimeZone(t *testing.T) {
	t.Parallel()
	tf := start(t, map[string]string{"AICC_DOMAIN": aicctest.New().Start(t), "AICC_TOKEN": aicctest.Token, "AICC_TIME_ZONE": "Europe/Berlin"})
	expect(t, tf.configure(nil))
	got, _ := tf.read("aicc_case", values{"id": str(aicctest.SampleID)})
	if !got["created_date"].Equal(str("2023-06-16T16:25:22+02:00")) {
		t.Errorf("got %v", got["created_date"])
	}
}

func TestUserAgent(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ version, terraform, appended, want string }{
		{"1.2.3", "1.11.4", "", "terraform-provider-aicc/1.2.3 Terraform/1.11.4"},
		{"1.2.3", "1.11.4", " pipeline/7 \n", "terraform-provider-aicc/1.2.3 Terraform/1.11.4 pipeline/7"},
		{"dev", "", "a\r\nEvil: x\u202e", "terraform-provider-aicc/dev aEvil: x"},
	} {
		if got := userAgent(test.version, test.terraform, test.appended); got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
	site := aicctest.New()
	tf := start(t, map[string]string{"AICC_DOMAIN": site.Start(t), "AICC_TOKEN": aicctest.Token, "TF_APPEND_USER_AGENT": "pipeline/7"})
	expect(t, tf.configure(nil))
	tf.read("aicc_case", values{"id": str(aicctest.SampleID)})
	if got := site.Requests()[0].Header.Get("User-Agent"); got != "terraform-provider-aicc/1.2.3 Terraform/1.99.0 pipeline/7" {
		t.Errorf("got %q", got)
	}
}
