// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

// Package examples_test runs everything under examples/, and every block of
// Terraform in the documentation, against the stand-in.
package examples_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

// link returns a link to a case at the site that the examples expect.
func link(id string) string { return "https://service.besclouds.com/case/" + id }

// example is a folder under examples/ that holds a configuration.
type example struct {
	// terraform and tofu are the first minor versions whose language it uses.
	terraform, tofu int
	variables       []string
	// outputs is what an apply leaves, in part.
	outputs map[string]any
	// warnings are what it says beside that.
	warnings []string
}

// configurations are all folders under examples/ that hold one.
var configurations = map[string]example{
	"provider": {},
	"demo": {outputs: map[string]any{
		"title":    "Roll out the new phone menu",
		"state":    "Processing",
		"due_date": "2099-12-31T18:00:00+08:00",
		"trace": []any{
			"2026-11-02T09:15:00+08:00  CreateCase  Agent One",
			"2026-11-02T09:20:00+08:00  Email  Agent One",
			"2026-11-03T14:00:00+08:00  Iternal  Agent Two",
		},
	}},
	"data-sources/aicc_case": {terraform: 5, tofu: 6, outputs: map[string]any{
		"change":  "000000000000000000000000040001: Roll out the new phone menu (Processing)",
		"overdue": false,
	}},
	"data-sources/aicc_cases": {outputs: map[string]any{
		"states":    map[string]any{aicctest.OpenID: "Processing", aicctest.CompletedID: "Completed"},
		"dead":      map[string]any{aicctest.UnknownID: "HTTP 404, resCode 405230004: 工单不存在"},
		"forgotten": []any{"000000000000000000000000040003"},
	}},
	"ephemeral-resources/aicc_case": {terraform: 10, tofu: 11},
	"functions/parse_case_link": {terraform: 8, tofu: 7, outputs: map[string]any{
		"ticket": map[string]any{"domain": "service.besclouds.com", "id": aicctest.OpenID},
	}},
	"ticket-gate": {
		terraform: 5, tofu: 6,
		variables: []string{`-var=ids=["` + aicctest.OpenID + `"]`, `-var=case_nos=["40002"]`},
		outputs: map[string]any{"answers": "id " + aicctest.OpenID + "\topen\t000000000000000000000000040001\tProcessing\t2099-12-31T18:00:00+08:00\t10gg000000AgentOne01\n" +
			"number 40002\tstate\t000000000000000000000000040002\tCompleted\t2026-09-15T18:00:00+08:00\t10gg000000AgentOne01"},
	},
	"gate": {
		terraform: 8, tofu: 7,
		variables: []string{"-var=ticket=" + link(aicctest.OpenID)},
		outputs: map[string]any{"ticket": map[string]any{
			"case_no": "000000000000000000000000040001", "state": "Processing", "due_date": "2099-12-31T18:00:00+08:00",
		}},
	},
	"functions/find_case_links": {terraform: 8, tofu: 7, outputs: map[string]any{
		"lines": map[string]any{aicctest.OpenID: []any{3}, aicctest.CompletedID: []any{4}},
	}},
	"functions/find_case_mentions": {terraform: 8, tofu: 7, outputs: map[string]any{
		"mentions": []any{
			"3: link " + aicctest.OpenID, "4: number 000000000000000000000000040002", "5: unlinked: there is a placeholder instead of a case",
		},
	}},
	"functions/find_case_mentions_in_files": {terraform: 8, tofu: 7, outputs: map[string]any{"tickets": map[string]any{}}},
	"functions/render_report": {terraform: 8, tofu: 7, outputs: map[string]any{
		"table": "VERDICT  STATE       OWNER  DUE         WHERE        TICKET      REASON\noverdue  Processing  张三   2026-03-01  phones.md:3  工单 40001\n",
	}},
	"audit": {
		terraform: 8, tofu: 7,
		variables: []string{"-var=root=sample"},
		outputs:   map[string]any{"failing": ""},
	},
	"case-tags": {
		terraform: 5, tofu: 6,
		variables: []string{"-var=case_id=" + aicctest.OpenID},
		outputs: map[string]any{"case": map[string]any{
			"case_no": "000000000000000000000000040001", "owner": "Agent Two", "priority": "High",
		}},
	},
	// The case is due on the last day of 2099.
	"null-values": {
		terraform: 5, tofu: 6,
		variables: []string{"-var=days=40000"},
		outputs:   map[string]any{"parent": "none", "closed": "not closed", "due_soon": true},
	},
	// TestCLICloudTags runs it: it needs another provider.
	"cloud-tags":           {},
	"move-from-http/after": {outputs: map[string]any{"ticket": moved}},
	// TestCLIMoveFromHTTP runs it: it needs another provider.
	"move-from-http/before": {},
}

