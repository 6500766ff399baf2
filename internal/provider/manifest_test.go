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
	"strings"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

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
