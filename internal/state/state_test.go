// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package state_test

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"math"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"weak"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aicc-community/terraform-provider-aicc/internal/state"
	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

// framework is a server that serves each read with read, and keeps the contexts
// of all calls, as the framework does.
type framework struct {
	tfprotov6.ProviderServer

	read func(context.Context) error
	kept []context.Context
}

var original = &tfprotov6.DynamicValue{MsgPack: []byte{0xc0}}

func (f *framework) keep(ctx context.Context) {
	kept, cancel := context.WithCancel(ctx)
	context.AfterFunc(kept, cancel)
	f.kept = append(f.kept, kept)
}

func (f *framework) ReadDataSource(ctx context.Context, _ *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	f.keep(ctx)
	return &tfprotov6.ReadDataSourceResponse{State: original}, f.read(ctx)
}

func (f *framework) OpenEphemeralResource(ctx context.Context, _ *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	f.keep(ctx)
	return &tfprotov6.OpenEphemeralResourceResponse{Result: original}, f.read(ctx)
}

func (f *framework) ValidateDataResourceConfig(ctx context.Context, _ *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	f.keep(ctx)
	return nil, nil
}

func (f *framework) ValidateEphemeralResourceConfig(ctx context.Context, _ *tfprotov6.ValidateEphemeralResourceConfigRequest) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	f.keep(ctx)
	return nil, nil
}

func (f *framework) CloseEphemeralResource(ctx context.Context, _ *tfprotov6.CloseEphemeralResourceRequest) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	f.keep(ctx)
	return nil, nil
}

func (f *framework) CallFunction(ctx context.Context, _ *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	f.keep(ctx)
	return nil, nil
}

