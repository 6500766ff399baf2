// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

//go:build unix

package provider

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

const (
	benchmarkHeader = `
terraform {
  required_providers {
    aicc = { source = "aicc-community/aicc" }
  }
}
`
	fromJSON  = `jsondecode(file("ids.json"))`
	fromLines = `split("\n", trimspace(file("ids.txt")))`
	asSet     = `toset(` + fromJSON + `)`
	asObject  = `{ for id in ` + fromLines + ` : id => id }`
)

// benchmarkMany reads the ids that an expression gives at once.
func benchmarkMany(ids string) string {
	return benchmarkHeader + "data \"aicc_cases\" \"all\" {\n  ids = " + ids + "\n}\n"
}

// benchmarkParts reads them in parts of 10,000.
const benchmarkParts = benchmarkHeader + `
data "aicc_cases" "part" {
  for_each = { for i, part in chunklist(` + fromLines + `, 10000) : i => part }
  ids      = each.value
  timeouts { read = "30m" }
}
`

// benchmarkEach reads each of them for itself.
func benchmarkEach(each string) string {
	return benchmarkHeader + `
data "aicc_case" "each" {
  for_each = ` + each + `
  id       = each.value
}
`
}

// benchmarkHTTP is the same with hashicorp/http.
func benchmarkHTTP(url, each string) string {
	return `
terraform {
  required_providers {
    http = { source = "hashicorp/http" }
  }
}

data "http" "each" {
  for_each        = ` + each + `
  url             = "` + url + aicctest.CasePath + `${each.value}"
  request_headers = { Content-Type = "application/json", access-token = "` + aicctest.Token + `" }
  request_body    = jsonencode({ id = each.value })
}
`
}

