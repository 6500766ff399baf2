// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"maps"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
)

// casesDataSource is data "aicc_cases".
type casesDataSource struct{ connection }

var _ datasource.DataSourceWithConfigure = (*casesDataSource)(nil)

// casesModel is what the user writes and what AICC answers.
type casesModel struct {
	IDs            []string           `tfsdk:"ids"`
	TemplateFields map[string]*string `tfsdk:"template_fields"`
	Timeouts       timeouts.Value     `tfsdk:"timeouts"`
	Cases          types.Map          `tfsdk:"cases"`
	Missing        types.Map          `tfsdk:"missing"`
}

func (d *casesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_cases"
}

func (d *casesDataSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads many AICC cases (工单) in one go and says which of them AICC does not return. " +
			"It carries no contact, history or tasks: the data source `aicc_case` reads those of a single case.",
		Attributes: map[string]schema.Attribute{
			// A list, since the framework compares the elements of a set with each other.
			"ids": schema.ListAttribute{
				ElementType:         types.StringType,
				Required:            true,
				MarkdownDescription: "Ids of the cases, each 1 to 20 ASCII letters and digits. May be empty; an id that stands twice is read once.",
				Validators: []validator.List{
					listvalidator.NoNullValues(),
					listvalidator.ValueStringsAre(caseIDValidator),
				},
			},
			"template_fields": templateFieldsAttribute(),
			"timeouts":        timeoutsAttribute(ctx),
			"cases": nestedMap(
				"The cases that AICC returned, by id.",
				listedCaseAttributes(),
			),
			"missing": schema.MapAttribute{
				ElementType: types.StringType,
				Computed:    true,
				MarkdownDescription: "The cases that AICC answered about and did not return, by id, with the reason in AICC's words. " +
					"A failure that leaves open whether a case exists fails the whole read, so a case is either here or in `cases`, " +
					"and `length(…missing) == 0` means that AICC returned every one.",
			},
		},
	}
}

func (d *casesDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	d.connect(req.ProviderData)
}

func (d *casesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model casesModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	resp.Diagnostics.Append(d.ready()...)
	limit, diags := model.Timeouts.Read(ctx, defaultReadTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	readCtx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	outcome := d.client.Cases(readCtx, model.IDs, model.TemplateFields)
	resp.Diagnostics.Append(casesDiagnostics(outcome, len(model.IDs))...)
	if resp.Diagnostics.HasError() {
		return
	}
	state := casesState(ctx, req.Config, outcome)
	encoded, err := tfprotov6.NewDynamicValue(state.Type(), state)
	if err == nil && len(encoded.MsgPack) > maxMessage {
		resp.Diagnostics.Append(tooManyDiagnostic(len(outcome.Found), len(encoded.MsgPack)))
		return
	}
	resp.State.Raw = state
}

// maxMessage is how much Terraform and OpenTofu take in one message of a
// provider, less a little for what the message wraps around the state. Beyond it
// they report an error of their transport that nobody could act on.
const maxMessage = 64<<20 - 64<<10

// casesState builds the state from the configuration and what was read. State.Set
// would do the same by reflection, and take half of the whole read's time for it.
func casesState(ctx context.Context, config tfsdk.Config, outcome aicc.Cases) tftypes.Value {
	var configured map[string]tftypes.Value
	// The configuration is an object, as every configuration is.
	_ = config.Raw.As(&configured)
	// As hands out its own map.
	attributes := maps.Clone(configured)
	object := config.Schema.Type().TerraformType(ctx).(tftypes.Object)

	cases := make(map[string]tftypes.Value, len(outcome.Found))
	casesType := object.AttributeTypes["cases"].(tftypes.Map)
	for id, found := range outcome.Found {
		listed := listedCase{found.Info, found.IsFollower}
		cases[id] = listed.value(casesType.ElementType.(tftypes.Object))
	}
	attributes["cases"] = tftypes.NewValue(casesType, cases)

	missing := make(map[string]tftypes.Value, len(outcome.Missing))
	for id, failure := range outcome.Missing {
		missing[id] = tftypes.NewValue(tftypes.String, failure.Reason())
	}
	attributes["missing"] = tftypes.NewValue(object.AttributeTypes["missing"], missing)
	return tftypes.NewValue(object, attributes)
}

// listedCase is what the plural data source keeps of a case.
type listedCase struct {
	aicc.Info

	IsFollower *bool `tfsdk:"is_follower"`
}

// listedFields are the fields of a listedCase that are attributes.
var listedFields = slices.DeleteFunc(reflect.VisibleFields(reflect.TypeFor[listedCase]()), func(f reflect.StructField) bool {
	return f.Tag.Get("tfsdk") == ""
})

// value turns the case into a value of Terraform.
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
			value = textValues(typed)
		}
		attributes[name] = tftypes.NewValue(typ.AttributeTypes[name], value)
	}
	return tftypes.NewValue(typ, attributes)
}

// textValues turns a map of texts into the elements of a map in Terraform; a nil
// map stays null.
func textValues(texts map[string]*string) any {
	if texts == nil {
		return nil
	}
	values := make(map[string]tftypes.Value, len(texts))
	for key, text := range texts {
		values[key] = tftypes.NewValue(tftypes.String, text)
	}
	return values
}
