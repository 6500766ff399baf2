// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

// plantedCase is a case in which each text stands nowhere else: it is made of its
// own path.
type plantedCase struct {
	json string
	// personal are the values about the customer, which include_contact = false
	// leaves out.
	personal []string
	// own are the values of the case itself, and history those of its trace and
	// tasks.
	own, history []string
}

const plantedID = "c6m8planted000000001"

// plantCase plants each text that package aicc has a field for, and a custom
// field wherever there can be one.
func plantCase(t *testing.T) plantedCase {
	t.Helper()
	var p plantedCase
	info := plant(reflect.TypeFor[aicc.Task](), "case")
	info["ownField"] = canary("case.ownField")
	task := plant(reflect.TypeFor[aicc.Task](), "task")
	task["ownField"] = canary("task.ownField")
	contact := plant(reflect.TypeFor[aicc.Contact](), "contact")
	contact["bindAccount"] = []any{canary("contact.bindAccount")}
	contact["ownField"] = canary("contact.ownField")
	contact["customFied"] = map[string]any{"loyalty": canary("contact.customFied")}
	info["id"] = plantedID
	whole := map[string]any{
		"caseInfo":     info,
		"caseTrace":    []any{plant(reflect.TypeFor[aicc.Trace](), "trace")},
		"tasks":        []any{task},
		"customerInfo": map[string]any{"customerInfo": contact},
	}
	text, err := json.Marshal(whole)
	if err != nil {
		t.Fatal(err)
	}
	p.json = string(text)
	for _, value := range canaryPattern.FindAllString(p.json, -1) {
		switch {
		case strings.HasPrefix(value, "canary-contact."), slices.Contains([]string{
			canary("case.contactPhone"), canary("task.contactPhone"), canary("trace.title"), canary("trace.description"),
			canary("trace.from"), canary("trace.fromName"), canary("trace.toAddress"), canary("trace.attachment"),
		}, value):
			p.personal = append(p.personal, value)
		case strings.HasPrefix(value, "canary-case."):
			p.own = append(p.own, value)
		default:
			p.history = append(p.history, value)
		}
	}
	if len(p.personal) < 75 || len(p.own) < 25 || len(p.history) < 35 {
		t.Fatalf("planted only %d, %d and %d values", len(p.personal), len(p.own), len(p.history))
	}
	return p
}

var canaryPattern = regexp.MustCompile(`canary-[A-Za-z0-9_.]+-end`)

func canary(path string) string { return "canary-" + path + "-end" }

// plant returns the JSON object of a struct of package aicc with a canary in each
// of its texts.
func plant(typ reflect.Type, path string) map[string]any {
	object := map[string]any{}
	for _, field := range reflect.VisibleFields(typ) {
		key := field.Tag.Get("json")
		if key == "" || field.Type.Kind() != reflect.Pointer {
			continue
		}
		switch field.Type.Elem().Kind() {
		case reflect.String:
			object[key] = canary(path + "." + key)
		case reflect.Struct:
			object[key] = plant(field.Type.Elem(), path+"."+key)
		}
	}
	return object
}

// credentialsOf are the two kinds of credentials, and the secrets among them that
// may stand nowhere at all.
var credentialsOf = map[string]struct{ environment, secrets []string }{
	"token": {
		[]string{"AICC_TOKEN=" + aicctest.Token},
		[]string{aicctest.Token},
	},
	"client": {
		[]string{"AICC_TOKEN=", "AICC_CLIENT_ID=" + aicctest.ClientID, "AICC_CLIENT_SECRET=" + aicctest.ClientSecret},
		[]string{aicctest.ClientSecret, "standin-issued-token"},
	},
}

// places are what a run leaves behind, by the place where it stands.
type places map[string]string

// holds reports whether a value stands in a place.
func (p places) holds(place, value string) bool { return strings.Contains(p[place], value) }

const (
	onScreen  = "screen"
	inPlan    = "plan file"
	planJSON  = "show -json of the plan"
	inState   = "state file"
	stateJSON = "show -json of the state"
	pulled    = "state pull"
	inLog     = "TRACE log"
	elsewhere = "any other file"
	crashed   = "report of a crash"
)

var stored = []string{inPlan, planJSON, inState, stateJSON, pulled}

// jsonCrash is how Terraform 1.11.4 ends when it shows a plan or a state as JSON
// and an ephemeral resource has a condition of its own.
const jsonCrash = "panic: unsupported resource mode 69"

