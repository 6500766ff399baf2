// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package provider

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

// TestCLIInterrupt presses Ctrl-C while a read waits: for a reply, for the rest of
// one, and for the end of a pause that AICC asked for.
func TestCLIInterrupt(t *testing.T) {
	t.Parallel()
	waits := map[string]http.HandlerFunc{
		"a reply":             aicctest.Stall,
		"the rest of a reply": aicctest.StallBody,
		"a pause":             aicctest.RetryAfter(http.StatusTooManyRequests, "30"),
	}
	for name, answer := range waits {
		for _, face := range []string{"data", "ephemeral"} {
			t.Run(name+" of "+face, func(t *testing.T) {
				t.Parallel()
				if face == "ephemeral" {
					needs(t, 10, 11)
				}
				site := aicctest.New()
				arrived := make(chan struct{}, 1)
				left := make(chan struct{}, 1)
				site.Always(func(w http.ResponseWriter, r *http.Request) {
					arrived <- struct{}{}
					answer(w, r)
					left <- struct{}{}
				})
				cli := tftest.NewCLI(t, site.Start(t))
				cli.Write(t, "main.tf", requiredProviders+face+` "aicc_case" "test" {
					id       = "`+aicctest.OpenID+`"
					timeouts { read = "2m" }
				}`)
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
				defer cancel()
				command := cli.Command(ctx, "plan", "-no-color")
				var output bytes.Buffer
				command.Stdout, command.Stderr = &output, &output
				// A terminal sends the signal to the command and to the providers
				// that it started.
				command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
				if err := command.Start(); err != nil {
					t.Fatal(err)
				}
				ended := make(chan error, 1)
				go func() { ended <- command.Wait() }()
				select {
				case <-arrived:
				case err := <-ended:
					t.Fatalf("the plan ended by itself: %v\n%s", err, output.String())
				}
				if name == "a pause" {
					<-left
				}
				pressed := time.Now()
				if err := syscall.Kill(-command.Process.Pid, syscall.SIGINT); err != nil {
					t.Fatal(err)
				}
				if name != "a pause" {
					<-left
					if took := time.Since(pressed); took > 10*time.Second {
						t.Errorf("the read went on for %v", took)
					}
				}
				err := <-ended
				// It takes well under a second. A busy machine gets more, but less than
				// the pause or the read would take.
				if took := time.Since(pressed); err == nil || took > 20*time.Second {
					t.Errorf("the command ended after %v with %v", took, err)
				}
				if !words("Error: " + summaryOf(aicc.Canceled)).MatchString(output.String()) {
					t.Errorf("nothing says that it was canceled:\n%s", output.String())
				}
				if n := len(site.Requests()); n != 1 {
					t.Errorf("%d requests were sent", n)
				}
			})
		}
	}
}

// TestCLIVersion follows the versions of provider and command, and what the user
// appends to them, into the User-Agent and the log.
func TestCLIVersion(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	cli := tftest.NewCLI(t, site.Start(t))
	logFile := filepath.Join(cli.Dir, "trace.log")
	cli.Env = append(cli.Env, "TF_APPEND_USER_AGENT=pipeline/7 (nightly)", "TF_LOG=TRACE", "TF_LOG_PATH="+logFile)
	cli.Write(t, "main.tf", requiredProviders+`data "aicc_case" "test" {
		id = "`+aicctest.OpenID+`"
	}`)
	cli.MustRun(t, "plan")
	// What follows a hyphen, as -without-clouds of a CLI built here, belongs to the version.
	version := fmt.Sprintf(`%d\.%d\.%d(-\S+)?`, cli.Version[0], cli.Version[1], cli.Version[2])
	if cli.IsTofu {
		// OpenTofu passes itself off to providers as a Terraform that can do the same.
		version = `1\.\d+\.\d+(-\S+)?`
	}
	want := regexp.MustCompile(`^terraform-provider-aicc/0\.0\.0-test Terraform/` + version + ` pipeline/7 \(nightly\)$`)
	requests := site.Requests()
	if len(requests) != 1 || !want.MatchString(requests[0].Header.Get("User-Agent")) {
		t.Errorf("AICC was asked %v\nwant once by %s", requests, want)
	}
	whole, err := os.ReadFile(logFile)
	if err != nil {
		t.Fatal(err)
	}
	var configured, asked string
	for line := range strings.Lines(string(whole)) {
		if strings.Contains(line, "Configured the AICC provider") {
			configured += line
		}
		if strings.Contains(line, "AICC request") {
			asked += line
		}
	}
	if !strings.Contains(configured, "version=0.0.0-test") {
		t.Errorf("the version is not in the line %q", configured)
	}
	for _, part := range []string{"method=GET", "path=/service/AICC__Case/1.0.0/openapi/case/{id}", "attempt=1", "status=200", "duration_ms=", "bytes="} {
		if !strings.Contains(asked, part) {
			t.Errorf("%s is not in the line %q", part, asked)
		}
	}
}

// TestCLIMutedLogs counts what is logged: nothing where Terraform would drop it, and
// as much as ever where it is asked for.
func TestCLIMutedLogs(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		variable string
		logs     bool
	}{
		{"", false}, {"TF_LOG_CORE=TRACE", false}, {"TF_LOG=TRACE", true}, {"TF_LOG_PROVIDER=TRACE", true}, {"TF_LOG_SDK=DEBUG", true},
	} {
		t.Run(test.variable, func(t *testing.T) {
			t.Parallel()
			cli := tftest.NewCLI(t, aicctest.New().Start(t))
			cli.Write(t, "main.tf", requiredProviders+`data "aicc_case" "test" {
				id = "`+aicctest.OpenID+`"
			}`)
			cli.Env = append(cli.Env, test.variable)
			var log bytes.Buffer
			provider := cli.Attach(t, &log)
			cli.MustRun(t, "plan")
			_ = provider.Process.Signal(os.Interrupt)
			_ = provider.Wait()
			sdk, own := strings.Count(log.String(), `"@module":"sdk`), strings.Count(log.String(), "AICC request")
			if sdk > 0 != test.logs || own > 0 != test.logs {
				t.Errorf("%d lines of the SDK and %d of a request", sdk, own)
			}
		})
	}
}
