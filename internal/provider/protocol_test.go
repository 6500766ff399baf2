// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"go.uber.org/goleak"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

func TestMain(m *testing.M) {
	if file := os.Getenv(benchmarkState); file != "" {
		if err := serveFromMemory(file); err != nil {
			panic(err)
		}
		return
	}
	// terraform-plugin-testing leaves some that wait for the output of its own servers.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/hashicorp/go-plugin.copyChan"))
}

// terraform drives the provider over its protocol, as Terraform does, without a
// command.
type terraform struct {
	t testing.TB
	// ctx is that of every call; what it carries is where the log goes.
	ctx    context.Context
	server tfprotov6.ProviderServer
	schema *tfprotov6.GetProviderSchemaResponse
	// warnings are those about the time zone and the flags of cases.
	warnings []string
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

func number(n float64) tftypes.Value { return tftypes.NewValue(tftypes.Number, n) }

func texts(given map[string]any) tftypes.Value {
	elements := map[string]tftypes.Value{}
	for key, text := range given {
		elements[key] = tftypes.NewValue(tftypes.String, text)
	}
	return tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, elements)
}

func timeoutOf(span string) tftypes.Value {
	return tftypes.NewValue(tftypes.Object{AttributeTypes: map[string]tftypes.Type{"read": tftypes.String}}, map[string]tftypes.Value{"read": str(span)})
}

var unknown = tftypes.NewValue(tftypes.String, tftypes.UnknownValue)

func at(name string) string {
	return tftypes.NewAttributePath().WithAttributeName(name).String()
}

// atID is the path of an element of ids.
func atID(i int) string { return atElement("ids", i) }

// atElement is the path of an element of a list.
func atElement(list string, i int) string {
	return tftypes.NewAttributePath().WithAttributeName(list).WithElementKeyInt(i).String()
}

// start serves a provider that sees nothing but the given environment.
func start(t testing.TB, environment map[string]string) *terraform {
	t.Helper()
	return startServer(t, &aiccProvider{version: "1.2.3", getenv: func(name string) string { return environment[name] }})
}

