// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"fmt"
	"strings"
	"testing"
)

// TestRedactorForgets fetches a thousand tokens: the current one and the one before are
// hidden, and so is the secret, and what is compared does not grow.
func TestRedactorForgets(t *testing.T) {
	t.Parallel()
	var r redactor
	r.add("secret-7bm63")
	for i := range 1000 {
		r.addToken(fmt.Sprintf("token-%04d-7bm63", i))
	}
	got := r.sanitize("secret-7bm63 token-0997-7bm63 token-0998-7bm63 token 0999 7BM63", textLimit)
	if want := hidden + " token-0997-7bm63 " + hidden + " " + hidden; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if n := len(r.signatures) + len(r.literals); n > 20 || strings.Contains(got, "0999") {
		t.Errorf("%d forms of secrets are compared", n)
	}
}
