// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"maps"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
)

// casesDataSource is data "aicc_cases".
type casesDataSource struct{ providerData }

var (
	_ datasource.DataSourceWithConfigure      = (*casesDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*casesDataSource)(nil)
)

// casesModel is the arguments and what AICC returned.
type casesModel struct {
	IDs            []string           `tfsdk:"ids"`
	Search         *aicc.Search       `tfsdk:"search"`
	TemplateFields map[string]*string `tfsdk:"template_fields"`
	Keep           []string           `tfsdk:"keep"`
	Timeouts       timeouts.Value     `tfsdk:"timeouts"`
	Cases          types.Map          `tfsdk:"cases"`
	Missing        types.Map          `tfsdk:"missing"`
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
				ElementType:         types.StringType,
				Optional:            true,
				Computed:            true,
				MarkdownDescription: "IDs of the cases, each 1 to 20 ASCII letters and digits. May be empty. A repeated ID is read once. With `search`, the IDs that AICC lists, in its order. Exactly one of `ids` and `search` must be set.",
				Validators:          []validator.List{eachString{caseIDValidator}},
			},
			"search":          searchAttribute(),
			"template_fields": templateFieldsAttribute(),
			"keep":            keepAttribute(attributeNames[listedCase]()),
			"timeouts":        timeoutsAttribute(ctx),
			"cases": nestedMapAttribute(
				"The cases that AICC returned, by ID.",
				listedCaseAttributes(),
			),
			"missing": schema.MapAttribute{
				ElementType: types.StringType,
				Computed:    true,
				MarkdownDescription: "The cases for which AICC answered without returning them, by ID, with the reason that AICC gives. " +
					"The whole read fails if it remains unknown whether a case exists, so each case is either here or in `cases`, " +
					"and `length(…missing) == 0` means that AICC returned all of them. With `search`, a case that AICC lists and then does not return is here.",
			},
		},
	}
}

func (d *casesDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	resp.Diagnostics.Append(requireExactlyOne(ctx, req.Config, "ids", "search")...)
}

func (d *casesDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.configure(req.ProviderData)
}

func (d *casesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model casesModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	resp.Diagnostics.Append(requireExactlyOne(ctx, req.Config, "ids", "search")...)
	resp.Diagnostics.Append(d.requireKnown()...)
	limit, diags := model.Timeouts.Read(ctx, defaultReadTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	readCtx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	ids, root := model.IDs, path.Root("ids")
	at, reason := root.AtListIndex, (*aicc.Error).Reason
	if model.Search != nil {
		root, reason = path.Root("search"), vanishedReason
		at = func(int) path.Path { return root }
		var err error
		if ids, err = d.client.Search(readCtx, *model.Search); err != nil {
			resp.Diagnostics.Append(readDiagnostic(err, root))
			return
		}
	}
	outcome := d.client.Cases(readCtx, ids, model.TemplateFields)
	resp.Diagnostics.Append(casesDiagnostics(outcome, len(ids), at)...)
	if resp.Diagnostics.HasError() {
		return
	}
	state := casesState(ctx, req.Config, ids, outcome, reason, model.Keep)
	encoded, err := tfprotov6.NewDynamicValue(state.Type(), state)
	if err == nil && len(encoded.MsgPack) > maxMessage {
		resp.Diagnostics.Append(tooManyDiagnostic(root, len(outcome.Found), len(encoded.MsgPack)))
		return
	}
	resp.State.Raw = state
}

// maxMessage is the size up to which Terraform and OpenTofu accept a message from
// a provider, less what the message holds besides the state. Above it, they report
// an error of their transport that a user cannot act on.
const maxMessage = 64<<20 - 64<<10

// casesState builds the state from the configuration and what was read. State.Set
// would do the same by reflection, in half of the time that the whole read takes.
func casesState(ctx context.Context, config tfsdk.Config, ids []string, outcome aicc.Cases, reason func(*aicc.Error) string, keep []string) tftypes.Value {
	var configured map[string]tftypes.Value
	// A configuration is always an object.
	_ = config.Raw.As(&configured)
	// As returns a map that it shares.
	attributes := maps.Clone(configured)
	object := config.Schema.Type().TerraformType(ctx).(tftypes.Object)

	read := make([]tftypes.Value, len(ids))
	for i, id := range ids {
		read[i] = tftypes.NewValue(tftypes.String, id)
	}
	attributes["ids"] = tftypes.NewValue(object.AttributeTypes["ids"], read)

	cases := make(map[string]tftypes.Value, len(outcome.Found))
	casesType := object.AttributeTypes["cases"].(tftypes.Map)
	for id, found := range outcome.Found {
		listed := listedCase{found.Info, found.IsFollower}
		keepOnly(&listed, keep)
		cases[id] = listed.value(casesType.ElementType.(tftypes.Object))
	}
	attributes["cases"] = tftypes.NewValue(casesType, cases)

	missing := make(map[string]tftypes.Value, len(outcome.Missing))
	for id, failure := range outcome.Missing {
		missing[id] = tftypes.NewValue(tftypes.String, reason(failure))
	}
	attributes["missing"] = tftypes.NewValue(object.AttributeTypes["missing"], missing)
	return tftypes.NewValue(object, attributes)
}

// listedCase is the part of a case that aicc_cases has.
type listedCase struct {
	aicc.Info

	IsFollower *bool `tfsdk:"is_follower"`
}

// listedFields are the fields of listedCase that are attributes.
var listedFields = slices.DeleteFunc(reflect.VisibleFields(reflect.TypeFor[listedCase]()), func(f reflect.StructField) bool {
	return f.Tag.Get("tfsdk") == ""
})

// value returns the case as a Terraform value.
func (c listedCase) value(typ tftypes.Object) tftypes.Value {
	attributes := make(map[string]tftypes.Value, len(listedFields))
	from := reflect.ValueOf(c)
	for _, field := range listedFields {
		name := field.Tag.Get("tfsdk")
		value := from.FieldByIndex(field.Index).Interface()
		switch typed := value.(type) {
		case *aicc.Timestamp:
			value = (*string)(typed)
		case map[string]*string:
			value = stringValues(typed)
		}
		attributes[name] = tftypes.NewValue(typ.AttributeTypes[name], value)
	}
	return tftypes.NewValue(typ, attributes)
}

// stringValues returns the elements of a map of strings as Terraform values; nil
// remains null.
func stringValues(from map[string]*string) any {
	if from == nil {
		return nil
	}
	values := make(map[string]tftypes.Value, len(from))
	for key, value := range from {
		values[key] = tftypes.NewValue(tftypes.String, value)
	}
	return values
}
