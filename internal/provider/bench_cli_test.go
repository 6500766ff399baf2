// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package provider

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

const benchmarkHeader = `
terraform {
  required_providers {
    aicc = { source = "aicc-community/aicc" }
  }
}
`

const benchmarkMany = benchmarkHeader + `
data "aicc_cases" "all" {
  ids = jsondecode(file("ids.json"))
}
`

const benchmarkEach = benchmarkHeader + `
data "aicc_case" "each" {
  for_each = toset(jsondecode(file("ids.json")))
  id       = each.value
}
`

const benchmarkOne = benchmarkHeader + `
data "aicc_case" "one" {
  id = "` + aicctest.SampleID + `"
}
`

const benchmarkReaders = benchmarkHeader + `
data "aicc_case" "one" {
  count = 40
  id    = "` + aicctest.SampleID + `"
}

data "aicc_cases" "one" {
  ids = ["` + aicctest.SampleID + `"]
}
`

// BenchmarkTable runs whole Terraform commands against the stand-in and prints
// what the guide "Audit many cases" states. Compared commands run in turns, and
// the best of each counts, so that a busy machine harms the ratios little. It
// takes minutes: make bench runs it once.
func BenchmarkTable(b *testing.B) {
	if os.Getenv("AICC_BENCH_TABLE") == "" {
		b.Skip("make bench runs this")
	}
	site := aicctest.New()
	url := site.Start(b)
	many := site.AddCases(10_000)
	thousand := many[:1000]

	work := func(configuration string, ids []string) *tftest.CLI {
		cli := tftest.NewCLI(b, url)
		list, err := json.Marshal(ids)
		if err != nil {
			b.Fatal(err)
		}
		cli.Write(b, "ids.json", string(list))
		cli.Write(b, "main.tf", configuration)
		return cli
	}
	apply := func(cli *tftest.CLI) func() {
		return func() {
			_ = os.Remove(filepath.Join(cli.Dir, "terraform.tfstate"))
			cli.MustRun(b, "apply", "-auto-approve")
		}
	}
	row := func(what, limit, measured string) { fmt.Printf("| %s | %s | %s |\n", what, limit, measured) }
	fmt.Println("\n| what | at most | measured |\n|---|---|---|")

	cases, each := work(benchmarkMany, thousand), work(benchmarkEach, thousand)
	times := inTurns(3, apply(cases), apply(each))
	row("apply of aicc_cases with 1,000 ids, against 1,000 aicc_case by for_each", "1/12",
		fmt.Sprintf("1/%.1f (%.2f s, %.2f s)", times[1]/times[0], times[0], times[1]))

	empty := work(benchmarkHeader+"provider \"aicc\" {}\n", nil)
	times = inTurns(5, apply(cases), apply(empty), func() { fetchBare(b, url, thousand) })
	row("the same, against an apply without data sources and a bare client", "8 times",
		fmt.Sprintf("%.1f times (%.2f s, %.2f s + %.2f s)", times[0]/(times[1]+times[2]), times[0], times[1], times[2]))

	tenfold := work(benchmarkMany, many)
	times = inTurns(3, apply(cases), apply(tenfold))
	row("aicc_cases from 1,000 to 10,000 ids", "11 times",
		fmt.Sprintf("%.1f times (%.2f s, %.2f s)", times[1]/times[0], times[0], times[1]))

	readers := work(benchmarkReaders, nil)
	site.Forget()
	readers.MustRun(b, "plan")
	row("41 readers of one case in one run", "1 request a walk", fmt.Sprintf("%d", len(site.Requests())))

	row("state per case, aicc_cases", "2 KB", fmt.Sprintf("%.1f KB", stateSize(b, cases)/float64(len(thousand))))
	row("state per case, aicc_case with the sample", "6 KB", fmt.Sprintf("%.1f KB", stateSize(b, each)/float64(len(thousand))))

	row("peak memory of the provider process at 10,000", "400 MB", fmt.Sprintf("%d MB", peakMemory(b, tenfold)))

	single, none := work(benchmarkOne, nil), work(benchmarkMany, []string{})
	plan := func(cli *tftest.CLI) func() { return func() { cli.MustRun(b, "plan") } }
	times = inTurns(15, plan(single), plan(none))
	row("plan of one aicc_case, against aicc_cases without ids", "1.25 times",
		fmt.Sprintf("%.2f times (%.2f s, %.2f s)", times[0]/times[1], times[0], times[1]))

	fast := inTurns(3, apply(cases))[0]
	site.SetLatency(50 * time.Millisecond)
	slow := inTurns(3, apply(cases))[0]
	row("1,000 cases with 50 ms of latency, more than without",
		fmt.Sprintf("%.2f s", 1.3*1000/aicc.DefaultMaxConcurrency*0.05), fmt.Sprintf("%.2f s", slow-fast))
}

// inTurns runs each function the given number of times, one after the other, and
// returns the shortest time of each in seconds.
func inTurns(rounds int, functions ...func()) []float64 {
	all := make([][]float64, len(functions))
	for range rounds {
		for i, function := range functions {
			start := time.Now()
			function()
			all[i] = append(all[i], time.Since(start).Seconds())
		}
	}
	best := make([]float64, len(functions))
	for i := range all {
		best[i] = slices.Min(all[i])
	}
	return best
}

// fetchBare reads cases with nothing but net/http, 16 at a time.
func fetchBare(b *testing.B, url string, ids []string) {
	transport := &http.Transport{MaxIdleConnsPerHost: 16}
	defer transport.CloseIdleConnections()
	var group errgroup.Group
	group.SetLimit(16)
	for _, id := range ids {
		group.Go(func() error {
			req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, url+aicctest.CasePath+id, strings.NewReader(`{"id":"`+id+`"}`))
			if err != nil {
				return err
			}
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("access-token", aicctest.Token)
			resp, err := transport.RoundTrip(req)
			if err != nil {
				return err
			}
			defer func() { _ = resp.Body.Close() }()
			if resp.StatusCode != http.StatusOK {
				return fmt.Errorf("HTTP %d", resp.StatusCode)
			}
			_, err = io.Copy(io.Discard, resp.Body)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		b.Fatal(err)
	}
}

// stateSize is the size of the state in KB of 1,000 bytes.
func stateSize(b *testing.B, cli *tftest.CLI) float64 {
	info, err := os.Stat(filepath.Join(cli.Dir, "terraform.tfstate"))
	if err != nil {
		b.Fatal(err)
	}
	return float64(info.Size()) / 1000
}

// peakMemory runs a plan with a provider process of its own and returns the most
// memory that it held, in MB.
func peakMemory(b *testing.B, cli *tftest.CLI) int64 {
	root, err := tftest.Root()
	if err != nil {
		b.Fatal(err)
	}
	provider := exec.CommandContext(b.Context(), filepath.Join(root, ".cache", "test", "terraform-provider-aicc"), "-debug")
	provider.Env = cli.Env
	stdout, err := provider.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := provider.Start(); err != nil {
		b.Fatal(err)
	}
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if _, reattach, ok := strings.Cut(lines.Text(), "TF_REATTACH_PROVIDERS='"); ok {
			cli.Env = append(cli.Env, "TF_REATTACH_PROVIDERS="+strings.TrimSuffix(reattach, "'"))
			break
		}
	}
	cli.MustRun(b, "plan")
	_ = provider.Process.Signal(os.Interrupt)
	_ = provider.Wait()
	peak := provider.ProcessState.SysUsage().(*syscall.Rusage).Maxrss // in KB
	if runtime.GOOS == "darwin" {
		peak /= 1000 // from bytes
	}
	return peak / 1000
}
