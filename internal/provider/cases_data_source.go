// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/state"
)

// casesDataSource is data "aicc_cases".
type casesDataSource struct{ providerData }

var (
	_ datasource.DataSourceWithConfigure      = (*casesDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*casesDataSource)(nil)
)

// casesState is what was read, and what AICC returned.
type casesState struct {
	IDs         []string                `tfsdk:"ids"`
	Cases       map[string]*aicc.Listed `tfsdk:"cases"`
	IDsByCaseNo map[string]string       `tfsdk:"ids_by_case_no"`
	Missing     map[string]string       `tfsdk:"missing"`
	Failed      map[string]failedCase   `tfsdk:"failed"`
}

func (d *casesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_cases"
}

func (d *casesDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads many AICC cases (工单) at once, by ID or by search, and reports which of them AICC does not return. " +
			"It has no contact, history or tasks: the data source `aicc_case` reads those of a single case.",
		Attributes: map[string]schema.Attribute{
			// A list, since the framework compares all elements of a set in pairs.
			"ids": schema.ListAttribute{
				ElementType: types.StringType,
				Optional:    true,
				Computed:    true,
				MarkdownDescription: "IDs of the cases, each 1 to 20 ASCII letters and digits. May be empty. A repeated ID is read once. " +
					"With `search` or `case_nos`, the IDs that AICC lists, in order. Exactly one of `ids`, `case_nos` and `search` must be set.",
				Validators: []validator.List{eachString{caseIDValidator}},
			},
			"case_nos": schema.ListAttribute{
				ElementType: types.StringType,
				Optional:    true,
				MarkdownDescription: "Numbers of the cases that people see, each up to 30 digits, of which leading zeros may be left out. May be empty. " +
					"Each number takes one more request, for AICC's list of cases; a repeated number is looked for once. Fails on older releases of AICC, which cannot search by number.",
				Validators: []validator.List{eachString{caseNoValidator}},
			},
			"on_failure": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "What a case that cannot be read does to the others. With `\"error\"`, the default, the whole read fails. " +
					"With `\"report\"`, the case is in `failed` and the others are read; then `length(…missing) == 0` alone proves nothing, because a case in `failed` may not exist: check `failed` too. " +
					"A failure that concerns all cases, such as a refused token or a passed deadline, always fails the read.",
				Validators: []validator.String{onFailureValidator},
			},
			"template_fields": templateFieldsAttribute(),
			"keep":            keepAttribute(attributeNames[aicc.Listed]()),
			"cases": nestedMapAttribute(
				"The cases that AICC returned, by ID.",
				listedCaseAttributes(),
			),
			"ids_by_case_no": stringMapAttribute("The IDs that AICC has for the numbers in `case_nos`, by the number as it is written there. Empty without `case_nos`."),
			"missing": stringMapAttribute(
				"The cases for which AICC answered that they do not exist, with the reason that AICC gives, by ID; by the number as it is written in `case_nos` where AICC knows no ID for it. " +
					"Each case that is asked for is in exactly one of `cases`, `missing` and `failed`. Unless `on_failure` is `\"report\"`, `failed` is empty, " +
					"and `length(…missing) == 0` means that AICC returned all cases. A case that AICC lists and then does not return is here.",
			),
			"failed": nestedMapAttribute(
				"The cases that could not be read, with the same keys as `missing`, if `on_failure` is `\"report\"`. It is unknown whether they exist.",
				map[string]schema.Attribute{
					"summary":     stringAttribute("What happened, as in the title of an error. The guide \"Troubleshooting\" has an entry for each."),
					"reason":      stringAttribute("What AICC or the network said, in one line."),
					"http_status": schema.Int64Attribute{Computed: true, MarkdownDescription: "HTTP status of the last reply. Null if there was none."},
					"res_code":    stringAttribute("AICC's `resCode` in the last reply. Null if there was none."),
				},
			),
		},
		Blocks: map[string]schema.Block{
			"search":   searchBlock(),
			"timeouts": timeoutsBlock(ctx),
		},
	}
}

func (d *casesDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	resp.Diagnostics.Append(requireExactlyOne(ctx, req.Config, "ids", "case_nos", "search")...)
}

