// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

const (
	linkOne = "https://aicc.example.com/case/c6m8demo000000000001"
	linkTwo = "https://tickets.example.com:8443/#/case?id=c6m8demo000000000002"
)

// TestFindCaseLinks finds one link, linkOne, in everything that may surround it.
func TestFindCaseLinks(t *testing.T) {
	t.Parallel()
	for _, format := range []string{
		"%s", "See %s.", "See %s, please", "(%s)", "(see %s.)", "%s;", "%s!", "%s?", "%s: done", "Ticket:%s\r\n", "\ufeff%s",
		// Markdown
		"[ticket](%s)", "[ticket](%s \"title\")", "[ticket]: %s", "<%s>", "`%s`", "**%s**", "__%s__", "_%s_", "~~%s~~", "| a |%s| b |", "![x](y)%s", "-%s",
		// data and source
		`"%s"`, `'%s'`, `ticket = "%s"`, `{"ticket":"%s","owner":"x"}`, "ticket: %s # why", "a,%s,alive", "a;%s;alive", `"See:\n%s\n"`, `"%s\n"`,
		"<a href=\"%s\">ticket</a>", "<a href=%s>ticket</a>", "<!--%s-->", "/*%s*/", "//%s", "{%s}", "[%s]", "{{%s}}", "^%s^", "fmt(`%s`)", `\href{%s}{ticket}`, "[%s ticket]", "%s(done)",
		// Chinese
		"见%s。", "见%s，谢谢", "工单%s请处理", "（%s）", "【%s】", "「%s」", "“%s”", "《%s》", "工单：%s；", "%s、", "%s！", "%s\u3000", "%s(已完成)", "%s…", "%s１",
		// control characters
		"%s\x00", "%s\t", "%s\x1b[0m", "%s\x7f", "%s\x80",
		// what is no link beside one
		"ftp://aicc.example.com/c6m8demo000000000009 %s", "://%s", "http://%s", "https://example.com/a %s https://aicc.example.com/case/1", "https://https://%s",
		"https://login.example.com/?redirect=%s", "https://login.example.com/?redirect=%s,x", "a://b://c %s",
		"https://[::1 %s", "https://[%s",
	} {
		text := fmt.Sprintf(format, linkOne)
		want := []CaseLink{{linkOne, "aicc.example.com", aicctest.OpenID, 1}}
		if got := FindCaseLinks(text); !slices.Equal(got, want) {
			t.Errorf("%q: got %+v", text, got)
		}
	}
}

// TestFindCaseLinksWhole finds links that hold what ends others.
func TestFindCaseLinksWhole(t *testing.T) {
	t.Parallel()
	for _, link := range []string{
		linkTwo,
		"HTTPS://AICC.example.com/case/c6m8demo000000000002",
		"http://[2001:db8::1]:8443/case/c6m8demo000000000002",
		"https://aicc.example.com/(a)/c6m8demo000000000002",
		"https://aicc.example.com/c6m8demo000000000002/(a)",
		"https://aicc.example.com/?fields=id,title&id=c6m8demo000000000002&x=%E5%B7%A5",
		"https://aicc.example.com/c6m8demo000000000002/?back=https://aicc.example.com/cases",
		"https://web.example.com/2026/https://aicc.example.com/case/c6m8demo000000000002",
		"https://somebody@aicc.example.com/case/c6m8demo000000000002/",
	} {
		for _, text := range []string{link, "(" + link + ").", "见" + link + "。", linkEnds + link + "\n"} {
			if got := FindCaseLinks(text); len(got) != 1 || got[0].Link != link || got[0].ID != aicctest.CompletedID {
				t.Errorf("%q: got %+v", text, got)
			}
		}
	}
}

// TestFindCaseLinksNone finds nothing where there is nothing.
func TestFindCaseLinksNone(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "\n", "://", "https://", "http://", "https://.", "aicc.example.com/case/c6m8demo000000000001", "c6m8demo000000000001",
		"https://aicc.example.com/case/1", "https://aicc.example.com/c6m8demo000000000001/c6m8demo000000000002",
		"https://aicc.example.com/${var.id}", "https://aicc.example.com/工单/c6m8demo000000000001", "https :// aicc.example.com/c6m8demo000000000001",
		"https://aicc.example.com/\r\nc6m8demo000000000001",
	} {
		if got := FindCaseLinks(text); got == nil || len(got) > 0 {
			t.Errorf("%q: got %#v", text, got)
		}
	}
}

// TestFindCaseLinksOrder finds many links, in order, each at its line, with every
// kind of line break.
func TestFindCaseLinksOrder(t *testing.T) {
	t.Parallel()
	one := CaseLink{linkOne, "aicc.example.com", aicctest.OpenID, 0}
	two := CaseLink{linkTwo, "tickets.example.com:8443", aicctest.CompletedID, 0}
	at := func(link CaseLink, line int64) CaseLink {
		link.Line = line
		return link
	}
	lines := "# Tickets\n\n- [" + linkOne + "](" + linkOne + ")\n- " + linkTwo + "," + linkOne + "，" + linkTwo + "\n\n" + linkOne + linkTwo + "\n"
	want := []CaseLink{at(one, 3), at(one, 3), at(two, 4), at(one, 4), at(two, 4), at(one, 6), at(two, 6)}
	for _, text := range []string{lines, strings.ReplaceAll(lines, "\n", "\r\n"), strings.TrimSpace(lines)} {
		// A link that another follows without anything between them is cut by the scheme.
		if got := FindCaseLinks(text); !slices.Equal(got, want) {
			t.Errorf("%q: got\n%+v, want\n%+v", text, got, want)
		}
	}
}

// FuzzFindCaseLinks holds that every link stands in the text at its line, in order
// and apart from the one before, and that ParseCaseLink says the same of it.
func FuzzFindCaseLinks(f *testing.F) {
	for _, text := range []string{
		"", linkOne, "[a](" + linkOne + ")\r\n见" + linkTwo + "。", linkOne + "," + linkTwo, "https://https://[" + linkOne + "]",
		"https://x/?u=" + linkOne + "(" + linkTwo + ")", "http://[::1]/c6m8demo000000000001", "\xff" + linkOne + "\x00",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		lines := strings.Split(text, "\n")
		rest, at := "", int64(0)
		for _, link := range FindCaseLinks(text) {
			if link.Line < at || link.Line > int64(len(lines)) {
				t.Fatalf("%+v comes after line %d of %d", link, at, len(lines))
			}
			if link.Line > at {
				rest, at = lines[link.Line-1], link.Line
			}
			_, after, found := strings.Cut(rest, link.Link)
			if !found {
				t.Fatalf("%+v is not in %q", link, rest)
			}
			rest = after
			if domain, id, err := ParseCaseLink(link.Link); err != nil || domain != link.Domain || id != link.ID {
				t.Fatalf("%+v parses to %q, %q, %v", link, domain, id, err)
			}
		}
	})
}