var moved = map[string]any{
	"id": aicctest.OpenID, "case_no": "000000000000000000000000040001", "title": "Roll out the new phone menu",
	"state": "Processing", "due_date": "2099-12-31T18:00:00+08:00", "external_no": "CHG-0001", "owner": "Agent Two",
}

// needs skips a test where the command is older than the given minor versions.
// Nothing else skips a test.
func needs(t *testing.T, cli *tftest.CLI, terraform, tofu int) {
	t.Helper()
	if !cli.AtLeast(terraform, tofu) {
		t.Skipf("needs Terraform 1.%d or OpenTofu 1.%d, and this is %v", terraform, tofu, cli.Version)
	}
}

// in prepares a command in a copy of a folder under examples/.
func in(t testing.TB, folder, url string) *tftest.CLI {
	t.Helper()
	cli := tftest.NewCLI(t, url)
	if err := os.CopyFS(cli.Dir, os.DirFS(filepath.FromSlash(folder))); err != nil {
		t.Fatal(err)
	}
	return cli
}

// offline takes away what says where an AICC is.
func offline(cli *tftest.CLI) {
	cli.Env = slices.DeleteFunc(cli.Env, func(variable string) bool { return strings.HasPrefix(variable, "AICC_") })
}

// words is a text without the frames and line breaks that the command puts into
// it.
func words(text string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(text)), " ")
}

// messages returns what a person reads as the errors of a run: everything from
// the first on, without the lines of the configuration.
func messages(result tftest.Result) []string {
	var texts []string
	for _, part := range strings.Split(result.Output(), "Error: ")[1:] {
		// The warning about the overridden provider stands behind the errors.
		part, _, _ = strings.Cut(part, "Warning: ")
		texts = append(texts, words(part))
	}
	return texts
}

// outputs returns the values of a state's outputs.
func outputs(t *testing.T, cli *tftest.CLI) map[string]any {
	t.Helper()
	var found map[string]struct{ Value any }
	if err := json.Unmarshal([]byte(cli.MustRun(t, "output", "-json").Stdout), &found); err != nil {
		t.Fatal(err)
	}
	values := make(map[string]any, len(found))
	for name, output := range found {
		values[name] = output.Value
	}
	return values
}

func asJSON(t *testing.T, value any) string {
	t.Helper()
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// foldersWith returns the folders under examples/ that hold files of a name.
func foldersWith(t *testing.T, pattern string) []string {
	t.Helper()
	folders := map[string]bool{}
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if match, _ := filepath.Match(pattern, entry.Name()); match {
			folders[filepath.ToSlash(filepath.Dir(path))] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(folders))
}

func TestCLIExamples(t *testing.T) {
	t.Parallel()
	if found, listed := foldersWith(t, "*.tf"), slices.Sorted(maps.Keys(configurations)); !slices.Equal(found, listed) {
		t.Errorf("the folders with a configuration are %q, and the test knows %q", found, listed)
	}
	url := aicctest.New().Start(t)
	for folder, want := range configurations {
		if folder == "move-from-http/before" || folder == "cloud-tags" {
			continue
		}
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			cli := in(t, folder, url)
			needs(t, cli, want.terraform, want.tofu)
			plan := append([]string{"plan", "-detailed-exitcode"}, want.variables...)
			cli.MustRun(t, append([]string{"apply", "-auto-approve"}, want.variables...)...)
			got := outputs(t, cli)
			for name, value := range want.outputs {
				if asJSON(t, got[name]) != asJSON(t, value) {
					t.Errorf("output %s is %s, want %s", name, asJSON(t, got[name]), asJSON(t, value))
				}
			}
			again := cli.MustRun(t, plan...)
			said := words(again.Output())
			for _, warning := range want.warnings {
				if !strings.Contains(said, warning) {
					t.Errorf("there is no warning %q in:\n%s", warning, again.Output())
				}
			}
			if got := strings.Count(said, "Check block assertion failed"); got != len(want.warnings) {
				t.Errorf("%d checks failed, want %d:\n%s", got, len(want.warnings), again.Output())
			}
		})
	}
}

