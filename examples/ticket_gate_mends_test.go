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
	}{
		"every change since the last apply": {
			withoutMend(t, "check.sh",
				`git rev-list --first-parent --reverse "${base}..${head}"`, `git rev-list --first-parent -1 "${base}..${head}"`,
				`[ "${first}" = "${parent}" ]`, `:`),
			"has",
		},
		"only the tip": {withoutMend(t, "apply.sh", `"${tip}") exit ;;`, `*) exit ;;`), "not the tip"},
		"the text is never expanded": {
			withoutMend(t, "check.sh", "asked=$(date +%s)", `eval "cat >${work}/expanded <<END
$(cat "${work}/messages")
END"; mv "${work}/expanded" "${work}/messages"; asked=$(date +%s)`),
			"secret",
		},
		"a clean room": {
			func(scripts map[string]string) {
				withoutMend(t, "check.sh", "\n*)\n\texec ", "\nnever)\n\texec ", "} <&3\nexec 3<&-", "} <<END\n\n\n\nEND")(scripts)
				bash(scripts)
			},
			"opened",
		},
		"comments are cut": {withoutMend(t, "tickets.awk", "		in_comment = 1\n", "		in_comment = 0\n"), "opened"},
		"the verdict gets old": {
			withoutMend(t, "apply.sh", `[ "${now}" -le "$3" ] || stop old`, `:`), "old verdict",
		},
		"the plan is the one": {withoutMend(t, "apply.sh", `[ "${digest}" = "$2" ] || stop another`, ":", `'' | *[!0-9]*) stop old ;;`, "", `'' | *[!0-9a-f]*) stop another ;;`, `'') exit ;;`, `[ "${now}" -le "$3" ] || stop old`, ":"), "without a verdict"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(60) {
				events := history(seed)
				broken, _ := play(t, test.mutate, events)
				if strings.Contains(broken, test.want) {
					t.Logf("seed %d: %s", seed, broken)
					return
				}
			}
			t.Error("no history finds it")
		})
	}
}
