// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"encoding/json"
	commandline "flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	frameworkprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

var update = commandline.Bool("update", false, "write testdata/schema.golden.json anew")

func TestImplementations(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	var p frameworkprovider.Provider = &aiccProvider{version: "test"}
	var schema frameworkprovider.SchemaResponse
	p.Schema(ctx, frameworkprovider.SchemaRequest{}, &schema)
	if diags := schema.Schema.ValidateImplementation(ctx); diags.HasError() {
		t.Error(diags)
	}
	for _, make := range p.DataSources(ctx) {
		var schema datasource.SchemaResponse
		make().Schema(ctx, datasource.SchemaRequest{}, &schema)
		if diags := schema.Schema.ValidateImplementation(ctx); diags.HasError() {
			t.Error(diags)
		}
	}
	for _, make := range p.(frameworkprovider.ProviderWithEphemeralResources).EphemeralResources(ctx) {
		var schema ephemeral.SchemaResponse
		make().Schema(ctx, ephemeral.SchemaRequest{}, &schema)
		if diags := schema.Schema.ValidateImplementation(ctx); diags.HasError() {
			t.Error(diags)
		}
	}
	for _, make := range p.(frameworkprovider.ProviderWithFunctions).Functions(ctx) {
		var definition function.DefinitionResponse
		make().Definition(ctx, function.DefinitionRequest{}, &definition)
		var checked function.DefinitionValidateResponse
		definition.Definition.ValidateImplementation(ctx, function.DefinitionValidateRequest{FuncName: "parse_case_link"}, &checked)
		if checked.Diagnostics.HasError() {
			t.Error(checked.Diagnostics)
		}
	}
	if len(p.Resources(ctx)) > 0 {
		t.Error("the provider is meant to read only")
	}
}

// attribute is what users see of an attribute.
type attribute struct {
	Type        string `json:"type"`
	Use         string `json:"use"`
	Sensitive   bool   `json:"sensitive,omitempty"`
	Description string `json:"-"`
}

// publicSchema lists all attributes of everything, by path.
func publicSchema(t *testing.T) map[string]attribute {
	t.Helper()
	schema := start(t, nil).schema
	all := map[string]attribute{}
	list(all, "provider", schema.Provider.Block.Attributes)
	for name, source := range schema.DataSourceSchemas {
		list(all, "data."+name, source.Block.Attributes)
	}
	for name, resource := range schema.EphemeralResourceSchemas {
		list(all, "ephemeral."+name, resource.Block.Attributes)
	}
	for name, f := range schema.Functions {
		var parameters []string
		for _, parameter := range f.Parameters {
			parameters = append(parameters, parameter.Name+" "+parameter.Type.String())
		}
		all["function."+name] = attribute{Type: strings.Join(parameters, ", "), Use: f.Return.Type.String(), Description: f.Description}
	}
	return all
}

func list(all map[string]attribute, path string, attributes []*tfprotov6.SchemaAttribute) {
	for _, a := range attributes {
		use := map[bool]string{a.Required: "required", a.Optional: "optional", a.Computed: "computed"}[true]
		var typ string
		if a.NestedType != nil {
			typ = a.NestedType.Nesting.String()
			list(all, path+"."+a.Name, a.NestedType.Attributes)
		} else {
			typ = a.Type.String()
		}
		all[path+"."+a.Name] = attribute{typ, use, a.Sensitive, a.Description}
	}
}

// TestGolden holds the whole public schema. A difference is a change that users
// see: CONTRIBUTING.md says which ones break them. To write the file anew:
//
//	go test ./internal/provider -run TestGolden -update
func TestGolden(t *testing.T) {
	t.Parallel()
	got, err := json.MarshalIndent(publicSchema(t), "", " ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	file := filepath.Join("testdata", "schema.golden.json")
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("the public schema differs from %s (%v); if that is meant, write it anew with -update", file, err)
	}
}

// TestSensitive holds that the credentials and what names a person are sensitive,
// and nothing else is: what is sensitive can stand in no for_each and no message.
func TestSensitive(t *testing.T) {
	t.Parallel()
	want := []string{"provider.client_secret", "provider.token"}
	for _, kind := range []string{"data", "ephemeral"} {
		for _, name := range []string{"contact", "contact_phone", "tasks.contact_phone", "trace.to_address"} {
			want = append(want, kind+".aicc_case."+name)
		}
	}
	var got []string
	for path, a := range publicSchema(t) {
		if a.Sensitive {
			got = append(got, path)
		}
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("sensitive are %v, want %v", got, want)
	}
}

// TestOneDefinition holds that the data source and the ephemeral resource have the
// same attributes with the same words.
func TestOneDefinition(t *testing.T) {
	t.Parallel()
	data, short := map[string]attribute{}, map[string]attribute{}
	for path, a := range publicSchema(t) {
		if name, ok := strings.CutPrefix(path, "data.aicc_case."); ok {
			data[name] = a
		}
		if name, ok := strings.CutPrefix(path, "ephemeral.aicc_case."); ok {
			short[name] = a
		}
	}
	if !maps.Equal(data, short) || len(data) < 140 {
		t.Errorf("%d attributes against %d", len(data), len(short))
	}
}

