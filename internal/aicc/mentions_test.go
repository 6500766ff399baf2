// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	_ "embed"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// mentionForms are what is a mention and what is not, by heading: a text, its
// mentions, and a remark. The page of the function shows them all.
//
//go:embed testdata/mentions.tsv
var mentionForms string

var mentionHosts = []string{"service.besclouds.com"}

var formEscapes = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\0`, "\x00", `\uFEFF`, "\ufeff")

// describeMentions is how the table writes mentions.
func describeMentions(mentions []CaseMention) string {
	descriptions := []string{}
	for _, mention := range mentions {
		text := mention.Kind
		switch mention.Kind {
		case MentionUnlinked:
			text += ": " + *mention.Reason
		case MentionNumber:
			text += " " + strings.TrimLeft(*mention.CaseNo, "0")
		default:
			text += " " + *mention.ID
		}
		if mention.Kind == MentionLink && *mention.Domain != mentionHosts[0] {
			text += " at " + *mention.Domain
		}
		if mention.Line > 1 {
			text = fmt.Sprintf("line %d: %s", mention.Line, text)
		}
		descriptions = append(descriptions, text)
	}
	if len(descriptions) == 0 {
		return "none"
	}
	return strings.Join(descriptions, "; ")
}

// TestFindCaseMentions goes through the table, with each kind of line break.
func TestFindCaseMentions(t *testing.T) {
	t.Parallel()
	forms := 0
	for row := range strings.Lines(mentionForms) {
		columns := strings.Split(strings.TrimSuffix(row, "\n"), "\t")
		if len(columns) < 2 {
			continue
		}
		forms++
		text := formEscapes.Replace(columns[0])
		for _, text := range []string{text, strings.ReplaceAll(text, "\n", "\r\n"), text + "\n", "\t" + text + "\r\n"} {
			found, err := FindCaseMentions(text, mentionHosts)
			if got := describeMentions(found); got != columns[1] || err != nil {
				t.Errorf("%q: got  %s\nwant %s", text, got, columns[1])
			}
			for _, mention := range found {
				checkMention(t, text, mention)
				if strings.Contains(mention.Text, "planted") || mention.Kind == MentionNumber && strings.Count(mention.Text, `"`)%2 == 1 {
					t.Errorf("%q: the text is %q", text, mention.Text)
				}
			}
		}
	}
	if forms < 120 {
		t.Errorf("the table has %d forms", forms)
	}
}

// checkMention holds what is true of every mention.
func checkMention(t *testing.T, text string, mention CaseMention) {
	t.Helper()
	if mention.Text == "" || utf8.RuneCountInString(mention.Text) > maxMentionText ||
		strings.ContainsFunc(mention.Text, func(c rune) bool { return unicode.In(c, unicode.C, unicode.Zl, unicode.Zp) }) {
		t.Errorf("%q: the text is %q", text, mention.Text)
	}
	has := func(value *string) bool { return value != nil }
	want := map[string][4]bool{ // domain, id, case_no, reason
		MentionLink: {true, true, false, false}, MentionNumber: {false, false, true, false},
		MentionID: {false, true, false, false}, MentionUnlinked: {has(mention.Domain), false, false, true},
	}[mention.Kind]
	if got := [4]bool{has(mention.Domain), has(mention.ID), has(mention.CaseNo), has(mention.Reason)}; got != want {
		t.Errorf("%q: %+v", text, mention)
	}
	if mention.ID != nil && (!strings.Contains(unescaped(text), *mention.ID) || !looksLikeID(*mention.ID)) {
		t.Errorf("%q has no %s", text, *mention.ID)
	}
	if mention.CaseNo != nil && !strings.Contains(unescaped(text), strings.TrimLeft(*mention.CaseNo, "0")) {
		t.Errorf("%q has no %s", text, *mention.CaseNo)
	}
}

var updatePage = flag.Bool("update", false, "write the table of mentions into the page of the function")