// runEverything plans and applies, and shows all that there is to show.
func runEverything(t *testing.T, cli *tftest.CLI) places {
	t.Helper()
	found := places{}
	cli.Env = append(cli.Env, "TF_LOG=TRACE", "TF_LOG_PATH="+filepath.Join(cli.Dir, "trace.log"))
	run := func(place string, args ...string) {
		result := cli.Run(t, args...)
		switch {
		case result.ExitCode == 0:
		case slices.Contains(args, "-json") && !cli.IsTofu && strings.Contains(result.Output(), jsonCrash):
			found[crashed] += result.Output()
			return
		default:
			t.Fatalf("%s: exit code %d\n%s", strings.Join(args, " "), result.ExitCode, result.Output())
		}
		found[place] += result.Stdout
		found[onScreen] += result.Stderr
	}
	run(onScreen, "plan", "-json")
	run(onScreen, "plan", "-out=saved.tfplan")
	run(onScreen, "show", "saved.tfplan")
	run(planJSON, "show", "-json", "saved.tfplan")
	run(onScreen, "apply", "saved.tfplan")
	run(onScreen, "apply", "-auto-approve")
	run(onScreen, "show")
	run(onScreen, "output")
	run(stateJSON, "show", "-json")
	run(pulled, "state", "pull")
	collect(t, cli, found)
	return found
}

