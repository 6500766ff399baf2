// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

// The race detector makes this ten times slower.
//go:build !race

package provider

import (
	"strings"
	"testing"
)

// TestFindCaseMentionsTooMany holds that too many are an error at the text.
func TestFindCaseMentionsTooMany(t *testing.T) {
	t.Parallel()
	_, failure := start(t, nil).call("find_case_mentions", str(strings.Repeat("ticket: 1\n", 100_001)), strs())
	if failure == nil || failure.FunctionArgument == nil || *failure.FunctionArgument != 0 {
		t.Errorf("%+v", failure)
	}
}
