// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/unicode/norm"
)

func utf16File(mark bool, text string) string {
	var data strings.Builder
	if mark {
		data.WriteString("\xff\xfe")
	}
	for _, unit := range utf16.Encode([]rune(text)) {
		data.Write(binary.LittleEndian.AppendUint16(nil, unit))
	}
	return data.String()
}

// TestFindCaseMentionsInFiles reads every kind of file that a repository may hold.
func TestFindCaseMentionsInFiles(t *testing.T) {
	t.Parallel()
	folder, outside := t.TempDir(), t.TempDir()
	write := func(folder, name, text string) {
		path := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	apart := norm.NFD.String("Übersicht/é.md")
	files := map[string]string{
		"a.md": "Ticket: 40001\n\nTicket: TODO\n", apart: "Ticket: 40002", "wide.txt": utf16File(true, "工单 40003\r\n工单 40004"),
		"unmarked.txt": utf16File(false, "Ticket: 40005"), "gbk.md": "\xb9\xa4\xb5\xa5 40006", "image.png": "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dticket 40007", "empty": "",
		"plan.pdf": "%PDF-1.7\n" + strings.Repeat("\xb9", binaryStart) + "\x00", "late.md": strings.Repeat(" ", binaryStart) + "\x00Ticket: 40010",
		"sub/module/README.md": "Ticket: 40008",
	}
	for name, text := range files {
		write(folder, name, text)
	}
	write(outside, "secret.md", "Ticket: 40009")
	for link, target := range map[string]string{
		"out.md": filepath.Join(outside, "secret.md"), "in.md": "a.md", "up": "..", "loop": ".", "nowhere.md": "gone.md", "sub/out": outside,
	} {
		if err := os.Symlink(target, filepath.Join(folder, filepath.FromSlash(link))); err != nil {
			t.Skip(err) // Windows asks for a permission.
		}
	}
	names := []string{
		"plan.pdf", "late.md", "a.md", norm.NFC.String(apart), "wide.txt", "unmarked.txt", "gbk.md", "image.png", "empty", "sub/module", "sub/module/README.md",
		"out.md", "in.md", "loop/a.md", "loop/loop/loop/a.md", "sub/out/secret.md", "nowhere.md", "gone.md", "../" + filepath.Base(outside) + "/secret.md", filepath.Join(outside, "secret.md"), "./a.md",
		"line\nbreak.md",
	}
	want := []string{
		"late.md:1 number 40010", "a.md:1 number 40001", "a.md:3 unlinked: there is a placeholder instead of a case", "Übersicht/é.md:1 number 40002", "wide.txt:1 number 40003", "wide.txt:2 number 40004",
		"unmarked.txt:1 number 40005", "gbk.md:0 unread: it is neither UTF-8 nor UTF-16", "sub/module:0 unread: it is a folder, such as a submodule", "sub/module/README.md:1 number 40008",
		"gone.md:0 unread: there is no such file", "../x/secret.md:0 unread: it is outside of the folder", outside + "/secret.md:0 unread: it is outside of the folder",
		"./a.md:1 number 40001", "./a.md:3 unlinked: there is a placeholder instead of a case", "line break.md:0 unread: there is no such file",
	}
	found, err := FindCaseMentionsInFiles(folder, names, nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, mention := range found {
		text := fmt.Sprintf("%s:%d %s", strings.Replace(mention.File, filepath.Base(outside)+"/", "x/", 1), mention.Line, mention.Kind)
		if mention.CaseNo != nil {
			text += " " + strings.TrimLeft(*mention.CaseNo, "0")
		} else {
			text += ": " + *mention.Reason
		}
		got = append(got, norm.NFC.String(text))
	}
	want[12] = strings.Replace(want[12], filepath.Base(outside)+"/", "x/", 1)
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if found, err := FindCaseMentionsInFiles(filepath.Join(folder, "gone"), names, nil); err == nil || found != nil {
		t.Errorf("%v, %v", found, err)
	}
}
