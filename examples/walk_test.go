// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package examples_test

import (
	"cmp"
	"context"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

// reader is a person who goes through a page: who saves its files, and runs its
// commands in one terminal, whose folder and exports last from block to block.
type reader struct {
	// cli is the command that "terraform" on a page stands for.
	cli *tftest.CLI
	// values are what the reader puts in place of what the page cannot know.
	values map[string]string

	// terminal is the file that says how a block left the terminal.
	terminal string
	env      []string
}

// newReader opens a terminal in an empty folder. It has the Go of the tests with
// its caches, and no Terraform or OpenTofu but theirs.
func newReader(t *testing.T, cli *tftest.CLI) *reader {
	t.Helper()
	bin := t.TempDir()
	if err := os.Symlink(tftest.FindCLI(t), filepath.Join(bin, "terraform")); err != nil {
		t.Fatal(err)
	}
	r := &reader{cli: cli, values: map[string]string{}, terminal: filepath.Join(t.TempDir(), "terminal")}
	for _, variable := range cli.Env {
		if name, _, _ := strings.Cut(variable, "="); name == "HOME" || name == "TMPDIR" || name == "CHECKPOINT_DISABLE" {
			r.env = append(r.env, variable)
		}
	}
	r.env = append(r.env, "PATH="+bin+":"+os.Getenv("PATH"),
		"GIT_AUTHOR_NAME=Example", "GIT_AUTHOR_EMAIL=owner@example.com", "GIT_COMMITTER_NAME=Example", "GIT_COMMITTER_EMAIL=owner@example.com")
	settings := []string{"GOCACHE", "GOMODCACHE", "GOPATH", "GOPROXY", "GOSUMDB", "GOFLAGS", "GOTOOLCHAIN"}
	found, err := exec.CommandContext(t.Context(), "go", append([]string{"env"}, settings...)...).Output()
	if err != nil {
		t.Fatal(err)
	}
	for i, value := range strings.Split(strings.TrimSuffix(string(found), "\n"), "\n") {
		r.env = append(r.env, settings[i]+"="+value)
	}
	r.open(t, t.TempDir())
	return r
}

// open goes to a folder.
func (r *reader) open(t *testing.T, folder string) {
	t.Helper()
	kept, err := os.ReadFile(r.terminal)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if err := os.WriteFile(r.terminal, append(kept, "cd '"+folder+"'\n"...), 0o600); err != nil {
		t.Fatal(err)
	}
}

// value is a text of the page with what the reader puts into it. Of two values at
// the same place, the longer counts.
func (r *reader) value(text string) string {
	longestFirst := slices.SortedFunc(maps.Keys(r.values), func(a, b string) int {
		return cmp.Or(len(b)-len(a), strings.Compare(a, b))
	})
	var pairs []string
	for _, from := range longestFirst {
		pairs = append(pairs, from, r.values[from])
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

// command is a block of a page in the terminal, not started yet.
func (r *reader) command(ctx context.Context, block string) *exec.Cmd {
	script := ". \"$0\"\n" + r.value(block) + "\n{ export -p; echo \"cd '$PWD'\"; } >\"$0\"\n"
	command := exec.CommandContext(ctx, "sh", "-e", "-c", script, r.terminal)
	command.Env = r.env
	return command
}

// run runs a block and returns what the person sees, and whether it succeeded.
func (r *reader) run(t *testing.T, block string) (string, bool) {
	t.Helper()
	output, err := r.command(t.Context(), block).CombinedOutput()
	return regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(string(output), ""), err == nil
}

// mustRun runs a block that has to succeed.
func (r *reader) mustRun(t *testing.T, block string) string {
	t.Helper()
	output, ok := r.run(t, block)
	if !ok {
		t.Fatalf("this fails:\n%s\n%s", r.value(block), output)
	}
	return output
}

// save writes a file, seen from the folder that the terminal is in.
func (r *reader) save(t *testing.T, name, text string) {
	t.Helper()
	folder := strings.TrimSpace(r.mustRun(t, "pwd"))
	(&tftest.CLI{Dir: folder}).Write(t, name, r.value(text))
}

// passage is a block of a page, or a file that a template includes.
type passage struct{ language, text, file string }

// passages returns the blocks of a page and the files it includes, in order.
func passages(t *testing.T, page string) []passage {
	t.Helper()
	text, ok := pages(t)[page]
	if !ok {
		t.Fatalf("there is no %s", page)
	}
	var found []passage
	for _, part := range regexp.MustCompile(block.String()+"|"+included.String()).FindAllStringSubmatch(text, -1) {
		p := passage{part[2], strings.TrimSuffix(part[3], "\n"), part[4]}
		if strings.HasPrefix(part[0], "{{") {
			if p.file == "" {
				continue
			}
			included, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(p.file)))
			if err != nil {
				t.Fatal(err)
			}
			p.text = string(included)
		}
		found = append(found, p)
	}
	return found
}

// walk is how a reader goes through a page.
type walk struct {
	// terraform and tofu are the first minor versions that can do it.
	terraform, tofu int
	// place is the folder in which the reader saves the files of an example, by the
	// beginning of their names in the repository; the longest counts.
	place map[string]string
	// steps are the blocks that need more than being run, by a text in them; the
	// longest counts.
	steps map[string]func(t *testing.T, r *reader, text string)
}

// notHere is a block that is not run with the others, for a reason.
func notHere(string) func(*testing.T, *reader, string) {
	return func(*testing.T, *reader, string) {}
}

// follow goes through a page: it saves the files that the page shows, and then runs
// its commands in order. A block of text below a command is what the command says.
// Blocks of configuration that are no files are for TestCLIDocs.
func (w walk) follow(t *testing.T, r *reader, page string) {
	t.Helper()
	parts := passages(t, page)
	for _, part := range parts {
		longest := ""
		for start := range w.place {
			if strings.HasPrefix(part.file, start) && len(start) > len(longest) {
				longest = start
			}
		}
		if longest != "" {
			r.save(t, w.place[longest]+strings.TrimPrefix(part.file, longest), part.text)
		}
	}
	done := map[string]bool{}
	said, ok, ran := "", true, ""
	expect := func(want bool) {
		t.Helper()
		if ok != want {
			t.Fatalf("%s: succeeded: %v\n%s\n%s", page, ok, ran, said)
		}
	}
	for _, part := range parts {
		if part.file != "" {
			continue
		}
		key := ""
		for text := range w.steps {
			if strings.Contains(part.text, text) && len(text) >= len(key) {
				key = text
			}
		}
		special := w.steps[key]
		if special != nil {
			done[key] = true
		}
		switch {
		case special != nil:
			special(t, r, part.text)
		case part.language == "terraform":
		case part.language == "shell":
			expect(true)
			ran = r.value(part.text)
			said, ok = r.run(t, part.text)
		case part.language == "text" && ran != "":
			expect(!strings.Contains(part.text, "Error:"))
			// A page leaves out what is of no use to the reader.
			for line := range strings.Lines(part.text) {
				if !strings.Contains(words(said), words(line)) {
					t.Errorf("%s: nothing says %q:\n%s\n%s", page, line, ran, said)
				}
			}
			ok = true
		default:
			t.Errorf("%s: nothing is done with this block:\n%s", page, part.text)
		}
	}
	expect(true)
	for text := range w.steps {
		if !done[text] {
			t.Errorf("%s: no block has %q", page, text)
		}
	}
}

const platform = runtime.GOOS + "_" + runtime.GOARCH

var troubles = notHere("TestCLITerraformErrors compares all texts with what the commands say")

// guides are how a reader goes through each guide in English. TestTranslations
// holds that those in Chinese have the same blocks.
var guides = map[string]walk{
	"../index": {place: map[string]string{"examples/provider/": ""}},
	"audit-a-repositorys-tickets": {
		terraform: 8, tofu: 7,
		steps: map[string]func(*testing.T, *reader, string){
			"ls-files": func(t *testing.T, r *reader, text string) {
				r.mustRun(t, "git init --quiet ..\necho '工单 40001' >../README.md\ngit -C .. add README.md")
				if said := r.mustRun(t, text); !strings.Contains(said, "Tickets: 1 alive") {
					t.Errorf("the audit says\n%s", said)
				}
			},
			"Tickets: 2 dead": notHere("it is compared with what the apply says"),
			"-auto-approve -var root=sample": func(t *testing.T, r *reader, text string) {
				said, shown := r.mustRun(t, text), passages(t, "templates/guides/audit-a-repositorys-tickets.md.tmpl")[0].text
				if !strings.Contains(said, shown) {
					t.Errorf("the page shows\n%s\nand apply says\n%s", shown, said)
				}
			},
		},
	},
	"audit-many-cases": {},
	"connect-your-aicc": {steps: map[string]func(*testing.T, *reader, string){
		"curl":           notHere("TestFetchToken runs it"),
		"make survey":    notHere("it would clone the published repository; TestSurvey surveys each stand-in"),
		"What was asked": notHere("TestGuide compares it with a survey"),
		`"access_token"`: notHere("TestFetchToken compares it with the answer"),
	}},
	"install-from-a-mirror": {steps: map[string]func(*testing.T, *reader, string){"": notHere("TestCLIMirror goes through it in each of its ways")}},
	"move-from-data-http":   {},
	"personal-data":         {steps: map[string]func(*testing.T, *reader, string){"Error: Resource postcondition failed": notHere("TestCLIEphemeralMessage compares it with the plan")}},
	"test-your-module-without-aicc": {
		terraform: 8, tofu: 8,
		place: map[string]string{"examples/case-tags/": ""},
	},
	"troubleshooting": {steps: map[string]func(*testing.T, *reader, string){"Error: ": troubles}},
	"validate-ticket-links-in-ci": {
		terraform: 5, tofu: 6,
		steps: map[string]func(*testing.T, *reader, string){
			"Change 3f0c2a9d51e7": notHere("TestGateHistories and TestGateTickets hold what the gate says"),
			"git clone":           copyGate,
			"<commit that is":     notHere("TestCLIGateApply moves it"),
			"custom_policy_check": notHere("Atlantis is not here; TestGateAtlantis runs the step"),
			"author_association":  notHere("only GitHub evaluates it"),
			"conftest test":       notHere("TestCLIGateConftest runs it"),
		},
	},
}

// copyGate copies the folder as the reader would from a clone, and sets what the page
// asks for.
func copyGate(t *testing.T, r *reader, text string) {
	t.Helper()
	folder := filepath.Join(strings.TrimSpace(r.mustRun(t, "git init --quiet && pwd")), "ticket-gate")
	if !strings.Contains(text, "cp -R terraform-provider-aicc/examples/ticket-gate .") {
		t.Fatalf("the page copies something else:\n%s", text)
	}
	copyFolder(t, "ticket-gate", folder)
	for file, pair := range map[string][2]string{
		"check.sh": {"domain=service.besclouds.com\n", "domain=" + r.values["AICC_DOMAIN=service.besclouds.com"][len("AICC_DOMAIN="):] + "\n"},
		"cli.tfrc": {"  direct {\n", "  filesystem_mirror {\n    path = \"" + r.values["/opt/mirror"] + "\"\n"},
	} {
		path := filepath.Join(folder, file)
		script, err := os.ReadFile(path)
		if err != nil || !strings.Contains(string(script), pair[0]) {
			t.Fatalf("%s has no %q: %v", file, pair[0], err)
		}
		if err := os.WriteFile(path, []byte(strings.Replace(string(script), pair[0], pair[1], 1)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// repositoryFolder is a folder of this repository, which stands for the published one.
func repositoryFolder(t *testing.T, names ...string) string {
	t.Helper()
	folder, err := filepath.Abs(filepath.Join(append([]string{".."}, names...)...))
	if err != nil {
		t.Fatal(err)
	}
	return folder
}

// TestCLIGuides runs the commands of every guide in order.
func TestCLIGuides(t *testing.T) {
	t.Parallel()
	for page := range pages(t) {
		name, isGuide := strings.CutPrefix(page, "templates/guides/")
		if name = strings.TrimSuffix(name, ".md.tmpl"); isGuide && !strings.HasSuffix(name, "-zh") {
			if _, ok := guides[name]; !ok {
				t.Errorf("nobody goes through %s", page)
			}
		}
	}
	for name, walk := range guides {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := aicctest.New().Start(t)
			cli := tftest.NewCLI(t, url)
			needs(t, cli, walk.terraform, walk.tofu)
			r := newReader(t, cli)
			mirror := tftest.Mirror(t)
			r.env = append(r.env, "TF_CLI_CONFIG_FILE="+filepath.Join(mirror, "cli.tfrc"))
			r.values = map[string]string{
				"AICC_DOMAIN=service.besclouds.com": "AICC_DOMAIN=" + url,
				"AICC_TOKEN=…":                      "AICC_TOKEN=" + aicctest.Token,
				"https://service.besclouds.com/…":   link(aicctest.OpenID),
				"-platform=linux_amd64":             "-platform=" + platform,
				"/opt/mirror":                       mirror,
				"github.com/aicc-community/terraform-provider-aicc//examples/audit": repositoryFolder(t, "examples", "audit"),
			}
			walk.follow(t, r, path.Join("templates/guides", name+".md.tmpl"))
		})
	}
}
