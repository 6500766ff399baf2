// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

// caseModel and casesModel are the states as the framework can encode them: what
// AICC returned, and the arguments.

type caseModel struct {
	aicc.Case

	TemplateFields map[string]*string `tfsdk:"template_fields"`
	IncludeContact types.Bool         `tfsdk:"include_contact"`
	Keep           []string           `tfsdk:"keep"`
	Timeouts       timeouts.Value     `tfsdk:"timeouts"`
}

type casesModel struct {
	casesState

	CaseNos        []string           `tfsdk:"case_nos"`
	OnFailure      types.String       `tfsdk:"on_failure"`
	Search         *aicc.Search       `tfsdk:"search"`
	TemplateFields map[string]*string `tfsdk:"template_fields"`
	Keep           []string           `tfsdk:"keep"`
	Timeouts       timeouts.Value     `tfsdk:"timeouts"`
}

// frameworkState is what the framework sends for a model.
func frameworkState(t *testing.T, source datasource.DataSource, config *tfprotov6.DynamicValue, fill func(tfsdk.Config) any) []byte {
	t.Helper()
	var schema datasource.SchemaResponse
	source.Schema(t.Context(), datasource.SchemaRequest{}, &schema)
	typ := schema.Schema.Type().TerraformType(t.Context())
	raw, err := config.Unmarshal(typ)
	if err != nil {
		t.Fatal(err)
	}
	state := tfsdk.State{Schema: schema.Schema, Raw: tftypes.NewValue(typ, nil)}
	if diags := state.Set(t.Context(), fill(tfsdk.Config{Schema: schema.Schema, Raw: raw})); diags.HasError() {
		t.Fatal(diags)
	}
	return tftest.Encode(t, state.Raw)
}

// get reads a configuration into a model.
func get(t *testing.T, config tfsdk.Config, model any) {
	t.Helper()
	if diags := config.Get(t.Context(), model); diags.HasError() {
		t.Fatal(diags)
	}
}

// stateDenied and stateBroken are cases that cannot be read.
const stateDenied, stateBroken = "c6m8state00000000004", "c6m8state00000000005"

// stateFixtures returns the IDs of all cases that the stand-in knows and of some of
// odd form, and what reads them.
func stateFixtures(t *testing.T) (*terraform, *aicc.Client, []string) {
	t.Helper()
	site := aicctest.New()
	const bare, null, empty = "c6m8state00000000001", "c6m8state00000000002", "c6m8state00000000003"
	planted := plantCase(t, "state")
	site.SetCase(planted.id, planted.json)
	site.SetCase(bare, `{"caseInfo":{"id":"`+bare+`"}}`)
	site.SetCase(null, `{"caseInfo":{"id":"`+null+`","title":null,"own":null,"isUpgraded":null},"caseTrace":null,"tasks":null,"customerInfo":null,"isFollower":null}`)
	site.SetCase(empty, `{"caseInfo":{"id":"`+empty+`","title":"","own":"","suspendAccumulatedTime":0},
		"caseTrace":[{}],"tasks":[],"customerInfo":{"customerInfo":{"bindAccount":[],"address":{},"organization":{}}},"other":[{"x":1}]}`)
	site.ForCase(stateDenied, aicctest.Reply(403, `{"resCode":"403000001","resMsg":"无权限"}`))
	site.ForCase(stateBroken, aicctest.Reply(200, "<html>"))
	url := site.Start(t)
	base, err := aicc.ParseDomain(url)
	if err != nil {
		t.Fatal(err)
	}
	zone, err := aicc.ParseTimeZone(aicc.DefaultTimeZone)
	if err != nil {
		t.Fatal(err)
	}
	client, err := aicc.New(aicc.Config{BaseURL: base, Token: aicctest.Token, TimeZone: zone, MaxConcurrency: 4})
	if err != nil {
		t.Fatal(err)
	}
	return startWith(t, url), client, []string{aicctest.SampleID, aicctest.OpenID, aicctest.CompletedID, aicctest.OverdueID, planted.id, bare, null, empty}
}

