// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"github.com/hashicorp/terraform-plugin-log/tfsdklogtest"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// What stands nowhere else: credentials, and data of a customer. They are in
// lower case, as every text is that is searched for them.
const (
	canaryToken  = "canary-token-h2k9"
	canarySecret = "canary+secret/w4r7"
	canaryIssued = "canary-issued-q8z3"
	canaryPhone  = "555-0199-7731"
	canaryEmail  = "canary-f5t1@example.com"
)

// canaries are the beginnings of what must not appear, so that a text which is
// cut in the middle of it counts as well.
var canaries = []string{"canary-token", "canary+secre", "canary%2bsec", "canary-issue", "555-0199", "canary-f5t1"}

// personalReply has the customer's data wherever AICC may send it.
func personalReply(id, code string) string {
	c := map[string]any{
		"caseInfo":     map[string]any{"id": id, "title": canaryEmail, "contactPhone": canaryPhone, "AICC__Own__CST": canaryEmail, "isUpgraded": canaryPhone},
		"caseTrace":    []any{map[string]any{"toAddress": canaryEmail, "description": canaryPhone, "extra": canaryEmail}},
		"tasks":        []any{map[string]any{"contactPhone": canaryPhone, "createdDate": canaryEmail}},
		"customerInfo": map[string]any{"customerInfo": map[string]any{"phone": canaryPhone, "email": canaryEmail, "address": canaryEmail, "customFied": map[string]any{"x": canaryPhone}}},
		"other":        canaryEmail,
	}
	body, err := json.Marshal(map[string]any{"resCode": code, "result": []any{c}})
	if err != nil {
		panic(err)
	}
	return string(body)
}

// leaks are the ways in which a server can send back the secrets that it was
// given, and what it knows of a customer.
func leaks(secrets ...string) map[string]http.HandlerFunc {
	first, last := secrets[0], secrets[len(secrets)-1]
	everything := strings.Join(append(secrets, canaryPhone, canaryEmail), " ")
	message := func(text string) string {
		body, err := json.Marshal(map[string]string{"resCode": text, "resMsg": text, "error": text, "error_description": text})
		if err != nil {
			panic(err)
		}
		return string(body)
	}
	between := func(odd string) string { return first[:8] + odd + first[8:] + " " + last[:8] + odd + last[8:] }
	mine := personalReply(aicctest.SampleID, "0")
	all := map[string]http.HandlerFunc{
		"message that is cut":              aicctest.Reply(404, message(strings.Repeat("x", 490)+first+last)),
		"code that is cut":                 aicctest.Reply(404, message(strings.Repeat("x", 55)+first+last)),
		"message with control characters":  aicctest.Reply(404, message(between("\x00"))),
		"message with invisible letters":   aicctest.Reply(404, message(between("\u200b"))),
		"message with a broken letter":     aicctest.Reply(404, strings.ReplaceAll(message(between("!")), "!", "\xff")),
		"message with a URL":               aicctest.Reply(404, message("https://"+canaryPhone+":x@aicc.example.com/ failed")),
		"text":                             aicctest.Reply(200, everything),
		"redirect with a user":             aicctest.Redirect("https://" + url.QueryEscape(first) + ":" + url.QueryEscape(last) + "@login.example.com/" + canaryPhone + "?e=" + canaryEmail),
		"redirect to a secret":             aicctest.Redirect("https://" + url.PathEscape(first) + "." + url.PathEscape(last) + ".example.com/"),
		"redirect to nowhere":              aicctest.Redirect("https://" + everything),
		"foreign id":                       aicctest.Reply(200, `{"resCode":"0","result":{"caseInfo":{"id":"`+first+" "+last+`"}}}`),
		"foreign case":                     aicctest.Reply(200, personalReply("another", "0")),
		"case without an id":               aicctest.Reply(200, strings.Replace(mine, `"id":"`+aicctest.SampleID+`"`, `"id":null`, 1)),
		"case of a code":                   aicctest.Reply(200, personalReply(aicctest.SampleID, "405230004")),
		"case that is cut":                 aicctest.Reply(200, strings.TrimSuffix(mine, "]}")),
		"case with more behind it":         aicctest.Reply(200, mine+everything),
		"case with a trace of other shape": aicctest.Reply(200, strings.Replace(mine, `"caseTrace":[`, `"caseTrace":["`+canaryPhone+`",`, 1)),
		"case in an array":                 aicctest.Reply(200, "["+mine+"]"),
		"case that breaks off":             breakOff(mine),
		"case":                             aicctest.Reply(200, mine),
		"token that no header carries":     aicctest.Reply(200, `{"access_token":"`+first+"\\n"+last+`"}`),
		"token of another shape":           aicctest.Reply(200, `{"access_token":{"`+first+`":"`+last+`"}}`),
	}
	for _, status := range []int{200, 400, 401, 403, 404, 418, 429, 500, 503} {
		all[fmt.Sprintf("message under %d", status)] = aicctest.Reply(status, message(strings.Join(secrets, " ")))
		all[fmt.Sprintf("HTML under %d", status)] = aicctest.Reply(status, "<html>"+everything)
		if status != 200 {
			all[fmt.Sprintf("case under %d", status)] = aicctest.Reply(status, mine)
		}
	}
	return all
}