// collect reads the working folder, the home folder and that for temporary files,
// archives unpacked.
func collect(t *testing.T, cli *tftest.CLI, found places) {
	t.Helper()
	folders := []string{cli.Dir}
	for _, variable := range cli.Env {
		if name, value, _ := strings.Cut(variable, "="); name == "HOME" || name == "TMPDIR" {
			folders = append(folders, value)
		}
	}
	for _, folder := range folders {
		files := os.DirFS(folder)
		err := fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
			if err != nil || !entry.Type().IsRegular() {
				return err
			}
			content, err := fs.ReadFile(files, path)
			if err != nil {
				return err
			}
			switch name := entry.Name(); {
			case name == "trace.log":
				found[inLog] += string(content)
			case name == "saved.tfplan":
				found[inPlan] += string(content) + unzip(t, filepath.Join(folder, path))
			case strings.HasPrefix(name, "terraform.tfstate"):
				found[inState] += string(content)
			default:
				found[elsewhere] += string(content)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, line := range []string{"Configured the AICC provider", "AICC request"} {
		if !found.holds(inLog, line) {
			t.Errorf("the log does not have the line %q, so it proves nothing", line)
		}
	}
}

// unzip returns all that an archive holds; an encrypted plan is none.
func unzip(t *testing.T, path string) string {
	t.Helper()
	archive, err := zip.OpenReader(path)
	if err != nil {
		return ""
	}
	defer func() { _ = archive.Close() }()
	var whole strings.Builder
	for _, file := range archive.File {
		member, err := file.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(&whole, member); err != nil { //nolint:gosec // The plan is our own.
			t.Fatal(err)
		}
		_ = member.Close()
	}
	return whole.String()
}

// check sees that each of the values stands in each of the given places, and in
// no other.
func (p places) check(t *testing.T, what string, values []string, want ...string) {
	t.Helper()
	for _, place := range want {
		if _, there := p[place]; !there {
			t.Errorf("there is no %s to look into", place)
		}
	}
	for place := range p {
		var wrong []string
		for _, value := range values {
			if p.holds(place, value) != slices.Contains(want, place) {
				wrong = append(wrong, value)
			}
		}
		if len(wrong) == 0 {
			continue
		}
		verb := "stand in"
		if slices.Contains(want, place) {
			verb = "are missing in"
		}
		t.Errorf("%s: %d of %d values %s: %s: %q", what, len(wrong), len(values), verb, place, wrong)
	}
}

const requiredProviders = `
terraform {
  required_providers {
    aicc = { source = "aicc-community/aicc" }
  }
}
`

// TestCLICanaries plans and applies each way to read a case, and looks for every
// planted value in every place that the run leaves behind.
func TestCLICanaries(t *testing.T) {
	t.Parallel()
	p := plantCase(t)
	all := slices.Concat(stored, []string{onScreen})
	ways := []struct {
		name, config           string
		terraform, tofu        int
		crashes                bool
		personal, own, history []string
		// kept are the values that keep names, in the places of own: the rest of own
		// stands nowhere.
		kept []string
	}{
		{
			name: "data source",
			config: `
				data "aicc_case" "test" {
					id = "` + plantedID + `"
				}
				output "email" {
					value     = data.aicc_case.test.contact.email
					sensitive = true
				}`,
			personal: stored, own: all, history: stored,
		},
		{
			name: "include_contact = false",
			config: `
				data "aicc_case" "test" {
					id              = "` + plantedID + `"
					include_contact = false
				}`,
			personal: nil, own: all, history: stored,
		},
		{
			name: "keep",
			config: `
				data "aicc_case" "test" {
					id   = "` + plantedID + `"
					keep = ["state", "due_date"]
				}`,
			own: all, kept: []string{canary("case.state"), canary("case.dueDate")},
		},
		{
			name: "keep without contact",
			config: `
				data "aicc_case" "test" {
					id              = "` + plantedID + `"
					keep            = ["state", "contact", "contact_phone", "trace", "tasks"]
					include_contact = false
				}`,
			own: all, kept: []string{canary("case.state")}, history: stored,
		},
		{
			name: "aicc_cases with keep",
			config: `
				data "aicc_cases" "test" {
					ids  = ["` + plantedID + `"]
					keep = ["case_no"]
				}`,
			own: all, kept: []string{canary("case.caseNo")},
		},
		{
			name: "ephemeral resource", terraform: 10, tofu: 11,
			config: `
				ephemeral "aicc_case" "test" {
					id = "` + plantedID + `"
				}
				resource "terraform_data" "guarded" {
					lifecycle {
						precondition {
							condition     = endswith(ephemeral.aicc_case.test.contact.email, "contact.email-end")
							error_message = "The e-mail address is another one."
						}
					}
				}`,
			personal: nil, own: nil, history: nil,
		},
		{
			name: "ephemeral resource with a postcondition", terraform: 10, tofu: 11, crashes: true,
			config: `
				ephemeral "aicc_case" "test" {
					id = "` + plantedID + `"
					lifecycle {
						postcondition {
							condition     = endswith(self.contact.email, "contact.email-end")
							error_message = "The e-mail address is another one."
						}
					}
				}
				resource "terraform_data" "guarded" {
					depends_on = [ephemeral.aicc_case.test]
				}`,
			personal: nil, own: nil, history: nil,
		},
		{
			name: "aicc_cases",
			config: `
				data "aicc_cases" "test" {
					ids = ["` + plantedID + `"]
				}`,
			personal: nil, own: all, history: nil,
		},
		{
			// The stand-in takes no notice of this filter: the list has the case.
			name: "aicc_cases by search",
			config: `
				data "aicc_cases" "test" {
					search { classification = "Created" }
				}`,
			personal: nil, own: all, history: nil,
		},
	}
	for _, way := range ways {
		for kind, credentials := range credentialsOf {
			t.Run(way.name+" with a "+kind, func(t *testing.T) {
				t.Parallel()
				needs(t, way.terraform, way.tofu)
				site := aicctest.New()
				site.SetCase(plantedID, p.json)
				cli := tftest.NewCLI(t, site.Start(t))
				cli.Env = append(cli.Env, credentials.environment...)
				cli.Write(t, "main.tf", requiredProviders+way.config)
				found := runEverything(t, cli)
				found.check(t, "personal data", p.personal, way.personal...)
				if way.kept != nil {
					found.check(t, "what is kept", way.kept, way.own...)
					found.check(t, "what is not kept", slices.DeleteFunc(slices.Clone(p.own), func(value string) bool { return slices.Contains(way.kept, value) }))
				} else {
					found.check(t, "the case", p.own, way.own...)
				}
				found.check(t, "history and tasks", p.history, way.history...)
				found.check(t, "credentials", credentials.secrets)
				if _, did := found[crashed]; did && !way.crashes {
					t.Errorf("Terraform crashed:\n%s", found[crashed])
				}
			})
		}
	}
}

// TestCLICanaryRemoteState looks into what a backend is sent.
func TestCLICanaryRemoteState(t *testing.T) {
	t.Parallel()
	p := plantCase(t)
	site := aicctest.New()
	site.SetCase(plantedID, p.json)
	var remote struct {
		sync.Mutex
		states map[string]string
	}
	remote.states = map[string]string{}
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		remote.Lock()
		defer remote.Unlock()
		switch r.Method {
		case http.MethodPost:
			body, _ := io.ReadAll(r.Body)
			remote.states[r.URL.Path] = string(body)
		case http.MethodGet:
			if remote.states[r.URL.Path] == "" {
				w.WriteHeader(http.StatusNotFound)
			}
			_, _ = io.WriteString(w, remote.states[r.URL.Path])
		}
	}))
	t.Cleanup(backend.Close)
	for path, include := range map[string]string{"/with": "true", "/without": "false"} {
		cli := tftest.NewCLI(t, site.Start(t))
		cli.UseMirror(t)
		cli.Write(t, "backend.tf", "terraform {\n  backend \"http\" {\n    address = \""+backend.URL+path+"\"\n  }\n}\n")
		cli.Write(t, "main.tf", requiredProviders+"data \"aicc_case\" \"test\" {\n  id = \""+plantedID+"\"\n  include_contact = "+include+"\n}\n")
		cli.MustRun(t, "init")
		cli.MustRun(t, "apply", "-auto-approve")
	}
	remote.Lock()
	defer remote.Unlock()
	places(remote.states).check(t, "personal data", p.personal, "/with")
	places(remote.states).check(t, "the case", p.own, "/with", "/without")
	places(remote.states).check(t, "credentials", []string{aicctest.Token})
}