// TestProviderBlock holds that every example that reads cases has the block of the
// provider: without it, Terraform says that it "requires explicit configuration"
// where the environment lacks a setting.
func TestProviderBlock(t *testing.T) {
	t.Parallel()
	for folder := range configurations {
		paths, err := filepath.Glob(filepath.Join(filepath.FromSlash(folder), "*.tf"))
		if err != nil {
			t.Fatal(err)
		}
		all := ""
		for _, path := range paths {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			all += "\n" + string(text)
		}
		reads := regexp.MustCompile(`\n(data|ephemeral) "aicc_`).MatchString(all)
		if reads && !strings.Contains(all, "\nprovider \"aicc\" {") {
			t.Errorf("examples/%s reads cases without a block of the provider", folder)
		}
		if strings.Contains(all, `"aicc-community/aicc"`) && !strings.Contains(all, `version = "~> 0.1"`) {
			t.Errorf("examples/%s does not pin the provider", folder)
		}
	}
}

func TestCLIFormat(t *testing.T) {
	t.Parallel()
	cli := in(t, ".", "")
	if !cli.AtLeast(8, 7) {
		t.Skip("older commands cannot read functions of providers")
	}
	if got := cli.Run(t, "fmt", "-check", "-diff", "-recursive"); got.ExitCode != 0 {
		t.Errorf("not formatted:\n%s", got.Output())
	}
}

// TestCLIExampleTests runs the tests that the examples bring along: all of them
// with the stand-in, and those for people without an AICC with nothing at all.
func TestCLIExampleTests(t *testing.T) {
	t.Parallel()
	type suite struct {
		terraform, tofu int
		runs            int
		offline         string
		offlineRuns     int
	}
	suites := map[string]suite{
		"gate":      {8, 8, 9, "tests/offline.tftest.hcl", 6},
		"audit":     {8, 8, 7, "tests/mock.tftest.hcl", 5},
		"case-tags": {8, 8, 5, "tests/mock.tftest.hcl", 3},
	}
	for _, folder := range foldersWith(t, "*.tftest.hcl") {
		if _, ok := suites[strings.TrimSuffix(folder, "/tests")]; !ok {
			t.Errorf("the tests in %s are not run", folder)
		}
	}
	passed := regexp.MustCompile(`Success! (\d+) passed, 0 failed\.`)
	for folder, want := range suites {
		for _, alone := range []bool{false, true} {
			name, runs := folder+"/with the stand-in", want.runs
			if alone {
				name, runs = folder+"/offline", want.offlineRuns
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				standin := aicctest.New()
				cli := in(t, folder, standin.Start(t))
				needs(t, cli, want.terraform, want.tofu)
				args := []string{"test"}
				if alone {
					offline(cli)
					args = append(args, "-filter="+want.offline)
				}
				result := cli.MustRun(t, args...)
				if got := passed.FindStringSubmatch(result.Stdout); got == nil || got[1] != asJSON(t, runs) {
					t.Errorf("want %d runs to pass:\n%s", runs, result.Output())
				}
				if asked := len(standin.Requests()) > 0; asked == alone {
					t.Errorf("AICC was asked: %v", asked)
				}
			})
		}
	}
}

// tool returns the path of a command that a test needs. Without it the test is
// skipped; it fails instead where CI or AICC_REQUIRE_CLI is set.
func tool(t *testing.T, variable, name string) string {
	t.Helper()
	path := os.Getenv(variable)
	if path == "" {
		path, _ = exec.LookPath(name)
	}
	if _, err := os.Stat(path); err == nil {
		return path
	}
	message := "there is no " + name + ": " + variable + " does not name it; make test builds one"
	if os.Getenv("CI") != "" || os.Getenv("AICC_REQUIRE_CLI") != "" {
		t.Fatal(message)
	}
	t.Skip(message)
	return ""
}