// breakOff announces a longer body than it sends.
func breakOff(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", fmt.Sprint(len(body)+1))
		_, _ = w.Write([]byte(body))
	}
}

// journal collects the log of a provider.
type journal struct {
	mu    sync.Mutex
	lines bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.lines.Write(p)
}

// text returns what was written so far, in lower case.
func (j *journal) text() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.ToLower(j.lines.String())
}

// logTo has the provider, and the framework beneath it, log everything.
func (tf *terraform) logTo(j *journal) {
	tf.ctx = tfsdklogtest.RootLogger(tflogtest.RootLogger(tf.ctx, j), j)
}

// check holds the provider's own log against the list of what may stand in it,
// and sees that the log is whole.
func (j *journal) check(t *testing.T) {
	t.Helper()
	allowed := []string{
		"@level", "@message", "@module", "version",
		"method", "path", "attempt", "duration_ms", "status", "bytes", "failure",
	}
	entries, err := tflogtest.MultilineJSONDecode(strings.NewReader(j.text()))
	if err != nil {
		t.Fatal(err)
	}
	requests, framework := 0, 0
	for _, entry := range entries {
		if entry["@module"] != "provider" {
			framework++
			continue
		}
		for name := range entry {
			if !slices.Contains(allowed, name) {
				t.Errorf("the log has %s: %v", name, entry)
			}
		}
		if strings.HasPrefix(fmt.Sprint(entry["@message"]), "aicc request") {
			requests++
		}
	}
	if requests == 0 || framework == 0 {
		t.Errorf("%d requests and %d entries of the framework", requests, framework)
	}
}

// holdsNone fails where a person who reads the text sees what was planted.
func holdsNone(t *testing.T, where, text string) {
	t.Helper()
	seen := strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || unicode.Is(unicode.Cf, c) {
			return -1
		}
		return c
	}, strings.ToLower(text))
	for _, canary := range canaries {
		if strings.Contains(seen, canary) {
			t.Errorf("%s holds %s…: %s", where, canary, text)
		}
	}
}

// TestSecrets has a server send back secrets and data of a customer in every way
// it can. None of it reaches a diagnostic or the log, whose fields are those of a
// list.
func TestSecrets(t *testing.T) {
	t.Parallel()
	const escaped = "canary%2Bsecret%2Fw4r7"
	client := map[string]string{"AICC_CLIENT_ID": "canary-client", "AICC_CLIENT_SECRET": canarySecret}
	for _, test := range []struct {
		name        string
		environment map[string]string
		path        string
		secrets     []string
	}{
		{"token", map[string]string{"AICC_TOKEN": canaryToken}, aicctest.CasePath + aicctest.SampleID, []string{canaryToken}},
		{"client", client, aicctest.CasePath + aicctest.SampleID, []string{canarySecret, escaped, canaryIssued}},
		{"asking for a token", client, aicctest.TokenPath, []string{canarySecret, escaped}},
	} {
		for name, answer := range leaks(test.secrets...) {
			t.Run(test.name+"/"+name, func(t *testing.T) {
				t.Parallel()
				site := aicctest.New()
				site.ForPath(aicctest.TokenPath, aicctest.Reply(200, `{"access_token":"`+canaryIssued+`","expires_in":7200}`))
				site.ForPath(test.path, answer)
				tf, log := start(t, test.environment), new(journal)
				tf.logTo(log)
				expect(t, tf.configure(values{"domain": str(site.Start(t)), "max_retries": number(0)}))

				one := values{"id": str(aicctest.SampleID)}
				_, said := tf.read("aicc_case", one)
				_, more := tf.open("aicc_case", one)
				said = append(said, more...)
				_, more = tf.read("aicc_cases", values{"ids": strs(aicctest.SampleID)})
				for _, p := range append(said, more...) {
					holdsNone(t, "a diagnostic", p.summary+"\n"+p.detail)
				}
				holdsNone(t, "the log", log.text())
				log.check(t)
			})
		}
	}
}

// TestMasks has an event hold a secret, which none is meant to do.
func TestMasks(t *testing.T) {
	t.Parallel()
	log := new(journal)
	logger := newLogger(canaryToken, "", canarySecret)
	ctx := tflogtest.RootLogger(t.Context(), log)
	logger.DebugContext(ctx, "told "+canaryToken, "path", "/"+canarySecret)
	logger.WarnContext(ctx, "told "+canarySecret, "failure", canaryToken)
	holdsNone(t, "the log", log.text())
	for _, kept := range []string{`"debug"`, `"warn"`, "told ***", `"/***"`} {
		if !strings.Contains(log.text(), kept) {
			t.Errorf("%s is not in the log: %s", kept, log.text())
		}
	}
}