// TestCLICanaryToken shows which ways to configure a token carry it into a saved
// plan, and that none carries it into the state.
func TestCLICanaryToken(t *testing.T) {
	t.Parallel()
	const token = "canary-token-of-the-configuration"
	ways := map[string]struct {
		variable, value string
		want            []string
	}{
		"written into the code": {"", `"` + token + `"`, []string{inPlan, planJSON, elsewhere}},
		"sensitive variable":    {"sensitive = true", "var.token", []string{inPlan, planJSON}},
		"ephemeral variable":    {"ephemeral = true", "var.token", nil},
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if name == "ephemeral variable" {
				needs(t, 10, 11)
			}
			site := aicctest.New()
			// The stand-in does not know this token; it answers all the same.
			site.Always(aicctest.Reply(http.StatusOK, string(aicctest.Sample)))
			cli := tftest.NewCLI(t, site.Start(t))
			if way.variable != "" {
				cli.Env = append(cli.Env, "TF_VAR_token="+token)
				cli.Write(t, "variables.tf", "variable \"token\" {\n  type = string\n  "+way.variable+"\n}\n")
			}
			cli.Write(t, "main.tf", requiredProviders+`
				provider "aicc" {
					token = `+way.value+`
				}
				data "aicc_case" "test" {
					id = "`+aicctest.SampleID+`"
				}`)
			found := runEverything(t, cli)
			found.check(t, "the token", []string{token}, way.want...)
			if got := site.Requests()[0].Header.Get("access-token"); got != token {
				t.Errorf("AICC was shown the token %q", got)
			}
		})
	}
}

