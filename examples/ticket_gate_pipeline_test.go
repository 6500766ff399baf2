// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package examples_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

// pipeline is one run of the three jobs.
type pipeline struct {
	*gateTest
	// event is push for the run after the merge, pull_request_target for a pull request
	// or merge request, and merge_group for a merge queue.
	event string
	// commit is what the run is for.
	commit string
	// artifact is the folder for what jobs hand on.
	artifact string
	// outputs are what the gate hands on.
	outputs map[string]string
	// cli is what the author's jobs find their providers with.
	cli string
}

// job is how one job ended.
type job struct {
	ran, ok bool
	output  string
}

// script runs the commands of a step or a job as its runner would.
func (p *pipeline) script(t *testing.T, dir string, env []string, commands string) (string, bool) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	_, output, ok := p.run(t, dir, slices.Concat(p.env, env), "sh", "-e", "-c", commands)
	return output, ok
}

// settings returns the variables in a file of NAME=value lines.
func settings(t *testing.T, path string) map[string]string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	for line := range strings.Lines(string(text)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		values[name] = value
	}
	return values
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	content, err := os.ReadFile(from)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(to), 0o700)
	}
	if err == nil {
		err = os.WriteFile(to, content, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func copyFolder(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

// readYAML decodes a file with Terraform's own function.
func readYAML(t *testing.T, path string, into any) {
	t.Helper()
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	cli := tftest.NewCLI(t, "")
	console := cli.Command(t.Context(), "console")
	console.Stdin = strings.NewReader(`base64encode(jsonencode(yamldecode(file("` + path + `"))))` + "\n")
	output, err := console.Output()
	if err != nil {
		t.Fatal(err)
	}
	text, err := base64.StdEncoding.DecodeString(strings.Trim(strings.TrimSpace(string(output)), `"`))
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	if err := json.Unmarshal(text, into); err != nil {
		t.Fatal(err)
	}
}

type githubStep struct {
	Uses, If, Run string
	With          map[string]any
	Env           map[string]string
	Directory     string `json:"working-directory"`
}

type githubJob struct {
	If, Needs, Environment string
	Outputs                map[string]string
	Steps                  []githubStep
}

// github runs the workflow: what it checks out, hands on and calls is what the file
// says.
func (p *pipeline) github(t *testing.T) map[string]job {
	t.Helper()
	var workflow struct{ Jobs map[string]githubJob }
	readYAML(t, "ticket-gate/github-actions.yml", &workflow)
	ended := map[string]job{}
	for _, name := range []string{"plan", "gate", "apply"} {
		j := workflow.Jobs[name]
		if len(j.Steps) == 0 {
			t.Fatalf("there is no job %s", name)
		}
		needed := ended[j.Needs]
		var runs bool
		switch j.If {
		case "github.event_name == 'push'":
			runs = p.event == "push" && (j.Needs == "" || needed.ok)
		case "${{ !failure() && !cancelled() }}":
			runs = !needed.ran || needed.ok
		default:
			t.Fatalf("%s runs if %q", name, j.If)
		}
		ended[name] = job{}
		if runs {
			ended[name] = p.githubJob(t, j)
		}
	}
	return ended
}

func (p *pipeline) githubJob(t *testing.T, j githubJob) job {
	t.Helper()
	work := t.TempDir()
	file := filepath.Join(work, "output")
	copyFile(t, os.DevNull, file)
	ended := job{ran: true, ok: true}
	for _, step := range j.Steps {
		if step.If != "" && p.expression(t, j, "${{ "+step.If+" }}") != "true" {
			continue
		}
		action, _, _ := strings.Cut(step.Uses, "@")
		path, _ := step.With["path"].(string)
		path = filepath.Join(work, path)
		switch action {
		case "actions/checkout":
			if step.With["repository"] == "example/policy" {
				copyFolder(t, p.policy, path)
				break
			}
			p.clone(t, path, step.With["fetch-depth"] == 0.0)
		case "actions/upload-artifact":
			copyFile(t, path, filepath.Join(p.artifact, filepath.Base(path)))
		case "actions/download-artifact":
			copyFolder(t, p.artifact, path)
		case "hashicorp/setup-terraform":
		case "":
			env := []string{"GITHUB_OUTPUT=" + file, "GITHUB_STEP_SUMMARY=" + filepath.Join(work, "summary"), "GITHUB_EVENT_PATH=" + p.eventFile(t), "TF_CLI_CONFIG_FILE=" + p.cli}
			for name, value := range step.Env {
				env = append(env, name+"="+p.expression(t, j, value))
			}
			output, ok := p.script(t, filepath.Join(work, step.Directory), env, step.Run)
			ended.output += output
			if !ok {
				ended.ok = false
				return ended
			}
		default:
			t.Fatalf("the test does not know %s", action)
		}
	}
	set := settings(t, file)
	for name, value := range j.Outputs {
		if value != "${{ steps.check.outputs."+name+" }}" {
			t.Fatalf("the output %s is %q", name, value)
		}
		p.outputs[name] = set[name]
	}
	return ended
}

// expression is the value of an expression in the workflow. The secrets of an
// environment are there for its jobs only.
func (p *pipeline) expression(t *testing.T, j githubJob, text string) string {
	t.Helper()
	if name, ok := strings.CutPrefix(text, "${{ needs.gate.outputs."); ok && j.Needs == "gate" {
		return p.outputs[strings.TrimSuffix(name, " }}")]
	}
	secrets := map[string]string{}
	if j.Environment == "ticket-gate" {
		secrets["${{ secrets.AICC_CLIENT_ID }}"] = aicctest.ClientID
		secrets["${{ secrets.AICC_CLIENT_SECRET }}"] = aicctest.ClientSecret
	}
	if value, ok := secrets[text]; ok {
		return value
	}
	value, ok := map[string]map[string]string{
		"push":                {"push": "true", "other": "true", "QUESTION": "refs/remotes/origin/applied..HEAD", "FILE": "../plan/change.tfplan"},
		"pull_request_target": {"pull": "true", "QUESTION": "--text", "FILE": "../text"},
		"merge_group":         {"other": "true", "QUESTION": p.git(t, p.origin, "rev-parse", "refs/heads/applied") + ".." + p.commit, "FILE": ""},
	}[p.event][map[string]string{
		"${{ github.event_name == 'push' }}":                "push",
		"${{ github.event_name == 'pull_request_target' }}": "pull",
		"${{ github.event_name != 'pull_request_target' }}": "other",
		"${{ github.event_name == 'pull_request_target' && '--text' || github.event_name == 'push' && 'refs/remotes/origin/applied..HEAD' || format('{0}..{1}', github.event.merge_group.base_sha, github.event.merge_group.head_sha) }}": "QUESTION",
		"${{ github.event_name == 'pull_request_target' && '../text' || github.event_name == 'push' && '../plan/change.tfplan' || '' }}":                                                                                                  "FILE",
	}[text]]
	if !ok && !strings.Contains(text, "github.event_name") {
		t.Fatalf("the test does not know %s", text)
	}
	return value
}

// clone checks out the commit of the run as a service does.
func (p *pipeline) clone(t *testing.T, folder string, full bool) {
	t.Helper()
	if full {
		p.git(t, p.home, "clone", "--quiet", "file://"+p.origin, folder)
	} else {
		p.git(t, p.home, "init", "--quiet", folder)
		p.git(t, folder, "remote", "add", "origin", "file://"+p.origin)
		p.git(t, folder, "fetch", "--quiet", "--depth=1", "origin", p.commit)
	}
	p.git(t, folder, "checkout", "--quiet", "--detach", p.commit)
}

// eventFile is what GitHub tells a workflow about its event.
func (p *pipeline) eventFile(t *testing.T) string {
	t.Helper()
	title, body, _ := strings.Cut(p.git(t, p.origin, "log", "-1", "--format=%B", p.commit), "\n")
	path := filepath.Join(t.TempDir(), "event.json")
	p.write(t, path, asJSON(t, map[string]any{"pull_request": map[string]any{"title": title, "body": body}}))
	return path
}

type gitlabJob struct {
	Script    []string
	Rules     []struct{ If, When string }
	Needs     []any
	Variables map[string]string
	Artifacts struct {
		When    string
		Paths   []string
		Reports struct{ Dotenv string }
	}
	Environment any
}

// gitlab runs the pipeline of the policy project.
func (p *pipeline) gitlab(t *testing.T) map[string]job {
	t.Helper()
	jobs := map[string]json.RawMessage{}
	readYAML(t, "ticket-gate/gitlab-ci.yml", &jobs)
	p.serve(t)
	ended := map[string]job{}
	for _, name := range []string{"plan", "gate", "apply"} {
		var j gitlabJob
		if err := json.Unmarshal(jobs[name], &j); err != nil {
			t.Fatal(err)
		}
		if len(j.Rules) != 1 {
			t.Fatalf("%s has %d rules, and the test knows one", name, len(j.Rules))
		}
		runs := j.Rules[0].When == "on_success"
		if j.Rules[0].If == "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH" {
			runs = p.event == "push"
		}
		for _, need := range j.Needs {
			before, optional := need, false
			if options, ok := need.(map[string]any); ok {
				before, optional = options["job"], options["optional"] == true
			}
			of := ended[before.(string)]
			runs = runs && (of.ok || optional && !of.ran)
		}
		ended[name] = job{}
		if runs {
			ended[name] = p.gitlabJob(t, j)
		}
	}
	return ended
}

// serve makes both repositories ones that can be cloned from GitLab's addresses.
func (p *pipeline) serve(t *testing.T) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(p.policy, ".git")); err == nil {
		return
	}
	p.git(t, p.policy, "init", "--quiet")
	p.git(t, p.policy, "add", "--all")
	p.git(t, p.policy, "commit", "--quiet", "--message=Add the ticket gate")
	for address, folder := range map[string]string{
		"https://gitlab-ci-token:job-token@gitlab.example.com/example/policy.git":        p.policy,
		"https://gitlab-ci-token:job-token@gitlab.example.com/example/configuration.git": p.origin,
		"https://applied:applied-token@gitlab.example.com/example/configuration.git":     p.origin,
	} {
		p.git(t, p.home, "config", "--global", "--add", "url."+folder+".insteadOf", address)
	}
	p.env = append(p.env, "CI_JOB_TOKEN=job-token", "CI_SERVER_HOST=gitlab.example.com", "CI_PROJECT_PATH=example/configuration")
}

func (p *pipeline) gitlabJob(t *testing.T, j gitlabJob) job {
	t.Helper()
	work := t.TempDir()
	// Where the runner does not clone, the folder can still be that of a job before.
	p.clone(t, work, j.Variables["GIT_DEPTH"] == "0")
	env := []string{"CI_PROJECT_DIR=" + work, "CI_COMMIT_SHA=" + p.commit, "TF_CLI_CONFIG_FILE=" + p.cli}
	if environment, ok := j.Environment.(map[string]any); ok && environment["name"] == "ticket-gate" {
		env = append(env, credentials...)
	}
	if environment, ok := j.Environment.(string); ok && environment == "production" {
		env = append(env, "APPLIED_TOKEN=applied-token")
	}
	// GitLab replaces variables in what people wrote.
	text := p.git(t, p.origin, "log", "-1", "--format=%B", p.commit)
	expanded := os.Expand(text, func(name string) string {
		for _, variable := range env {
			if value, found := strings.CutPrefix(variable, name+"="); found {
				return value
			}
		}
		return ""
	})
	env = append(env, "CI_COMMIT_MESSAGE="+expanded)
	if p.event != "push" {
		env = append(env, "CI_MERGE_REQUEST_IID=1", "CI_MERGE_REQUEST_DESCRIPTION="+expanded,
			"CI_MERGE_REQUEST_DIFF_BASE_SHA="+p.git(t, p.origin, "rev-parse", p.commit+"~1"))
	}
	for name, value := range j.Variables {
		env = append(env, name+"="+value)
	}
	for name, value := range p.outputs {
		env = append(env, name+"="+value)
	}
	// A job can upload variables for the jobs that take its artifacts.
	for _, need := range j.Needs {
		if options, ok := need.(map[string]any); need == "plan" || ok && options["job"] == "plan" && options["artifacts"] != false {
			env = append(env, "CI_PROJECT_PATH=another/project", "VERDICT_UNTIL=9999999999")
		}
	}
	output, ok := p.script(t, work, env, strings.Join(j.Script, "\n"))
	for _, path := range j.Artifacts.Paths {
		if _, err := os.Stat(filepath.Join(work, path)); ok || err == nil && j.Artifacts.When == "always" {
			copyFile(t, filepath.Join(work, path), filepath.Join(p.artifact, path))
		}
	}
	if path := j.Artifacts.Reports.Dotenv; ok && path != "" {
		p.outputs = settings(t, filepath.Join(work, path))
	}
	return job{true, ok, output}
}

// codeArts is a build file, with the keys that CodeArts Build documents for these
// actions and no others.
type codeArts struct {
	Version float64
	Steps   struct {
		Prepare []struct {
			Checkout struct {
				Name   string
				Inputs struct{ Scm, URL, Branch, Path string }
			}
		} `json:"PRE_BUILD"`
		Build []struct {
			Swr struct {
				Image  string
				Inputs struct{ Command string }
			}
		} `json:"BUILD"`
	}
}

// codeArts runs the build task of the policy repository, which has no job plan.
func (p *pipeline) codeArts(t *testing.T) map[string]job {
	t.Helper()
	var text json.RawMessage
	readYAML(t, "ticket-gate/codearts-build.yml", &text)
	var build codeArts
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&build); err != nil {
		t.Fatal(err)
	}
	if build.Version != 2 || len(build.Steps.Build) != 2 {
		t.Fatalf("version %v with %d actions", build.Version, len(build.Steps.Build))
	}
	work := t.TempDir()
	for _, action := range build.Steps.Prepare {
		path := filepath.Join(work, action.Checkout.Inputs.Path)
		switch action.Checkout.Inputs.URL {
		case "git@codehub.example.com:example/policy.git":
			copyFolder(t, p.policy, path)
		case "git@codehub.example.com:example/configuration.git":
			p.clone(t, path, true)
		}
	}
	ended := map[string]job{"gate": {}, "apply": {}}
	for i, name := range []string{"gate", "apply"} {
		// No page says that a command that fails ends the script.
		commands := "set +e\n" + build.Steps.Build[i].Swr.Inputs.Command
		output, ok := p.script(t, work, slices.Concat(credentials, []string{"TF_CLI_CONFIG_FILE=" + p.cli}), commands)
		ended[name] = job{true, ok, output}
		if !ok {
			break
		}
	}
	return ended
}

