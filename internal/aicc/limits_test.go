// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

//go:build !race

package aicc

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFindCaseMentionsTooMany holds that too many are an error and no part of them.
func TestFindCaseMentionsTooMany(t *testing.T) {
	t.Parallel()
	const link = "https://service.besclouds.com/case/c6m8demo000000000123\n"
	text := strings.Repeat("ticket: 123\n", maxMentions-1) + link
	if found, err := FindCaseMentions(text, mentionHosts); err != nil || len(found) != maxMentions {
		t.Errorf("%d, %v", len(found), err)
	}
	if found, err := FindCaseMentions(text+link, mentionHosts); err == nil || found != nil {
		t.Errorf("%d, %v", len(found), err)
	}
}

// TestFindCaseMentionsInFilesTooMuch holds that a file that is too large, or that has
// too many mentions, is named, and that too many in all are an error.
func TestFindCaseMentionsInFilesTooMuch(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	many := strings.Repeat("Ticket: 1\n", maxMentions/2+1)
	for name, text := range map[string]string{"many": many + many, "half": many, "other": many} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	large, err := os.Create(filepath.Join(folder, "large"))
	if err != nil {
		t.Fatal(err)
	}
	if err := large.Truncate(maxFile + 1); err != nil {
		t.Fatal(err)
	}
	_ = large.Close()
	found, err := FindCaseMentionsInFiles(folder, []string{"many", "large"}, nil)
	if err != nil || len(found) != 2 || *found[0].Reason != "it has more than 100000 mentions of cases" || *found[1].Reason != "it is larger than 64 MiB" {
		t.Errorf("%+v, %v", found, err)
	}
	if _, err := FindCaseMentionsInFiles(folder, []string{"half", "other"}, nil); err == nil {
		t.Error("too many mentions are no error")
	}
}
