// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

// Package tftest runs real Terraform and OpenTofu commands with the provider of
// this checkout.
package tftest

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// FindCLI returns the path of the terraform or tofu command that tests run:
// TF_ACC_TERRAFORM_PATH, or the first on PATH. Without one the test is skipped;
// it fails instead where CI or AICC_REQUIRE_CLI is set, so that a skip cannot look
// like a pass.
func FindCLI(t testing.TB) string {
	t.Helper()
	if path := os.Getenv("TF_ACC_TERRAFORM_PATH"); path != "" {
		return path
	}
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	const message = "neither terraform nor tofu is on PATH; make test builds one"
	if os.Getenv("CI") != "" || os.Getenv("AICC_REQUIRE_CLI") != "" {
		t.Fatal(message)
	}
	t.Skip(message)
	return ""
}

// CLI runs real Terraform or OpenTofu commands with this checkout's provider in a
// folder of their own, with an environment that holds nothing else.
type CLI struct {
	// Dir is the folder of the configuration.
	Dir string
	// Env is the environment of the commands, "NAME=value"; a later entry wins.
	Env []string
	// IsTofu says that the command is OpenTofu's.
	IsTofu bool
	// Version is the command's version: major, minor, patch.
	Version [3]int

	path string
}

// NewCLI prepares a folder whose provider reads from the AICC at url with the
// stand-in's token.
func NewCLI(t testing.TB, url string) *CLI {
	t.Helper()
	home := t.TempDir()
	c := &CLI{
		Dir:  t.TempDir(),
		path: FindCLI(t),
		Env: []string{
			"PATH=" + os.Getenv("PATH"),
			"HOME=" + home,
			"TMPDIR=" + shortTempDir(t),
			"TF_CLI_CONFIG_FILE=" + overrides(t, home),
			"CHECKPOINT_DISABLE=1",
			"AICC_DOMAIN=" + url,
			"AICC_TOKEN=" + aicctest.Token,
		},
	}
	c.askVersion(t)
	return c
}

