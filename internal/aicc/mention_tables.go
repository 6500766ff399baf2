// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"regexp"
	"strings"
)

var (
	// tableRule is the line of a Markdown table below its header.
	tableRule = regexp.MustCompile(`^[ \t]*\|?[ \t]*:?-{3,}:?[ \t]*(?:\|[ \t]*:?-{3,}:?[ \t]*)*\|?[ \t\r]*$`)
	// ticketColumn is the header of a column of tickets.
	ticketColumn = func() *regexp.Regexp {
		noun := "[ _-]?(?:" + strings.Join(markerNouns, "|") + ")"
		return regexp.MustCompile("^[ \t*`_]*(?:工单(?:" + noun + ")?|(?:[a-z]+[ _-])?tickets?(?:" + noun + ")?|case" + noun + ")[.]?[ \t\r*`_]*$")
	}()
)

// findInTables takes the cells of columns whose header is a marker.
func (s *mentionScan) findInTables() {
	header, columns := "", []int(nil)
	for at := 0; at < len(s.lower) && !s.isFull(); {
		line, _, _ := strings.Cut(s.lower[at:], "\n")
		switch {
		case !strings.Contains(line, "|"):
			columns = nil
		case strings.Contains(line, "---") && header != "" && tableRule.MatchString(line):
			columns = ticketColumns(header)
		case columns != nil:
			s.readRow(at, line, columns)
		}
		header = line
		at += len(line) + 1
	}
}

// ticketColumns are the columns of tickets in a table with this header.
func ticketColumns(header string) (columns []int) {
	if strings.Contains(header, "|") {
		for i, cell := range strings.Split(header, "|") {
			if ticketColumn.MatchString(cell) {
				columns = append(columns, i)
			}
		}
	}
	return columns
}

// readRow takes the values in some columns of the row that starts at a place.
func (s *mentionScan) readRow(at int, line string, columns []int) {
	for i, cell := range strings.Split(line, "|") {
		if len(columns) > 0 && columns[0] == i {
			columns = columns[1:]
			if value := strings.TrimLeft(cell, " \t*`_#"); strings.TrimSpace(value) != "" {
				start := at + len(cell) - len(value)
				s.readValue(start, gap{end: start, strong: true}, true, true)
			}
		}
		at += len(cell) + 1
	}
}
