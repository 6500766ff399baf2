// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

// benchmarkRead measures reads of a data source over the protocol, without a
// command of Terraform around them. Each read has a client of its own, so that
// every case is fetched.
func benchmarkRead(b *testing.B, typeName string, config func(ids []string) map[string]tftypes.Value, n int) {
	site := aicctest.New()
	url := site.Start(b)
	ids := site.AddCases(n)
	for b.Loop() {
		server := New("bench")
		schema, err := server.GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{})
		if err != nil {
			b.Fatal(err)
		}
		configured, err := server.ConfigureProvider(b.Context(), &tfprotov6.ConfigureProviderRequest{
			Config: benchmarkConfig(b, schema.Provider.ValueType(), map[string]tftypes.Value{
				"domain": tftypes.NewValue(tftypes.String, url),
				"token":  tftypes.NewValue(tftypes.String, aicctest.Token),
			}),
		})
		if err != nil || len(configured.Diagnostics) > 0 {
			b.Fatal(err, configured.Diagnostics)
		}
		read, err := server.ReadDataSource(b.Context(), &tfprotov6.ReadDataSourceRequest{
			TypeName: typeName,
			Config:   benchmarkConfig(b, schema.DataSourceSchemas[typeName].ValueType(), config(ids)),
		})
		if err != nil || len(read.Diagnostics) > 0 {
			b.Fatal(err, read.Diagnostics)
		}
	}
}

// benchmarkConfig encodes a configuration in which everything else is null.
func benchmarkConfig(b *testing.B, typ tftypes.Type, values map[string]tftypes.Value) *tfprotov6.DynamicValue {
	b.Helper()
	object := typ.(tftypes.Object)
	all := map[string]tftypes.Value{}
	for name, attribute := range object.AttributeTypes {
		all[name] = tftypes.NewValue(attribute, nil)
		if value, ok := values[name]; ok {
			all[name] = value
		}
	}
	encoded, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, all))
	if err != nil {
		b.Fatal(err)
	}
	return &encoded
}

func BenchmarkReadCase(b *testing.B) {
	benchmarkRead(b, "aicc_case", func(ids []string) map[string]tftypes.Value {
		return map[string]tftypes.Value{"id": tftypes.NewValue(tftypes.String, ids[0])}
	}, 1)
}

func BenchmarkRead1000Cases(b *testing.B) {
	benchmarkRead(b, "aicc_cases", func(ids []string) map[string]tftypes.Value {
		list := make([]tftypes.Value, len(ids))
		for i, id := range ids {
			list[i] = tftypes.NewValue(tftypes.String, id)
		}
		return map[string]tftypes.Value{"ids": tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, list)}
	}, 1000)
}