const benchmarkSearch = benchmarkHeader + `
data "aicc_cases" "found" {
  search { type = "thousand" }
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

// table measures whole runs of Terraform against the stand-in.
type table struct {
	*testing.B

	site *aicctest.AICC
	url  string
	ids  []string
	// rows are those of the bars, costs those of what users pay.
	rows, costs []string
}

// BenchmarkTable prints what the guide "Audit many cases" states, and fails where
// a bar does not hold. Compared commands run in turns, and the median of the ratios of
// neighbors counts, so that a busy machine harms it little. It takes minutes: make bench
// runs it once.
func BenchmarkTable(b *testing.B) {
	if os.Getenv("AICC_BENCH_TABLE") == "" {
		b.Skip("make bench runs this")
	}
	site := aicctest.New()
	t := &table{B: b, site: site, url: site.Start(b)}
	for _, part := range []struct {
		name    string
		measure func()
	}{
		{"Floor", t.floor},
		{"HTTP", t.againstHTTP},
		{"Each", t.each},
		{"Tenfold", t.tenfold},
		{"One", t.one},
		{"Peak", t.peak},
		{"Largest", t.largest},
		{"Search", t.search},
		{"Rest", t.rest},
		{"Audit", t.audit},
		{"Cost", t.cost},
	} {
		b.Run(part.name, func(b *testing.B) {
			outer := t.B
			t.B = b
			part.measure()
			t.B = outer
		})
	}
	fmt.Println("\n| what | bar | measured |\n|---|---|---|\n" + strings.Join(t.rows, "\n"))
	fmt.Println("\n| cases | `aicc_cases` | provider's memory | state | `http` | state |\n|---|---|---|---|---|---|\n" + strings.Join(t.costs, "\n"))
}

// row notes what was measured, and fails where it is beyond the bar.
func (t *table) row(holds bool, what, bar, measured string, values ...any) {
	row := fmt.Sprintf("| %s | %s | %s |", what, bar, fmt.Sprintf(measured, values...))
	t.rows = append(t.rows, row)
	if !holds {
		t.Errorf("beyond the bar: %s", row)
	}
}

// atMost is a row for the ratio of the times of two functions.
func (t *table) atMost(bar float64, what string, took timings, some, others int) {
	ratio := took.ratio(some, others)
	t.row(ratio <= bar, what, fmt.Sprintf("at most %v", bar), "%.2f (%.2f s, %.2f s)", ratio, took.shortest(some), took.shortest(others))
}

// first returns the first n IDs of the stand-in's many cases.
func (t *table) first(n int) []string {
	if n > len(t.ids) {
		t.ids = t.site.AddCases(n)
	}
	return t.ids[:n]
}

// work prepares a folder with a configuration and with the first n ids.
func (t *table) work(configuration string, n int) *tftest.CLI {
	cli := tftest.NewCLI(t, t.url)
	list, err := json.Marshal(t.first(n))
	if err != nil {
		t.Fatal(err)
	}
	cli.Write(t, "ids.json", string(list))
	cli.Write(t, "ids.txt", strings.Join(t.first(n), "\n")+"\n")
	cli.Write(t, "main.tf", configuration)
	return cli
}

// with makes cli take a provider from a file.
func (t *table) with(cli *tftest.CLI, source, file string) *tftest.CLI {
	folder := t.TempDir()
	if err := os.Symlink(file, filepath.Join(folder, "terraform-provider-"+filepath.Base(source))); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(folder, "cli.tfrc")
	overrides := fmt.Sprintf(`provider_installation {
  dev_overrides {
    "registry.terraform.io/%[1]s" = %[2]q
    "registry.opentofu.org/%[1]s" = %[2]q
  }
  direct {}
}
`, source, folder)
	if err := os.WriteFile(config, []byte(overrides), 0o600); err != nil {
		t.Fatal(err)
	}
	cli.Env = append(cli.Env, "TF_CLI_CONFIG_FILE="+config)
	return cli
}

// http prepares the same work with hashicorp/http.
func (t *table) http(each string, n int) *tftest.CLI {
	file := os.Getenv("AICC_HTTP_PROVIDER")
	if _, err := os.Stat(file); err != nil {
		t.Fatal(err)
	}
	return t.with(t.work(benchmarkHTTP(t.url, each), n), "hashicorp/http", file)
}

func (t *table) apply(cli *tftest.CLI) func() {
	return func() {
		_ = os.Remove(filepath.Join(cli.Dir, "terraform.tfstate"))
		t.run(cli, "apply", "-auto-approve")
		t.site.Forget()
	}
}

// run runs a command that has to succeed, for as long as it takes.
func (t *table) run(cli *tftest.CLI, args ...string) {
	if output, err := cli.Command(t.Context(), args...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
}

func (t *table) plan(cli *tftest.CLI) func() {
	return func() { cli.MustRun(t, "plan") }
}

// floor compares a read of 1,000 cases with what Terraform costs in any case for a state
// of that size, which a provider without a network shows.
func (t *table) floor() {
	state := filepath.Join(t.TempDir(), "state")
	if err := os.WriteFile(state, t.readMany(1000), 0o600); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	memory := t.with(t.work(benchmarkMany(fromLines), 1000), "aicc-community/aicc", self)
	memory.Env = append(memory.Env, benchmarkState+"="+state)
	took := inTurns(21, t.apply(t.work(benchmarkMany(fromLines), 1000)), t.apply(memory))
	t.atMost(1.5, "`aicc_cases` with 1,000 ids, against a provider that has the same state in memory", took, 0, 1)
}

func (t *table) againstHTTP() {
	took := inTurns(3, t.apply(t.work(benchmarkMany(fromLines), 1000)), t.apply(t.http(asSet, 1000)))
	t.row(took.ratio(1, 0) >= 18, "`http` by `for_each` over a set, against `aicc_cases`, 1,000 cases", "at least 18",
		"%.1f (%.2f s, %.2f s)", took.ratio(1, 0), took.shortest(1), took.shortest(0))
}

func (t *table) each() {
	took := inTurns(7,
		t.apply(t.work(benchmarkEach(asSet), 300)), t.apply(t.http(asSet, 300)),
		t.apply(t.work(benchmarkEach(asObject), 300)), t.apply(t.http(asObject, 300)))
	t.atMost(1, "`aicc_case` against `http`, 300 by `for_each` over a set", took, 0, 1)
	t.atMost(0.95, "`aicc_case` against `http`, 300 by `for_each` over an object", took, 2, 3)
}

func (t *table) tenfold() {
	took := inTurns(3,
		t.apply(t.work(benchmarkMany(fromJSON), 1000)), t.apply(t.work(benchmarkMany(fromJSON), 10_000)),
		t.apply(t.work(benchmarkMany(fromLines), 1000)), t.apply(t.work(benchmarkMany(fromLines), 10_000)))
	t.atMost(10, "`aicc_cases` from 1,000 to 10,000 ids, with `jsondecode`", took, 1, 0)
	t.atMost(8, "`aicc_cases` from 1,000 to 10,000 ids, with `split`", took, 3, 2)
}

// search has a site of its own, since the stand-in's list looks at every case.
func (t *table) search() {
	site := aicctest.New()
	own := &table{B: t.B, site: site, url: site.Start(t), ids: site.AddCases(1000, map[string]any{"type": "thousand"})}
	site.SetLatency(50 * time.Millisecond)
	took := inTurns(3, own.apply(own.work(benchmarkSearch, 0)), own.apply(own.work(benchmarkMany(fromJSON), 1000)))
	t.atMost(1.25, "a search that finds 1,000 cases, against `aicc_cases` with their ids, both with 50 ms of latency", took, 0, 1)
}

func (t *table) one() {
	took := inTurns(15, t.plan(t.work(benchmarkOne, 0)), t.plan(t.work(benchmarkMany(fromJSON), 0)))
	t.atMost(1.1, "plan of one `aicc_case`, against `aicc_cases` without ids", took, 0, 1)
}

func (t *table) peak() {
	memory := func(bar int64, what, configuration string, n int) {
		start := time.Now()
		peak := t.peakMemory(t.work(configuration, n))
		t.row(peak <= bar, what, fmt.Sprintf("at most %d MB", bar), "%d MB (%.1f s)", peak, time.Since(start).Seconds())
	}
	memory(36, "peak memory of the provider with 300 `aicc_case`", benchmarkEach(asObject), 300)
	memory(40, "peak memory of the provider with 1,000 ids", benchmarkMany(fromLines), 1000)
	memory(90, "peak memory of the provider with 10,000 ids", benchmarkMany(fromLines), 10_000)
	memory(400, "peak memory of the provider with 100,000 ids in ten parts", benchmarkParts, 100_000)
}

// largest reads a case with as many tasks as are taken, each field of them set, and
// with texts that fill the reply: of "<", for which a state has six bytes.
func (t *table) largest() {
	const most, size = 3000, 8 << 20
	var keys []string
	for _, field := range reflect.VisibleFields(reflect.TypeFor[aicc.Task]()) {
		if key, _, _ := strings.Cut(field.Tag.Get("json"), ","); key != "" && key != "description" {
			keys = append(keys, fmt.Sprintf("%q:\"1\"", key))
		}
	}
	start, end := `{"resCode":"0","result":[{"caseInfo":{"id":"`+aicctest.SampleID+`"},"tasks":[`, `]}]}`
	task := "{" + strings.Join(keys, ",") + `,"description":"`
	fill := (size-len(start)-len(end))/most - len(task) - len(`"},`)
	task += strings.Repeat("<", fill) + `"}`
	body := start + strings.Repeat(task+",", most-1) + task + end
	t.site.ForCase(aicctest.SampleID, aicctest.Reply(http.StatusOK, body))
	defer t.site.ForPath(aicctest.CasePath+aicctest.SampleID, nil)

	apply := func() (wall, cpu float64) {
		command := t.work(benchmarkOne, 0).Command(t.Context(), "apply", "-auto-approve")
		begun := time.Now()
		if output, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
		return time.Since(begun).Seconds(), (command.ProcessState.UserTime() + command.ProcessState.SystemTime()).Seconds()
	}
	wall, cpu := apply()
	for range 2 {
		againWall, againCPU := apply()
		wall, cpu = min(wall, againWall), min(cpu, againCPU)
	}
	// A busy machine adds to the one, and several cores take from it.
	t.row(min(wall, cpu) <= 10, fmt.Sprintf("an apply with the largest case that is taken, 8 MiB with %d tasks", most),
		"at most 10 s", "%.1f s (%.1f s of CPU time)", wall, cpu)
}