// answer returns what a read and an opening reply with that answer with values.
func answer(t *testing.T, config tfsdk.Config, values any) []byte {
	t.Helper()
	server := state.Wrap(&framework{read: func(ctx context.Context) error { return state.Answer(ctx, config, values) }})
	read, err := server.ReadDataSource(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	opened, err := server.OpenEphemeralResource(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(read.State.MsgPack, opened.Result.MsgPack) {
		t.Errorf("a read replies with\n%x\nan opening with\n%x", read.State.MsgPack, opened.Result.MsgPack)
	}
	return read.State.MsgPack
}

// inner and middle stand for what is nested in what.
type inner struct {
	Name *string `tfsdk:"name"`
}

type middle struct {
	inner

	Size *int64 `tfsdk:"size"`
}

type label string

// outer has a field of every kind.
type outer struct {
	Text    *string            `tfsdk:"text"`
	Label   *label             `tfsdk:"label"`
	Flag    *bool              `tfsdk:"flag"`
	Number  *int64             `tfsdk:"number"`
	Texts   []*string          `tfsdk:"texts"`
	Plain   []string           `tfsdk:"plain"`
	Fields  map[string]*string `tfsdk:"fields"`
	One     *middle            `tfsdk:"one"`
	Many    []middle           `tfsdk:"many"`
	Named   map[string]middle  `tfsdk:"named"`
	Skipped map[string]*string `tfsdk:"-"`
}

// outerSchema has arguments beside the fields of outer, one of which, text, is
// also a field of it.
func outerSchema() schema.Schema {
	nested := map[string]schema.Attribute{
		"name": schema.StringAttribute{Computed: true},
		"size": schema.Int64Attribute{Computed: true},
	}
	text := func() schema.Attribute { return schema.StringAttribute{Optional: true, Computed: true} }
	return schema.Schema{Attributes: map[string]schema.Attribute{
		"a_list": schema.ListAttribute{ElementType: types.StringType, Optional: true},
		"zone": schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{
			"read": text(), "ratio": schema.NumberAttribute{Optional: true},
		}},
		"text": text(), "label": text(),
		"flag":   schema.BoolAttribute{Computed: true},
		"number": schema.Int64Attribute{Computed: true},
		"texts":  schema.ListAttribute{ElementType: types.StringType, Computed: true},
		"plain":  schema.ListAttribute{ElementType: types.StringType, Computed: true},
		"fields": schema.MapAttribute{ElementType: types.StringType, Computed: true},
		"one":    schema.SingleNestedAttribute{Attributes: nested, Computed: true},
		"many":   schema.ListNestedAttribute{NestedObject: schema.NestedAttributeObject{Attributes: nested}, Computed: true},
		"named":  schema.MapNestedAttribute{NestedObject: schema.NestedAttributeObject{Attributes: nested}, Computed: true},
	}}
}

// configure returns a configuration in which everything else is null.
func configure(t *testing.T, given map[string]tftypes.Value) tfsdk.Config {
	t.Helper()
	s := outerSchema()
	object := s.Type().TerraformType(t.Context()).(tftypes.Object)
	all := map[string]tftypes.Value{}
	for name, typ := range object.AttributeTypes {
		all[name] = tftypes.NewValue(typ, nil)
	}
	maps.Copy(all, given)
	return tfsdk.Config{Schema: s, Raw: tftypes.NewValue(object, all)}
}

// frameworkState is the state that the framework makes of the same, by reflection.
func frameworkState(t *testing.T, config tfsdk.Config, values outer) tftypes.Value {
	t.Helper()
	type whole struct {
		outer

		List attr.Value `tfsdk:"a_list"`
		Zone attr.Value `tfsdk:"zone"`
	}
	var all whole
	set := tfsdk.State{Schema: config.Schema, Raw: tftypes.NewValue(config.Raw.Type(), nil)}
	for name, into := range map[string]*attr.Value{"a_list": &all.List, "zone": &all.Zone} {
		var written map[string]tftypes.Value
		if err := config.Raw.As(&written); err != nil {
			t.Fatal(err)
		}
		value, err := config.Schema.GetAttributes()[name].GetType().ValueFromTerraform(t.Context(), written[name])
		if err != nil {
			t.Fatal(err)
		}
		*into = value
	}
	all.outer = values
	if diags := set.Set(t.Context(), all); diags.HasError() {
		t.Fatal(diags)
	}
	return set.Raw
}

func TestAnswer(t *testing.T) {
	t.Parallel()
	text := func(s string) *string { return &s }
	strs := func(texts ...string) tftypes.Value {
		var list []tftypes.Value
		for _, s := range texts {
			list = append(list, tftypes.NewValue(tftypes.String, s))
		}
		return tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, list)
	}
	zoneType := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"read": tftypes.String, "ratio": tftypes.Number}}
	type example struct {
		given  map[string]tftypes.Value
		values outer
	}
	unknown := func(typ tftypes.Type) tftypes.Value { return tftypes.NewValue(typ, tftypes.UnknownValue) }
	yes, no := true, false
	tests := map[string]example{
		"null": {},
		"empty": {
			map[string]tftypes.Value{"a_list": strs(), "zone": tftypes.NewValue(zoneType, map[string]tftypes.Value{
				"read": tftypes.NewValue(tftypes.String, ""), "ratio": tftypes.NewValue(tftypes.Number, 0),
			})},
			outer{Text: text(""), Label: new(label), Flag: &no, Number: new(int64), Texts: []*string{}, Plain: []string{}, Fields: map[string]*string{}, One: &middle{}, Many: []middle{}, Named: map[string]middle{}},
		},
		"unknown": {map[string]tftypes.Value{"a_list": unknown(tftypes.List{ElementType: tftypes.String}), "zone": unknown(zoneType)}, outer{Text: text("x")}},
		"unknown within": {
			map[string]tftypes.Value{
				"a_list": tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, []tftypes.Value{unknown(tftypes.String), tftypes.NewValue(tftypes.String, nil)}),
				"zone":   tftypes.NewValue(zoneType, map[string]tftypes.Value{"read": unknown(tftypes.String), "ratio": unknown(tftypes.Number)}),
			},
			outer{},
		},
		"full": {
			map[string]tftypes.Value{"a_list": strs("b", "a"), "zone": tftypes.NewValue(zoneType, map[string]tftypes.Value{
				"read": tftypes.NewValue(tftypes.String, "2m"), "ratio": tftypes.NewValue(tftypes.Number, 0.1),
			})},
			outer{
				text("工单\x00\""), (*label)(text("l")), &yes, new(int64),
				[]*string{text("x"), nil, text("")},
				[]string{"y", ""},
				map[string]*string{"b": text("1"), "a": nil, "": text(""), "AICC__Type__CST.__objectType": text("z")},
				&middle{inner{text("n")}, nil},
				[]middle{{}, {inner{text("m")}, new(int64)}},
				map[string]middle{"k": {inner{text("o")}, new(int64)}, "j": {}},
				map[string]*string{"not": text("there")},
			},
		},
	}
	for _, n := range []int64{
		1, 127, 128, 255, 256, math.MaxInt16, math.MaxUint16, math.MaxUint16 + 1, math.MaxInt32, math.MaxUint32, math.MaxUint32 + 1, 1439999, math.MaxInt64,
		-1, -32, -33, -128, -129, math.MinInt16, math.MinInt16 - 1, math.MinInt32, math.MinInt32 - 1, math.MinInt64,
	} {
		tests["number "+strconv.FormatInt(n, 10)] = example{values: outer{Number: &n}}
	}
	for _, n := range []int{15, 16, 31, 32, 255, 256, math.MaxUint16, math.MaxUint16 + 1} {
		long := strings.Repeat("x", n)
		values := outer{Text: &long, Plain: make([]string, n%1000), Fields: map[string]*string{}}
		for i := range values.Plain {
			values.Fields[strconv.Itoa(i)] = nil
		}
		tests["length "+strconv.Itoa(n)] = example{values: values}
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := configure(t, test.given)
			got, want := answer(t, config, test.values), tftest.Encode(t, frameworkState(t, config, test.values))
			if !bytes.Equal(got, want) {
				t.Errorf("got\n%.2000x\nthe framework makes\n%.2000x", got, want)
			}
		})
	}
}