// TestMentionsPage holds that the page of the function lists the words and shows the
// table. To write them anew:
//
//	go test ./internal/aicc -run TestMentionsPage -update
func TestMentionsPage(t *testing.T) {
	t.Parallel()
	const begin, end = "<!-- begin of what TestMentionsPage writes -->\n", "<!-- end of what TestMentionsPage writes -->\n"
	file := filepath.Join("..", "..", "templates", "functions", "find_case_mentions.md.tmpl")
	page, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, found := strings.Cut(string(page), begin)
	_, after, foundEnd := strings.Cut(rest, end)
	if !found || !foundEnd {
		t.Fatalf("%s has no place for the table", file)
	}
	want := before + begin + mentionsPage() + end + after
	if *updatePage {
		if err := os.WriteFile(file, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	} else if want != string(page) {
		t.Errorf("%s does not show testdata/mentions.tsv; write it anew with -update, then run make docs", file)
	}
}

// mentionsPage is the words and the table as Markdown.
func mentionsPage() string {
	var page strings.Builder
	code := func(words []string) string { return "`" + strings.Join(words, "`, `") + "`" }
	var words []string
	for _, marker := range markers {
		words = append(words, marker.word)
		if marker.plural != "" {
			words = append(words, marker.word+marker.plural)
		}
	}
	fmt.Fprintf(&page, "* markers: %s\n* what may end a marker: %s\n* placeholders: %s\n", code(words), code(markerNouns), code(placeholders))
	for row := range strings.Lines(mentionForms) {
		columns := strings.Split(strings.TrimSuffix(row, "\n"), "\t")
		if len(columns) == 1 {
			fmt.Fprintf(&page, "\n#%s\n\n| text | mentions | remark |\n|---|---|---|\n", columns[0])
			continue
		}
		text := strings.NewReplacer("\n", " ⏎ ", "\x00", "", "\ufeff", "", "|", `\|`).Replace(formEscapes.Replace(columns[0]))
		ticks := "`"
		if strings.Contains(text, "`") {
			ticks = "``"
		}
		if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
			text = " " + text + " "
		}
		fmt.Fprintf(&page, "| %[1]s%[2]s%[1]s | %[3]s | %[4]s |\n", ticks, text, columns[1], strings.Join(columns[2:], ""))
	}
	return page.String() + "\n"
}

// costlyMentions are parts of texts that may cost more than their length.
var costlyMentions = []string{
	"https://", "http://[", "//service.besclouds.com/", "service.besclouds.com/", "service.besclouds.com/ ", "https://service.besclouds.com/case/c6m8demo000000000001 ",
	"https://service.besclouds.com/case/c6m8demo000000000001,", "https://x/?", "&a=b", "/c6m8demo000000000001", "ticket", "ticket ", "ticket:", "tickets:[", "tickets:[1,", "tickets:\n- ",
	"1,", "- 1\n", "0", "9", "工单", "工单：", "工单1、", "case_no=", "\\/", "%3A%2F%2F", "%25", "&amp;", "\x00", "<a>", "ticket<", "ticket_no: ", "AICC-", " ", "\n", "[", "a", "ticket: a b ", "—", "\xff", "tickets:[ # \n", "tickets:\n# \n- 1\n", "- 1 # \n", "ticket\nvalue=", "key=ticket,value", "ticket:\n1234\n", "case/", "<ticket>", "ticket: 1,234", "|", "|---|\n", "|ticket", "|ticket|\n|---|\n|1|\n",
}

// costlyBeginnings are what such a part may follow.
var costlyBeginnings = []string{"", "https://service.besclouds.com/", "tickets: [", "tickets:\n- 1", "|ticket|\n|---|\n|"}

// FuzzFindCaseMentions holds that mentions stand in the text, in order, that their
// texts are fit to be shown, and that links are those of FindCaseLinks.
func FuzzFindCaseMentions(f *testing.F) {
	for row := range strings.Lines(mentionForms) {
		text, _, _ := strings.Cut(row, "\t")
		f.Add(formEscapes.Replace(text))
	}
	f.Fuzz(func(t *testing.T, text string) {
		found, err := FindCaseMentions(text, mentionHosts)
		if err != nil && len(text) < maxMentions {
			t.Error(err)
		}
		lines, last := int64(strings.Count(text, "\n"))+1, int64(1)
		ids := map[string]bool{}
		for _, mention := range found {
			checkMention(t, text, mention)
			if mention.Line < last || mention.Line > lines {
				t.Errorf("%+v comes after line %d of %d", mention, last, lines)
			}
			last = mention.Line
			if mention.ID != nil {
				ids[*mention.ID] = true
			}
		}
		if strings.ContainsAny(text, "\\%&\x00;") {
			return
		}
		for _, link := range FindCaseLinks(text) {
			if len(link.Link) < maxLink && siteName("https", link.Domain) == mentionHosts[0] && !ids[link.ID] {
				t.Errorf("%q: %+v is no mention", text, link)
			}
		}
	})
}

// TestFindCaseMentionsMistyped mistypes each character of an ID: nothing of it is taken
// for another case, and nothing is passed over.
func TestFindCaseMentionsMistyped(t *testing.T) {
	t.Parallel()
	const id = "c6m8demo000000000001"
	for _, form := range []string{
		"https://service.besclouds.com/case/%s", "https://service.besclouds.com/#/case?id=%s&from=list", "[case](service.besclouds.com/case/%s)",
		"ticket: %s", "工单号：%s", "change_ticket = \"%s\"", "case_id: %s\n",
	} {
		for i := range id {
			for _, typed := range []string{"", id[i:i+1] + id[i:i+1], "-", "_", ".", "é"} {
				text := fmt.Sprintf(form, id[:i]+typed+id[i+1:])
				found, err := FindCaseMentions(text, mentionHosts)
				if len(found) != 1 || found[0].Kind != MentionUnlinked || err != nil {
					t.Errorf("%q: %s, %v", text, describeMentions(found), err)
				}
			}
		}
	}
}
