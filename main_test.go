// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// asProvider has the test binary be the provider.
const asProvider = "AICC_TEST_AS_PROVIDER"

func TestMain(m *testing.M) {
	if os.Getenv(asProvider) != "" {
		os.Args = os.Args[:1]
		main()
		return
	}
	os.Exit(m.Run())
}

// TestEndsWithParent kills what has started the provider, as a SIGKILL of Terraform
// does: the provider ends too.
func TestEndsWithParent(t *testing.T) {
	t.Parallel()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	parent := exec.CommandContext(t.Context(), "sh", "-c", `"$0" & echo $! >&2; wait`, executable)
	parent.Env = append(os.Environ(), asProvider+"=1",
		"TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2", "PLUGIN_PROTOCOL_VERSIONS=6")
	output, err := parent.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	errors, err := parent.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	line, _ := bufio.NewReader(errors).ReadString('\n')
	provider, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(output)
	if line, err := lines.ReadString('\n'); err != nil || !strings.HasPrefix(line, "1|6|unix|") {
		t.Fatalf("the provider began with %q, %v", line, err)
	}
	killed := time.Now()
	_ = parent.Process.Kill()
	late := time.AfterFunc(20*time.Second, func() { _ = syscall.Kill(provider, syscall.SIGKILL) })
	// The pipe is open as long as one of the two lives.
	_, _ = io.Copy(io.Discard, lines)
	late.Stop()
	if took := time.Since(killed); took > 5*time.Second {
		t.Errorf("the provider ended after %v", took)
	}
	_ = parent.Wait()
}