// TestCLICanaryLeftovers follows the customer's data where a configuration takes
// them, and sees what remains after the configuration has let go of them.
func TestCLICanaryLeftovers(t *testing.T) {
	t.Parallel()
	p := plantCase(t)
	site := aicctest.New()
	site.SetCase(plantedID, p.json)
	cli := tftest.NewCLI(t, site.Start(t))
	reading := func(arguments string) string {
		return requiredProviders + "data \"aicc_case\" \"test\" {\n  id = \"" + plantedID + "\"\n" + arguments + "\n}\n"
	}
	cli.Write(t, "main.tf", reading("")+`
		resource "terraform_data" "copy" {
			triggers_replace = data.aicc_case.test.contact.phone
			input            = data.aicc_case.test.contact.fax
		}
		output "email" {
			value     = data.aicc_case.test.contact.email
			sensitive = true
		}`)
	cli.MustRun(t, "apply", "-auto-approve")
	phone := canary("contact.phone")
	shown := places{
		onScreen:       cli.MustRun(t, "output").Stdout + cli.MustRun(t, "show").Stdout,
		"output -json": cli.MustRun(t, "output", "-json").Stdout,
		"output -raw":  cli.MustRun(t, "output", "-raw", "email").Stdout,
	}
	shown.check(t, "the e-mail address", []string{canary("contact.email")}, "output -json", "output -raw")
	shown.check(t, "the phone number", []string{phone})
	// The resource hands its input on as an output that nobody marks.
	shown.check(t, "the fax number", []string{canary("contact.fax")}, onScreen)
	state := func(name string) string {
		content, err := os.ReadFile(filepath.Join(cli.Dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	before := state("terraform.tfstate")
	cli.Write(t, "main.tf", reading("include_contact = false")+`
		resource "terraform_data" "copy" {
			input = data.aicc_case.test.contact_id
		}`)
	cli.MustRun(t, "apply", "-auto-approve")
	kept := places{"before": before, "now": state("terraform.tfstate"), "backup": state("terraform.tfstate.backup")}
	kept.check(t, "personal data", p.personal, "before", "backup")
	if n := strings.Count(before, phone); n != 2 {
		t.Errorf("the phone number stands %d times in the state, want it with the case and with the copy", n)
	}
}

// TestCLIEncryption encrypts state and plan as the guide "Personal data" shows,
// which OpenTofu can and Terraform cannot.
func TestCLIEncryption(t *testing.T) {
	t.Parallel()
	p := plantCase(t)
	site := aicctest.New()
	site.SetCase(plantedID, p.json)
	cli := tftest.NewCLI(t, site.Start(t))
	const passphrase = "canary-passphrase-of-the-state"
	if !cli.IsTofu || !cli.AtLeast(0, 7) {
		t.Skip("only OpenTofu encrypts state, from 1.7 on")
	}
	cli.Env = append(cli.Env, "TF_VAR_passphrase="+passphrase)
	// The default takes long to derive a key, which is what it is for.
	cli.Write(t, "encryption.tf", replaced(t, guideBlock(t, "terraform", "encryption {"), "= var.passphrase", "= var.passphrase\niterations = 200000"))
	cli.Write(t, "main.tf", requiredProviders+`
		data "aicc_case" "test" {
			id = "`+plantedID+`"
		}`)
	found := runEverything(t, cli)
	found.check(t, "personal data", p.personal, planJSON, stateJSON, pulled)
	found.check(t, "the case", p.own, planJSON, stateJSON, pulled, onScreen)
	found.check(t, "the passphrase", []string{passphrase}, planJSON)
	if !found.holds(inState, "encrypted_data") {
		t.Error("the state is not encrypted")
	}
}

// guideBlock returns the block of the guide "Personal data" in the given language
// that has the given text in it.
func guideBlock(t *testing.T, language, text string) string {
	t.Helper()
	guide := readFile(t, filepath.Join(rootFolder(t), "templates", "guides", "personal-data.md.tmpl"))
	for _, block := range regexp.MustCompile("(?ms)^```"+language+"\n(.*?)^```$").FindAllStringSubmatch(guide, -1) {
		if strings.Contains(block[1], text) {
			return block[1]
		}
	}
	t.Fatalf("the guide has no %s block with %q", language, text)
	return ""
}

// echoed stands in a body for the token that the request came with, and comes
// back in AICC's own message.
const echoed = "ECHOED"

// echoing answers with a body in which plantedID becomes the id that was asked
// for, and echoed the token that came along.
func echoing(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		aicctest.Reply(status, fill(body, r))(w, r)
	}
}

func fill(body string, r *http.Request) string {
	body = strings.ReplaceAll(body, plantedID, strings.TrimPrefix(r.URL.Path, aicctest.CasePath))
	return strings.ReplaceAll(body, echoed, r.Header.Get("access-token"))
}

// promising announces a length and then sends the whole body.
func promising(length int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", length, fill(body, r))
		_ = conn.Close()
	}
}

// leaking announces half of the body and sends all of it on a connection that it
// keeps, so that the client gets the rest with nothing to read it for.
func leaking(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		body := fill(body, r)
		_, _ = fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body)/2, body)
		_, _ = io.Copy(io.Discard, conn)
		_ = conn.Close()
	}
}

// stallingAfter sends the body, promises more of it, and waits for the client to
// leave.
func stallingAfter(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000000")
		_, _ = io.WriteString(w, fill(body, r))
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}
}

// withHeader answers like another handler, with one header more.
func withHeader(name, value string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set(name, fill(value, r))
		next(w, r)
	}
}

// inTurn answers with one handler after the other, and stays with the last.
func inTurn(handlers ...http.HandlerFunc) http.HandlerFunc {
	var count atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) {
		handlers[min(int(count.Add(1)), len(handlers))-1](w, r)
	}
}