// TestCLICaseTags changes a case under its tags.
func TestCLICaseTags(t *testing.T) {
	t.Parallel()
	standin := aicctest.New()
	cli := in(t, "case-tags", standin.Start(t))
	needs(t, cli, 5, 6)
	variable := "-var=case_id=" + aicctest.OpenID
	tags := func() string {
		var state struct {
			Resources []struct {
				Name      string
				Instances []struct {
					Attributes struct {
						Output struct{ Value json.RawMessage }
					}
				}
			}
		}
		text, err := os.ReadFile(filepath.Join(cli.Dir, "terraform.tfstate"))
		if err == nil {
			err = json.Unmarshal(text, &state)
		}
		if err != nil {
			t.Fatal(err)
		}
		var server struct{ Tags map[string]string }
		for _, resource := range state.Resources {
			if resource.Name == "server" {
				if err := json.Unmarshal(resource.Instances[0].Attributes.Output.Value, &server); err != nil {
					t.Fatal(err)
				}
			}
		}
		return server.Tags["case"] + " " + server.Tags["case-owner"] + " " + server.Tags["case-priority"]
	}
	expect := func(want string) {
		t.Helper()
		if got := tags(); got != want {
			t.Errorf("the tags are %q, want %q", got, want)
		}
	}
	cli.MustRun(t, "apply", "-auto-approve", variable)
	expect("000000000000000000000000040001 Agent Two High")

	standin.ChangeCase(aicctest.OpenID, map[string]any{"ownerId": "10gg000000AgentTri03", "ownerName": "Agent Three"})
	handedOver := cli.MustRun(t, "apply", "-auto-approve", variable)
	expect("000000000000000000000000040001 Agent Two High")
	for _, want := range []string{
		"0 added, 0 changed, 0 destroyed",
		`~ owner = "Agent Two" -> "Agent Three"`,
		"Case 000000000000000000000000040001 changed hands, and the tags stay as they are: they name Agent Two, AICC names Agent Three. " +
			"To have the tags name the new owner, run: terraform apply -replace=terraform_data.owner",
	} {
		if !strings.Contains(words(handedOver.Output()), want) {
			t.Errorf("no word of %q:\n%s", want, handedOver.Output())
		}
	}

	replaced := cli.MustRun(t, "apply", "-auto-approve", "-replace=terraform_data.owner", variable)
	expect("000000000000000000000000040001 Agent Three High")
	if strings.Contains(replaced.Output(), "changed hands") {
		t.Errorf("it still says that the case changed hands:\n%s", replaced.Output())
	}

	standin.ChangeCase(aicctest.OpenID, map[string]any{"priority": "Critical"})
	followed := cli.MustRun(t, "apply", "-auto-approve", variable)
	expect("000000000000000000000000040001 Agent Three Critical")
	if want := `~ priority = "High" -> "Critical"`; !strings.Contains(words(followed.Output()), want) {
		t.Errorf("no word of %q:\n%s", want, followed.Output())
	}

	cli.MustRun(t, "apply", "-auto-approve", "-var=case_id="+aicctest.CompletedID)
	expect("000000000000000000000000040002 Agent Two Low")
}

// TestCLICloudTags holds that whatever a title holds, the tags are such that the
// cloud accepts them.
func TestCLICloudTags(t *testing.T) {
	t.Parallel()
	provider := filepath.Join(t.TempDir(), "terraform-provider-huaweicloud")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", provider, "../internal/tftest/huaweicloud")
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	standin := aicctest.New()
	cli := in(t, "cloud-tags", standin.Start(t))
	needs(t, cli, 5, 6)
	withProvider(t, cli, "huaweicloud/huaweicloud", provider)
	for _, test := range []struct {
		title any
		want  string
	}{
		{"Roll out the new phone menu", "Roll-out-the-new-phone-menu"},
		{"更换 IVR（语音）菜单：第二阶段 v2.1", "更换-IVR-语音-菜单-第二阶段-v2.1"},
		{"  \"Quotes\" & <tags>, 50 % | done?\n", "Quotes-tags-50-done"},
		{strings.Repeat("工单", 30), strings.Repeat("工单", 21) + "工"},
		{strings.Repeat("a", 42) + " and more", strings.Repeat("a", 42)},
		{"🙂", "no-title"},
		{"", "no-title"},
		{nil, "no-title"},
	} {
		standin.ChangeCase(aicctest.OpenID, map[string]any{"title": test.title})
		cli.MustRun(t, "apply", "-auto-approve")
		var state struct {
			Resources []struct {
				Mode      string
				Instances []struct {
					Attributes struct{ Tags map[string]string }
				}
			}
		}
		text, err := os.ReadFile(filepath.Join(cli.Dir, "terraform.tfstate"))
		if err == nil {
			err = json.Unmarshal(text, &state)
		}
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]string{"case": "000000000000000000000000040001", "case_title": test.want}
		for _, resource := range state.Resources {
			if got := resource.Instances[0].Attributes.Tags; resource.Mode == "managed" && !maps.Equal(got, want) {
				t.Errorf("with the title %q, the tags are %q, want %q", test.title, got, want)
			}
		}
	}
}

