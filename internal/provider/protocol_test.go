// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"go.uber.org/goleak"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

func TestMain(m *testing.M) {
	if file := os.Getenv(benchmarkState); file != "" {
		if err := serveFromMemory(file); err != nil {
			panic(err)
		}
		return
	}
	// terraform-plugin-testing leaves goroutines of its own behind.
	if os.Getenv("AICC_CHECK_LEAKS") != "" {
		goleak.VerifyTestMain(m)
		return
	}
	os.Exit(m.Run())
}

// terraform drives the provider over its protocol, as Terraform does, without a
// command.
type terraform struct {
	t testing.TB
	// ctx is that of every call; what it carries is where the log goes.
	ctx    context.Context
	server tfprotov6.ProviderServer
	schema *tfprotov6.GetProviderSchemaResponse
}

// values are the attributes of a configuration; what is not there is null.
type values map[string]tftypes.Value

func str(text string) tftypes.Value { return tftypes.NewValue(tftypes.String, text) }

func strs(texts ...string) tftypes.Value {
	list := make([]tftypes.Value, len(texts))
	for i, text := range texts {
		list[i] = str(text)
	}
	return tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, list)
}

var unknown = tftypes.NewValue(tftypes.String, tftypes.UnknownValue)

// start serves a provider that sees nothing but the given environment.
func start(t testing.TB, environment map[string]string) *terraform {
	t.Helper()
	p := &aiccProvider{version: "1.2.3", getenv: func(name string) string { return environment[name] }}
	server := serve(p)
	schema, err := server.GetProviderSchema(t.Context(), new(tfprotov6.GetProviderSchemaRequest))
	if err != nil || len(schema.Diagnostics) > 0 {
		t.Fatal(err, schema.Diagnostics)
	}
	return &terraform{t, t.Context(), server, schema}
}

// startWith serves a provider that is configured for the stand-in at url.
func startWith(t testing.TB, url string) *terraform {
	t.Helper()
	tf := start(t, map[string]string{"AICC_DOMAIN": url, "AICC_TOKEN": aicctest.Token})
	if problems := tf.configure(values{"max_retries": tftypes.NewValue(tftypes.Number, 0)}); len(problems) > 0 {
		t.Fatal(problems)
	}
	return tf
}

func encode(t testing.TB, typ tftypes.Type, given values) *tfprotov6.DynamicValue {
	t.Helper()
	all := map[string]tftypes.Value{}
	for name, attribute := range typ.(tftypes.Object).AttributeTypes {
		all[name] = tftypes.NewValue(attribute, nil)
	}
	for name, value := range given {
		all[name] = value
	}
	encoded, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, all))
	if err != nil {
		t.Fatal(err)
	}
	return &encoded
}

// problem is a diagnostic as a person meets it.
type problem struct{ path, summary, detail string }

func (tf *terraform) problems(err error, diagnostics []*tfprotov6.Diagnostic) []problem {
	tf.t.Helper()
	if err != nil {
		tf.t.Fatal(err)
	}
	var found []problem
	for _, d := range diagnostics {
		if d.Severity != tfprotov6.DiagnosticSeverityError {
			tf.t.Errorf("%q is no error", d.Summary)
		}
		at := ""
		if d.Attribute != nil {
			at = d.Attribute.String()
		}
		if !slices.Contains(knownSummaries(), d.Summary) {
			tf.t.Errorf("the guide cannot know %q: it is no summary of the provider", d.Summary)
		}
		found = append(found, problem{at, d.Summary, d.Detail})
	}
	return found
}

// validateProvider is the part of terraform validate about the provider block.
func (tf *terraform) validateProvider(given values) []problem {
	tf.t.Helper()
	resp, err := tf.server.ValidateProviderConfig(tf.ctx, &tfprotov6.ValidateProviderConfigRequest{Config: encode(tf.t, tf.schema.Provider.ValueType(), given)})
	return tf.problems(err, resp.Diagnostics)
}

func (tf *terraform) configure(given values) []problem {
	tf.t.Helper()
	resp, err := tf.server.ConfigureProvider(tf.ctx, &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.99.0",
		Config:           encode(tf.t, tf.schema.Provider.ValueType(), given),
	})
	return tf.problems(err, resp.Diagnostics)
}

func (tf *terraform) validate(dataSource string, given values) []problem {
	tf.t.Helper()
	resp, err := tf.server.ValidateDataResourceConfig(tf.ctx, &tfprotov6.ValidateDataResourceConfigRequest{
		TypeName: dataSource, Config: encode(tf.t, tf.schema.DataSourceSchemas[dataSource].ValueType(), given),
	})
	return tf.problems(err, resp.Diagnostics)
}