func (t *table) rest() {
	t.site.Forget()
	t.work(benchmarkReaders, 0).MustRun(t, "plan")
	requests := len(t.site.Requests())
	t.row(requests == 1, "requests of 41 readers of one case in one run", "1", "%d", requests)

	cases, each := t.work(benchmarkMany(fromJSON), 100), t.work(benchmarkEach(asObject), 100)
	fast := inTurns(3, t.apply(cases), t.apply(each)).shortest(0)
	size := t.stateSize(cases) / 100
	t.row(size <= 2, "state for a case, `aicc_cases`", "at most 2 KB", "%.1f KB", size)
	size = t.stateSize(each) / 100
	t.row(size <= 6, "state for a case, `aicc_case` with the sample", "at most 6 KB", "%.1f KB", size)

	const latency = 50 * time.Millisecond
	t.site.SetLatency(latency)
	slow := inTurns(3, t.apply(cases)).shortest(0)
	t.site.SetLatency(0)
	bar := 1.3 * 100 / aicc.DefaultMaxConcurrency * latency.Seconds()
	t.row(slow-fast <= bar, "100 cases with 50 ms of latency, more than without", fmt.Sprintf("at most %.2f s", bar), "%.2f s", slow-fast)
}

// audit plans and applies the example of an audit: of 8,000 tickets in one file, and
// of 5,000 files of 200 MB together. The time is that of Terraform and the provider,
// the reading of the cases included.
func (t *table) audit() {
	ids := t.first(8000)
	var changelog strings.Builder
	for i, id := range ids {
		fmt.Fprintf(&changelog, "* change %d, see https://service.besclouds.com/case/%s\n", i, id)
	}
	many := map[string]string{}
	filler := strings.Repeat("Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod.\n", 40_000/73)
	for i := range 5000 {
		many[fmt.Sprintf("%d/%d.md", i%50, i)] = filler + "See https://service.besclouds.com/case/" + ids[i%100] + "\n"
	}
	for what, files := range map[string]map[string]string{
		"8,000 tickets in one file":    {"CHANGELOG.md": changelog.String()},
		"5,000 files, 200 MB together": many,
	} {
		cli := tftest.NewCLI(t, t.url)
		for _, name := range []string{"main.tf", "variables.tf", "outputs.tf"} {
			text, err := os.ReadFile(filepath.Join("..", "..", "examples", "audit", name))
			if err != nil {
				t.Fatal(err)
			}
			cli.Write(t, "audit/"+name, string(text))
		}
		for name, text := range files {
			cli.Write(t, name, text)
		}
		apply := cli.Command(t.Context(), "-chdir=audit", "apply", "-auto-approve")
		if output, err := apply.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
		t.site.Forget()
		cpu := (apply.ProcessState.UserTime() + apply.ProcessState.SystemTime()).Seconds()
		t.row(cpu <= 20, "an audit of "+what+", CPU time", "at most 20 s", "%.1f s", cpu)
		terraform, provider := t.auditMemory(cli)
		t.row(max(terraform, provider) <= 700, "the same, peak memory of Terraform and of the provider", "at most 700 MB each", "%d MB, %d MB", terraform, provider)
	}
}

