// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// buildSurvey builds the survey and returns its path.
func buildSurvey(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "survey")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./internal/survey")
	build.Dir = rootFolder(t)
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return program
}

// surveyed surveys a site as a person does, and returns the provider block that it
// prints.
func surveyed(t *testing.T, program, site string, personality aicctest.Personality) string {
	t.Helper()
	pace, load := "1ms", "no"
	if personality.Name == "firewall" {
		// It lets twenty requests a second through.
		pace, load = "100ms", "yes"
	}
	command := exec.CommandContext(t.Context(), program, "-case", aicctest.OpenID, "-forbidden", aicctest.ForbiddenID,
		"-load", load, "-every", pace, "-report", filepath.Join(t.TempDir(), "report.txt"))
	command.Env = append(os.Environ(), "AICC_DOMAIN="+site, "AICC_TOKEN=", "AICC_CLIENT_ID="+aicctest.ClientID, "AICC_CLIENT_SECRET="+aicctest.ClientSecret)
	page, err := command.Output()
	block := regexp.MustCompile(`(?s)provider "aicc" \{\n.*?\n\}\n`).Find(page)
	if err != nil || block == nil {
		t.Fatalf("%v\n%s", err, page)
	}
	return string(block)
}

// settingsIn are the settings of a provider block that a survey printed.
func settingsIn(t *testing.T, block string) values {
	t.Helper()
	settings := values{}
	for _, line := range regexp.MustCompile(`(?m)^  (\w+) += (.+)$`).FindAllStringSubmatch(block, -1) {
		number, err := strconv.Atoi(line[2])
		switch text := strings.Trim(line[2], `[]"`); {
		case err == nil:
			settings[line[1]] = tftypes.NewValue(tftypes.Number, number)
		case strings.HasPrefix(line[2], "["):
			settings[line[1]] = strs(text)
		default:
			settings[line[1]] = str(text)
		}
	}
	return settings
}

// keysOf are the keys of a map in a state.
func keysOf(t *testing.T, state tftypes.Value) []string {
	t.Helper()
	var elements map[string]tftypes.Value
	if err := state.As(&elements); err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(elements))
}

// outcomes reads from a site in each way that there is, and says of each whether what
// came is right: "right", the summary of an error, or what is wrong.
func outcomes(t *testing.T, tf *terraform, many []string, zone string) map[string]string {
	t.Helper()
	outcome := func(problems []problem, wrong string) string {
		switch {
		case len(problems) > 0:
			return problems[0].summary
		case wrong != "":
			return "WRONG: " + wrong
		default:
			return "right"
		}
	}
	differ := func(what string, got, want any) string {
		if fmt.Sprint(got) == fmt.Sprint(want) {
			return ""
		}
		return fmt.Sprintf("%s %v, want %v", what, got, want)
	}
	got := map[string]string{}

	state, problems := tf.read("aicc_case", values{"id": str(aicctest.OpenID)})
	wrong := differ("title", state["title"], str("Roll out the new phone menu")) + differ("created", state["created_date"], str("2026-11-02T09:15:00"+zone))
	if contact := fmt.Sprint(state["contact"]); len(problems) == 0 && !strings.Contains(contact, "Example Customer") {
		wrong += "no contact"
	}
	got["case"] = outcome(problems, wrong)

	_, problems = tf.read("aicc_case", values{"id": str(aicctest.UnknownID)})
	got["no such case"] = outcome(problems, "a case that there is not")

	state, problems = tf.read("aicc_case", values{"case_no": str("40001")})
	got["number"] = outcome(problems, differ("ID", state["id"], str(aicctest.OpenID)))

	wanted := append([]string{aicctest.OpenID, aicctest.OverdueID}, many[:40]...)
	state, problems = tf.read("aicc_cases", values{"ids": strs(append(wanted, aicctest.UnknownID)...)})
	if wrong = ""; len(problems) == 0 {
		wrong = differ("cases", keysOf(t, state["cases"]), slices.Sorted(slices.Values(wanted))) + differ("missing", keysOf(t, state["missing"]), []string{aicctest.UnknownID})
	}
	got["cases"] = outcome(problems, wrong)

	// More than a page of the list, and few cases to read: the rest does not exist.
	state, problems = tf.read("aicc_cases", values{"search": searchFor(tf, values{"type": str(sampleCaseType)})})
	if wrong = ""; len(problems) == 0 {
		wrong = differ("found", keysOf(t, state["cases"]), slices.Sorted(slices.Values(append(slices.Clone(many), aicctest.SampleID))))
	}
	got["search"] = outcome(problems, wrong)
	return got
}

// reads are the outcomes of a provider with these settings on a site with that
// personality, on a clock on which a limit of requests a second takes no time.
func reads(t *testing.T, personality aicctest.Personality, settings values, zone string) (got map[string]string) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		site := aicctest.New()
		many := site.Become(personality)
		tf := pipe(t, site, map[string]string{"AICC_CLIENT_ID": aicctest.ClientID, "AICC_CLIENT_SECRET": aicctest.ClientSecret})
		expect(t, tf.configure(settings))
		got = outcomes(t, tf, many, zone)
	})
	return got
}

// sampleCaseType is the type of the sample case, and of the many that a stand-in with
// a personality has.
const sampleCaseType = "cvmC00000149NzxF1ePA"

// TestPersonalities holds for each AICC site that may be there that the provider is
// never wrong with its defaults, and right with the settings that the survey prints.
// Where the survey says that no setting helps, the error has to be the one expected.
func TestPersonalities(t *testing.T) {
	t.Parallel()
	right := map[string]string{"case": "right", "no such case": summaryOf(aicc.NotReturned), "number": "right", "cases": "right", "search": "right"}
	but := func(changes ...string) map[string]string {
		want := maps.Clone(right)
		for i := 0; i < len(changes); i += 2 {
			want[changes[i]] = changes[i+1]
		}
		return want
	}
	refused := but("no such case", summaryOf(aicc.Refused), "cases", summaryOf(aicc.Refused))
	unfiltered := but("number", summaryOf(aicc.FilterIgnored))
	blocked := but("no such case", summaryOf(aicc.NotReturned), "cases", summaryOf(aicc.Blocked), "search", summaryOf(aicc.Blocked))
	wants := map[string]struct{ byDefault, surveyed map[string]string }{
		"plain":            {right, right},
		"utc-clock":        {right, right},
		"business-500":     {refused, right},
		"code-in-200":      {refused, right},
		"one-code":         {refused, refused},
		"list-by-pages":    {right, right},
		"pages-of-50":      {right, right},
		"no-number-filter": {unfiltered, unfiltered},
		"flat-contact":     {right, right},
		"exact-header":     {right, right},
		"firewall":         {blocked, right},
		"one-token":        {right, right},
	}
	program := buildSurvey(t)
	for _, personality := range aicctest.Personalities() {
		t.Run(personality.Name, func(t *testing.T) {
			t.Parallel()
			site := aicctest.New()
			site.Become(personality)
			want, zone, url := wants[personality.Name], "+08:00", site.Start(t)
			block := surveyed(t, program, url, personality)
			if got := reads(t, personality, values{"domain": str(url)}, zone); !maps.Equal(got, want.byDefault) {
				t.Errorf("with the defaults\n%v, want\n%v", got, want.byDefault)
			}
			if personality.Name == "utc-clock" {
				zone = "Z"
			}
			if got := reads(t, personality, settingsIn(t, block), zone); !maps.Equal(got, want.surveyed) {
				t.Errorf("with\n%s\n%v, want\n%v", block, got, want.surveyed)
			}
		})
	}
}
