// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package state_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aicc-community/terraform-provider-aicc/internal/state"
	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

// fakeServer is a server that serves each read with read.
type fakeServer struct {
	tfprotov6.ProviderServer

	read func(context.Context) error
}

var original = &tfprotov6.DynamicValue{MsgPack: []byte{0xc0}}

func (f fakeServer) ReadDataSource(ctx context.Context, _ *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return &tfprotov6.ReadDataSourceResponse{State: original}, f.read(ctx)
}

func (f fakeServer) OpenEphemeralResource(ctx context.Context, _ *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	return &tfprotov6.OpenEphemeralResourceResponse{Result: original}, f.read(ctx)
}

// answer returns what a read and an opening reply with that answer with values.
func answer(t *testing.T, config tfsdk.Config, values any) []byte {
	t.Helper()
	server := state.Wrap(fakeServer{read: func(ctx context.Context) error { return state.Answer(ctx, config, values) }})
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

// outerSchema has arguments and a block beside the fields of outer, and one argument,
// text, that is also a field of it.
func outerSchema() schema.Schema {
	nested := map[string]schema.Attribute{
		"name": schema.StringAttribute{Computed: true},
		"size": schema.Int64Attribute{Computed: true},
	}
	text := func() schema.Attribute { return schema.StringAttribute{Optional: true, Computed: true} }
	return schema.Schema{Attributes: map[string]schema.Attribute{
		"a_list": schema.ListAttribute{ElementType: types.StringType, Optional: true},
		"text":   text(), "label": text(),
		"flag":   schema.BoolAttribute{Computed: true},
		"number": schema.Int64Attribute{Computed: true},
		"texts":  schema.ListAttribute{ElementType: types.StringType, Computed: true},
		"plain":  schema.ListAttribute{ElementType: types.StringType, Computed: true},
		"fields": schema.MapAttribute{ElementType: types.StringType, Computed: true},
		"one":    schema.SingleNestedAttribute{Attributes: nested, Computed: true},
		"many":   schema.ListNestedAttribute{NestedObject: schema.NestedAttributeObject{Attributes: nested}, Computed: true},
		"named":  schema.MapNestedAttribute{NestedObject: schema.NestedAttributeObject{Attributes: nested}, Computed: true},
	}, Blocks: map[string]schema.Block{
		"zone": schema.SingleNestedBlock{Attributes: map[string]schema.Attribute{
			"read": text(), "ratio": schema.NumberAttribute{Optional: true},
		}},
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
		typ, err := config.Schema.TypeAtTerraformPath(t.Context(), tftypes.NewAttributePath().WithAttributeName(name))
		if err != nil {
			t.Fatal(err)
		}
		value, err := typ.ValueFromTerraform(t.Context(), written[name])
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

// example is what the user wrote, and what was read.
type example struct {
	given  map[string]tftypes.Value
	values outer
}

// TestAnswer holds that an answer is in the bytes that the framework would send.
func TestAnswer(t *testing.T) {
	t.Parallel()
	for _, examples := range []map[string]example{exampleForms(), exampleNumbers(), exampleLengths()} {
		for name, example := range examples {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				config := configure(t, example.given)
				got, want := answer(t, config, example.values), tftest.Encode(t, frameworkState(t, config, example.values))
				if !bytes.Equal(got, want) {
					t.Errorf("got\n%.2000x\nthe framework makes\n%.2000x", got, want)
				}
			})
		}
	}
}

// exampleForms have every attribute null, empty, unknown and full.
func exampleForms() map[string]example {
	text := func(value any) tftypes.Value { return tftypes.NewValue(tftypes.String, value) }
	texts := tftypes.List{ElementType: tftypes.String}
	zone := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"read": tftypes.String, "ratio": tftypes.Number}}
	written := func(list, read, ratio any) map[string]tftypes.Value {
		return map[string]tftypes.Value{
			"a_list": tftypes.NewValue(texts, list),
			"zone": tftypes.NewValue(zone, map[string]tftypes.Value{
				"read": text(read), "ratio": tftypes.NewValue(tftypes.Number, ratio),
			}),
		}
	}
	unknown := tftypes.UnknownValue
	return map[string]example{
		"null": {},
		"empty": {written([]tftypes.Value{}, "", 0), outer{
			Text: new(""), Label: new(label("")), Flag: new(false), Number: new(int64(0)),
			Texts: []*string{}, Plain: []string{}, Fields: map[string]*string{},
			One: &middle{}, Many: []middle{}, Named: map[string]middle{},
		}},
		"unknown": {
			map[string]tftypes.Value{"a_list": tftypes.NewValue(texts, unknown), "zone": tftypes.NewValue(zone, unknown)},
			outer{Text: new("x")},
		},
		"unknown within": {written([]tftypes.Value{text(unknown), text(nil)}, unknown, unknown), outer{}},
		"full": {written([]tftypes.Value{text("b"), text("a")}, "2m", 0.1), outer{
			new("工单\x00\""), new(label("l")), new(true), new(int64(0)),
			[]*string{new("x"), nil, new("")},
			[]string{"y", ""},
			map[string]*string{"b": new("1"), "a": nil, "": new(""), "AICC__Type__CST.__objectType": new("z")},
			&middle{inner{new("n")}, nil},
			[]middle{{}, {inner{new("m")}, new(int64(0))}},
			map[string]middle{"k": {inner{new("o")}, new(int64(0))}, "j": {}},
			map[string]*string{"not": new("there")},
		}},
	}
}

