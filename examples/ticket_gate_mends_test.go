// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package examples_test

import (
	"os/exec"
	"strings"
	"testing"
)

// without takes a mend out of a script.
func withoutMend(t *testing.T, script string, pairs ...string) func(map[string]string) {
	t.Helper()
	return func(scripts map[string]string) {
		for i := 0; i < len(pairs); i += 2 {
			if !strings.Contains(scripts[script], pairs[i]) {
				t.Fatalf("%q is not in %s", pairs[i], script)
			}
			scripts[script] = strings.ReplaceAll(scripts[script], pairs[i], pairs[i+1])
		}
	}
}

// bashAsSh has the scripts run by bash under the name of sh.
func bashAsSh(t *testing.T) func(map[string]string) {
	t.Helper()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Fatal(err)
	}
	return func(scripts map[string]string) {
		for _, name := range []string{"check.sh", "apply.sh"} {
			scripts[name] = strings.NewReplacer("#!/bin/sh", "#!"+bash+" --posix", "/bin/sh", bash+" --posix").Replace(scripts[name])
		}
	}
}

// TestGateMends holds that the histories find each way into the gate when what closes
// it is taken out.
func TestGateMends(t *testing.T) {
	t.Parallel()
	bash := bashAsSh(t)
	for name, test := range map[string]struct {
		mutate func(map[string]string)
		want   string
		// from is the seed to begin with, so that it does not take long.
		from uint64
	}{
		"every change since the last apply": {
			withoutMend(t, "check.sh",
				`git rev-list --first-parent --reverse --parents "${base}..${head}"`, `git rev-list --first-parent -1 --parents "${base}..${head}"`,
				`[ "${first}" = "${parent}" ]`, `:`),
			"has", 2,
		},
		"only the tip": {withoutMend(t, "apply.sh", `"${tip}") exit ;;`, `*) exit ;;`), "not the tip", 2},
		"the text is never expanded": {
			withoutMend(t, "check.sh", "asked=$(date +%s)", `eval "cat >${work}/expanded <<END
$(cat "${work}/messages")
END"; mv "${work}/expanded" "${work}/messages"; asked=$(date +%s)`),
			"secret", 7,
		},
		"a clean room": {
			func(scripts map[string]string) {
				withoutMend(t, "check.sh", "\n*)\n\texec ", "\nnever)\n\texec ", "} <&3\nexec 3<&-", "} <<END\n\n\n\nEND")(scripts)
				bash(scripts)
			},
			"opened", 1,
		},
		"comments are cut":    {withoutMend(t, "tickets.awk", "		in_comment = 1\n", "		in_comment = 0\n"), "opened", 14},
		"the plan is the one": {withoutMend(t, "apply.sh", `[ "${digest}" = "$2" ] || stop another`, ":", `'' | *[!0-9]*) stop old ;;`, "", `'' | *[!0-9a-f]*) stop another ;;`, `'') exit ;;`, `[ "${now}" -le "$3" ] || stop old`, ":"), "without a verdict", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for seed := test.from; seed < test.from+40; seed++ {
				broken, _ := play(t, test.mutate, history(seed))
				if strings.Contains(broken, test.want) {
					t.Logf("seed %d: %s", seed, broken)
					return
				}
			}
			t.Error("no history finds it")
		})
	}
}

// TestGateOldVerdict applies with a verdict whose time is over, which is too rare for
// chance.
func TestGateOldVerdict(t *testing.T) {
	t.Parallel()
	events := []event{{"squash", 16}, {"start", 0}, {"gate", 0}, {"wait", 1}, {"apply", 0}}
	if broken, _ := play(t, nil, events); broken != "" {
		t.Error(broken)
	}
	old := withoutMend(t, "apply.sh", `[ "${now}" -le "$3" ] || stop old`, `:`)
	if broken, _ := play(t, old, events); broken != "applied with an old verdict" {
		t.Errorf("without the mend: %q", broken)
	}
}
