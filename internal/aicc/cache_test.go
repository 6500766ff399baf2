// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc_test

import (
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
)

// TestCache reads cases again: the last 1,000 without a request, whichever way
// they were read before, and older ones with one.
func TestCache(t *testing.T) {
	t.Parallel()
	site, client := piped(t)
	ids := site.AddCases(1001)
	if outcome := client.Cases(t.Context(), ids[:1], nil); len(outcome.Found) != 1 {
		t.Fatal(outcome.Failed)
	}
	if outcome := client.Cases(t.Context(), ids[1:1000], nil); len(outcome.Found) != 999 {
		t.Fatal(outcome.Failed)
	}
	read := func(id string, wantRequests int) {
		t.Helper()
		site.Forget()
		got, err := client.Case(t.Context(), aicc.Query{ID: id})
		if err != nil || *got.ID != id || got.Contact == nil {
			t.Errorf("got %v, %v", got, err)
		}
		if n := len(site.Requests()); n != wantRequests {
			t.Errorf("%d requests for %s, want %d", n, id, wantRequests)
		}
	}
	read(ids[0], 0)
	read(ids[999], 0)
	read(ids[1000], 1)
	read(ids[1000], 0)
	read(ids[0], 1)
	read(ids[0], 0)
	read(ids[999], 0)
}