func (tf *terraform) validateEphemeral(resource string, given values) []problem {
	tf.t.Helper()
	resp, err := tf.server.ValidateEphemeralResourceConfig(tf.ctx, &tfprotov6.ValidateEphemeralResourceConfigRequest{
		TypeName: resource, Config: encode(tf.t, tf.schema.EphemeralResourceSchemas[resource].ValueType(), given),
	})
	return tf.problems(err, resp.Diagnostics)
}

// call calls a function with one argument.
func (tf *terraform) call(name string, argument tftypes.Value) (tftypes.Value, *tfprotov6.FunctionError) {
	tf.t.Helper()
	encoded, err := tfprotov6.NewDynamicValue(tftypes.String, argument)
	if err != nil {
		tf.t.Fatal(err)
	}
	resp, err := tf.server.CallFunction(tf.ctx, &tfprotov6.CallFunctionRequest{Name: name, Arguments: []*tfprotov6.DynamicValue{&encoded}})
	if err != nil {
		tf.t.Fatal(err)
	}
	if resp.Error != nil {
		return tftypes.Value{}, resp.Error
	}
	result, err := resp.Result.Unmarshal(tf.schema.Functions[name].Return.Type)
	if err != nil {
		tf.t.Fatal(err)
	}
	return result, nil
}

// read reads a data source and returns its attributes.
func (tf *terraform) read(dataSource string, given values) (map[string]tftypes.Value, []problem) {
	tf.t.Helper()
	typ := tf.schema.DataSourceSchemas[dataSource].ValueType()
	resp, err := tf.server.ReadDataSource(tf.ctx, &tfprotov6.ReadDataSourceRequest{TypeName: dataSource, Config: encode(tf.t, typ, given)})
	return tf.decode(typ, resp.State), tf.problems(err, resp.Diagnostics)
}

// open opens an ephemeral resource and returns its attributes.
func (tf *terraform) open(resource string, given values) (map[string]tftypes.Value, []problem) {
	tf.t.Helper()
	typ := tf.schema.EphemeralResourceSchemas[resource].ValueType()
	resp, err := tf.server.OpenEphemeralResource(tf.ctx, &tfprotov6.OpenEphemeralResourceRequest{TypeName: resource, Config: encode(tf.t, typ, given)})
	return tf.decode(typ, resp.Result), tf.problems(err, resp.Diagnostics)
}

func (tf *terraform) decode(typ tftypes.Type, encoded *tfprotov6.DynamicValue) map[string]tftypes.Value {
	tf.t.Helper()
	attributes := map[string]tftypes.Value{}
	if encoded == nil {
		return attributes
	}
	value, err := encoded.Unmarshal(typ)
	if err != nil {
		tf.t.Fatal(err)
	}
	if !value.IsFullyKnown() {
		tf.t.Errorf("not all of it is known: %s", value)
	}
	if !value.IsNull() {
		if err := value.As(&attributes); err != nil {
			tf.t.Fatal(err)
		}
	}
	return attributes
}

// flat lists what is not null below a value, by path.
func flat(t testing.TB, into map[string]string, path string, value tftypes.Value) map[string]string {
	t.Helper()
	if value.IsNull() {
		return into
	}
	fail := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	switch value.Type().(type) {
	case tftypes.Object, tftypes.Map:
		members := map[string]tftypes.Value{}
		fail(value.As(&members))
		for name, member := range members {
			flat(t, into, strings.TrimPrefix(path+"."+name, "."), member)
		}
	case tftypes.List:
		var elements []tftypes.Value
		fail(value.As(&elements))
		for i, element := range elements {
			flat(t, into, fmt.Sprintf("%s.%d", path, i), element)
		}
	default:
		var text string
		var flag bool
		switch {
		case value.As(&text) == nil:
			into[path] = text
		case value.As(&flag) == nil:
			into[path] = fmt.Sprint(flag)
		default:
			into[path] = value.String()
		}
	}
	return into
}

func flatAll(t testing.TB, attributes map[string]tftypes.Value) map[string]string {
	t.Helper()
	into := map[string]string{}
	for name, value := range attributes {
		flat(t, into, name, value)
	}
	return into
}

// expect holds one problem against the path, the summary and words of its detail.
func expect(t testing.TB, got []problem, want ...problem) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("got %d problems, want %d: %+v", len(got), len(want), got)
		return
	}
	for i := range want {
		if got[i].path != want[i].path || got[i].summary != want[i].summary || !strings.Contains(got[i].detail, want[i].detail) {
			t.Errorf("got %+v\nwant %+v", got[i], want[i])
		}
	}
}

// answering is a stand-in that answers everything with the same fault, and its URL.
func answering(t testing.TB, fault http.HandlerFunc) string {
	t.Helper()
	site := aicctest.New()
	site.Always(fault)
	return site.Start(t)
}

// rerun runs tests of this package in another process, with more variables in its
// environment.
func rerun(t *testing.T, tests string, variables ...string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0], "-test.run="+tests)
	command.Env = append(os.Environ(), variables...)
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
}
