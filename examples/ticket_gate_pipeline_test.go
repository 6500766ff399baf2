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
	// merged says that the run is the one after the merge, and not one for a pull
	// request or merge request.
	merged bool
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
			runs = p.merged && (j.Needs == "" || needed.ok)
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
			from := p.change
			if step.With["repository"] == "example/policy" {
				from = p.policy
			}
			copyFolder(t, from, path)
		case "actions/upload-artifact":
			copyFile(t, path, filepath.Join(p.artifact, filepath.Base(path)))
		case "actions/download-artifact":
			copyFolder(t, p.artifact, path)
		case "hashicorp/setup-terraform":
		case "":
			env := []string{"GITHUB_OUTPUT=" + file, "TF_CLI_CONFIG_FILE=" + p.cli}
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
	pushed, plan := "false", ""
	if p.merged {
		pushed, plan = "true", "plan/change.tfplan"
	}
	value, ok := map[string]string{
		"${{ github.event_name == 'push' }}":                                        pushed,
		"${{ github.event_name == 'push' && 'plan/change.tfplan' || '' }}":          plan,
		"${{ github.event.pull_request.body || github.event.head_commit.message }}": ticketText,
	}[text]
	if !ok {
		t.Fatalf("the test does not know %s", text)
	}
	return value
}

type gitlabJob struct {
	Script    []string
	Rules     []struct{ If, When string }
	Needs     []any
	Variables map[string]string
	Artifacts struct {
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
			runs = p.merged
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

// commit makes a folder a repository with one commit.
func (p *pipeline) commit(t *testing.T, folder, message string) {
	t.Helper()
	git := []string{"-c", "user.name=Example", "-c", "user.email=owner@example.com", "-c", "init.defaultBranch=main"}
	for _, args := range [][]string{{"init", "--quiet"}, {"add", "--all"}, {"commit", "--quiet", "--message=" + message}} {
		p.mustRun(t, folder, p.env, "git", append(slices.Clone(git), args...)...)
	}
}

// serve makes the policy a repository that can be cloned from GitLab's address.
func (p *pipeline) serve(t *testing.T) {
	t.Helper()
	p.commit(t, p.policy, "Add the ticket gate")
	p.env = append(p.env,
		"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=url."+p.policy+".insteadOf",
		"GIT_CONFIG_VALUE_0=https://gitlab-ci-token:job-token@gitlab.example.com/example/policy.git",
		"CI_JOB_TOKEN=job-token", "CI_SERVER_HOST=gitlab.example.com",
	)
}

func (p *pipeline) gitlabJob(t *testing.T, j gitlabJob) job {
	t.Helper()
	work := t.TempDir()
	// Where the runner does not clone, the folder can still be that of a job before.
	copyFolder(t, p.change, work)
	env := []string{"CI_PROJECT_DIR=" + work, "TF_CLI_CONFIG_FILE=" + p.cli}
	if environment, ok := j.Environment.(map[string]any); ok && environment["name"] == "ticket-gate" {
		env = append(env, credentials...)
	}
	if p.merged {
		env = append(env, "CI_COMMIT_MESSAGE="+ticketText)
	} else {
		env = append(env, "CI_MERGE_REQUEST_IID=1", "CI_MERGE_REQUEST_DESCRIPTION="+ticketText, "CI_COMMIT_MESSAGE=Ticket: "+link(otherOpenID))
	}
	for name, value := range j.Variables {
		env = append(env, name+"="+value)
	}
	for name, value := range p.outputs {
		env = append(env, name+"="+value)
	}
	if len(j.Needs) > 0 && p.merged {
		copyFile(t, filepath.Join(p.artifact, "change.tfplan"), filepath.Join(work, "change.tfplan"))
	}
	output, ok := p.script(t, work, env, strings.Join(j.Script, "\n"))
	for _, path := range j.Artifacts.Paths {
		if ok {
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
	p.commit(t, p.change, ticketText)
	work := t.TempDir()
	for _, action := range build.Steps.Prepare {
		from := map[string]string{
			"git@codehub.example.com:example/policy.git":        p.policy,
			"git@codehub.example.com:example/configuration.git": p.change,
		}[action.Checkout.Inputs.URL]
		copyFolder(t, from, filepath.Join(work, action.Checkout.Inputs.Path))
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

// TestCLIGatePipeline runs all pipelines with an open and with a completed ticket,
// before and after the merge.
func TestCLIGatePipeline(t *testing.T) {
	t.Parallel()
	provider := newGateProvider(t)
	services := map[string]func(*pipeline, *testing.T) map[string]job{"GitHub": (*pipeline).github, "GitLab": (*pipeline).gitlab, "CodeArts": (*pipeline).codeArts}
	for name, test := range map[string]struct {
		merged, completed, destroy bool
		// want are the jobs that succeed, and those that fail.
		want, fail []string
	}{
		"pull request, open":               {want: []string{"gate"}},
		"pull request, completed":          {completed: true, fail: []string{"gate"}},
		"merged, open":                     {merged: true, want: []string{"plan", "gate", "apply"}},
		"merged, completed":                {merged: true, completed: true, want: []string{"plan"}, fail: []string{"gate"}},
		"merged, completed, and a destroy": {merged: true, completed: true, destroy: true, want: []string{"plan"}, fail: []string{"gate"}},
	} {
		for service, run := range services {
			if service == "CodeArts" && !test.merged {
				continue // It has nothing for a merge request.
			}
			t.Run(service+", "+name, func(t *testing.T) {
				t.Parallel()
				p := &pipeline{gateTest: newGateTest(t, provider), merged: test.merged, artifact: t.TempDir(), outputs: map[string]string{}}
				p.cli = filepath.Join(p.mirror, "cli.tfrc")
				marker := filepath.Join(t.TempDir(), "changed")
				p.author(t, marker, test.destroy)
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
	if len(commands) != 3 || strings.Contains(strings.Join(commands, ""), "${{") {
		t.Errorf("want three commands without an expression:\n%s", strings.Join(commands, "\n"))
	}
	if triggers := regexp.MustCompile(`(?m)^  (\w+):\n(?:    .*\n)*    branches: \[main\]$`).FindAllString(workflow, -1); len(triggers) != 2 ||
		!strings.HasPrefix(triggers[0], "  pull_request_target:") || !strings.HasPrefix(triggers[1], "  push:") {
		t.Errorf("the triggers are %q", triggers)
	}
	_, gate, _ := strings.Cut(workflow, "\n  gate:\n")
	gate, _, _ = strings.Cut(gate, "\n  apply:\n")
	if strings.Count(gate, "actions/checkout@") != 1 || !strings.Contains(gate, "repository: example/policy\n") {
		t.Errorf("the gate checks out something else than the policy:\n%s", gate)
	}
}
