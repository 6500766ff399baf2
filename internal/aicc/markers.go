// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A marker is a word behind which a case is named.
type marker struct {
	word string
	// plural is an ending that the word may have.
	plural string
	// joined is whether it may be the end of a longer name, as in change_ticket.
	joined bool
	// bare is whether a number may follow with nothing but a space, or nothing at
	// all, between them.
	bare bool
	// promises is whether something unusable behind it is a mention.
	promises bool
}

var markers = []marker{
	{word: "工单", bare: true, promises: true},
	{word: "ticket", plural: "s", joined: true, bare: true, promises: true},
	{word: "case", plural: "s"},
	{word: "aicc", bare: true},
}

var (
	// markerNouns are what may end a marker: ticket_url, caseNo, 工单编号.
	markerNouns = []string{
		"numbers", "number", "nos", "no", "nr", "ids", "id", "urls", "url", "links", "link", "refs", "ref",
		"编号", "单号", "号码", "号", "链接", "地址",
	}
	// What may stand between a marker and a case: a colon, an equals sign or the edge
	// of a cell, which promise one; what says that one follows; and what says nothing.
	promisingSeparators = []string{"=>", "：", ":", "=", "|"}
	strongSeparators    = []string{"#", "＃", "【", "（", "「", "《", "“", "‘", "为", "是"}
	weakSeparators      = []string{" ", "\t", "-", "\"", "'", "`", "*", "_", "[", "(", "　", "\u00a0", "\ufeff", "toset(", "tolist("}
	// operators are no separators, though they begin like some.
	operators = []string{"==", ":=", "::", "_("}
	// placeholders stand where a case is still to be named.
	placeholders = []string{
		"todo", "tbd", "tba", "tbc", "fixme", "n/a", "none", "pending", "missing", "unknown", "xxx", "???", "...", "…",
		"待补充", "待补", "待定", "待填", "待建", "待创建", "待提供", "待确认", "暂无", "暂缺", "无", "缺",
	}
	// units follow a number that counts something.
	units = []string{
		"个", "张", "条", "份", "次", "天", "日", "月", "年", "小时", "分钟", "秒", "种", "类", "级", "步", "页", "章", "人", "％", "%",
		"of ", "days", "hours", "minutes", "times", "months", "weeks", "years",
	}
	// otherCases are words before "case" that say that none of AICC's is meant.
	otherCases = map[string]bool{
		"test": true, "use": true, "edge": true, "corner": true, "best": true, "worst": true, "base": true, "special": true,
		"upper": true, "lower": true, "this": true, "each": true, "any": true, "every": true, "sub": true, "example": true,
	}
)

// Most places of a text have none of the words, which their first byte tells.
var (
	nounStarts        = firstBytes(markerNouns)
	separatorStarts   = firstBytes(promisingSeparators, strongSeparators, weakSeparators)
	placeholderStarts = firstBytes(placeholders)
)

func firstBytes(lists ...[]string) (are [256]bool) {
	for _, words := range lists {
		for _, word := range words {
			are[word[0]] = true
		}
	}
	return are
}

