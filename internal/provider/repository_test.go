// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

// The tests in this file hold files of the repository against each other and
// against the provider.

// The registries hand the manifest's protocol version to Terraform, which refuses
// the provider where its own greeting says another.
func TestManifestNamesTheProtocolThatIsServed(t *testing.T) {
	t.Parallel()
	root, err := tftest.Root()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, "terraform-registry-manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Version  int
		Metadata struct {
			Protocols []string `json:"protocol_versions"`
		}
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		t.Fatal(err)
	}
	if manifest.Version != 1 {
		t.Errorf("the manifest has version %d; the registries know 1", manifest.Version)
	}
	if want := []string{greetedProtocol(t, root) + ".0"}; !reflect.DeepEqual(manifest.Metadata.Protocols, want) {
		t.Errorf("the manifest has protocol versions %q, the provider serves %q", manifest.Metadata.Protocols, want)
	}
}

// greetedProtocol starts the provider as Terraform does and returns the protocol
// version that its greeting says: core version|protocol version|network|….
func greetedProtocol(t *testing.T, root string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "terraform-provider-aicc")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".")
	build.Dir = root
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	provider := exec.CommandContext(t.Context(), program)
	provider.Env = append(os.Environ(),
		// What go-plugin wants to see of a caller that is Terraform. It offers all
		// versions, the newest last.
		"TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
		"PLUGIN_PROTOCOL_VERSIONS=5,6",
		"TMPDIR="+t.TempDir())
	out, err := provider.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := provider.Start(); err != nil {
		t.Fatal(err)
	}
	greeting, err := bufio.NewReader(out).ReadString('\n')
	_ = provider.Process.Kill()
	_ = provider.Wait()
	parts := strings.Split(greeting, "|")
	if err != nil || len(parts) < 5 {
		t.Fatalf("the provider greets with %q (%v)", greeting, err)
	}
	return parts[1]
}

// TestNamedTests holds that every test exists that a document names as its proof.
// TestNetwork… is the beginning of several names.
func TestNamedTests(t *testing.T) {
	t.Parallel()
	root, err := tftest.Root()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(root, "internal", "*", "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	examples, err := filepath.Glob(filepath.Join(root, "examples", "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	var exist []string
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)\w+)\(`)
	for _, file := range append(files, examples...) {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range declared.FindAllSubmatch(source, -1) {
			exist = append(exist, string(match[1]))
		}
	}
	for _, name := range []string{"SECURITY.md", "DESIGN.md", "CONTRIBUTING.md", "RELEASING.md", "README.md"} {
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Fatal(err)
		}
		for _, named := range regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z]\w*[a-z]\w*…?`).FindAllString(string(text), -1) {
			prefix, several := strings.CutSuffix(named, "…")
			if !slices.ContainsFunc(exist, func(name string) bool { return name == prefix || several && strings.HasPrefix(name, prefix) }) {
				t.Errorf("%s names %s, which is no test", name, named)
			}
		}
	}
}

// TestTroubleshooting holds that the guide has an entry for each summary and no
// other, but for the errors of Terraform's own, which are at its end.
func TestTroubleshooting(t *testing.T) {
	t.Parallel()
	root, err := tftest.Root()
	if err != nil {
		t.Fatal(err)
	}
	guide, err := os.ReadFile(filepath.Join(root, "templates", "guides", "troubleshooting.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	own, _, found := strings.Cut(string(guide), "\n## Errors from Terraform and OpenTofu\n")
	if !found {
		t.Error("the guide has no errors of Terraform's own")
	}
	var headings []string
	for line := range strings.Lines(own) {
		if heading, ok := strings.CutPrefix(line, "### "); ok {
			headings = append(headings, strings.TrimSpace(heading))
		}
	}
	want := slices.Clone(knownSummaries())
	slices.Sort(want)
	slices.Sort(headings)
	if len(want) < 30 || !slices.Equal(headings, want) {
		t.Errorf("the guide has\n%s\nwant\n%s", strings.Join(headings, "\n"), strings.Join(want, "\n"))
	}
}

// TestCLIDocs holds that docs/ is what "make docs" would write.
func TestCLIDocs(t *testing.T) {
	t.Parallel()
	cli := tftest.NewCLI(t, "http://localhost")
	if !cli.AtLeast(10, 11) {
		t.Skip("older commands leave ephemeral resources out of the schema")
	}
	if os.Getenv("AICC_TFPLUGINDOCS") == "" {
		if os.Getenv("AICC_REQUIRE_CLI") != "" {
			t.Fatal("AICC_TFPLUGINDOCS does not name tfplugindocs")
		}
		t.Skip("make sets AICC_TFPLUGINDOCS")
	}
	root, err := tftest.Root()
	if err != nil {
		t.Fatal(err)
	}
	check := exec.CommandContext(t.Context(), "sh", "scripts/docs.sh", "--check")
	check.Dir = root
	check.Env = append(os.Environ(), "TF_ACC_TERRAFORM_PATH="+tftest.FindCLI(t))
	if output, err := check.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, output)
	}
}