// TestStateOfCase holds that a case reaches Terraform in the bytes that the
// framework would send, as a data source and as an ephemeral resource.
func TestStateOfCase(t *testing.T) {
	t.Parallel()
	tf, client, ids := stateFixtures(t)
	for _, given := range []values{
		{},
		{"include_contact": tftypes.NewValue(tftypes.Bool, true), "timeouts": timeoutOf("90s"), "template_fields": texts(map[string]any{"a": "1"})},
		{"include_contact": tftypes.NewValue(tftypes.Bool, false), "template_fields": texts(nil)},
		// Of more than one, the framework writes the arguments in any order.
		{"template_fields": texts(map[string]any{"": nil})},
		{"keep": strs()},
		{"keep": strs("state", "contact"), "include_contact": tftypes.NewValue(tftypes.Bool, true)},
	} {
		for _, id := range ids {
			given["id"] = str(id)
			config := encode(t, tf.schema.DataSourceSchemas["aicc_case"].ValueType(), given)
			want := frameworkState(t, new(caseDataSource), config, func(config tfsdk.Config) any {
				var model caseModel
				get(t, config, &model)
				found, err := client.Case(t.Context(), aicc.Query{ID: id})
				if err != nil {
					t.Fatal(err)
				}
				model.Case = caseState(found, model.IncludeContact.IsNull() || model.IncludeContact.ValueBool(), model.Keep)
				return model
			})
			read, err := tf.server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: "aicc_case", Config: config})
			if err != nil || len(read.Diagnostics) > 0 || !bytes.Equal(read.State.MsgPack, want) {
				t.Errorf("the state of %s is\n%x\nwant\n%x\n%v, %v", id, read.State.MsgPack, want, err, read.Diagnostics)
			}
			opened, err := tf.server.OpenEphemeralResource(t.Context(), &tfprotov6.OpenEphemeralResourceRequest{TypeName: "aicc_case", Config: config})
			if err != nil || len(opened.Diagnostics) > 0 || !bytes.Equal(opened.Result.MsgPack, want) {
				t.Errorf("the result of %s is\n%x\nwant\n%x\n%v, %v", id, opened.Result.MsgPack, want, err, opened.Diagnostics)
			}
		}
	}
}

// TestStateOfCases holds the same for many cases, by ID, by number and by search.
func TestStateOfCases(t *testing.T) {
	t.Parallel()
	tf, client, ids := stateFixtures(t)
	with := func(given values) values {
		given["timeouts"] = timeoutOf("1m")
		return given
	}
	report := str(onFailureReport)
	for _, given := range []values{
		with(values{"ids": strs()}),
		with(values{"ids": strs(aicctest.UnknownID)}),
		{"ids": strs(ids...), "on_failure": str(onFailureError)},
		with(values{"ids": strs(append(ids, aicctest.UnknownID, ids[0])...), "keep": strs("state")}),
		{"ids": strs(ids[0], stateDenied, stateBroken), "on_failure": report},
		with(values{"case_nos": strs()}),
		{"case_nos": strs("40001", "00040001", "404"), "on_failure": report},
		with(values{"search": searchFor(tf, values{"type": str("cvmC000DemoChangeReq")}), "on_failure": report}),
	} {
		config := encode(t, tf.schema.DataSourceSchemas["aicc_cases"].ValueType(), given)
		want := frameworkState(t, new(casesDataSource), config, func(config tfsdk.Config) any {
			var written struct {
				IDs            []string           `tfsdk:"ids"`
				CaseNos        []string           `tfsdk:"case_nos"`
				OnFailure      types.String       `tfsdk:"on_failure"`
				Search         *aicc.Search       `tfsdk:"search"`
				TemplateFields map[string]*string `tfsdk:"template_fields"`
				Keep           []string           `tfsdk:"keep"`
				Timeouts       timeouts.Value     `tfsdk:"timeouts"`
				Cases          types.Map          `tfsdk:"cases"`
				IDsByCaseNo    types.Map          `tfsdk:"ids_by_case_no"`
				Missing        types.Map          `tfsdk:"missing"`
				Failed         types.Map          `tfsdk:"failed"`
			}
			get(t, config, &written)
			asked := casesArguments{ids: written.IDs, numbers: written.CaseNos, search: written.Search}
			data := casesDataSource{providerData{client: client}}
			outcome, diags := data.readCases(t.Context(), &asked)
			if diags.HasError() {
				t.Fatal(diags)
			}
			for _, found := range outcome.Found {
				keepOnly(found, written.Keep)
			}
			return casesModel{casesStateOf(asked, outcome), written.CaseNos, written.OnFailure, written.Search, written.TemplateFields, written.Keep, written.Timeouts}
		})
		read, err := tf.server.ReadDataSource(t.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: "aicc_cases", Config: config})
		if err != nil || len(read.Diagnostics) > 0 || !bytes.Equal(read.State.MsgPack, want) {
			t.Errorf("the state of %v is\n%x\nwant\n%x\n%v, %v", given, read.State.MsgPack, want, err, read.Diagnostics)
		}
	}
}
