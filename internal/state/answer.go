// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

// Package state hands what was read to Terraform as it is: encoded once, from the
// structs that were read, past the framework, which would turn it into its own
// values, walk those several times and encode them in the end.
package state

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// EmptyState is what the framework gets for the state of a data source once
// [Answer] has set the real one: nothing that it could walk over.
var EmptyState = tfsdk.State{
	Schema: schema.Schema{},
	Raw:    tftypes.NewValue(tftypes.Object{}, map[string]tftypes.Value{}),
}

// Answer sets the state, or the result, that the call in ctx replies with: the
// fields of values, a struct or a pointer to one, that have a tfsdk tag, and for the other attributes
// what config holds. Nil is null. The server has to come from [Wrap]. The error
// can be a [*TooLargeError].
func Answer(ctx context.Context, config tfsdk.Config, values any) error {
	encoded, err := encode(config.Raw, values)
	if err != nil {
		return err
	}
	*ctx.Value(answerKey{}).(**tfprotov6.DynamicValue) = &tfprotov6.DynamicValue{MsgPack: encoded}
	return nil
}

// Wrap returns a server whose reads reply with what [Answer] set, and which gives
// the contexts of its calls back.
func Wrap(framework tfprotov6.ProviderServer) tfprotov6.ProviderServer {
	return answerServer{contextServer{framework}}
}

type answerServer struct{ tfprotov6.ProviderServer }

// answerKey is where a context holds the place for the answer.
type answerKey struct{}

func (s answerServer) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	var answer *tfprotov6.DynamicValue
	resp, err := s.ProviderServer.ReadDataSource(context.WithValue(ctx, answerKey{}, &answer), req)
	if err == nil && answer != nil {
		resp.State = answer
	}
	return resp, err
}

func (s answerServer) OpenEphemeralResource(ctx context.Context, req *tfprotov6.OpenEphemeralResourceRequest) (*tfprotov6.OpenEphemeralResourceResponse, error) {
	var answer *tfprotov6.DynamicValue
	resp, err := s.ProviderServer.OpenEphemeralResource(context.WithValue(ctx, answerKey{}, &answer), req)
	if err == nil && answer != nil {
		resp.Result = answer
	}
	return resp, err
}
