// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"math"

	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
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
