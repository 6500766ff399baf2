// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"encoding/json"
	commandline "flag"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	frameworkprovider "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

var update = commandline.Bool("update", false, "write the golden files in testdata anew")

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
	block := func(path string, block *tfprotov6.SchemaBlock) {
		eachBlock(path, block, func(path string, block *tfprotov6.SchemaBlock) { list(all, path, block.Attributes) })
		for _, nested := range block.BlockTypes {
			all[path+"."+nested.TypeName] = attribute{Type: "block " + nested.Nesting.String(), Use: "optional", Description: nested.Block.Description}
		}
	}
	block("provider", schema.Provider.Block)
	for name, source := range schema.DataSourceSchemas {
		block("data."+name, source.Block)
	}
	for name, resource := range schema.EphemeralResourceSchemas {
		block("ephemeral."+name, resource.Block)
	}
	for name, f := range schema.Functions {
		var parameters []string
		for _, parameter := range f.Parameters {
			parameters = append(parameters, parameter.Name+" "+parameter.Type.String())
		}
		if rest := f.VariadicParameter; rest != nil {
			parameters = append(parameters, rest.Name+" ..."+rest.Type.String())
		}
		all["function."+name] = attribute{Type: strings.Join(parameters, ", "), Use: f.Return.Type.String(), Description: f.Description}
	}
	return all
}

// eachBlock calls visit with a block and those in it, by path.
func eachBlock(path string, block *tfprotov6.SchemaBlock, visit func(path string, block *tfprotov6.SchemaBlock)) {
	visit(path, block)
	for _, nested := range block.BlockTypes {
		eachBlock(path+"."+nested.TypeName, nested.Block, visit)
	}
}

func list(all map[string]attribute, path string, attributes []*tfprotov6.SchemaAttribute) {
	for _, a := range attributes {
		var use []string
		for name, applies := range map[string]bool{"required": a.Required, "optional": a.Optional, "computed": a.Computed} {
			if applies {
				use = append(use, name)
			}
		}
		slices.Sort(use)
		var typ string
		if a.NestedType != nil {
			typ = a.NestedType.Nesting.String()
			list(all, path+"."+a.Name, a.NestedType.Attributes)
		} else {
			typ = a.Type.String()
		}
		all[path+"."+a.Name] = attribute{typ, strings.Join(use, ", "), a.Sensitive, a.Description}
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
	compareGolden(t, "schema.golden.json", append(got, '\n'))
}

// compareGolden holds a file of testdata against what it should be.
func compareGolden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s is not what the provider has now (%v); if that is meant, write it anew with -run TestGolden -update", file, err)
	}
}

