// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package report

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"
)

const (
	// maxCell is how many characters of a cell are shown.
	maxCell = 300
	// maxColumn is how wide a column gets. A wider cell moves those behind it.
	maxColumn = 80
)

// textTable is a table for a terminal, its columns aligned where characters are wide too.
func textTable(rows [][]string) string {
	rows = plainRows(rows)
	var widths []int
	for _, row := range rows {
		for i, cell := range row {
			if i == len(widths) {
				widths = append(widths, 0)
			}
			if w := cellWidth(cell); w <= maxColumn {
				widths[i] = max(widths[i], w)
			}
		}
	}
	var table strings.Builder
	for _, row := range rows {
		var line strings.Builder
		for i, cell := range row {
			if cell == "" {
				cell = "-"
			}
			line.WriteString(cell)
			line.WriteString(strings.Repeat(" ", max(0, widths[i]-cellWidth(cell))+2))
		}
		table.WriteString(strings.TrimRight(strings.TrimRight(line.String(), " -"), " "))
		table.WriteString("\n")
	}
	return table.String()
}

// markdownTable is a table whose cells, but for the header, are code: in code nothing is
// markup, HTML, a link or a mention. A link to one of the hosts can be clicked if no
// character of it could be anything else.
func markdownTable(rows [][]string, hosts []string) string {
	var table strings.Builder
	columns := 0
	for i, row := range plainRows(rows) {
		columns = max(columns, len(row))
		for _, cell := range row {
			table.WriteString("| ")
			switch {
			case i == 0:
				table.WriteString(headerCell.ReplaceAllString(cell, ""))
			case isLinkTo(cell, hosts):
				table.WriteString("<" + cell + ">")
			case cell != "":
				table.WriteString("`" + codeCell.Replace(cell) + "`")
			}
			table.WriteString(" ")
		}
		table.WriteString("|\n")
		if i == 0 {
			table.WriteString(strings.Repeat("|---", columns) + "|\n")
		}
	}
	return table.String()
}

var (
	headerCell = regexp.MustCompile(`[^\pL\pN ]`)
	// codeCell replaces the one character that ends code, and the one that ends a
	// cell, for which no two renderers agree on an escape.
	codeCell = strings.NewReplacer("`", "'", "|", "¦")
	safeLink = regexp.MustCompile(`^https://([0-9A-Za-z.-]+(?::[0-9]{1,5})?)/[0-9A-Za-z/._~!#=-]*$`)
)

func isLinkTo(cell string, hosts []string) bool {
	found := safeLink.FindStringSubmatch(cell)
	return found != nil && slices.ContainsFunc(hosts, func(host string) bool { return strings.EqualFold(host, found[1]) })
}

func plainRows(rows [][]string) [][]string {
	all := make([][]string, len(rows))
	for i, row := range rows {
		all[i] = make([]string, len(row))
		for j, cell := range row {
			all[i][j] = plain(cell)
		}
	}
	return all
}

// plain is a text on one line, without characters that only format or control.
func plain(text string) string {
	text = strings.Join(strings.Fields(strings.Map(func(c rune) rune {
		switch {
		case unicode.IsSpace(c), unicode.In(c, unicode.Zl, unicode.Zp):
			return ' '
		case c == utf8.RuneError, unicode.In(c, unicode.C):
			return -1
		default:
			return c
		}
	}, text)), " ")
	if utf8.RuneCountInString(text) > maxCell {
		return string([]rune(text)[:maxCell-1]) + "…"
	}
	return text
}

// cellWidth is how many columns of a terminal a text takes.
func cellWidth(text string) int {
	columns := 0
	for _, c := range text {
		switch kind := width.LookupRune(c).Kind(); {
		case unicode.In(c, unicode.Mn, unicode.Me):
		case kind == width.EastAsianWide || kind == width.EastAsianFullwidth:
			columns += 2
		default:
			columns++
		}
	}
	return columns
}
