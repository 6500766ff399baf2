// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

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