// fault is how a site misbehaves for one case, and the summary of the error that
// comes of it; none means that the read succeeds.
type fault struct {
	answer http.HandlerFunc
	want   string
}

// reply is the planted case as AICC sends it, with the token of the request.
func (p plantedCase) reply() string {
	return `{"resCode":"0","resMsg":"` + echoed + `","result":[` + p.json + `]}`
}

// caseFaults answer a request for a case with the planted case, each in its way.
func caseFaults(p plantedCase) map[string]fault {
	body := p.reply()
	personal := p.personal[0]
	instead := func(old, replacement string) string { return strings.Replace(body, old, replacement, 1) }
	return map[string]fault{
		"reset":              {aicctest.Reset, summaryOf(aicc.Interrupted)},
		"reset in the body":  {promising(len(body), body[:len(body)/2]), summaryOf(aicc.Interrupted)},
		"stalled header":     {aicctest.Stall, summaryOf(aicc.TimedOut)},
		"stalled body":       {stallingAfter(body), summaryOf(aicc.TimedOut)},
		"short length":       {promising(len(body)/2, body), summaryOf(aicc.Unreadable)},
		"cut JSON":           {echoing(200, body[:len(body)-200]), summaryOf(aicc.Unreadable)},
		"JSON and more":      {echoing(200, body+body), summaryOf(aicc.Unreadable)},
		"no object":          {echoing(200, `["`+personal+`", "`+echoed+`"]`), summaryOf(aicc.Unreadable)},
		"no resCode":         {echoing(200, `{"resMsg":"`+echoed+`","result":[`+p.json+`]}`), summaryOf(aicc.Unreadable)},
		"result is a text":   {echoing(200, `{"resCode":"0","result":"`+personal+`"}`), summaryOf(aicc.Unreadable)},
		"caseInfo is a text": {echoing(200, `{"resCode":"0","result":[{"caseInfo":"`+personal+`"}]}`), summaryOf(aicc.Unreadable)},
		"trace is a text":    {echoing(200, instead(`"caseTrace":[`, `"caseTrace":["`+personal+`",`)), summaryOf(aicc.Unreadable)},
		"no caseInfo":        {echoing(200, instead(`"caseInfo"`, `"elsewhere"`)), summaryOf(aicc.NotReturned)},
		"empty result":       {echoing(200, `{"resCode":"0","resMsg":"`+echoed+`","result":[],"left":`+p.json+`}`), summaryOf(aicc.NotReturned)},
		"resCode":            {echoing(200, instead(`"resCode":"0"`, `"resCode":"`+echoed+`"`)), summaryOf(aicc.Refused)},
		"HTML":               {echoing(200, "<html>"+body+"</html>"), summaryOf(aicc.Unreadable)},
		"empty":              {echoing(200, ""), summaryOf(aicc.Unreadable)},
		"gzip bomb":          {aicctest.GzipBomb(64 << 20), summaryOf(aicc.TooLarge)},
		"flood":              {aicctest.Flood(200, 512<<20, new(atomic.Int64)), summaryOf(aicc.TooLarge)},
		"429":                {echoing(429, body), summaryOf(aicc.Throttled)},
		"429 seconds":        {withHeader("Retry-After", "0", echoing(429, body)), summaryOf(aicc.Throttled)},
		"429 date":           {withHeader("Retry-After", "Thu, 01 Jan 1970 00:00:00 GMT", echoing(429, body)), summaryOf(aicc.Throttled)},
		"429 garbage":        {withHeader("Retry-After", echoed, echoing(429, body)), summaryOf(aicc.Throttled)},
		"429 a year":         {withHeader("Retry-After", "31536000", echoing(429, body)), summaryOf(aicc.TimedOut)},
		"500":                {echoing(500, body), summaryOf(aicc.ServerFailed)},
		"502 with HTML":      {echoing(502, "<html>"+body), summaryOf(aicc.ServerFailed)},
		"503":                {echoing(503, body), summaryOf(aicc.ServerFailed)},
		"504":                {echoing(504, body), summaryOf(aicc.ServerFailed)},
		"500 once":           {inTurn(echoing(500, body), echoing(200, body)), ""},
		"500 twice":          {inTurn(echoing(500, body), echoing(500, body), echoing(200, body)), summaryOf(aicc.ServerFailed)},
		"redirect":           {withHeader("Location", "/"+personal+"?token="+echoed, echoing(302, body)), summaryOf(aicc.Redirected)},
		"redirect elsewhere": {withHeader("Location", "https://"+echoed+":x@other.example.com/"+personal, echoing(307, body)), summaryOf(aicc.Redirected)},
		"400":                {echoing(400, body), summaryOf(aicc.Refused)},
		"403":                {echoing(403, body), summaryOf(aicc.Forbidden)},
		"404":                {echoing(404, body), summaryOf(aicc.NotReturned)},
		"418":                {echoing(418, body), summaryOf(aicc.UnexpectedStatus)},
		"another case":       {aicctest.Reply(200, body), summaryOf(aicc.Foreign)},
		"a case without id":  {echoing(200, instead(`"id":"`+plantedID+`"`, `"number":1`)), summaryOf(aicc.Foreign)},
		"an echoed id":       {echoing(200, instead(`"id":"`+plantedID+`"`, `"id":"`+echoed+`"`)), summaryOf(aicc.Foreign)},
	}
}