const (
	// unmarkedZeros are at the beginning of a number that needs no marker. Numbers of 30
	// digits that begin otherwise are in the sources of many programs.
	unmarkedZeros = "0000000000"
	// maxSeparators is how many bytes may stand between a marker and a case.
	maxSeparators = 32
	// maxItemGap is how much white space may stand between two items of a list.
	maxItemGap = 200
	// maxKey is how much is looked at for the key beside the name of a value.
	maxKey = 64
	// maxValue is how much of an unusable value is looked at.
	maxValue = 120
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

// gap is what stands between a marker and its value.
type gap struct {
	end int
	// strong is whether it says that a value follows, names whether it promises one.
	strong, names bool
	// lineEnd is whether the line ends with it, as before a list of YAML.
	lineEnd bool
}

// skipSeparators goes from the end of a marker to its value. It is not ok where what
// follows is code, such as a comparison, or nothing at all.
func (s *mentionScan) skipSeparators(start, at int) (g gap, ok bool) {
	g.end = at
	if width := s.valueKeyWidth(start, at); width > 0 {
		return gap{end: at + width, strong: true, names: true}, true
	}
	if start > 0 && s.lower[start-1] == '<' && strings.HasPrefix(s.lower[at:], ">") { // an element of XML
		g = gap{end: at + 1, strong: true, names: true}
	}
	for g.end < len(s.lower) && g.end-at < maxSeparators {
		rest := s.lower[g.end:]
		switch {
		case strings.IndexByte("\n\r", rest[0]) >= 0:
			g.lineEnd = true
			return g, g.names
		case isCode(rest, s.lower[at-1], g.end == at):
			return g, false
		case rest[0] == '[' && g.names:
			return g, true
		case g.names && foldedLine.MatchString(rest[:min(len(rest), 4)]):
			g.lineEnd = true
			g.end += strings.IndexByte(rest, '\n')
			return g, true
		}
		if !g.skipSeparator(rest) {
			return g, true
		}
	}
	return g, g.end < len(s.lower)
}

// foldedLine is what YAML has before a text of several lines.
var foldedLine = regexp.MustCompile(`^[>|]-?\r?\n`)

// valueKeyWidth is the length of what leads from a marker to its value where the marker
// is the value of a key itself, as in a tag or a variable of the environment: 0, if it is
// not.
func (s *mentionScan) valueKeyWidth(start, at int) int {
	const quotes, blanks = "\"'", " \t\r\n,"
	behind := s.lower[at:min(len(s.lower), at+maxKey)]
	rest := strings.TrimLeft(behind, quotes)
	key, isValue := strings.CutPrefix(strings.TrimLeft(strings.TrimLeft(rest, blanks), quotes), "value")
	key = strings.TrimLeft(key, quotes+" \t")
	if !isValue || strings.TrimLeft(rest, blanks) == rest || key == "" || strings.IndexByte("=:", key[0]) < 0 {
		return 0
	}
	before := strings.TrimRightFunc(s.lower[max(0, start-maxKey):start], func(c rune) bool {
		return unicode.IsLetter(c) || unicode.IsDigit(c) || strings.ContainsRune("_-./", c)
	})
	before = strings.TrimRight(before, quotes+" \t")
	if before == "" || strings.IndexByte("=:", before[len(before)-1]) < 0 {
		return 0
	}
	before = strings.TrimRight(before[:len(before)-1], quotes+" \t")
	if !strings.HasSuffix(before, "key") && !strings.HasSuffix(before, "name") {
		return 0
	}
	return len(behind) - len(strings.TrimLeft(key[1:], quotes+" \t"))
}

// isCode reports whether a text goes on with an operator, with a sign, or, right
// behind a word of ASCII, with an index or a call.
func isCode(text string, before byte, isFirst bool) bool {
	for _, operator := range operators {
		if strings.HasPrefix(text, operator) {
			return true
		}
	}
	if isFirst {
		return before < utf8.RuneSelf && strings.IndexByte("[(", text[0]) >= 0
	}
	digits := runEnd(text, 1, isDigit)
	return text[0] == '-' && digits > 1 && (digits == len(text) || !isWord(text[digits]))
}

// skipSeparator skips one separator, if there is one.
func (g *gap) skipSeparator(text string) (found bool) {
	if width := tagWidth(text); width > 0 {
		g.end += width
		g.names = true
		return true
	}
	if !separatorStarts[text[0]] {
		return false
	}
	for i, separators := range [][]string{promisingSeparators, strongSeparators, weakSeparators} {
		for _, separator := range separators {
			if strings.HasPrefix(text, separator) {
				g.end += len(separator)
				g.strong = g.strong || i < 2
				g.names = g.names || i < 1
				return true
			}
		}
	}
	return false
}

// tagWidth is the length of a tag of HTML without attributes, or 0.
func tagWidth(text string) int {
	if text[0] != '<' {
		return 0
	}
	end := strings.IndexByte(text[:min(len(text), 24)], '>')
	if end < 2 || !isLetter(text[1]) && text[1] != '/' || strings.ContainsAny(text[:end], " \n") {
		return 0
	}
	return end + 1
}