// TestGateCodeArts holds that no parameter stands in a command but those of the
// client: CodeArts Build may put its value into the text of the command, and the
// author of a change must not have one there.
func TestGateCodeArts(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("ticket-gate/codearts-build.yml")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`\$\{[^}]*\}|\{[{%#]`).FindAllString(string(text), -1)
	if want := []string{"${AICC_CLIENT_ID}", "${AICC_CLIENT_SECRET}"}; !slices.Equal(found, want) {
		t.Errorf("the commands have %q, want %q", found, want)
	}
}

// newPipeline is a service without a run yet.
func newPipeline(t *testing.T, provider gateProvider) *pipeline {
	t.Helper()
	p := &pipeline{gateTest: newGateTest(t, provider), artifact: t.TempDir(), outputs: map[string]string{}}
	p.cli = filepath.Join(p.mirror, "cli.tfrc")
	return p
}

var services = map[string]func(*pipeline, *testing.T) map[string]job{"GitHub": (*pipeline).github, "GitLab": (*pipeline).gitlab, "CodeArts": (*pipeline).codeArts}

// TestCLIGatePipeline runs all pipelines with an open and with a completed ticket,
// before and after the merge.
func TestCLIGatePipeline(t *testing.T) {
	t.Parallel()
	provider := newGateProvider(t)
	for name, test := range map[string]struct {
		event              string
		completed, destroy bool
		// want are the jobs that succeed, and those that fail.
		want, fail []string
	}{
		"pull request, open":               {event: "pull_request_target", want: []string{"gate"}},
		"pull request, completed":          {event: "pull_request_target", completed: true, fail: []string{"gate"}},
		"merge queue, open":                {event: "merge_group", want: []string{"gate"}},
		"merge queue, completed":           {event: "merge_group", completed: true, fail: []string{"gate"}},
		"merged, open":                     {event: "push", want: []string{"plan", "gate", "apply"}},
		"merged, completed, and a destroy": {event: "push", completed: true, destroy: true, want: []string{"plan"}, fail: []string{"gate"}},
	} {
		for service, run := range services {
			if test.event == "merge_group" && service != "GitHub" || test.event != "push" && service == "CodeArts" {
				continue // The service has no such event.
			}
			t.Run(service+", "+name, func(t *testing.T) {
				t.Parallel()
				p := newPipeline(t, provider)
				p.event = test.event
				if service == "GitHub" {
					tool(t, "", "jq")
				}
				marker := filepath.Join(t.TempDir(), "changed")
				p.author(t, marker, test.destroy)
				p.commit = p.land(t, ticketText)
				if test.completed {
					p.complete()
				}
				ended := run(p, t)
				for name, job := range ended {
					if job.ok != slices.Contains(test.want, name) || job.ran && !job.ok != slices.Contains(test.fail, name) {
						t.Errorf("%s ran: %v, succeeded: %v\n%s", name, job.ran, job.ok, job.output)
					}
				}
				if test.completed && !strings.Contains(words(ended["gate"].output), isCompleted) {
					t.Errorf("the gate does not say %q:\n%s", isCompleted, ended["gate"].output)
				}
				if _, err := os.Stat(marker); (err == nil) != ended["apply"].ok {
					t.Errorf("the change was made: %v", err == nil)
				}
			})
		}
	}
}