// authFaults answer a site's every request for a case or token, each in its way.
func authFaults(p plantedCase) map[string]fault {
	body := `{"resCode":"401000001","resMsg":"` + echoed + `","result":[` + p.json + `]}`
	forToken := func(answer http.HandlerFunc) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != aicctest.TokenPath {
				echoing(http.StatusUnauthorized, body)(w, r)
				return
			}
			answer(w, r)
		}
	}
	// What the stand-in would answer, were the client's secret not echoed in it.
	const refused = `{"error":"unauthorized_client","error_description":"` + aicctest.ClientSecret + `"}`
	return map[string]fault{
		"401":                 {forToken(aicctest.Reply(200, `{"access_token":"standin-issued-token-0000","expires_in":7200}`)), summaryOf(aicc.Unauthorized)},
		"refused client":      {forToken(aicctest.Reply(400, refused)), summaryOf(aicc.TokenRefused)},
		"refused with 401":    {forToken(aicctest.Reply(401, refused)), summaryOf(aicc.TokenRefused)},
		"HTML for a token":    {forToken(aicctest.Reply(200, "<html>"+aicctest.ClientSecret)), summaryOf(aicc.Unreadable)},
		"500 for a token":     {forToken(aicctest.Reply(500, `{"resCode":"1","resMsg":"`+aicctest.ClientSecret+`"}`)), summaryOf(aicc.ServerFailed)},
		"429 for a token":     {forToken(withHeader("Retry-After", "0", aicctest.Reply(429, refused))), summaryOf(aicc.Throttled)},
		"redirected token":    {forToken(withHeader("Location", "https://other.example.com/?"+aicctest.ClientSecret, aicctest.Reply(302, refused))), summaryOf(aicc.Redirected)},
		"token of two lines":  {forToken(aicctest.Reply(200, `{"access_token":"standin-issued-token\n0000","expires_in":7200}`)), summaryOf(aicc.Unreadable)},
		"no token in a reply": {forToken(aicctest.Reply(200, `{"expires_in":7200,"secret":"`+aicctest.ClientSecret+`"}`)), summaryOf(aicc.Unreadable)},
		"stalled token":       {forToken(aicctest.Stall), summaryOf(aicc.TimedOut)},
		"reset for a token":   {forToken(aicctest.Reset), summaryOf(aicc.Interrupted)},
	}
}