// TestSensitive holds that the credentials and what names a person are sensitive,
// and nothing else is: what is sensitive can stand in no for_each and no message.
func TestSensitive(t *testing.T) {
	t.Parallel()
	want := []string{"provider.client_key", "provider.client_secret", "provider.headers", "provider.token"}
	for _, kind := range []string{"data", "ephemeral"} {
		for _, name := range []string{"contact", "contact_phone", "tasks", "trace"} {
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

// personal are words in the names of attributes that hold data of a person.
var personal = []string{"contact", "phone", "email", "fax", "address", "birth", "gender", "age", "nick_name", "first_name", "last_name", "customer"}

// TestPersonal looks for attributes that by their name hold data of the customer
// and would be shown on screen. An agent's name is meant to be shown.
func TestPersonal(t *testing.T) {
	t.Parallel()
	// The id of a contact says nothing about the person, and include_contact is a
	// switch.
	shown := []string{"contact_id", "include_contact"}
	schema := start(t, nil).schema
	found := 0
	var walk func(path string, hidden bool, attributes []*tfprotov6.SchemaAttribute)
	walk = func(path string, hidden bool, attributes []*tfprotov6.SchemaAttribute) {
		for _, a := range attributes {
			hidden := hidden || a.Sensitive
			named := slices.ContainsFunc(personal, func(word string) bool {
				return strings.Contains("_"+a.Name+"_", "_"+word) || strings.Contains(a.Name, "phone")
			})
			if named && !slices.Contains(shown, a.Name) {
				found++
				if !hidden {
					t.Errorf("%s.%s is not sensitive", path, a.Name)
				}
			}
			if a.NestedType != nil {
				walk(path+"."+a.Name, hidden, a.NestedType.Attributes)
			}
		}
	}
	walkBlock := func(path string, block *tfprotov6.SchemaBlock) {
		eachBlock(path, block, func(path string, block *tfprotov6.SchemaBlock) { walk(path, false, block.Attributes) })
	}
	walkBlock("data.aicc_case", schema.DataSourceSchemas["aicc_case"].Block)
	walkBlock("ephemeral.aicc_case", schema.EphemeralResourceSchemas["aicc_case"].Block)
	if found < 78 {
		t.Errorf("only %d attributes were found", found)
	}
	// There is nothing to hide in the plural data source: it has no such attribute.
	found = 0
	walkBlock("data.aicc_cases", schema.DataSourceSchemas["aicc_cases"].Block)
	if found > 0 {
		t.Errorf("%d attributes of a person in data.aicc_cases", found)
	}
}

// TestDescribed holds that each description is at least one sentence, and that
// dates, lists of values and switches say what their values are.
func TestDescribed(t *testing.T) {
	t.Parallel()
	schema := start(t, nil).schema
	var walk func(path string, attributes []*tfprotov6.SchemaAttribute)
	walk = func(path string, attributes []*tfprotov6.SchemaAttribute) {
		for _, a := range attributes {
			at, first := path+"."+a.Name, []rune(a.Description + " ")[0]
			switch {
			case !strings.HasSuffix(a.Description, "."), first == ' ', strings.ToUpper(string(first)) != string(first):
				t.Errorf("%s is described as %q", at, a.Description)
			case strings.HasSuffix(a.Name, "_date") && !strings.Contains(a.Description, "RFC 3339"):
				t.Errorf("%s does not say its format: %q", at, a.Description)
			case strings.HasPrefix(a.Name, "is_") && !strings.HasPrefix(a.Description, "Whether "):
				t.Errorf("%s does not say what true means: %q", at, a.Description)
			case a.Optional && len(strings.Fields(a.Description)) < 5:
				t.Errorf("%s is an argument and says only %q", at, a.Description)
			}
			for _, word := range map[string][]string{
				"state":                    {"`Processing`", "`Pending`", "`Completed`"},
				"priority":                 {"`Critical`", "`High`", "`Medium`", "`Low`"},
				"origin":                   {"`Voice`", "`Whatsapp`", "`webchat`", "`Email`"},
				"suspend_accumulated_time": {"minutes", "1439999"},
				"max_retries":              {"0", "20", "4"},
				"max_concurrency":          {"1", "256", "16"},
				"time_zone":                {"IANA", "`Asia/Shanghai`", "`AICC_TIME_ZONE`"},
				"domain":                   {"`AICC_DOMAIN`"},
				"token":                    {"`AICC_TOKEN`"},
				"client_id":                {"`AICC_CLIENT_ID`"},
				"client_secret":            {"`AICC_CLIENT_SECRET`"},
				"ca_certificate":           {"PEM", "`AICC_CA_CERTIFICATE`"},
				"include_contact":          {"Defaults to `true`", "`contact`", "`contact_phone`", "`created_date`", "`tasks`", "`trace`", "`keep`"},
			}[a.Name] {
				if !strings.Contains(a.Description, word) {
					t.Errorf("%s does not mention %s: %q", at, word, a.Description)
				}
			}
			if a.NestedType != nil {
				walk(at, a.NestedType.Attributes)
			}
		}
	}
	for name, f := range schema.Functions {
		for _, described := range []string{f.Description, f.Parameters[0].Description, f.Summary + "."} {
			if !strings.HasSuffix(described, ".") || len(strings.Fields(described)) < 5 {
				t.Errorf("function.%s is described as %q", name, described)
			}
		}
	}
	walk("provider", schema.Provider.Block.Attributes)
	walkBlock := func(path string, block *tfprotov6.SchemaBlock) {
		if !strings.HasSuffix(block.Description, ".") {
			t.Errorf("%s is described as %q", path, block.Description)
		}
		walk(path, block.Attributes)
	}
	for name, source := range schema.DataSourceSchemas {
		eachBlock("data."+name, source.Block, walkBlock)
	}
	for name, resource := range schema.EphemeralResourceSchemas {
		eachBlock("ephemeral."+name, resource.Block, walkBlock)
	}
}

// TestNothingIsAskedEarly holds that only a read sends a request, also where the
// provider has to fetch a token.
func TestNothingIsAskedEarly(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	tf := start(t, map[string]string{"AICC_DOMAIN": site.Start(t), "AICC_CLIENT_ID": aicctest.ClientID, "AICC_CLIENT_SECRET": aicctest.ClientSecret})
	given := values{"id": str(aicctest.SampleID)}
	expect(t, tf.validateProvider(nil))
	expect(t, tf.configure(nil))
	expect(t, tf.validate("aicc_case", given))
	expect(t, tf.validate("aicc_cases", values{"ids": strs(aicctest.SampleID)}))
	expect(t, tf.validateEphemeral("aicc_case", given))
	if asked := site.Requests(); len(asked) > 0 {
		t.Errorf("AICC was asked: %+v", asked)
	}
	_, problems := tf.read("aicc_case", given)
	expect(t, problems)
	if n := len(site.Requests()); n != 2 {
		t.Errorf("%d requests, want one for a token and one for the case", n)
	}
}