// resource is a change that leaves a file when it is applied.
func resource(name, marker string) string {
	return "resource \"terraform_data\" \"" + name + "\" {\n  provisioner \"local-exec\" {\n    command = \"touch " + marker + "\"\n  }\n}\n"
}

// TestCLIGateRideAlong merges a change without a ticket and then one with an open
// ticket: the second takes the first along, so nothing is applied.
func TestCLIGateRideAlong(t *testing.T) {
	t.Parallel()
	provider := newGateProvider(t)
	for service, run := range services {
		t.Run(service, func(t *testing.T) {
			t.Parallel()
			p := newPipeline(t, provider)
			p.event = "push"
			made := t.TempDir()
			p.write(t, filepath.Join(p.change, "a.tf"), resource("a", filepath.Join(made, "a")))
			first := p.land(t, "Ride along")
			p.write(t, filepath.Join(p.change, "b.tf"), resource("b", filepath.Join(made, "b")))
			p.commit = p.land(t, ticketText)
			ended := run(p, t)
			if want := "Change " + first[:12] + " (Example) names no ticket."; ended["gate"].ok || !strings.Contains(ended["gate"].output, want) {
				t.Errorf("the gate is open: %v, want %q\n%s", ended["gate"].ok, want, ended["gate"].output)
			}
			// A later change answers for it.
			p.commit = p.land(t, ticketText+"\nTicket for "+first+": 40001\n")
			if ended := run(p, t); !ended["apply"].ok {
				t.Errorf("not applied:\n%s%s", ended["gate"].output, ended["apply"].output)
			}
			if names, err := os.ReadDir(made); err != nil || len(names) != 2 {
				t.Errorf("made: %v, %v", names, err)
			}
		})
	}
}

