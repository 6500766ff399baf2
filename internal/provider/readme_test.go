// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// TestReadmes holds that the README says the same in both languages: the same
// blocks of code, in the same order, and links to the same places.
func TestReadmes(t *testing.T) {
	t.Parallel()
	root, err := aicctest.Root()
	if err != nil {
		t.Fatal(err)
	}
	parts := regexp.MustCompile("(?s)```.*?```|\\]\\((?:docs/[^)]*|[A-Z]+(?:\\.md)?)\\)|\\d+\\.\\d+(?:\\.\\d+)?")
	read := func(name string) []string {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		return slices.DeleteFunc(parts.FindAllString(string(text), -1), func(part string) bool {
			return part == "](README.md)"
		})
	}
	english, chinese := read("README.md"), read("README.zh-CN.md")
	if len(english) < 15 || !slices.Equal(english, chinese) {
		t.Errorf("README.md has\n%q\nREADME.zh-CN.md has\n%q", english, chinese)
	}
}