// withProvider has the command find another provider beside aicc.
func withProvider(t *testing.T, cli *tftest.CLI, name, provider string) {
	t.Helper()
	var config string
	for _, variable := range cli.Env {
		if path, ok := strings.CutPrefix(variable, "TF_CLI_CONFIG_FILE="); ok {
			config = path
		}
	}
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	const start = "  dev_overrides {\n"
	more := start
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		more += fmt.Sprintf("    %q = %q\n", host+"/"+name, filepath.Dir(provider))
	}
	if err := os.WriteFile(config, []byte(strings.Replace(string(text), start, more, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestCLIMoveFromHTTP reads the same case in the old way and in the new one.
func TestCLIMoveFromHTTP(t *testing.T) {
	t.Parallel()
	provider := tool(t, "AICC_HTTP_PROVIDER", "terraform-provider-http")
	url := aicctest.New().Start(t)
	before, after := in(t, "move-from-http/before", url), in(t, "move-from-http/after", url)
	withProvider(t, before, "hashicorp/http", provider)

	before.MustRun(t, "apply", "-auto-approve", "-var=domain="+url, "-var=token="+aicctest.Token)
	after.MustRun(t, "apply", "-auto-approve")
	old, renewed := asJSON(t, outputs(t, before)), asJSON(t, outputs(t, after))
	if want := asJSON(t, map[string]any{"ticket": moved}); old != want || renewed != want {
		t.Errorf("the old way says\n%s\nthe new one\n%s\nwant\n%s", old, renewed, want)
	}
	// The move itself: the old state, the new configuration, no change to see.
	moving := in(t, "move-from-http/after", url)
	withProvider(t, moving, "hashicorp/http", provider)
	state, err := os.ReadFile(filepath.Join(before.Dir, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	moving.Write(t, "terraform.tfstate", string(state))
	if result := moving.Run(t, "plan", "-detailed-exitcode"); result.ExitCode != 0 {
		t.Errorf("the move changes something:\n%s", result.Output())
	}

	// The guide says what the old way leaves in the state, and the new one does not.
	for _, secret := range []string{aicctest.Token, "customer@example.com"} {
		for way, cli := range map[string]*tftest.CLI{"old": before, "new": after} {
			state, err := os.ReadFile(filepath.Join(cli.Dir, "terraform.tfstate"))
			if err != nil {
				t.Fatal(err)
			}
			if stands := strings.Contains(string(state), secret); stands != (way == "old") {
				t.Errorf("%q in the state of the %s way: %v", secret, way, stands)
			}
		}
	}

	// It also says where the token goes when AICC is moved.
	mover, thief := aicctest.New(), aicctest.New()
	mover.Always(aicctest.Redirect(strings.Replace(thief.Start(t), "127.0.0.1", "localhost", 1) + aicctest.CasePath + aicctest.OpenID))
	url = mover.Start(t)
	stolen := func() bool {
		defer thief.Forget()
		return slices.ContainsFunc(thief.Requests(), func(r aicctest.Request) bool { return r.Header.Get("access-token") == aicctest.Token })
	}
	_ = before.Run(t, "plan", "-var=domain="+url, "-var=token="+aicctest.Token)
	if !stolen() {
		t.Error("the old way did not take the token to another host")
	}
	after.Env = append(after.Env, "AICC_DOMAIN="+url)
	if result := after.Run(t, "plan"); result.ExitCode == 0 || stolen() {
		t.Errorf("the new way followed a redirect:\n%s", result.Output())
	}
}