// TestCLIGateOldPlan has a change refused, reverted, and its old jobs run again when
// its ticket is open again. Even the verdict of a gate of that time does not help.
func TestCLIGateOldPlan(t *testing.T) {
	t.Parallel()
	provider := newGateProvider(t)
	for service, run := range services {
		t.Run(service, func(t *testing.T) {
			t.Parallel()
			p := newPipeline(t, provider)
			p.event = "push"
			marker := filepath.Join(t.TempDir(), "c")
			p.write(t, filepath.Join(p.change, "c.tf"), resource("c", marker))
			p.write(t, filepath.Join(p.change, "main.tf"), "resource \"terraform_data\" \"other\" {}\n")
			old := p.land(t, ticketText)
			if err := os.Remove(filepath.Join(p.change, "c.tf")); err != nil {
				t.Fatal(err)
			}
			reverted := p.land(t, "Revert it\n\nTicket: 40001\n")
			p.commit = reverted
			if ended := run(p, t); !ended["apply"].ok {
				t.Fatalf("the revert was not applied:\n%s%s", ended["gate"].output, ended["apply"].output)
			}
			p.commit = old
			ended := run(p, t)
			if want := "Nothing was merged since"; ended["gate"].ok || !strings.Contains(ended["gate"].output, want) {
				t.Errorf("the gate is open: %v, want %q\n%s", ended["gate"].ok, want, ended["gate"].output)
			}
			if _, err := os.Stat(marker); err == nil {
				t.Error("the reverted change was made")
			}
		})
	}
}

