// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
)

// textValidator applies a check whose error is a phrase that says what is wrong
// and does not repeat the value.
type textValidator struct {
	summary  string
	expected string
	check    func(string) error
}

var _ validator.String = textValidator{}

func (v textValidator) Description(context.Context) string { return "value must be " + v.expected }

func (v textValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v textValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := v.check(req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, v.summary, v.refusal("The value", err))
	}
}

// refusal says why a value is refused that came from where subject says.
func (v textValidator) refusal(subject string, err error) string {
	return subject + " is refused because " + err.Error() + ". Expected: " + v.expected + "."
}

var (
	caseIDValidator = textValidator{
		summary:  summaryInvalidID,
		expected: "a case id, which is 1 to 20 ASCII letters and digits",
		check: func(id string) error {
			err := aicc.CheckCaseID(id)
			if _, inLink, linkErr := aicc.ParseCaseLink(id); err != nil && linkErr == nil {
				return errors.New("it is a link; write the id that it holds, " + inLink + ", or use provider::aicc::parse_case_link to take it out")
			}
			return err
		},
	}
	templateFieldValidator = textValidator{
		summary:  summaryInvalidField,
		expected: "the name of a template field",
		check:    aicc.CheckTemplateField,
	}
	durationValidator = textValidator{
		summary:  summaryInvalidTimeout,
		expected: `a time span above zero such as "30s" or "5m"`,
		check: func(text string) error {
			// A text that is no duration is refused by the timeouts module.
			if span, err := time.ParseDuration(text); err == nil && span <= 0 {
				return errors.New("it leaves no time to read anything")
			}
			return nil
		},
	}
	domainValidator = textValidator{
		summary:  summaryInvalidDomain,
		expected: `the address of an AICC site, such as "service.besclouds.com", "aicc.example.com:8443" or "https://aicc.example.com"`,
		check:    func(text string) error { _, err := aicc.ParseDomain(text); return err },
	}
	tokenValidator = textValidator{
		summary:  summaryInvalidToken,
		expected: "an access token",
		check:    func(text string) error { _, err := aicc.ParseToken(text); return err },
	}
	timeZoneValidator = textValidator{
		summary:  summaryInvalidTimeZone,
		expected: `an IANA time zone such as "Asia/Shanghai" or "UTC"`,
		check:    func(text string) error { _, err := aicc.ParseTimeZone(text); return err },
	}
	certificateValidator = textValidator{
		summary:  summaryInvalidCertificate,
		expected: "the certificates of an authority in PEM form",
		check:    func(text string) error { _, err := aicc.ParseCertificates(text); return err },
	}
	credentialValidator = textValidator{
		summary:  summaryInvalidCredential,
		expected: "a client id or secret",
		check:    func(text string) error { _, err := aicc.ParseCredential(text); return err },
	}
)