// cost measures what numbers of cases cost, beside http where it can do them: in
// Terraform, the time of for_each grows with the square of the number.
func (t *table) cost() {
	for _, n := range []int{100, 1000, 10_000, 100_000} {
		cases, others := t.work(benchmarkParts, n), "– | –"
		rounds := 3
		if n > 10_000 {
			rounds = 1
		}
		took := inTurns(rounds, t.apply(cases)).shortest(0)
		if n <= 1000 {
			each := t.http(asObject, n)
			others = fmt.Sprintf("%.1f s | ", inTurns(rounds, t.apply(each)).shortest(0)) + fmt.Sprintf("%.1f MB", t.stateSize(each)/1000)
		}
		t.costs = append(t.costs, fmt.Sprintf("| %d | %.1f s | %d MB | %.1f MB | %s |",
			n, took, t.peakMemory(cases), t.stateSize(cases)/1000, others))
	}
}

// timings are the times that functions took, in seconds: of each, a list with one for each
// round.
type timings [][]float64

// inTurns runs each function the given number of times, one after the other.
func inTurns(rounds int, functions ...func()) timings {
	took := make(timings, len(functions))
	for range rounds {
		for i, function := range functions {
			start := time.Now()
			function()
			took[i] = append(took[i], time.Since(start).Seconds())
		}
	}
	return took
}