// exampleNumbers lie on both sides of where msgpack changes its form.
func exampleNumbers() map[string]example {
	examples := map[string]example{}
	for _, n := range []int64{
		1, 127, 128, 255, 256, math.MaxInt16, math.MaxUint16, math.MaxUint16 + 1, math.MaxInt32, math.MaxUint32, math.MaxUint32 + 1, 1439999, math.MaxInt64,
		-1, -32, -33, -128, -129, math.MinInt16, math.MinInt16 - 1, math.MinInt32, math.MinInt32 - 1, math.MinInt64,
	} {
		examples["number "+strconv.FormatInt(n, 10)] = example{values: outer{Number: &n}}
	}
	return examples
}

// exampleLengths do the same with the lengths of texts, lists and maps.
func exampleLengths() map[string]example {
	examples := map[string]example{}
	for _, n := range []int{15, 16, 31, 32, 255, 256, math.MaxUint16, math.MaxUint16 + 1} {
		values := outer{Text: new(strings.Repeat("x", n)), Plain: make([]string, n%1000), Fields: map[string]*string{}}
		for i := range values.Plain {
			values.Fields[strconv.Itoa(i)] = nil
		}
		examples["length "+strconv.Itoa(n)] = example{values: values}
	}
	return examples
}

// TestEmptyState holds that the framework finds nothing to walk over.
func TestEmptyState(t *testing.T) {
	t.Parallel()
	if n := len(state.EmptyState.Schema.GetAttributes()); n != 0 {
		t.Errorf("%d attributes", n)
	}
	if got := tftest.Encode(t, state.EmptyState.Raw); !bytes.Equal(got, []byte{0x80}) {
		t.Errorf("it is encoded as %x", got)
	}
}

// TestAnswerPointer answers with a pointer to a struct, as a call returns one.
func TestAnswerPointer(t *testing.T) {
	t.Parallel()
	config, text := configure(t, nil), "x"
	if got, want := answer(t, config, &outer{Text: &text}), answer(t, config, outer{Text: &text}); !bytes.Equal(got, want) {
		t.Errorf("got\n%x\nwant\n%x", got, want)
	}
}

func TestTooLarge(t *testing.T) {
	t.Parallel()
	config := configure(t, nil)
	long := strings.Repeat("x", state.MaxSize)
	var size int
	server := state.Wrap(fakeServer{read: func(ctx context.Context) error {
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
}

// TestAnswerMistakes holds that values which do not fit the schema are noticed when
// they are first used.
func TestAnswerMistakes(t *testing.T) {
	t.Parallel()
	for want, values := range map[string]any{
		"there is no attribute other": struct {
			Other *string `tfsdk:"other"`
		}{},
		"no attribute belongs to Text of": struct{ Text *string }{},
		"no attribute has a value of type float32": struct {
			Text float32 `tfsdk:"text"`
		}{},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			config := configure(t, nil)
			server := state.Wrap(fakeServer{read: func(ctx context.Context) (err error) {
				defer func() {
					if mistake := recover(); mistake != nil {
						err = fmt.Errorf("panic: %v", mistake)
					}
				}()
				return state.Answer(ctx, config, values)
			}})
			if _, err := server.ReadDataSource(t.Context(), nil); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}
