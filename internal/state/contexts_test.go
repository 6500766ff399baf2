// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package state_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"
	"time"
	"weak"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	ephemeralschema "github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/aicc-community/terraform-provider-aicc/internal/state"
)

// tinyProvider has one of each thing that Terraform calls for each instance. It
// tells during what context it was called in.
type tinyProvider struct {
	provider.Provider

	during func(context.Context)
}

func (tinyProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "tiny"
}

func (tinyProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (tinyProvider) Resources(context.Context) []func() resource.Resource { return nil }

func (p tinyProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return tinyDataSource{p} }}
}

func (p tinyProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{func() ephemeral.EphemeralResource { return tinyEphemeralResource{p} }}
}

func (p tinyProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{func() function.Function { return tinyFunction{p} }}
}

type tinyDataSource struct{ tinyProvider }

func (tinyDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "tiny"
}

func (tinyDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = datasourceschema.Schema{}
}

func (d tinyDataSource) ValidateConfig(ctx context.Context, _ datasource.ValidateConfigRequest, _ *datasource.ValidateConfigResponse) {
	d.during(ctx)
}

func (d tinyDataSource) Read(ctx context.Context, _ datasource.ReadRequest, _ *datasource.ReadResponse) {
	d.during(ctx)
}

type tinyEphemeralResource struct{ tinyProvider }

func (tinyEphemeralResource) Metadata(_ context.Context, _ ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = "tiny"
}

func (tinyEphemeralResource) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	resp.Schema = ephemeralschema.Schema{}
}

func (e tinyEphemeralResource) ValidateConfig(ctx context.Context, _ ephemeral.ValidateConfigRequest, _ *ephemeral.ValidateConfigResponse) {
	e.during(ctx)
}

func (e tinyEphemeralResource) Open(ctx context.Context, _ ephemeral.OpenRequest, _ *ephemeral.OpenResponse) {
	e.during(ctx)
}

func (e tinyEphemeralResource) Close(ctx context.Context, _ ephemeral.CloseRequest, _ *ephemeral.CloseResponse) {
	e.during(ctx)
}

type tinyFunction struct{ tinyProvider }

func (tinyFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "tiny"
}

func (tinyFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{Return: function.BoolReturn{}}
}

func (f tinyFunction) Run(ctx context.Context, _ function.RunRequest, _ *function.RunResponse) {
	f.during(ctx)
}

// problems is the error of a call, or what its diagnostics say.
func problems(err error, diagnostics []*tfprotov6.Diagnostic) error {
	for _, d := range diagnostics {
		err = errors.Join(err, fmt.Errorf("%s: %s", d.Summary, d.Detail))
	}
	return err
}

// calls are what Terraform asks a server for each instance, by name.
func calls(t *testing.T, server tfprotov6.ProviderServer) map[string]func(context.Context) error {
	t.Helper()
	config, err := tfprotov6.NewDynamicValue(tftypes.Object{}, tftypes.NewValue(tftypes.Object{}, map[string]tftypes.Value{}))
	if err != nil {
		t.Fatal(err)
	}
	return map[string]func(context.Context) error{
		"ValidateDataResourceConfig": func(ctx context.Context) error {
			resp, err := server.ValidateDataResourceConfig(ctx, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: "tiny", Config: &config})
			return problems(err, resp.Diagnostics)
		},
		"ReadDataSource": func(ctx context.Context) error {
			resp, err := server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: "tiny", Config: &config})
			return problems(err, resp.Diagnostics)
		},
		"ValidateEphemeralResourceConfig": func(ctx context.Context) error {
			resp, err := server.ValidateEphemeralResourceConfig(ctx, &tfprotov6.ValidateEphemeralResourceConfigRequest{TypeName: "tiny", Config: &config})
			return problems(err, resp.Diagnostics)
		},
		"OpenEphemeralResource": func(ctx context.Context) error {
			resp, err := server.OpenEphemeralResource(ctx, &tfprotov6.OpenEphemeralResourceRequest{TypeName: "tiny", Config: &config})
			return problems(err, resp.Diagnostics)
		},
		"CloseEphemeralResource": func(ctx context.Context) error {
			resp, err := server.CloseEphemeralResource(ctx, &tfprotov6.CloseEphemeralResourceRequest{TypeName: "tiny"})
			return problems(err, resp.Diagnostics)
		},
		"CallFunction": func(ctx context.Context) error {
			resp, err := server.CallFunction(ctx, &tfprotov6.CallFunctionRequest{Name: "tiny"})
			if err == nil && resp.Error != nil {
				err = errors.New(resp.Error.Text)
			}
			return err
		},
	}
}

// requestKey is where the context of a request holds what must not outlive it.
type requestKey struct{}

type requestValue [1 << 20]byte

// TestContexts holds that the framework's server keeps nothing of a request once
// its call has ended, though the context of the call still works then. Without the
// wrapper it keeps all: a release of the framework that does not can do without
// contexts.go.
func TestContexts(t *testing.T) {
	t.Parallel()
	var during context.Context
	framework := providerserver.NewProtocol6(tinyProvider{during: func(ctx context.Context) { during = ctx }})()
	for _, test := range []struct {
		name   string
		server tfprotov6.ProviderServer
		kept   bool
	}{{"wrapped", state.Wrap(framework), false}, {"framework", framework, true}} {
		requests := map[string]weak.Pointer[requestValue]{}
		for name, call := range calls(t, test.server) {
			held := new(requestValue)
			requests[name] = weak.Make(held)
			ctx, cancel := context.WithCancel(context.WithValue(t.Context(), requestKey{}, held))
			if err := call(ctx); err != nil {
				t.Errorf("%s, %s: %v", test.name, name, err)
			}
			if err := during.Err(); err != nil {
				t.Errorf("%s, %s: before the request has ended, the context has: %v", test.name, name, err)
			}
			cancel()
			if !errors.Is(during.Err(), context.Canceled) {
				t.Errorf("%s, %s: after the request, the context has not ended", test.name, name)
			}
			during = nil
		}
		for range 3 {
			runtime.GC()
		}
		for name, request := range requests {
			if kept := request.Value() != nil; kept != test.kept {
				t.Errorf("%s, %s: the request is kept: %t", test.name, name, kept)
			}
		}
	}
	runtime.KeepAlive(framework)
}

// TestContextOfCall holds that during a call its context is that of the request,
// and that it ends with the request, and when Terraform stops the provider.
func TestContextOfCall(t *testing.T) {
	t.Parallel()
	deadline := time.Now().Add(time.Hour)
	var end func()
	ended := 0
	server := state.Wrap(providerserver.NewProtocol6(tinyProvider{during: func(ctx context.Context) {
		if got, ok := ctx.Deadline(); !ok || !got.Equal(deadline) || ctx.Value(requestKey{}) != "here" || ctx.Err() != nil {
			t.Errorf("the deadline is %v, the value %v, the error %v", got, ctx.Value(requestKey{}), ctx.Err())
		}
		end()
		if errors.Is(ctx.Err(), context.Canceled) {
			ended++
		}
	}})())
	for name, call := range calls(t, server) {
		ended = 0
		request, cancel := context.WithDeadline(context.WithValue(t.Context(), requestKey{}, "here"), deadline)
		stop := func() { _, _ = server.StopProvider(t.Context(), new(tfprotov6.StopProviderRequest)) }
		for _, end = range []func(){stop, cancel} {
			if err := call(request); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if ended != 2 {
			t.Errorf("%s: the context ends in %d of 2 cases", name, ended)
		}
	}
}