func (t timings) shortest(i int) float64 { return slices.Min(t[i]) }

// ratio is the median of the ratios that two functions have in each round: a machine
// that becomes slower meanwhile slows both.
func (t timings) ratio(i, j int) float64 {
	ratios := make([]float64, len(t[i]))
	for round := range ratios {
		ratios[round] = t[i][round] / t[j][round]
	}
	slices.Sort(ratios)
	return ratios[len(ratios)/2]
}

// readMany returns the state of aicc_cases with the first n ids.
func (t *table) readMany(n int) []byte {
	state, problems := startWith(t, t.url).fetch("aicc_cases", values{"ids": strs(t.first(n)...)})
	expect(t, problems)
	return state.MsgPack
}

// stateSize is the size of the state in KB of 1,000 bytes.
func (t *table) stateSize(cli *tftest.CLI) float64 {
	info, err := os.Stat(filepath.Join(cli.Dir, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	return float64(info.Size()) / 1000
}

// auditMemory plans an audit and returns the most memory that Terraform and the
// provider held, in MB.
func (t *table) auditMemory(cli *tftest.CLI) (terraform, provider int64) {
	server := cli.Attach(t, io.Discard)
	plan := cli.Command(t.Context(), "-chdir=audit", "plan")
	if output, err := plan.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	t.site.Forget()
	provider = t.highWater(server)
	return plan.ProcessState.SysUsage().(*syscall.Rusage).Maxrss * rssUnit() / 1_000_000, provider
}

// peakMemory runs a plan with a provider process of its own and returns the most
// memory that it held, in MB.
func (t *table) peakMemory(cli *tftest.CLI) int64 {
	provider := cli.Attach(t, io.Discard)
	t.run(cli, "plan")
	t.site.Forget()
	return t.highWater(provider)
}

// highWater ends a provider and returns the most memory that it held, in MB.
func (t *table) highWater(provider *exec.Cmd) int64 {
	// Linux counts the memory of this process, in which the new one begins, into the
	// latter's resource usage.
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", provider.Process.Pid))
	_ = provider.Process.Signal(os.Interrupt)
	_ = provider.Wait()
	if err != nil {
		return provider.ProcessState.SysUsage().(*syscall.Rusage).Maxrss * rssUnit() / 1_000_000
	}
	var peak int64
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	if _, err := fmt.Sscanf(after, "%d kB", &peak); err != nil {
		t.Fatal(err)
	}
	return peak * 1024 / 1_000_000
}

// rssUnit is in how many bytes the system counts memory.
func rssUnit() int64 {
	if runtime.GOOS == "darwin" {
		return 1
	}
	return 1024
}