// TestCLIGateSecret plants a secret in the text of a change, as GitLab would expand it.
func TestCLIGateSecret(t *testing.T) {
	t.Parallel()
	p := newPipeline(t, newGateProvider(t))
	p.write(t, filepath.Join(p.change, "main.tf"), "resource \"terraform_data\" \"change\" {}\n")
	for _, event := range []string{"push", "pull_request_target"} {
		p.event = event
		p.commit = p.land(t, "Roll it out\n\nTicket: https://$AICC_CLIENT_SECRET/x/"+aicctest.OpenID+"\n")
		ended := p.gitlab(t)
		if ended["gate"].ok || !strings.Contains(ended["gate"].output, "https://?AICC_CLIENT_SECRET/x/"+aicctest.OpenID+" has a character that no link to a case has") {
			t.Errorf("the gate is open: %v\n%s", ended["gate"].ok, ended["gate"].output)
		}
		for name, job := range ended {
			if strings.Contains(strings.ToLower(job.output), strings.ToLower(aicctest.ClientSecret)) {
				t.Errorf("%s prints the secret", name)
			}
		}
	}
}

// author writes a change that leaves a file when it is applied, and a plan that was
// committed under the name of the artifact.
func (p *pipeline) author(t *testing.T, marker string, destroy bool) {
	t.Helper()
	when := ""
	if destroy {
		when = "    when    = destroy\n"
	}
	resource := "resource \"terraform_data\" \"change\" {\n  provisioner \"local-exec\" {\n" + when + "    command = \"touch " + marker + "\"\n  }\n}\n"
	p.write(t, filepath.Join(p.change, "main.tf"), resource)
	p.write(t, filepath.Join(p.change, "change.tfplan"), "committed")
	if destroy {
		p.mustRun(t, p.change, p.env, "terraform", "init", "-input=false")
		p.mustRun(t, p.change, p.env, "terraform", "apply", "-auto-approve")
		p.write(t, filepath.Join(p.change, "main.tf"), strings.Replace(resource, " {\n", " {\n  count = 0\n\n", 1))
	}
}

