// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

// TestReadmes holds that the README says the same in both languages: the same
// blocks of code, in the same order, and links to the same places.
func TestReadmes(t *testing.T) {
	t.Parallel()
	root, err := tftest.Root()
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

// TestNamedTests holds that every test exists that a document names as its proof.
func TestNamedTests(t *testing.T) {
	t.Parallel()
	root, err := tftest.Root()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(root, "internal", "*", "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	examples, err := filepath.Glob(filepath.Join(root, "examples", "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var exist []string
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)\w+)\(`)
	for _, file := range append(files, examples...) {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range declared.FindAllSubmatch(source, -1) {
			exist = append(exist, string(match[1]))
		}
	}
	for _, name := range []string{"SECURITY.md", "DESIGN.md", "CONTRIBUTING.md", "RELEASING.md", "README.md"} {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, named := range regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z]\w*[a-z]\w*`).FindAllString(string(text), -1) {
			if !slices.Contains(exist, named) {
				t.Errorf("%s names %s, which is no test", name, named)
			}
		}
	}
}
