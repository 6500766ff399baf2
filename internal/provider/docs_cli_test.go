// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"os/exec"
	"testing"

	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

// TestCLIDocs holds that docs/ is what "make docs" would write.
func TestCLIDocs(t *testing.T) {
	t.Parallel()
	cli := tftest.NewCLI(t, "http://localhost")
	if !cli.AtLeast(10, 11) {
		t.Skip("older commands leave ephemeral resources out of the schema")
	}
	if os.Getenv("AICC_TFPLUGINDOCS") == "" {
		if os.Getenv("AICC_REQUIRE_CLI") != "" {
			t.Fatal("AICC_TFPLUGINDOCS does not name tfplugindocs")
		}
		t.Skip("make sets AICC_TFPLUGINDOCS")
	}
	root, err := tftest.Root()
	if err != nil {
		t.Fatal(err)
	}
	check := exec.CommandContext(t.Context(), "sh", "scripts/docs.sh", "--check")
	check.Dir = root
	check.Env = append(os.Environ(), "TF_ACC_TERRAFORM_PATH="+tftest.FindCLI(t))
	if output, err := check.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, output)
	}
}
