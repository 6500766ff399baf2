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

func rootFolder(t *testing.T) string {
	t.Helper()
	root, err := tftest.Root()
	if err != nil {
		t.Fatal(err)
	}
	return root
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The registries hand the manifest's protocol version to Terraform, which refuses
// the provider where its own greeting says another.
func TestManifestNamesTheProtocolThatIsServed(t *testing.T) {
	t.Parallel()
	root := rootFolder(t)
	var manifest struct {
		Version  int
		Metadata struct {
			Protocols []string `json:"protocol_versions"`
		}
	}
	if err := json.Unmarshal([]byte(readFile(t, filepath.Join(root, "terraform-registry-manifest.json"))), &manifest); err != nil {
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

// TestNamedTests holds that every test and every file of Go exists that a document
// names. TestNetwork… is the beginning of several names.
func TestNamedTests(t *testing.T) {
	t.Parallel()
	root := rootFolder(t)
	var exist []string
	declared := regexp.MustCompile(`(?m)^func ((?:Test|Fuzz|Benchmark)\w+)\(`)
	for _, pattern := range []string{"*.go", "examples/*.go", "internal/*/*.go"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			exist = append(exist, filepath.Base(file))
			for _, match := range declared.FindAllStringSubmatch(readFile(t, file), -1) {
				exist = append(exist, match[1])
			}
		}
	}
	for _, name := range []string{"SECURITY.md", "DESIGN.md", "CONTRIBUTING.md", "RELEASING.md", "README.md"} {
		text := readFile(t, filepath.Join(root, name))
		for _, named := range regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z]\w*[a-z]\w*…?|\b\w+\.go\b`).FindAllString(text, -1) {
			prefix, several := strings.CutSuffix(named, "…")
			if !slices.ContainsFunc(exist, func(name string) bool { return name == prefix || several && strings.HasPrefix(name, prefix) }) {
				t.Errorf("%s names %s, which there is not", name, named)
			}
		}
	}
}

// TestTroubleshooting holds that the guide has an entry for each summary and no
// other, but for the errors of Terraform's own, which are at its end.
func TestTroubleshooting(t *testing.T) {
	t.Parallel()
	guide := readFile(t, filepath.Join(rootFolder(t), "templates", "guides", "troubleshooting.md.tmpl"))
	own, _, found := strings.Cut(guide, "\n## Errors from Terraform and OpenTofu\n")
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
	root := rootFolder(t)
	check := exec.CommandContext(t.Context(), "sh", "scripts/docs.sh", "--check")
	check.Dir = root
	check.Env = append(os.Environ(), "TF_ACC_TERRAFORM_PATH="+tftest.FindCLI(t))
	if output, err := check.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, output)
	}
}