// TestCLICanaryFaults has every fault come with the planted case and with the
// caller's own credentials, and looks for them in all that the failing command
// writes. One command meets all faults, each for a case of its own.
func TestCLICanaryFaults(t *testing.T) {
	t.Parallel()
	p := plantCase(t)
	for kind, credentials := range credentialsOf {
		for _, face := range []string{`data "aicc_case"`, `data "aicc_cases"`, `ephemeral "aicc_case"`} {
			t.Run(face+" with a "+kind, func(t *testing.T) {
				t.Parallel()
				if strings.HasPrefix(face, "ephemeral") {
					needs(t, 10, 11)
				}
				var config strings.Builder
				config.WriteString(requiredProviders)
				names, want := map[string]string{}, map[string]string{}
				// read adds a read that meets a fault, and returns its id.
				read := func(name, alias string, f fault) string {
					id := fmt.Sprintf("c6m8fault%011d", len(want))
					names[id], want[id] = name, f.want
					argument := "id = \"" + id + "\""
					if strings.Contains(face, "cases") {
						if f.want == summaryOf(aicc.NotReturned) {
							want[id] = "" // It is counted among the missing ones.
						}
						argument = "ids = [\"" + id + "\"]"
					}
					if f.want == summaryOf(aicc.TimedOut) {
						argument += "\n  timeouts { read = \"2s\" }"
					}
					fmt.Fprintf(&config, "%s %q {\n  provider = aicc%s\n  %s\n}\n", face, id, alias, argument)
					return id
				}
				configure := func(alias, url string) {
					fmt.Fprintf(&config, "provider \"aicc\" {\n  %s\n  domain = %q\n  max_retries = 1\n  max_concurrency = 64\n}\n", alias, url)
				}

				site := aicctest.New()
				configure("", site.Start(t))
				for name, f := range caseFaults(p) {
					site.ForCase(read(name, "", f), f.answer)
				}
				if kind == "client" {
					number := 0
					for name, f := range authFaults(p) {
						alias := fmt.Sprintf("auth%d", number)
						number++
						configure("alias = \""+alias+"\"", answering(t, f.answer))
						read(name, "."+alias, f)
					}
				} else {
					site.ForCase(read("401", "", fault{nil, summaryOf(aicc.Unauthorized)}), echoing(401, `{"resCode":"1","resMsg":"`+echoed+`"}`))
				}
				secure := httptest.NewUnstartedServer(site)
				secure.Config.ErrorLog = log.New(io.Discard, "", 0)
				secure.StartTLS()
				t.Cleanup(secure.Close)
				configure(`alias = "secure"`, secure.URL)
				read("another authority", ".secure", fault{nil, summaryOf(aicc.Untrusted)})
				// The next request on that connection would get the rest as its reply.
				configure(`alias = "alone"`, answering(t, leaking(p.reply())))
				read("short length, kept", ".alone", fault{nil, summaryOf(aicc.Unreadable)})
				configure(`alias = "closed"`, "http://127.0.0.1:1")
				read("refused connection", ".closed", fault{nil, summaryOf(aicc.Unreachable)})

				cli := tftest.NewCLI(t, "")
				cli.Env = append(cli.Env, credentials.environment...)
				cli.Env = append(cli.Env, "TF_LOG=TRACE", "TF_LOG_PATH="+filepath.Join(cli.Dir, "trace.log"))
				cli.Write(t, "main.tf", config.String())
				result := cli.Run(t, "plan", "-parallelism=100")
				found := places{onScreen: result.Output()}
				collect(t, cli, found)
				for group, values := range map[string][]string{
					"personal data": p.personal, "the case": p.own, "history and tasks": p.history, "credentials": credentials.secrets,
				} {
					found.check(t, group, values)
				}
				met := summaries(result.Output())
				for id, summary := range want {
					if met[id] != summary {
						t.Errorf("%s: the error is %q, want %q", names[id], met[id], summary)
					}
				}
			})
		}
	}
}

// TestCLIGoLogger reads over HTTP/2 with the variable set that has Go's own logger
// print each header, and finds no token in the log.
func TestCLIGoLogger(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	secure := httptest.NewUnstartedServer(site)
	secure.EnableHTTP2 = true
	secure.StartTLS()
	t.Cleanup(secure.Close)
	cli := tftest.NewCLI(t, secure.URL)
	file := filepath.Join(cli.Dir, "trace.log")
	cli.Env = append(cli.Env, "AICC_CA_CERTIFICATE="+certificateOf(t), "GODEBUG=http2debug=2", "TF_LOG=TRACE", "TF_LOG_PATH="+file)
	cli.Write(t, "main.tf", requiredProviders+"data \"aicc_case\" \"this\" {\n  id = \""+aicctest.SampleID+"\"\n}\n")
	cli.MustRun(t, "plan")
	trace, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(site.Requests()); n != 1 || !bytes.Contains(trace, []byte("AICC request")) {
		t.Errorf("%d requests, and they are not logged", n)
	}
	if bytes.Contains(trace, []byte(aicctest.Token)) {
		t.Error("the log holds the token")
	}
}

// summaries returns the summary of the error about each case.
func summaries(output string) map[string]string {
	met := map[string]string{}
	for _, text := range strings.Split(output, "Error: ")[1:] {
		summary, rest, _ := strings.Cut(text, "\n")
		if id := regexp.MustCompile(`Case: (\w+)`).FindStringSubmatch(rest); id != nil {
			met[id[1]] = summary
		}
	}
	return met
}
