// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package examples_test

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

// pages returns what people read: README, docs/, and the templates that docs/ is
// made from, so that a new page is tested before it is generated.
func pages(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	add := func(path string) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		texts[strings.TrimPrefix(filepath.ToSlash(path), "../")] = string(text)
	}
	for _, top := range []string{"../docs", "../templates"} {
		if _, err := os.Stat(top); os.IsNotExist(err) {
			continue
		}
		err := filepath.WalkDir(top, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() {
				add(path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	readmes, err := filepath.Glob("../README*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, readme := range readmes {
		add(readme)
	}
	return texts
}

// exampleFiles returns the files whose text tests execute, by their text:
// TestCLIExamples plans the configurations, TestCLIExampleTests runs the tests.
func exampleFiles(t *testing.T) map[string]string {
	t.Helper()
	files := map[string]string{}
	for folder := range configurations {
		for _, pattern := range []string{"*.tf", "tests/*.tftest.hcl"} {
			paths, err := filepath.Glob(filepath.Join(filepath.FromSlash(folder), pattern))
			if err != nil {
				t.Fatal(err)
			}
			for _, path := range paths {
				text, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				files[strings.TrimSpace(string(text))] = filepath.ToSlash(path)
			}
		}
	}
	return files
}

var (
	block    = regexp.MustCompile("(?ms)^[ \t]*(```|~~~)[ \t]*([A-Za-z]*)[^\n]*\n(.*?)^[ \t]*(?:```|~~~)[ \t]*$")
	linked   = regexp.MustCompile(`https://github\.com/aicc-community/terraform-provider-aicc/blob/main/([^)#\s]+)`)
	included = regexp.MustCompile(`\{\{-?\s*(?:tffile|codefile "[a-z-]*")\s+(?:\.\w+|"([^"]+)")`)
)

// TestCLIDocs executes every block of Terraform that people read. A block is a
// file of an example, which another test runs, or a configuration that can be
// planned as it stands; only what says which provider is meant may be missing.
func TestCLIDocs(t *testing.T) {
	t.Parallel()
	known := exampleFiles(t)
	own := map[string]string{} // the text of a block, and where it stands
	shown := map[string]bool{}
	for page, text := range pages(t) {
		for i, found := range block.FindAllStringSubmatch(text, -1) {
			language, body := found[2], strings.TrimSpace(found[3])
			where := fmt.Sprintf("%s, block %d", page, i+1)
			switch {
			case language == "hcl" || language == "tf":
				t.Errorf("%s is marked as %q; the Registry and this test want \"terraform\"", where, language)
			case language != "terraform":
			case known[body] != "":
				shown[known[body]] = true
			default:
				own[body] = where
			}
		}
		for _, file := range included.FindAllStringSubmatch(text, -1) {
			if file[1] == "" {
				continue
			}
			if _, err := os.Stat(filepath.Join("..", filepath.FromSlash(file[1]))); err != nil {
				t.Errorf("%s includes %s: %v", page, file[1], err)
			}
			shown[strings.TrimPrefix(file[1], "examples/")] = true
		}
		for _, file := range linked.FindAllStringSubmatch(text, -1) {
			if _, err := os.Stat(filepath.Join("..", filepath.FromSlash(file[1]))); err != nil {
				t.Errorf("%s links to %s: %v", page, file[1], err)
			}
			shown[strings.TrimPrefix(file[1], "examples/")] = true
		}
	}
	// Who has only the documentation needs all of an example.
	for _, folder := range []string{"audit", "case-tags", "move-from-http", "provider", "ticket-gate"} {
		err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && !entry.IsDir() && !shown[filepath.ToSlash(path)] {
				t.Errorf("no page shows examples/%s", path)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}

	url := aicctest.New().Start(t)
	for _, body := range slices.Sorted(maps.Keys(own)) {
		t.Run(own[body], func(t *testing.T) {
			t.Parallel()
			cli := tftest.NewCLI(t, url)
			switch {
			case strings.Contains(body, "encryption {") && (!cli.IsTofu || !cli.AtLeast(0, 7)):
				t.Skip("only OpenTofu encrypts state, from 1.7 on")
			case strings.Contains(body, "ephemeral"):
				needs(t, cli, 10, 11)
			case strings.Contains(body, "provider::"):
				needs(t, cli, 8, 7)
			}
			cli.Env = append(cli.Env, "TF_VAR_passphrase=at least sixteen characters")
			cli.Write(t, "main.tf", body+"\n")
			cli.Write(t, "ids.txt", aicctest.OpenID+"\n"+aicctest.CompletedID+"\n")
			if got := cli.Run(t, "fmt", "-check", "-diff"); got.ExitCode != 0 {
				t.Errorf("not formatted:\n%s", got.Output())
			}
			if !strings.Contains(body, "required_providers") {
				cli.Write(t, "versions.tf", "terraform {\n  required_providers {\n    aicc = {\n      source = \"aicc-community/aicc\"\n    }\n  }\n}\n")
			}
			cli.MustRun(t, "plan", "-out=saved.tfplan")
		})
	}
}

// TestGateRecipe holds that every page that shows a gate shows the same one first.
func TestGateRecipe(t *testing.T) {
	t.Parallel()
	recipe, err := os.ReadFile("ticket-gate/main.tf")
	if err != nil {
		t.Fatal(err)
	}
	texts := pages(t)
	for _, page := range []string{"README.md", "README.zh-CN.md", "docs/guides/personal-data.md", "docs/guides/validate-ticket-links-in-ci.md"} {
		first := ""
		for _, found := range block.FindAllStringSubmatch(texts[page], -1) {
			if found[2] == "terraform" && strings.Contains(found[3], "condition") {
				first = found[3]
				break
			}
		}
		if strings.TrimSpace(first) != strings.TrimSpace(string(recipe)) {
			t.Errorf("the first gate on %s is not examples/ticket-gate/main.tf:\n%s", page, first)
		}
	}
}
