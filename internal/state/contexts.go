// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package state

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// contextServer gives the contexts of the calls back that Terraform makes for each
// instance. The framework keeps those of all calls until the process is told to
// stop, and with them the loggers and the connection's state.
type contextServer struct{ tfprotov6.ProviderServer }

func (s contextServer) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return serveCall(ctx, req, s.ProviderServer.ValidateDataResourceConfig)
}

func (s contextServer) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	return serveCall(ctx, req, s.ProviderServer.ReadDataSource)
}

func (s contextServer) ValidateEphemeralResourceConfig(ctx context.Context, req *tfprotov6.ValidateEphemeralResourceConfigRequest) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	return serveCall(ctx, req, s.ProviderServer.ValidateEphemeralResourceConfig)
}

func (s contextServer) OpenEphemeralResource(ctx context.Context, req *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	return serveCall(ctx, req, s.ProviderServer.OpenEphemeralResource)
}

func (s contextServer) CloseEphemeralResource(ctx context.Context, req *tfprotov6.CloseEphemeralResourceRequest) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	return serveCall(ctx, req, s.ProviderServer.CloseEphemeralResource)
}

func (s contextServer) CallFunction(ctx context.Context, req *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return serveCall(ctx, req, s.ProviderServer.CallFunction)
}

// serveCall has the framework serve a call in a context that lets go of the
// request's when the call has ended.
func serveCall[Req, Resp any](ctx context.Context, req Req, serve func(context.Context, Req) (Resp, error)) (Resp, error) {
	c := new(callContext)
	c.request.Store(&ctx)
	defer c.request.Store(&endedContext) //nolint:contextcheck // It takes the place of a context that has ended.
	return serve(c, req)                 //nolint:contextcheck // It is the context of the request.
}

// callContext is the context of its request, until the call has ended.
type callContext struct {
	request atomic.Pointer[context.Context]
}

// endedContext is the context of every call that has ended.
var endedContext = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

func (c *callContext) Deadline() (time.Time, bool) { return (*c.request.Load()).Deadline() }
func (c *callContext) Done() <-chan struct{}       { return (*c.request.Load()).Done() }
func (c *callContext) Err() error                  { return (*c.request.Load()).Err() }
func (c *callContext) Value(key any) any           { return (*c.request.Load()).Value(key) }