func (d *casesDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.configure(req.ProviderData)
}

func (d *casesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var asked casesArguments
	var keep []string
	var onFailure *string
	var limits timeouts.Value
	resp.Diagnostics.Append(readArguments(ctx, req.Config, map[string]any{
		"ids": &asked.ids, "case_nos": &asked.numbers, "search": &asked.search, "template_fields": &asked.templateFields,
		"on_failure": &onFailure, "keep": &keep, "timeouts": &limits,
	})...)
	resp.Diagnostics.Append(exactlyOne(
		argument{"ids", asked.ids != nil}, argument{"case_nos", asked.numbers != nil}, argument{"search", asked.search != nil},
	)...)
	resp.Diagnostics.Append(d.requireKnown()...)
	limit, diags := limits.Read(ctx, defaultReadTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	readCtx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	outcome, diags := d.readCases(readCtx, &asked)
	resp.Diagnostics.Append(d.keyWarning()...)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	concernsAll := slices.ContainsFunc(outcome.Failed, func(f aicc.Failure) bool { return f.Kind.ConcernsAll() })
	if concernsAll || onFailure == nil || *onFailure != onFailureReport {
		resp.Diagnostics.Append(casesDiagnostics(outcome, asked.count(), asked.at)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	odd := map[string][]string{}
	for id, found := range outcome.Found {
		if len(found.OddFlags) > 0 {
			odd[id] = found.OddFlags
		}
		keepOnly(found, keep)
	}
	resp.Diagnostics.Append(flagsWarning(odd, keep)...)
	if err := state.Answer(ctx, req.Config, casesStateOf(asked, outcome)); err != nil {
		resp.Diagnostics.Append(answerDiagnostic(err, asked.root(), len(outcome.Found)))
		return
	}
	resp.State = state.EmptyState
}

// casesArguments say which cases to read: by ID, by number or by search.
type casesArguments struct {
	ids, numbers   []string
	search         *aicc.Search
	templateFields map[string]*string
}

// root is where the cases are named.
func (a *casesArguments) root() path.Path {
	switch {
	case a.search != nil:
		return path.Root("search")
	case a.numbers != nil:
		return path.Root("case_nos")
	default:
		return path.Root("ids")
	}
}

// at is where the case with an index is named.
func (a *casesArguments) at(index int) path.Path {
	if a.search != nil {
		return a.root()
	}
	return a.root().AtListIndex(index)
}

// count is how many cases are named.
func (a *casesArguments) count() int { return len(a.ids) + len(a.numbers) }

// readCases reads the cases. IDs that a search finds go to the arguments.
func (d *casesDataSource) readCases(ctx context.Context, asked *casesArguments) (aicc.Outcome, diag.Diagnostics) {
	if asked.numbers != nil {
		return d.client.CasesByNumber(ctx, asked.numbers, asked.templateFields), nil
	}
	if asked.search != nil {
		found, err := d.client.Search(ctx, *asked.search)
		if err != nil {
			return aicc.Outcome{}, diag.Diagnostics{readDiagnostic(err, asked.root())}
		}
		asked.ids = found
	}
	return d.client.Cases(ctx, asked.ids, asked.templateFields), nil
}

// casesStateOf is what the state has of many cases.
func casesStateOf(asked casesArguments, outcome aicc.Outcome) casesState {
	read := casesState{asked.ids, outcome.Found, outcome.IDs, make(map[string]string, len(outcome.Missing)), make(map[string]failedCase, len(outcome.Failed))}
	if asked.numbers != nil {
		read.IDs = []string{}
		seen := map[string]bool{"": true}
		for _, number := range asked.numbers {
			if id := outcome.IDs[number]; !seen[id] {
				seen[id] = true
				read.IDs = append(read.IDs, id)
			}
		}
	}
	for key, failure := range outcome.Missing {
		read.Missing[key] = failure.Reason()
		if asked.search != nil || asked.numbers != nil && failure.CaseID != "" {
			read.Missing[key] = vanishedReason(failure)
		}
	}
	for _, failure := range outcome.Failed {
		read.Failed[failure.Key] = failureOf(failure)
	}
	return read
}