// TestGateWorkflow holds that GitHub takes the workflow from the default branch and
// puts nothing into a command, where the author's text could become one, and that
// the gate checks out the policy alone.
func TestGateWorkflow(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("ticket-gate/github-actions.yml")
	if err != nil {
		t.Fatal(err)
	}
	workflow := string(text)
	commands := regexp.MustCompile(`(?m)^ +(?:- )?run: (?:\|\n(?: {10}.*\n)+|.*$)`).FindAllString(workflow, -1)
	if len(commands) != 4 || strings.Contains(strings.Join(commands, ""), "${{") {
		t.Errorf("want four commands without an expression:\n%s", strings.Join(commands, "\n"))
	}
	if triggers := regexp.MustCompile(`(?m)^  (\w+):\n(?:    .*\n)*    branches: \[main\]$`).FindAllString(workflow, -1); len(triggers) != 3 ||
		!strings.HasPrefix(triggers[0], "  pull_request_target:") || !strings.HasPrefix(triggers[2], "  push:") {
		t.Errorf("the triggers are %q", triggers)
	}
	_, gate, _ := strings.Cut(workflow, "\n  gate:\n")
	gate, _, _ = strings.Cut(gate, "\n  apply:\n")
	if !strings.Contains(gate, "    permissions:\n      contents: read\n") {
		t.Error("the gate cannot read the history of a private repository")
	}
	// It runs the script of the policy, in the folder of the history.
	if strings.Count(gate, "repository: example/policy\n") != 1 || strings.Count(gate, "/check.sh") != 1 || !strings.Contains(gate, "          ../policy/ticket-gate/check.sh ") {
		t.Errorf("the gate runs something else than the policy:\n%s", gate)
	}
}