// overrides writes a CLI configuration that has commands take this checkout's
// provider, and returns its path.
func overrides(t testing.TB, folder string) string {
	t.Helper()
	path := filepath.Join(folder, "cli.tfrc")
	text := fmt.Sprintf(`provider_installation {
  dev_overrides {
    "registry.terraform.io/aicc-community/aicc" = %[1]q
    "registry.opentofu.org/aicc-community/aicc" = %[1]q
  }
  direct {}
}
`, filepath.Dir(Provider(t)))
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

var (
	versionLine = regexp.MustCompile(`(Terraform|OpenTofu) v(\d+)\.(\d+)\.(\d+)`)
	// versions are what commands said, by path, so that each is asked once.
	versions sync.Map
)

func (c *CLI) askVersion(t testing.TB) {
	t.Helper()
	line, known := versions.Load(c.path)
	if !known {
		line = c.MustRun(t, "version").Stdout
		versions.Store(c.path, line)
	}
	parts := versionLine.FindStringSubmatch(line.(string))
	if parts == nil {
		t.Fatalf("%s does not say its version", c.path)
	}
	c.IsTofu = parts[1] == "OpenTofu"
	for i := range c.Version {
		c.Version[i], _ = strconv.Atoi(parts[i+2])
	}
}

// UseMirror has init install the provider from a mirror, which it cannot do with
// dev_overrides.
func (c *CLI) UseMirror(t testing.TB) {
	t.Helper()
	c.Env = append(c.Env, "TF_CLI_CONFIG_FILE="+filepath.Join(Mirror(t), "cli.tfrc"))
}

// Mirror lays the provider out in a filesystem mirror for both registries, and
// returns the mirror's folder, which has the CLI configuration for it, cli.tfrc.
func Mirror(t testing.TB) string {
	t.Helper()
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	mirror := t.TempDir()
	lay := exec.CommandContext(t.Context(), "sh", filepath.Join(root, "scripts", "mirror.sh"), mirror, Provider(t))
	if output, err := lay.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return mirror
}

// shortTempDir returns a folder for temporary files with a short path. Terraform
// makes a Unix socket for each provider there, whose whole path has 104 to 108
// bytes at most, depending on the system: t.TempDir, which has the name of the test
// in it, leaves too few of them.
func shortTempDir(t testing.TB) string {
	t.Helper()
	parent := "/tmp"
	if runtime.GOOS == "windows" {
		parent = ""
	}
	folder, err := os.MkdirTemp(parent, "aicc") //nolint:usetesting // See above.
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	return folder
}

// AtLeast reports whether the command is Terraform or OpenTofu of the given minor
// version of 1, or later.
func (c *CLI) AtLeast(terraform, tofu int) bool {
	minor := terraform
	if c.IsTofu {
		minor = tofu
	}
	return c.Version[0] > 1 || c.Version[1] >= minor
}

// Write puts a file into the folder.
func (c *CLI) Write(t testing.TB, name, content string) {
	t.Helper()
	path := filepath.Join(c.Dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// Result is what a command left behind. Colors are taken out of its output.
type Result struct {
	Stdout, Stderr string
	ExitCode       int
}

// Output is everything that a person would have seen.
func (r Result) Output() string { return r.Stdout + r.Stderr }

var color = regexp.MustCompile("\x1b\\[[0-9;]*m")

// Command returns a command of Terraform that is not started yet, for tests that
// meddle with it while it runs.
func (c *CLI) Command(ctx context.Context, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, c.path, args...)
	command.Dir = c.Dir
	command.Env = c.Env
	return command
}

// Run runs one command of Terraform in the folder.
func (c *CLI) Run(t testing.TB, args ...string) Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	command := c.Command(ctx, args...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("%s: %v", strings.Join(args, " "), err)
	}
	return Result{
		Stdout:   color.ReplaceAllString(stdout.String(), ""),
		Stderr:   color.ReplaceAllString(stderr.String(), ""),
		ExitCode: command.ProcessState.ExitCode(),
	}
}

// MustRun runs a command that has to succeed.
func (c *CLI) MustRun(t testing.TB, args ...string) Result {
	t.Helper()
	result := c.Run(t, args...)
	if result.ExitCode != 0 {
		t.Fatalf("%s: exit code %d\n%s", strings.Join(args, " "), result.ExitCode, result.Output())
	}
	return result
}

// Attach starts the provider as a process of its own that writes its log to stderr,
// and makes the commands of c use it. An interrupt ends it.
func (c *CLI) Attach(t testing.TB, stderr io.Writer) *exec.Cmd {
	t.Helper()
	provider := exec.CommandContext(t.Context(), Provider(t), "-debug")
	provider.Env, provider.Stderr = slices.Clone(c.Env), stderr
	stdout, err := provider.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := provider.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if _, reattach, ok := strings.Cut(lines.Text(), "TF_REATTACH_PROVIDERS='"); ok {
			if c.IsTofu {
				reattach = strings.ReplaceAll(reattach, "registry.terraform.io/", "registry.opentofu.org/")
			}
			c.Env = append(c.Env, "TF_REATTACH_PROVIDERS="+strings.TrimSuffix(reattach, "'"))
			break
		}
	}
	return provider
}

// Root returns the folder of the checkout.
func Root() (string, error) {
	folder, err := os.Getwd()
	for err == nil {
		if _, missing := os.Stat(filepath.Join(folder, "go.mod")); missing == nil {
			return folder, nil
		}
		if folder == filepath.Dir(folder) {
			return "", errors.New("no go.mod above the working folder")
		}
		folder = filepath.Dir(folder)
	}
	return "", err
}

// Provider returns the path of this checkout's provider.
func Provider(t testing.TB) string {
	t.Helper()
	path, err := buildProvider()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// buildProvider builds the provider once for the process, as a release is built, and
// returns its path. The name changes in one step, since other test processes run the
// same file.
var buildProvider = sync.OnceValues(func() (string, error) {
	root, err := Root()
	if err != nil {
		return "", err
	}
	path := filepath.Join(root, ".cache", "test", "terraform-provider-aicc")
	fresh := fmt.Sprintf("%s.%d", path, os.Getpid())
	build := exec.CommandContext(context.Background(), "go", "build", "-trimpath", "-ldflags", "-s -w -X main.version=0.0.0-test", "-o", fresh, ".")
	build.Dir = root
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building the provider: %w\n%s", err, output)
	}
	return path, os.Rename(fresh, path)
})
