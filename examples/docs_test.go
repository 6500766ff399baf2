// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package examples_test

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path"
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
				files[code(string(text))] = filepath.ToSlash(path)
			}
		}
	}
	return files
}

var (
	block    = regexp.MustCompile("(?ms)^[ \t]*(```|~~~)[ \t]*([A-Za-z-]*)[^\n]*\n(.*?)^[ \t]*(?:```|~~~)[ \t]*$")
	linked   = regexp.MustCompile(`https://github\.com/aicc-community/terraform-provider-aicc/blob/main/([^)#\s]+)`)
	included = regexp.MustCompile(`\{\{-?\s*(?:tffile|codefile "[a-z]*")\s+(?:\.\w+|"([^"]+)")`)
)

var comment = regexp.MustCompile(`(?m)^[ \t]*#.*\n`)

// code is a configuration without its comments, which are in the page's language.
func code(text string) string {
	return strings.TrimSpace(comment.ReplaceAllString(text+"\n", ""))
}

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
			file := known[code(body)]
			where := fmt.Sprintf("%s, block %d", page, i+1)
			switch {
			case language == "hcl" || language == "tf":
				t.Errorf("%s is marked as %q; the Registry and this test want \"terraform\"", where, language)
			case language != "terraform":
			case file != "":
				shown[file] = true
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
	for _, folder := range []string{"audit", "case-tags", "cloud-tags", "gate", "move-from-http", "null-values", "provider", "ticket-gate"} {
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
			case strings.Contains(body, `">= 1.5"`):
				needs(t, cli, 5, 6)
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

// translation returns where the page in Chinese stands. tfplugindocs has no second
// index, so that of the index is a guide.
func translation(page string) string {
	switch page {
	case "README.md":
		return "README.zh-CN.md"
	case "templates/index.md.tmpl":
		return "templates/guides/provider-zh.md.tmpl"
	}
	return strings.Replace(page, ".md.tmpl", "-zh.md.tmpl", 1)
}

var (
	heading   = regexp.MustCompile(`(?m)^(#+) ([^\n]*)$`)
	errorName = regexp.MustCompile(`^[A-Z][A-Za-z0-9_/' ]+$`)
	span      = regexp.MustCompile("`[^`\n]+`")
	target    = regexp.MustCompile(`\]\(([^)#\s]*)(?:#[^)\s]*)?\)`)
	number    = regexp.MustCompile(`\d+(?:\.\d+)+`)
	halfWidth = regexp.MustCompile(`\p{Han}[,;:!?()]|[,;:!?()]\p{Han}`)
)

// outline returns what a page has in the same order in each language: its blocks
// of code without comments, the files that it includes, and its headings, of which
// the names of errors are the same words.
func outline(page, text string) []string {
	var parts []string
	order := regexp.MustCompile(block.String() + `|^\{\{ \w[^\n]*\}\}$|` + heading.String())
	for _, part := range order.FindAllString(text, -1) {
		title := heading.FindStringSubmatch(part)
		switch {
		case gateSays.MatchString(part):
			part = "what the gate says"
		case title == nil || title[0] != part:
			part = code(part)
		case !strings.Contains(page, "/troubleshooting") || title[1] != "###" || !errorName.MatchString(title[2]):
			part = title[1]
		}
		parts = append(parts, part)
	}
	return parts
}

// gateSays is what the gate or the audit says, on a page in the language of the page.
var gateSays = regexp.MustCompile("(?s)^```text\n((?:Change |变更 |Tickets: |工单：).*?\n)```")

// TestGateSays holds that the guide shows what the gate says, in either language.
func TestGateSays(t *testing.T) {
	t.Parallel()
	const script = `. ticket-gate/words.sh
say case_open "$(say change 3f0c2a9d51e7 Alice)" 40001 000000000000000000000000040001 Processing 2099-12-31T18:00:00+08:00
say bad_none "$(say change 8b1d4c77a0e2 Bob)" 8b1d4c77a0e2…
say closed`
	for language, page := range map[string]string{"en": "validate-ticket-links-in-ci.md.tmpl", "zh": "validate-ticket-links-in-ci-zh.md.tmpl"} {
		said, err := exec.CommandContext(t.Context(), "sh", "-c", strings.Replace(script, "\n", "\nlanguage=$1\n", 1), "sh", language).CombinedOutput()
		shown := ""
		for _, part := range block.FindAllString(pages(t)["templates/guides/"+page], -1) {
			if match := gateSays.FindStringSubmatch(part); match != nil {
				shown = match[1]
			}
		}
		if err != nil || shown != string(said) {
			t.Errorf("%s shows\n%s\nand the gate says (%v)\n%s", page, shown, err, said)
		}
	}
}

// inEnglish turns the path of a page in Chinese into that of its original.
var inEnglish = strings.NewReplacer("guides/provider-zh.md", "index.md", "-zh.md", ".md", ".zh-CN.md", ".md")

// mentions returns what a page has in any order, since languages differ in theirs:
// links, names in the code, and versions.
func mentions(text string) []string {
	text = block.ReplaceAllString(text, "")
	found := map[string]bool{}
	for _, link := range target.FindAllStringSubmatch(text, -1) {
		found["link "+inEnglish.Replace(link[1])] = true
	}
	for _, name := range append(span.FindAllString(text, -1), number.FindAllString(text, -1)...) {
		found[name] = true
	}
	return slices.Sorted(maps.Keys(found))
}

// TestTranslations holds that README, the index and each guide have a page in Chinese,
// and that it has what the page in English has.
func TestTranslations(t *testing.T) {
	t.Parallel()
	texts := pages(t)
	compared := map[string]bool{}
	for original, english := range texts {
		isGuide := strings.HasPrefix(original, "templates/guides/") && !strings.HasSuffix(original, "-zh.md.tmpl")
		if !isGuide && original != "README.md" && original != "templates/index.md.tmpl" {
			continue
		}
		page := translation(original)
		chinese, exists := texts[page]
		if !exists {
			t.Errorf("%s has no page in Chinese, %s", original, page)
			continue
		}
		compared[page] = true
		// Each page links to the other.
		chinese, linked := linkTo(chinese, "English", original)
		english, linkedBack := linkTo(english, "中文", page)
		if !linked || !linkedBack {
			t.Errorf("%s and %s do not link to each other", page, original)
		}
		got, want := outline(page, chinese), outline(original, english)
		if len(want) < 5 {
			t.Fatalf("%s has only %q", original, want)
		}
		for i := range max(len(got), len(want)) {
			if i >= len(got) || i >= len(want) || got[i] != want[i] {
				t.Errorf("%s differs from %s from part %d on:\n%q\nwant\n%q", page, original, i+1, got[min(i, len(got)):min(i+1, len(got))], want[min(i, len(want)):min(i+1, len(want))])
				break
			}
		}
		if got, want := mentions(chinese), mentions(english); !slices.Equal(got, want) {
			t.Errorf("only %s mentions %q; only %s mentions %q", page, without(got, want), original, without(want, got))
		}
		prose := span.ReplaceAllString(block.ReplaceAllString(chinese, ""), "码")
		for _, found := range halfWidth.FindAllString(target.ReplaceAllString(prose, "]"), -1) {
			t.Errorf("%s has half-width punctuation: %q", page, found)
		}
	}
	for page := range texts {
		if strings.HasPrefix(page, "templates/") && strings.Contains(page, "-zh.") && !compared[page] {
			t.Errorf("%s is a translation of no page", page)
		}
	}
}

// linkTo removes the link to a page that its language names, and reports whether it
// was there.
func linkTo(text, language, page string) (string, bool) {
	name := strings.TrimSuffix(page, ".tmpl")
	link := regexp.MustCompile(`\[` + language + `\]\((?:` + regexp.QuoteMeta(path.Base(name)) + `|` + regexp.QuoteMeta(onGitHub+strings.Replace(name, "templates/", "docs/", 1)) + `)\)`)
	at := link.FindStringIndex(text)
	if at == nil {
		return text, false
	}
	return text[:at[0]] + text[at[1]:], true
}

// without returns the elements of all that others does not have.
func without(all, others []string) []string {
	return slices.DeleteFunc(slices.Clone(all), func(element string) bool { return slices.Contains(others, element) })
}
