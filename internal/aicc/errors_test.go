// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc_test

import (
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
)

func TestKinds(t *testing.T) {
	t.Parallel()
	all := map[aicc.Kind]bool{
		aicc.Canceled: true, aicc.TimedOut: true, aicc.Invalid: false, aicc.NotReturned: false, aicc.Refused: false, aicc.NotAICC: true, aicc.Foreign: false,
		aicc.Unauthorized: true, aicc.Forbidden: false, aicc.Throttled: false, aicc.ServerFailed: false, aicc.UnexpectedStatus: false,
		aicc.Redirected: true, aicc.Unreadable: false, aicc.TooLarge: false, aicc.Unreachable: true, aicc.Untrusted: true,
		aicc.Interrupted: false, aicc.TokenRefused: true, aicc.ProxyRefused: true, aicc.CertificateRequired: true,
		aicc.CertificateRefused: true, aicc.HandshakeFailed: true, aicc.NotTLS: true, aicc.Blocked: true, aicc.Cached: false,
	}
	names := map[string]bool{}
	for kind, concerns := range all {
		names[kind.String()] = true
		if kind.ConcernsAll() != concerns {
			t.Errorf("%v concerns all: %v", kind, !concerns)
		}
	}
	if len(names) != len(all) || names[""] {
		t.Errorf("%d kinds have the names %v", len(all), names)
	}
}