// TestStructsAndSchema holds that each attribute is an argument or has a field, and
// each field an attribute, with types that fit.
func TestStructsAndSchema(t *testing.T) {
	t.Parallel()
	schema := start(t, nil).schema
	for name, test := range map[string]struct {
		state     reflect.Type
		arguments []string
	}{
		"aicc_case":  {reflect.TypeFor[aicc.Case](), []string{"template_fields", "include_contact", "timeouts"}},
		"aicc_cases": {reflect.TypeFor[casesState](), []string{"ids", "template_fields", "timeouts"}},
	} {
		object := schema.DataSourceSchemas[name].ValueType().(tftypes.Object)
		for _, argument := range test.arguments {
			if _, ok := object.AttributeTypes[argument]; !ok {
				t.Errorf("%s has no argument %s", name, argument)
			}
			delete(object.AttributeTypes, argument)
		}
		agree(t, name, test.state, object)
	}
}

func agree(t *testing.T, path string, field reflect.Type, typ tftypes.Type) {
	t.Helper()
	for field.Kind() == reflect.Pointer {
		field = field.Elem()
	}
	switch typ := typ.(type) {
	case tftypes.Object:
		if !strings.HasPrefix(field.PkgPath(), "github.com/aicc-community/") {
			return // a type of the framework
		}
		members := maps.Clone(typ.AttributeTypes)
		for _, f := range reflect.VisibleFields(field) {
			name := f.Tag.Get("tfsdk")
			if name == "" || name == "-" {
				continue
			}
			member, ok := members[name]
			if !ok {
				t.Errorf("%s.%s has a field and no attribute", path, name)
				continue
			}
			delete(members, name)
			agree(t, path+"."+name, f.Type, member)
		}
		for name := range members {
			t.Errorf("%s.%s has an attribute and no field", path, name)
		}
	case tftypes.List:
		if field.Kind() == reflect.Slice {
			agree(t, path, field.Elem(), typ.ElementType)
		}
	case tftypes.Map:
		if field.Kind() == reflect.Map {
			agree(t, path, field.Elem(), typ.ElementType)
		}
	default:
		kinds := map[string]reflect.Kind{"tftypes.String": reflect.String, "tftypes.Bool": reflect.Bool, "tftypes.Number": reflect.Int64}
		if !strings.HasPrefix(field.PkgPath(), "github.com/hashicorp/") && field.Kind() != kinds[typ.String()] {
			t.Errorf("%s is %s in Terraform and %s in Go", path, typ, field)
		}
	}
}

// knownSummaries are the summaries of all diagnostics: those in diagnostics.go, and
// those of the framework's own checks. Each test of the protocol sees that it
// meets no other.
var knownSummaries = sync.OnceValue(func() []string {
	file, err := parser.ParseFile(token.NewFileSet(), "diagnostics.go", nil, 0)
	if err != nil {
		panic(err)
	}
	found := []string{
		"Invalid Attribute Value",
		"Invalid Attribute Value Time Duration",
		"Missing Configuration for Required Attribute",
		"Null List Value",
	}
	ast.Inspect(file, func(node ast.Node) bool {
		if spec, ok := node.(*ast.ValueSpec); ok && strings.HasPrefix(spec.Names[0].Name, "summary") {
			text, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				panic(err)
			}
			found = append(found, text)
		}
		return true
	})
	return found
})

// TestTroubleshooting holds that the guide has an entry for each summary and no
// other.
func TestTroubleshooting(t *testing.T) {
	t.Parallel()
	root, err := tftest.Root()
	if err != nil {
		t.Fatal(err)
	}
	guide, err := os.ReadFile(filepath.Join(root, "templates", "guides", "troubleshooting.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	var headings []string
	for line := range strings.Lines(string(guide)) {
		if heading, ok := strings.CutPrefix(line, "### "); ok {
			headings = append(headings, strings.TrimSpace(heading))
		}
	}
	want := slices.Clone(knownSummaries())
	slices.Sort(want)
	slices.Sort(headings)
	if len(want) < 30 || !slices.Equal(headings, want) {
		t.Errorf("the guide has\n%s\nwant\n%s", strings.Join(headings, "\n"), strings.Join(want, "\n"))
	}
}

// TestKinds holds that every kind of failure has words of its own.
func TestKinds(t *testing.T) {
	t.Parallel()
	seen := map[string]aicc.Kind{}
	for kind := aicc.Canceled; kind <= aicc.TokenRefused; kind++ {
		summary, happened := explain(&aicc.Error{Kind: kind, Detail: "x"})
		if other, taken := seen[summary]; taken || happened == "" {
			t.Errorf("%v and %v both say %q", kind, other, summary)
		}
		seen[summary] = kind
		if name := fmt.Sprint(kind); name == "" {
			t.Errorf("kind %d has no name", int(kind))
		}
	}
}
