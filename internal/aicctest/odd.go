// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicctest

import (
	"fmt"
	"net/http"
	"strings"
)

// OddReplies returns replies that hold neither a case nor the word that there is none,
// although each looks like one or the other to somebody: an error, a case in another
// place than documented, or text that is not UTF-8. They are the same for a list.
func OddReplies() map[string]http.HandlerFunc {
	const open = `{"caseInfo":{"id":"` + OpenID + `","caseNo":"000000000000000000000000040001","state":"Processing"}}`
	replies := map[string]http.HandlerFunc{
		"404 with resCode 0 and the open case": Reply(404, `{"resCode":"0","result":[`+open+`]}`),
		"404 with a code and the open case":    Reply(404, `{"resCode":"405230004","result":[`+open+`]}`),
		"404 with a code that is a list":       Reply(404, `{"resCode":[]}`),
		"404 with a code that is false":        Reply(404, `{"resCode":false}`),
		"404 with an empty code":               Reply(404, `{"resCode":""}`),
		"404 with success false":               Reply(404, `{"success":false,"resCode":"405230004"}`),
		"410 with two codes":                   Reply(410, `{"resCode":"0","resCode":"405230004"}`),
	}
	for name, body := range map[string]string{
		"data":                  `{"resCode":"0","resMsg":"ok","data":[` + open + `]}`,
		"no result":             `{"resCode":"0","resMsg":"ok"}`,
		"Result":                `{"resCode":"0","Result":[` + open + `]}`,
		"results":               `{"resCode":"0","results":[` + open + `]}`,
		"CaseInfo":              `{"resCode":"0","result":[` + strings.Replace(open, "caseInfo", "CaseInfo", 1) + `]}`,
		"caseInfo as text":      `{"resCode":"0","result":[{"caseInfo":"[]"}]}`,
		"flat":                  `{"resCode":"0","result":{"id":"` + OpenID + `","state":"Processing"}}`,
		"no caseInfo":           `{"resCode":"0","result":[{"caseTrace":[{"type":"CreateCase"}],"customerInfo":{"id":"x"}}]}`,
		"an error in result":    `{"resCode":"0","result":[{"errorCode":"E500"}]}`,
		"an envelope in result": `{"resCode":"0","result":[{"resCode":"500","resMsg":"busy"}]}`,
		"result as empty text":  `{"resCode":"0","result":""}`,
		"result twice":          `{"resCode":"0","result":[` + open + `],"result":[]}`,
		"resCode twice":         `{"resCode":"500","resCode":"0","result":[]}`,
		"success false":         `{"success":false,"resCode":"0","resMsg":"no","result":[]}`,
		"an error beside it":    `{"resCode":"0","error":"e","result":[]}`,
		"a gateway's error":     `{"error_code":"APIGW.0101","error_msg":"e"}`,
		"state twice":           `{"resCode":"0","result":[{"caseInfo":{"id":"` + OpenID + `","state":"Completed","state":"Processing"}}]}`,
		"GBK":                   "{\"resCode\":\"0\",\"result\":[{\"caseInfo\":{\"id\":\"" + OpenID + "\",\"state\":\"\xd2\xd1\xb9\xd8\xb1\xd5\"}}]}",
		"CESU-8":                "{\"resCode\":\"0\",\"result\":[{\"caseInfo\":{\"id\":\"" + OpenID + "\",\"state\":\"\xed\xa0\xbd\xed\xb8\x80\"}}]}",
		"half a surrogate":      `{"resCode":"0","result":[{"caseInfo":{"id":"` + OpenID + `","state":"\ud83d"}}]}`,
	} {
		replies[name] = Reply(200, body)
	}
	for _, status := range []int{201, 202, 203, 205, 206, 207, 226, 299} {
		replies[fmt.Sprint(status, " with an empty result")] = Reply(status, `{"resCode":"0","result":[]}`)
	}
	return replies
}
