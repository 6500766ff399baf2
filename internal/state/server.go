// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

// Package state hands what was read to Terraform as it is: encoded once, from the
// structs that were read, past the framework, which would turn it into its own
// values, walk those several times and encode them in the end.
package state

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// MaxSize is how many bytes of state Terraform and OpenTofu take in one message
// of a provider, less a little for what the message wraps around it. Beyond it
// they report an error of their transport that nobody could act on.
const MaxSize = 64<<20 - 64<<10

// TooLargeError says that a state has more than [MaxSize] bytes.
type TooLargeError struct {
	// Size is how many bytes it has.
	Size int
}

func (e *TooLargeError) Error() string {
	return fmt.Sprintf("the state has %d bytes, and Terraform takes at most %d", e.Size, MaxSize)
}

// Answered is what the framework gets for the state of a data source once
// [Answer] has set the real one: nothing that it could walk over.
var Answered = tfsdk.State{
	Schema: schema.Schema{},
	Raw:    tftypes.NewValue(tftypes.Object{}, map[string]tftypes.Value{}),
}

// Answer sets the state, or the result, that the call in ctx replies with: the
// fields of values, a struct, that have a tfsdk tag, and for the other attributes
// what config holds. Nil is null. The server has to come from [Wrap]. The error
// can be a [*TooLargeError].
func Answer(ctx context.Context, config tfsdk.Config, values any) error {
	encoded, err := encode(config.Raw, values)
	if err != nil {
		return err
	}
	ctx.Value(callKey{}).(*call).answer = &tfprotov6.DynamicValue{MsgPack: encoded}
	return nil
}

// Wrap returns a server whose reads reply with what [Answer] set.
func Wrap(framework tfprotov6.ProviderServer) tfprotov6.ProviderServer { return server{framework} }

type server struct{ tfprotov6.ProviderServer }

func (s server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	resp, answer, err := pass(ctx, req, s.ProviderServer.ReadDataSource)
	if answer != nil {
		resp.State = answer
	}
	return resp, err
}

func (s server) OpenEphemeralResource(ctx context.Context, req *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	resp, answer, err := pass(ctx, req, s.ProviderServer.OpenEphemeralResource)
	if answer != nil {
		resp.Result = answer
	}
	return resp, err
}

// The other calls that Terraform makes for each instance pass only to give their
// contexts back.

func (s server) ValidateDataResourceConfig(ctx context.Context, req *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	resp, _, err := pass(ctx, req, s.ProviderServer.ValidateDataResourceConfig)
	return resp, err
}

func (s server) ValidateEphemeralResourceConfig(ctx context.Context, req *tfprotov6.ValidateEphemeralResourceConfigRequest) (*tfprotov6.ValidateEphemeralResourceConfigResponse, error) {
	resp, _, err := pass(ctx, req, s.ProviderServer.ValidateEphemeralResourceConfig)
	return resp, err
}

func (s server) CloseEphemeralResource(ctx context.Context, req *tfprotov6.CloseEphemeralResourceRequest) (*tfprotov6.CloseEphemeralResourceResponse, error) {
	resp, _, err := pass(ctx, req, s.ProviderServer.CloseEphemeralResource)
	return resp, err
}

func (s server) CallFunction(ctx context.Context, req *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	resp, _, err := pass(ctx, req, s.ProviderServer.CallFunction)
	return resp, err
}

// pass has the framework serve a call, and returns what was set as its answer.
func pass[Req, Resp any](ctx context.Context, req Req, serve func(context.Context, Req) (Resp, error)) (Resp, *tfprotov6.DynamicValue, error) {
	c := new(call)
	c.request.Store(&ctx)
	defer c.request.Store(&over) //nolint:contextcheck // It takes the place of a context that has ended.
	resp, err := serve(c, req)   //nolint:contextcheck // A call is the context of its request.
	if err != nil {
		return resp, nil, err
	}
	return resp, c.answer, nil
}

// call is the context of one call: that of its request, with a place for the
// answer. The framework keeps the contexts of all calls until the process is
// told to stop, so a call that is over lets go of its request, with the loggers
// and the connection that hang on it.
type call struct {
	request atomic.Pointer[context.Context]
	answer  *tfprotov6.DynamicValue
}

type callKey struct{}

// over is the context of every call that is over.
var over = func() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}()

func (c *call) Deadline() (time.Time, bool) { return (*c.request.Load()).Deadline() }
func (c *call) Done() <-chan struct{}       { return (*c.request.Load()).Done() }
func (c *call) Err() error                  { return (*c.request.Load()).Err() }

func (c *call) Value(key any) any {
	if key == (callKey{}) {
		return c
	}
	return (*c.request.Load()).Value(key)
}