// TestAnswered holds that the framework finds nothing to walk over.
func TestAnswered(t *testing.T) {
	t.Parallel()
	if n := len(state.Answered.Schema.GetAttributes()); n != 0 {
		t.Errorf("%d attributes", n)
	}
	if got := tftest.Encode(t, state.Answered.Raw); !bytes.Equal(got, []byte{0x80}) {
		t.Errorf("it is encoded as %x", got)
	}
}

func TestAnswerErrors(t *testing.T) {
	t.Parallel()
	config := configure(t, nil)
	long := strings.Repeat("x", state.MaxSize)
	var size int
	server := state.Wrap(&framework{read: func(ctx context.Context) error {
		err := state.Answer(ctx, config, outer{Text: &long})
		if failure := new(state.TooLargeError); errors.As(err, &failure) {
			size = failure.Size
		}
		return nil
	}})
	read, err := server.ReadDataSource(t.Context(), nil)
	if err != nil || read.State != original || size <= len(long) {
		t.Errorf("the size is %d, the state %v, the error %v", size, read.State, err)
	}
	server = state.Wrap(&framework{read: func(ctx context.Context) error {
		return state.Answer(ctx, config, struct {
			Other *string `tfsdk:"other"`
		}{})
	}})
	if _, err := server.ReadDataSource(t.Context(), nil); err == nil || err.Error() != "there is no attribute other" {
		t.Errorf("the error is %v", err)
	}
	for _, values := range []any{
		struct{ Text *string }{},
		struct {
			Text float32 `tfsdk:"text"`
		}{},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%T has an answer", values)
				}
			}()
			_ = state.Answer(t.Context(), config, values)
		}()
	}
}

// TestContexts holds that what the framework keeps of a call does not keep what
// came with its request, and works as a context before and after.
func TestContexts(t *testing.T) {
	t.Parallel()
	type key struct{}
	var during any
	inner := &framework{read: func(ctx context.Context) error {
		during = ctx.Value(key{})
		return ctx.Err()
	}}
	server := state.Wrap(inner)
	var requests []weak.Pointer[[1 << 20]byte]
	for _, call := range []func(context.Context) error{
		func(ctx context.Context) error { _, err := server.ReadDataSource(ctx, nil); return err },
		func(ctx context.Context) error { _, err := server.OpenEphemeralResource(ctx, nil); return err },
		func(ctx context.Context) error { _, err := server.ValidateDataResourceConfig(ctx, nil); return err },
		func(ctx context.Context) error {
			_, err := server.ValidateEphemeralResourceConfig(ctx, nil)
			return err
		},
		func(ctx context.Context) error { _, err := server.CloseEphemeralResource(ctx, nil); return err },
		func(ctx context.Context) error { _, err := server.CallFunction(ctx, nil); return err },
	} {
		during = nil
		held := new([1 << 20]byte)
		requests = append(requests, weak.Make(held))
		ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, held))
		if err := call(ctx); err != nil {
			t.Error(err)
		}
		if len(requests) <= 2 && during != any(held) {
			t.Errorf("during the call, the value was %v", during)
		}
		kept := inner.kept[len(inner.kept)-1]
		if kept.Err() != nil || kept.Value(key{}) != nil {
			t.Errorf("after call %d: %v, %v", len(requests), kept.Err(), kept.Value(key{}))
		}
		cancel()
		if !errors.Is(kept.Err(), context.Canceled) {
			t.Errorf("after the request of call %d: %v", len(requests), kept.Err())
		}
	}
	during = nil
	for range 3 {
		runtime.GC()
	}
	for i, request := range requests {
		if request.Value() != nil {
			t.Errorf("call %d is still held", i+1)
		}
	}
	runtime.KeepAlive(inner)
}
