// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package examples_test

import (
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

const onGitHub = "https://github.com/aicc-community/terraform-provider-aicc/blob/main/"

// anchors returns what a link to a page can name: its headings as GitHub and the
// registries spell them, and what the generator marks.
func anchors(text string) map[string]bool {
	found := map[string]bool{}
	for _, id := range regexp.MustCompile(`<a id="([^"]+)">`).FindAllStringSubmatch(text, -1) {
		found[id[1]] = true
	}
	for _, title := range heading.FindAllStringSubmatch(block.ReplaceAllString(text, ""), -1) {
		slug := strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r):
				return unicode.ToLower(r)
			}
			return -1
		}, title[2])
		found[slug] = true
	}
	return found
}

// TestLinks holds that each link within the repository leads somewhere, wherever a
// page is read. GitHub resolves any path. The Terraform Registry and the OpenTofu
// Registry resolve the name of a page in the same folder, and the latter leaves a
// path with a folder in it as it is: in docs/ such a link names GitHub's page.
func TestLinks(t *testing.T) {
	t.Parallel()
	texts := pages(t)
	links := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	code := regexp.MustCompile("`[^`\n]*`")
	checked := 0
	for page, text := range texts {
		if strings.HasPrefix(page, "templates/") {
			continue
		}
		for _, link := range links.FindAllStringSubmatch(code.ReplaceAllString(block.ReplaceAllString(text, ""), ""), -1) {
			to, anchor, _ := strings.Cut(link[1], "#")
			switch {
			case strings.HasPrefix(to, onGitHub):
				to = strings.TrimPrefix(to, onGitHub)
			case strings.Contains(to, "://"):
				continue
			case to == "":
				to = page
			case strings.HasPrefix(page, "docs/") && strings.Contains(to, "/"):
				t.Errorf("%s links to %s, which the OpenTofu Registry does not resolve", page, to)
				continue
			default:
				to = path.Join(path.Dir(page), to)
			}
			checked++
			target, isPage := texts[to]
			switch {
			case strings.HasSuffix(to, ".md") && !isPage && strings.HasPrefix(to, "docs/"):
				t.Errorf("%s links to %s, and there is no such page", page, to)
			case anchor != "" && isPage && !anchors(target)[anchor]:
				t.Errorf("%s links to %s#%s, and that page has no such heading", page, to, anchor)
			}
		}
	}
	if checked < 100 {
		t.Errorf("only %d links were found", checked)
	}
}

// TestSaidOnce holds that a configuration or script of more than 15 lines is shown
// on one page, and in its translation.
func TestSaidOnce(t *testing.T) {
	t.Parallel()
	shownOn := map[string][]string{}
	for page, text := range pages(t) {
		if strings.HasPrefix(page, "templates/") {
			continue
		}
		original := inEnglish.Replace(page)
		for _, found := range block.FindAllStringSubmatch(text, -1) {
			if body := code(found[3]); strings.Count(body, "\n") >= 15 && !slices.Contains(shownOn[body], original) {
				shownOn[body] = append(shownOn[body], original)
			}
		}
	}
	if len(shownOn) < 5 {
		t.Fatalf("only %d blocks are that long", len(shownOn))
	}
	for body, on := range shownOn {
		if len(on) > 1 {
			slices.Sort(on)
			t.Errorf("%q show the same:\n%s", on, body)
		}
	}
}

// TestLength holds that pages are read to the end. The errors are looked up.
func TestLength(t *testing.T) {
	t.Parallel()
	for page, text := range pages(t) {
		most := 330
		switch {
		case strings.HasPrefix(page, "README"):
			most = 130
		case !strings.HasPrefix(page, "docs/guides/") || strings.Contains(page, "/troubleshooting"):
			continue
		}
		if lines := strings.Count(text, "\n"); lines > most {
			t.Errorf("%s has %d lines, more than %d", page, lines, most)
		}
	}
}

// order is that of the guides in the side bars of the registries, which sort by
// title: a reader needs them in this order. The index is a guide in Chinese only.
var order = []string{
	"provider", "connect-your-aicc", "validate-ticket-links-in-ci", "audit-a-repositorys-tickets", "audit-many-cases", "personal-data",
	"install-from-a-mirror", "test-your-module-without-aicc", "move-from-data-http", "troubleshooting",
}

func TestOrderOfGuides(t *testing.T) {
	t.Parallel()
	listed := map[string]bool{}
	for page, text := range pages(t) {
		name, isGuide := strings.CutPrefix(page, "templates/guides/")
		if !isGuide {
			continue
		}
		name = strings.TrimSuffix(strings.TrimSuffix(name, ".md.tmpl"), "-zh")
		listed[name] = true
		title := regexp.MustCompile(`(?m)^page_title: "(\d)\. `).FindStringSubmatch(text)
		if want := slices.Index(order, name); title == nil || title[1] != strconv.Itoa(want) {
			t.Errorf("the title of %s does not begin with %d", page, want)
		}
	}
	if got := slices.Sorted(maps.Keys(listed)); !slices.Equal(got, slices.Sorted(slices.Values(order))) {
		t.Errorf("the guides are %q", got)
	}
}

// firstWith has the first minor version of Terraform that knows a name.
var firstWith = map[*regexp.Regexp]int{
	regexp.MustCompile(`\btimecmp\(|\bstartswith\(|\bendswith\(`):                            3,
	regexp.MustCompile(`"terraform_data"`):                                                   4,
	regexp.MustCompile(`\bplantimestamp\(|\bstrcontains\(|(?m)^check "`):                     5,
	regexp.MustCompile(`provider::`):                                                         7, // of OpenTofu; Terraform's 1.8
	regexp.MustCompile(`(?m)^ephemeral "|^  ephemeral +=|\bephemeral\.aicc_case|write_only`): 10,
}

// TestRequiredVersion holds that a whole configuration says which version it needs:
// try swallows a missing function, and "not overdue" is then said of any case.
func TestRequiredVersion(t *testing.T) {
	t.Parallel()
	required := regexp.MustCompile(`required_version = ">= 1\.(\d+)`)
	for page, text := range pages(t) {
		if strings.HasPrefix(page, "templates/") {
			continue
		}
		for _, found := range block.FindAllStringSubmatch(text, -1) {
			body := code(found[3])
			if found[2] != "terraform" || !strings.Contains(body, "required_providers") {
				continue
			}
			minor := 0
			if said := required.FindStringSubmatch(body); said != nil {
				minor, _ = strconv.Atoi(said[1])
			}
			for name, first := range firstWith {
				if name.MatchString(body) && minor < first {
					t.Errorf("%s uses %q without required_version >= 1.%d:\n%s", page, name.FindString(body), first, body)
				}
			}
		}
	}
}
