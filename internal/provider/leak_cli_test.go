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
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

// plantedCase is a case in which each text stands nowhere else: it is made of the
// case's name and its own path.
type plantedCase struct {
	name, id, json string
	// personal are the values about the customer, which include_contact = false
	// leaves out, own those of the case itself, and history those of its trace and
	// tasks.
	personal, own, history []string
}

// plantCase plants each text that package aicc has a field for, and a custom
// field wherever there can be one. The name has letters only.
func plantCase(t *testing.T, name string) plantedCase {
	t.Helper()
	p := plantedCase{name: name, id: "c6m8" + strings.Repeat("0", 16-len(name)) + name}
	info := p.plant(reflect.TypeFor[aicc.Task](), "case")
	info["ownField"] = p.canary("case.ownField")
	task := p.plant(reflect.TypeFor[aicc.Task](), "task")
	task["ownField"] = p.canary("task.ownField")
	contact := p.plant(reflect.TypeFor[aicc.Contact](), "contact")
	contact["bindAccount"] = []any{p.canary("contact.bindAccount")}
	contact["ownField"] = p.canary("contact.ownField")
	contact["customFied"] = map[string]any{"loyalty": p.canary("contact.customFied")}
	contact["id"] = info["contactId"]
	info["id"] = p.id
	whole, err := json.Marshal(map[string]any{
		"caseInfo":     info,
		"caseTrace":    []any{p.plant(reflect.TypeFor[aicc.Trace](), "trace")},
		"tasks":        []any{task},
		"customerInfo": map[string]any{"customerInfo": contact},
	})
	if err != nil {
		t.Fatal(err)
	}
	p.json = string(whole)
	for value := range canariesIn(p.json) {
		switch {
		case strings.HasPrefix(value, "canary-"+name+".contact."), slices.Contains([]string{
			p.canary("case.contactPhone"), p.canary("task.contactPhone"), p.canary("trace.title"), p.canary("trace.description"),
			p.canary("trace.from"), p.canary("trace.fromName"), p.canary("trace.toAddress"), p.canary("trace.attachment"),
		}, value):
			p.personal = append(p.personal, value)
		case strings.HasPrefix(value, "canary-"+name+".case."):
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

func (p plantedCase) canary(path string) string { return "canary-" + p.name + "." + path + "-end" }

// plant returns the JSON object of a struct of package aicc with a canary in each
// of its texts.
func (p plantedCase) plant(typ reflect.Type, path string) map[string]any {
	object := map[string]any{}
	for _, field := range reflect.VisibleFields(typ) {
		key := field.Tag.Get("json")
		if key == "" || field.Type.Kind() != reflect.Pointer {
			continue
		}
		switch field.Type.Elem().Kind() {
		case reflect.String:
			object[key] = p.canary(path + "." + key)
		case reflect.Struct:
			object[key] = p.plant(field.Type.Elem(), path+"."+key)
		}
	}
	return object
}

var canaryPattern = regexp.MustCompile(`canary-[A-Za-z0-9_.]+-end`)

func canariesIn(text string) map[string]bool {
	found := map[string]bool{}
	for _, value := range canaryPattern.FindAllString(text, -1) {
		found[value] = true
	}
	return found
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

var (
	stored     = []string{inPlan, planJSON, inState, stateJSON, pulled}
	everywhere = append([]string{onScreen}, stored...)
)

// standing says in which places each of the values stands; it may stand in no other.
type standing struct {
	what           string
	values, places []string
}

func (p places) check(t *testing.T, standings ...standing) {
	t.Helper()
	for place, text := range p {
		canaries := canariesIn(text)
		stands := func(value string) bool {
			if canaryPattern.MatchString(value) {
				return canaries[value]
			}
			return strings.Contains(text, value)
		}
		for _, s := range standings {
			there := slices.Contains(s.places, place)
			wrong := slices.DeleteFunc(slices.Clone(s.values), func(value string) bool { return stands(value) == there })
			if len(wrong) > 0 {
				verb := map[bool]string{true: "are missing in", false: "stand in"}[there]
				t.Errorf("%s: %d of %d values %s: %s: %q", s.what, len(wrong), len(s.values), verb, place, wrong)
			}
		}
	}
	for _, s := range standings {
		for _, place := range s.places {
			if _, ok := p[place]; !ok {
				t.Errorf("there is no %s to look into", place)
			}
		}
	}
}

// jsonCrash is how Terraform 1.11.4 ends when it shows a plan or a state as JSON
// and an ephemeral resource has a condition of its own.
const jsonCrash = "panic: unsupported resource mode 69"

// runEverything plans and applies, and shows all that there is to show.
func runEverything(t *testing.T, cli *tftest.CLI) places {
	t.Helper()
	found := places{}
	cli.Env = append(cli.Env, "TF_LOG=TRACE", "TF_LOG_PATH="+filepath.Join(cli.Dir, "trace.log"))
	for _, command := range []struct{ place, line string }{
		{onScreen, "plan -json"},
		{onScreen, "plan -out=saved.tfplan"},
		{onScreen, "show saved.tfplan"},
		{planJSON, "show -json saved.tfplan"},
		{onScreen, "apply saved.tfplan"},
		{onScreen, "apply -auto-approve"},
		{onScreen, "show"},
		{onScreen, "output"},
		{stateJSON, "show -json"},
		{pulled, "state pull"},
	} {
		result := cli.Run(t, strings.Fields(command.line)...)
		switch {
		case result.ExitCode == 0:
			found[command.place] += result.Stdout
			found[onScreen] += result.Stderr
		case strings.Contains(command.line, "-json") && !cli.IsTofu && strings.Contains(result.Output(), jsonCrash):
			found[crashed] += result.Output()
		default:
			t.Fatalf("%s: exit code %d\n%s", command.line, result.ExitCode, result.Output())
		}
	}
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
		if !strings.Contains(found[inLog], line) {
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

const requiredProviders = `
terraform {
  required_providers {
    aicc = { source = "aicc-community/aicc" }
  }
}
`

// readings are the ways to read a planted case, by its name, and where what it holds
// may stand. In the configuration, ID stands for the ID of the case.
var readings = map[string]struct {
	config                 string
	terraform, tofu        int
	personal, own, history []string
	// kept are the keys of the case that keep names: the others stand nowhere.
	kept []string
}{
	"data": {
		config: `
			data "aicc_case" "data" {
				id = "ID"
			}
			output "email" {
				value     = data.aicc_case.data.contact.email
				sensitive = true
			}`,
		personal: stored, own: everywhere, history: stored,
	},
	"nocontact": {
		config: `
			data "aicc_case" "nocontact" {
				id              = "ID"
				include_contact = false
			}`,
		own: everywhere, history: stored,
	},
	"keep": {
		config: `
			data "aicc_case" "keep" {
				id   = "ID"
				keep = ["state", "due_date"]
			}`,
		own: everywhere, kept: []string{"state", "dueDate"},
	},
	"keepnocontact": {
		config: `
			data "aicc_case" "keepnocontact" {
				id              = "ID"
				keep            = ["state", "contact", "contact_phone", "trace", "tasks"]
				include_contact = false
			}`,
		own: everywhere, kept: []string{"state"}, history: stored,
	},
	"cases": {
		config: `
			data "aicc_cases" "cases" {
				ids = ["ID"]
			}`,
		own: everywhere,
	},
	"caseskeep": {
		config: `
			data "aicc_cases" "caseskeep" {
				ids  = ["ID"]
				keep = ["case_no"]
			}`,
		own: everywhere, kept: []string{"caseNo"},
	},
	// The list takes no notice of this filter: it has every case of its site.
	"search": {
		config: `
			data "aicc_cases" "search" {
				provider = aicc.search
				search { classification = "Created" }
			}`,
		own: everywhere,
	},
	"ephemeral": {
		terraform: 10, tofu: 11,
		config: `
			ephemeral "aicc_case" "ephemeral" {
				id = "ID"
			}
			resource "terraform_data" "precondition" {
				lifecycle {
					precondition {
						condition     = endswith(ephemeral.aicc_case.ephemeral.contact.email, "contact.email-end")
						error_message = "The e-mail address is another one."
					}
				}
			}`,
	},
	// Terraform cannot show this as JSON.
	"postcondition": {
		terraform: 10, tofu: 11,
		config: `
			ephemeral "aicc_case" "postcondition" {
				id = "ID"
				lifecycle {
					postcondition {
						condition     = endswith(self.contact.email, "contact.email-end")
						error_message = "The e-mail address is another one."
					}
				}
			}
			resource "terraform_data" "guarded" {
				depends_on = [ephemeral.aicc_case.postcondition]
			}`,
	},
}

// TestCLICanaries plans and applies all ways to read a case, and looks for every
// planted value in every place that the run leaves behind.
func TestCLICanaries(t *testing.T) {
	t.Parallel()
	const alone = "postcondition"
	others := slices.DeleteFunc(slices.Sorted(maps.Keys(readings)), func(name string) bool { return name == alone })
	for kind := range credentialsOf {
		for ways, names := range map[string][]string{"all ways": others, alone: {alone}} {
			t.Run(ways+" with a "+kind, func(t *testing.T) {
				t.Parallel()
				readPlanted(t, kind, names)
			})
		}
	}
}

// readPlanted reads planted cases in the given ways, in one configuration.
func readPlanted(t *testing.T, kind string, names []string) {
	t.Helper()
	site, searched := aicctest.New(), aicctest.New()
	cli := tftest.NewCLI(t, site.Start(t))
	cli.Env = append(cli.Env, credentialsOf[kind].environment...)
	cli.Write(t, "main.tf", requiredProviders)
	cli.Write(t, "provider.tf", fmt.Sprintf("provider \"aicc\" {\n  alias  = \"search\"\n  domain = %q\n}\n", searched.Start(t)))
	planted := map[string]plantedCase{}
	for _, name := range names {
		reading := readings[name]
		if !cli.AtLeast(reading.terraform, reading.tofu) {
			continue
		}
		p := plantCase(t, name)
		planted[name] = p
		if name == "search" {
			searched.SetCase(p.id, p.json)
		} else {
			site.SetCase(p.id, p.json)
		}
		cli.Write(t, name+".tf", strings.ReplaceAll(reading.config, "ID", p.id))
	}
	if len(planted) == 0 {
		t.Skipf("needs a later version than %v", cli.Version)
	}
	found := runEverything(t, cli)
	found.check(t, standing{"credentials", credentialsOf[kind].secrets, nil})
	if report, did := found[crashed]; did && planted["postcondition"].id == "" {
		t.Errorf("Terraform crashed:\n%s", report)
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			reading, p := readings[name], planted[name]
			if p.id == "" {
				t.Skipf("needs a later version than %v", cli.Version)
			}
			kept, dropped := p.own, []string(nil)
			if reading.kept != nil {
				kept = nil
				for _, key := range reading.kept {
					kept = append(kept, p.canary("case."+key))
				}
				dropped = slices.DeleteFunc(slices.Clone(p.own), func(value string) bool { return slices.Contains(kept, value) })
			}
			own := reading.own
			if !cli.AtLeast(4, 6) && strings.Contains(reading.config, `data "aicc_cases"`) {
				// Terraform 1.3 hides a whole map of objects if one of their attributes is sensitive.
				own = slices.DeleteFunc(slices.Clone(own), func(place string) bool { return place == onScreen })
			}
			found.check(t,
				standing{"personal data", p.personal, reading.personal},
				standing{"the case", kept, own},
				standing{"what is not kept", dropped, nil},
				standing{"history and tasks", p.history, reading.history},
			)
		})
	}
}

// TestCLICanaryRemoteState looks into what a backend is sent.
func TestCLICanaryRemoteState(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	remote := places{}
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		switch r.Method {
		case http.MethodPost:
			body, _ := io.ReadAll(r.Body)
			remote["state"] = string(body)
		case http.MethodGet:
			if remote["state"] == "" {
				w.WriteHeader(http.StatusNotFound)
			}
			_, _ = io.WriteString(w, remote["state"])
		}
	}))
	t.Cleanup(backend.Close)
	site := aicctest.New()
	cli := tftest.NewCLI(t, site.Start(t))
	cli.UseMirror(t)
	cli.Write(t, "main.tf", requiredProviders)
	cli.Write(t, "backend.tf", fmt.Sprintf("terraform {\n  backend \"http\" {\n    address = %q\n  }\n}\n", backend.URL))
	standings := []standing{{"credentials", []string{aicctest.Token}, nil}}
	for _, name := range []string{"data", "nocontact"} {
		p, sent := plantCase(t, name), []string{"state"}
		site.SetCase(p.id, p.json)
		cli.Write(t, name+".tf", strings.ReplaceAll(readings[name].config, "ID", p.id))
		standings = append(standings, standing{name + ", the case", slices.Concat(p.own, p.history), sent})
		if name == "nocontact" {
			sent = nil
		}
		standings = append(standings, standing{name + ", personal data", p.personal, sent})
	}
	cli.MustRun(t, "init")
	cli.MustRun(t, "apply", "-auto-approve")
	mu.Lock()
	defer mu.Unlock()
	remote.check(t, standings...)
}

// TestCLICanaryToken shows which ways to configure a token carry it into a saved
// plan, and that none carries it into the state.
func TestCLICanaryToken(t *testing.T) {
	t.Parallel()
	ways := []struct {
		name, variable  string
		terraform, tofu int
		places          []string
	}{
		{name: "code", places: []string{inPlan, planJSON, elsewhere}},
		{name: "sensitive", variable: "sensitive = true", places: []string{inPlan, planJSON}},
		{name: "ephemeral", variable: "ephemeral = true", terraform: 10, tofu: 11},
	}
	site := aicctest.New()
	// The stand-in does not know these tokens; it answers all the same.
	site.Always(aicctest.Reply(http.StatusOK, string(aicctest.Sample)))
	cli := tftest.NewCLI(t, site.Start(t))
	cli.Write(t, "main.tf", requiredProviders)
	var standings []standing
	for _, way := range ways {
		token := "canary-" + way.name + ".token-end"
		value := "var." + way.name
		switch {
		case !cli.AtLeast(way.terraform, way.tofu):
			t.Logf("%v has no %s variables", cli.Version, way.name)
			continue
		case way.variable == "":
			value = fmt.Sprintf("%q", token)
		default:
			cli.Env = append(cli.Env, "TF_VAR_"+way.name+"="+token)
			cli.Write(t, "variable_"+way.name+".tf", fmt.Sprintf("variable %q {\n  type = string\n  %s\n}\n", way.name, way.variable))
		}
		cli.Write(t, way.name+".tf", fmt.Sprintf(`
			provider "aicc" {
				alias = %[1]q
				token = %[2]s
			}
			data "aicc_case" %[1]q {
				provider = aicc.%[1]s
				id       = %[3]q
			}`, way.name, value, aicctest.SampleID))
		standings = append(standings, standing{"the token by " + way.name, []string{token}, way.places})
	}
	runEverything(t, cli).check(t, standings...)
	shown := map[string]bool{}
	for _, request := range site.Requests() {
		shown[request.Header.Get("access-token")] = true
	}
	for _, s := range standings {
		if !shown[s.values[0]] {
			t.Errorf("AICC was not shown %s", s.what)
		}
	}
}

// TestCLICanaryLeftovers follows the customer's data where a configuration takes
// them, and sees what remains after the configuration has let go of them.
func TestCLICanaryLeftovers(t *testing.T) {
	t.Parallel()
	needs(t, 4, 6)
	p := plantCase(t, "left")
	site := aicctest.New()
	site.SetCase(p.id, p.json)
	cli := tftest.NewCLI(t, site.Start(t))
	reading := func(arguments string) string {
		return requiredProviders + "data \"aicc_case\" \"test\" {\n  id = \"" + p.id + "\"\n" + arguments + "\n}\n"
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
	phone := p.canary("contact.phone")
	places{
		onScreen:       cli.MustRun(t, "output").Stdout + cli.MustRun(t, "show").Stdout,
		"output -json": cli.MustRun(t, "output", "-json").Stdout,
		"output -raw":  cli.MustRun(t, "output", "-raw", "email").Stdout,
	}.check(t,
		standing{"the e-mail address", []string{p.canary("contact.email")}, []string{"output -json", "output -raw"}},
		standing{"the phone number", []string{phone}, nil},
		// The resource hands its input on as an output that nobody marks.
		standing{"the fax number", []string{p.canary("contact.fax")}, []string{onScreen}},
	)
	before := readFile(t, filepath.Join(cli.Dir, "terraform.tfstate"))
	cli.Write(t, "main.tf", reading("include_contact = false")+`
		resource "terraform_data" "copy" {
			input = data.aicc_case.test.contact_id
		}`)
	cli.MustRun(t, "apply", "-auto-approve")
	places{
		"before": before,
		"now":    readFile(t, filepath.Join(cli.Dir, "terraform.tfstate")),
		"backup": readFile(t, filepath.Join(cli.Dir, "terraform.tfstate.backup")),
	}.check(t, standing{"personal data", p.personal, []string{"before", "backup"}})
	if n := strings.Count(before, phone); n != 2 {
		t.Errorf("the phone number stands %d times in the state, want it with the case and with the copy", n)
	}
}

// TestCLIEncryption encrypts state and plan as the guide "Personal data" shows,
// which OpenTofu can and Terraform cannot.
func TestCLIEncryption(t *testing.T) {
	t.Parallel()
	p := plantCase(t, "data")
	site := aicctest.New()
	site.SetCase(p.id, p.json)
	cli := tftest.NewCLI(t, site.Start(t))
	const passphrase = "canary-passphrase-of-the-state"
	if !cli.IsTofu || !cli.AtLeast(0, 7) {
		t.Skip("only OpenTofu encrypts state, from 1.7 on")
	}
	cli.Env = append(cli.Env, "TF_VAR_passphrase="+passphrase)
	// The default takes long to derive a key, which is what it is for.
	cli.Write(t, "encryption.tf", replaced(t, guideBlock(t, "terraform", "encryption {"), "= var.passphrase", "= var.passphrase\niterations = 200000"))
	cli.Write(t, "main.tf", requiredProviders+strings.ReplaceAll(readings["data"].config, "ID", p.id))
	found := runEverything(t, cli)
	readable := []string{planJSON, stateJSON, pulled}
	found.check(t,
		standing{"personal data", p.personal, readable},
		standing{"the case", p.own, append(readable, onScreen)},
		standing{"the passphrase", []string{passphrase}, []string{planJSON}},
	)
	if !strings.Contains(found[inState], "encrypted_data") {
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