func startServer(t testing.TB, p provider.Provider) *terraform {
	t.Helper()
	server := serve(p)
	schema, err := server.GetProviderSchema(t.Context(), new(tfprotov6.GetProviderSchemaRequest))
	if err != nil || len(schema.Diagnostics) > 0 {
		t.Fatal(err, schema.Diagnostics)
	}
	return &terraform{t: t, ctx: t.Context(), server: server, schema: schema}
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

// pipedProvider is a provider whose client reaches AICC without a network, so that it
// works inside a synctest bubble.
type pipedProvider struct {
	*aiccProvider

	dial func(ctx context.Context, network, address string) (net.Conn, error)
}

func (p pipedProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	p.aiccProvider.Configure(ctx, req, resp)
	config, diags := clientConfig(ctx, source{req.Config, p.getenv})
	resp.Diagnostics.Append(diags...)
	config.DialContext = p.dial
	client, err := aicc.New(config)
	if err != nil {
		resp.Diagnostics.AddError("The client", err.Error())
		return
	}
	data := &providerData{client: client}
	resp.DataSourceData, resp.EphemeralResourceData = data, data
}

// startPiped does the same as startWith, for a stand-in of its own, inside a bubble.
func startPiped(t *testing.T) (*terraform, *aicctest.AICC) {
	t.Helper()
	site := aicctest.New()
	tf := pipe(t, site, map[string]string{"AICC_DOMAIN": "http://localhost", "AICC_TOKEN": aicctest.Token})
	expect(t, tf.configure(values{"max_retries": number(0)}))
	return tf, site
}

// pipe does the same as start, inside a bubble, for a provider that reaches only the
// given site.
func pipe(t *testing.T, site *aicctest.AICC, environment map[string]string) *terraform {
	t.Helper()
	dial, stop := site.Pipe()
	t.Cleanup(stop)
	return startServer(t, pipedProvider{&aiccProvider{getenv: func(name string) string { return environment[name] }}, dial})
}

// objectOf is an object of the type in which all that is not given is null.
func objectOf(typ tftypes.Type, given values) tftypes.Value {
	all := map[string]tftypes.Value{}
	for name, attribute := range typ.(tftypes.Object).AttributeTypes {
		all[name] = tftypes.NewValue(attribute, nil)
	}
	maps.Copy(all, given)
	return tftypes.NewValue(typ, all)
}

func encode(t testing.TB, typ tftypes.Type, given values) *tfprotov6.DynamicValue {
	t.Helper()
	encoded, err := tfprotov6.NewDynamicValue(typ, objectOf(typ, given))
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
		if d.Severity == tfprotov6.DiagnosticSeverityWarning && (d.Summary == summaryTimeZone || d.Summary == summaryOddFlag) {
			tf.warnings = append(tf.warnings, d.Detail)
			continue
		}
		if isWarning := d.Summary == summaryWeakKey; isWarning != (d.Severity == tfprotov6.DiagnosticSeverityWarning) {
			tf.t.Errorf("%q has the severity %v", d.Summary, d.Severity)
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
func (tf *terraform) call(name string, arguments ...tftypes.Value) (tftypes.Value, *tfprotov6.FunctionError) {
	tf.t.Helper()
	request := &tfprotov6.CallFunctionRequest{Name: name}
	for _, argument := range arguments {
		encoded, err := tfprotov6.NewDynamicValue(argument.Type(), argument)
		if err != nil {
			tf.t.Fatal(err)
		}
		request.Arguments = append(request.Arguments, &encoded)
	}
	resp, err := tf.server.CallFunction(tf.ctx, request)
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
	state, problems := tf.fetch(dataSource, given)
	return tf.decode(tf.schema.DataSourceSchemas[dataSource].ValueType(), state), problems
}

// fetch reads a data source and returns its state as the provider encoded it.
func (tf *terraform) fetch(dataSource string, given values) (*tfprotov6.DynamicValue, []problem) {
	tf.t.Helper()
	typ := tf.schema.DataSourceSchemas[dataSource].ValueType()
	resp, err := tf.server.ReadDataSource(tf.ctx, &tfprotov6.ReadDataSourceRequest{TypeName: dataSource, Config: encode(tf.t, typ, given)})
	return resp.State, tf.problems(err, resp.Diagnostics)
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

// plain returns a value as encoding/json would decode it.
func plain(t testing.TB, value tftypes.Value) any {
	t.Helper()
	var err error
	var result any
	switch typ := value.Type(); {
	case value.IsNull():
		return nil
	case typ.Is(tftypes.Object{}), typ.Is(tftypes.Map{}):
		var members map[string]tftypes.Value
		err = value.As(&members)
		object := map[string]any{}
		for name, member := range members {
			object[name] = plain(t, member)
		}
		result = object
	case typ.Is(tftypes.List{}):
		var elements []tftypes.Value
		err = value.As(&elements)
		list := make([]any, len(elements))
		for i, element := range elements {
			list[i] = plain(t, element)
		}
		result = list
	case typ.Is(tftypes.Bool):
		var flag bool
		err = value.As(&flag)
		result = flag
	case typ.Is(tftypes.String):
		var text string
		err = value.As(&text)
		result = text
	default:
		result = value.String()
	}
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// flat lists what is not null in a tree, by path.
func flat(into map[string]string, path string, tree any) map[string]string {
	switch tree := tree.(type) {
	case nil:
	case map[string]any:
		for name, member := range tree {
			flat(into, strings.TrimPrefix(path+"."+name, "."), member)
		}
	case []any:
		if len(tree) == 0 {
			into[path] = "[]"
		}
		for i, element := range tree {
			flat(into, fmt.Sprintf("%s.%d", path, i), element)
		}
	default:
		into[path] = fmt.Sprint(tree)
	}
	return into
}

func flatAll(t testing.TB, attributes map[string]tftypes.Value) map[string]string {
	t.Helper()
	into := map[string]string{}
	for name, value := range attributes {
		flat(into, name, plain(t, value))
	}
	return into
}

// membersOf returns the attributes of an object or the elements of a map.
func membersOf(t *testing.T, value tftypes.Value) map[string]tftypes.Value {
	t.Helper()
	members := map[string]tftypes.Value{}
	if value.Type() == nil || value.IsNull() {
		return members
	}
	if err := value.As(&members); err != nil {
		t.Fatal(err)
	}
	return members
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
