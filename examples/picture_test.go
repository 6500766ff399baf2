// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package examples_test

import (
	"html"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// TestCLIPicture holds that the README's picture shows what the gate prints: run
// "make picture" where it does not.
func TestCLIPicture(t *testing.T) {
	t.Parallel()
	svg, err := os.ReadFile("../.github/gate.svg")
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, line := range regexp.MustCompile(`(?s)<text.*?</text>`).FindAllString(string(svg), -1) {
		lines = append(lines, html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(line, "")))
	}
	command, shown, found := strings.Cut(strings.Join(lines, "\n"), "\n")
	ticket, isPlan := strings.CutPrefix(command, "$ terraform plan -var ")
	if !found || !isPlan || !strings.HasSuffix(ticket, aicctest.CompletedID) {
		t.Fatalf("the picture begins with %q", command)
	}

	cli := in(t, "gate", aicctest.New().Start(t))
	needs(t, cli, 8, 7)
	_, errors, _ := strings.Cut(cli.Run(t, "plan", "-var", ticket).Output(), "Error: ")
	if got, want := words(shown), words("Error: "+errors); got != want || strings.Count(got, "Error: ") != 1 {
		t.Errorf("the picture shows\n%q\nthe plan says\n%q", got, want)
	}
}
