// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package examples_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

// TestCLIInstall follows what "make install" prints, from a folder whose name is
// awkward: init, plan, and another build of the same version.
func TestCLIInstall(t *testing.T) {
	t.Parallel()
	cli := tftest.NewCLI(t, aicctest.New().Start(t))
	mirror := filepath.Join(t.TempDir(), "my mirror")
	build := filepath.Join(t.TempDir(), "terraform-provider-aicc")
	provider, err := os.ReadFile(tftest.Provider(t))
	if err != nil {
		t.Fatal(err)
	}
	install := func(build string) string {
		t.Helper()
		output, err := exec.CommandContext(t.Context(), "../scripts/install.sh", mirror, build).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
		return string(output)
	}
	write := func(content []byte) {
		t.Helper()
		if err := os.WriteFile(build, content, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	printed := func(text, pattern string) string {
		t.Helper()
		match := regexp.MustCompile(pattern).FindStringSubmatch(text)
		if match == nil {
			t.Fatalf("no %s in:\n%s", pattern, text)
		}
		return match[1]
	}

	write(provider)
	text := install(build)
	config := printed(text, `(?m)^  export TF_CLI_CONFIG_FILE='(.+)'$`)
	written, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	block := printed(text, `(?ms)^(  provider_installation \{.*?^  \}\n)`)
	if regexp.MustCompile(`(?m)^  `).ReplaceAllString(block, "") != string(written) {
		t.Errorf("it prints\n%s\nand writes\n%s", block, written)
	}
	cli.Env = append(cli.Env, "TF_CLI_CONFIG_FILE="+config)
	cli.Write(t, "main.tf", printed(text, `(?ms)^(  terraform \{.*?^  \}\n)`)+"data \"aicc_case\" \"this\" {\n  id = \""+aicctest.OpenID+"\"\n}\n")
	cli.MustRun(t, "init")
	cli.MustRun(t, "plan")

	// An executable may have more at its end.
	write(append(provider, 0))
	install(build)
	if again := cli.Run(t, "init"); again.ExitCode == 0 || !strings.Contains(again.Output(), "checksum") {
		t.Errorf("init takes another build although the lock file has the first:\n%s", again.Output())
	}
	if !strings.Contains(text, "delete\n   .terraform.lock.hcl") {
		t.Errorf("it does not say what to do then:\n%s", text)
	}
	if err := os.Remove(filepath.Join(cli.Dir, ".terraform.lock.hcl")); err != nil {
		t.Fatal(err)
	}
	cli.MustRun(t, "init")
	cli.MustRun(t, "plan")
}
