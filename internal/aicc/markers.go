// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"strings"
)

// startsMention reports whether a marker or a number may begin here. Most of a text
// is passed by here.
func startsMention(text string, at int) bool {
	switch c := text[at]; c {
	case 't':
		return strings.HasPrefix(text[at:], "tic")
	case 'c':
		return strings.HasPrefix(text[at:], "cas")
	case 'a':
		return strings.HasPrefix(text[at:], "aic")
	case "工"[0]:
		return strings.HasPrefix(text[at:], "工")
	default:
		return isDigit(c)
	}
}

// findMarked goes through what is no link: markers, and whole numbers.
func (s *mentionScan) findMarked() {
	urls := s.urls
	for at := 0; at < len(s.lower) && !s.isFull(); {
		if s.resume != nil && at >= s.resumeAt {
			read := s.resume
			s.resume = nil
			if at == s.resumeAt {
				at = read(at)
				continue
			}
		}
		if !startsMention(s.lower, at) {
			at++
			continue
		}
		for len(urls) > 0 && at >= urls[0].end {
			urls = urls[1:]
		}
		if len(urls) > 0 && at >= urls[0].start {
			at = s.readAt(at, urls[0])
		} else {
			at = s.readAt(at, urlSpan{own: true})
		}
	}
}

// readAt takes what starts at this place, and returns where to go on.
func (s *mentionScan) readAt(at int, url urlSpan) (end int) {
	switch {
	case url.own && url.hasCase:
		return url.end
	case isDigit(s.lower[at]):
		end = runEnd(s.lower, at, isWord)
		if end-at == caseNoLength && strings.HasPrefix(s.lower[at:], unmarkedZeros) && !s.isNumberElsewhere(at, end) {
			s.addNumber(at, at, end)
		}
		return end
	case !url.own:
		return at + 1
	default:
		return max(at+1, s.readMarker(at))
	}
}

// readMarker takes what a marker at this place marks, and returns where to go on.
func (s *mentionScan) readMarker(start int) (end int) {
	marker, at := s.markerAt(start)
	if at == start {
		return start
	}
	at, isField := s.skipNoun(at)
	if isASCII(marker.word) && at < len(s.lower) && isWord(s.lower[at]) {
		return start
	}
	if s.isPath(start, at) {
		end, _ = s.readCase(start, at+1, false)
		return end
	}
	gap, ok := s.skipSeparators(start, at)
	isOther := (gap.strong || isField) && otherCases[lastWord(s.lower[:start])]
	if !ok || marker.word == "aicc" && !s.isTracker(at, gap) || marker.word == "case" && isOther {
		return start
	}
	return s.readValue(start, gap, s.takesNumber(marker, at, gap, isField), gap.names && (marker.promises || isField))
}

// takesNumber reports whether what is behind a marker may be a number: behind "case"
// alone, neither that of a pull request nor one of a list in the text.
func (s *mentionScan) takesNumber(marker marker, at int, gap gap, isField bool) bool {
	switch {
	case isField && gap.end > at:
		return true
	case marker.word == "case":
		return gap.strong && !strings.HasSuffix(s.lower[at:gap.end], "(#") && runEnd(s.lower, gap.end, isDigit)-gap.end > 2
	default:
		return marker.bare || gap.strong
	}
}

// isPath reports whether a slash follows a marker in a path that has no host before it.
func (s *mentionScan) isPath(start, at int) bool {
	hasHost := start > 1 && s.lower[start-1] == '/' && isWord(s.lower[start-2])
	return strings.HasPrefix(s.lower[at:], "/") && !hasHost
}

// markerAt returns the marker at a place and where it ends: there, if there is none.
func (s *mentionScan) markerAt(start int) (found marker, end int) {
	for _, marker := range markers {
		if !strings.HasPrefix(s.lower[start:], marker.word) {
			continue
		}
		if isASCII(marker.word) && !s.beginsWord(start, marker.joined) {
			return marker, start
		}
		end = start + len(marker.word)
		if marker.plural != "" && strings.HasPrefix(s.lower[end:], marker.plural) {
			end += len(marker.plural)
		}
		return marker, end
	}
	return found, start
}

// isTracker reports whether what is behind "AICC" makes it the name of a tracker:
// AICC-35013 or AICC: 35013, and neither a release nor a port.
func (s *mentionScan) isTracker(at int, gap gap) bool {
	switch glued := s.lower[at:gap.end]; glued {
	case "-":
		return runEnd(s.lower, gap.end, isDigit)-gap.end >= 4
	case ":", "=":
		return false
	default:
		return gap.strong
	}
}

// beginsWord reports whether a word starts here. In a string of JSON or a language,
// \n may stand before it.
func (s *mentionScan) beginsWord(start int, joined bool) bool {
	if start == 0 {
		return true
	}
	previous := s.text[start-1]
	switch {
	case start > 1 && s.text[start-2] == '\\' && strings.IndexByte("nrt", previous) >= 0:
		return true
	case strings.IndexByte("_-.", previous) >= 0:
		return joined
	case isWord(previous): // changeTicket
		isHump := previous >= 'a' && s.text[start] < 'a' && start+1 < len(s.text) && s.text[start+1] >= 'a'
		return joined && isHump
	default:
		return true
	}
}

// skipNoun skips what may end a marker, if it does.
func (s *mentionScan) skipNoun(at int) (end int, found bool) {
	from := at
	if from < len(s.lower) && strings.IndexByte("_- ", s.lower[from]) >= 0 {
		from++
	}
	if from == len(s.lower) || !nounStarts[s.lower[from]] {
		return at, false
	}
	for _, noun := range markerNouns {
		if !strings.HasPrefix(s.lower[from:], noun) {
			continue
		}
		end = from + len(noun)
		if isASCII(noun) && end < len(s.lower) && isWord(s.lower[end]) {
			return at, false
		}
		if strings.HasPrefix(noun, "n") && strings.HasPrefix(s.lower[end:], ".") {
			end++
		}
		return end, true
	}
	return at, false
}
