// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
)

// providerData is what Configure hands to everything that reads.
type providerData struct {
	client *aicc.Client
	// unknown names the attributes of the provider whose values are unknown. The
	// client is nil then.
	unknown []string
}

// configure takes over what Configure of the provider made. Before that, while
// validating, there is nothing.
func (d *providerData) configure(data any) {
	if known, ok := data.(*providerData); ok {
		*d = *known
	}
}

// requireKnown returns an error if the provider's configuration is unknown.
// keyWarning warns, once, of a weak key with which AICC has answered.
func (d *providerData) keyWarning() diag.Diagnostics {
	var diags diag.Diagnostics
	if words := d.client.WeakKey(); words != "" {
		diags.AddWarning(summaryWeakKey, "AICC's certificate has "+words+". "+
			"Such a key can be forged with enough effort. Ask the operator of the AICC site for a certificate with a key of 2048 bits or more.")
	}
	return diags
}

func (d *providerData) requireKnown() diag.Diagnostics {
	var diags diag.Diagnostics
	if len(d.unknown) > 0 {
		diags.Append(unknownDiagnostic(d.unknown))
	}
	return diags
}
