// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

// The kinds of a CaseMention.
const (
	MentionLink     = "link"
	MentionNumber   = "number"
	MentionID       = "id"
	MentionUnlinked = "unlinked"
)

// CaseMention is a place in a text that names a case, or that should.
type CaseMention struct {
	// Line is the line of the text where the mention starts, from 1.
	Line int64
	// Text is what stands there, fit to be shown to anybody: cut, and without
	// control characters, user info, values of a query, and what may be a secret.
	Text string
	// Kind is one of the constants above.
	Kind string
	// Domain is the site of a link.
	Domain *string
	// ID and CaseNo are the case: the ID, or all digits of the number.
	ID     *string
	CaseNo *string
	// Reason says why what is unlinked names no case.
	Reason *string
}

// mentionScan is a text that is being looked through.
type mentionScan struct {
	// text is without the escapes that hide a mention, and lower is the same in lower
	// case: an offset means the same place in both.
	text, lower string
	hosts       map[string]bool
	// urls are the URLs in the text, in order.
	urls  []urlSpan
	found []mentionAt
	// resume reads on in a list at resumeAt, which is the end of a comment in it: what
	// the comment names is found before.
	resume   func(at int) (end int)
	resumeAt int
}

type mentionAt struct {
	at int
	CaseMention
}

// urlSpan is where a URL stands. What it names is found as a link, so nothing else
// is looked for in it, unless it is one of the hosts' and has no ID.
type urlSpan struct {
	start, end   int
	own, hasCase bool
}

func (s *mentionScan) add(at int, mention CaseMention) {
	mention.Text = showable(mention.Text)
	s.found = append(s.found, mentionAt{at, mention})
}

func (s *mentionScan) isFull() bool { return len(s.found) > maxMentions }
