// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

// Package provider is what Terraform sees of AICC.
package provider

import (
	"context"
	"os"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
)

// defaultReadTimeout is timeouts.read where the user sets none.
const defaultReadTimeout = 2 * time.Minute

// aiccProvider holds what does not come from the provider block.
type aiccProvider struct {
	version string
	getenv  func(string) string
}

var (
	_ provider.ProviderWithValidateConfig     = (*aiccProvider)(nil)
	_ provider.ProviderWithEphemeralResources = (*aiccProvider)(nil)
	_ provider.ProviderWithFunctions          = (*aiccProvider)(nil)
)

// New returns a factory of the provider. The version goes into the User-Agent
// and the log.
func New(version string) func() provider.Provider {
	return func() provider.Provider { return &aiccProvider{version: version, getenv: os.Getenv} }
}

func (p *aiccProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "aicc"
	resp.Version = p.version
}

func (p *aiccProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = providerSchema()
}

func (p *aiccProvider) ValidateConfig(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	var model providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(model.validateCredentials()...)
	}
}

// Configure builds the client and sends nothing. Where the configuration is not
// known yet it stays silent: a plan that defers all its reads is valid.
func (p *aiccProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var model providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	c := &connection{pending: model.pending()}
	if len(c.pending) == 0 {
		config, diags := model.clientConfig(p.getenv)
		resp.Diagnostics.Append(diags...)
		if diags.HasError() {
			return
		}
		config.UserAgent = userAgent(p.version, req.TerraformVersion, p.getenv("TF_APPEND_USER_AGENT"))
		config.Logger = newLogger(config.Token, config.ClientSecret)
		c.client = aicc.New(config)
	}
	tflog.Info(ctx, "Configured the AICC provider", map[string]any{"version": p.version})
	resp.DataSourceData = c
	resp.EphemeralResourceData = c
}

func (p *aiccProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		func() datasource.DataSource { return new(caseDataSource) },
		func() datasource.DataSource { return new(casesDataSource) },
	}
}

func (p *aiccProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{
		func() ephemeral.EphemeralResource { return new(caseEphemeralResource) },
	}
}

func (p *aiccProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{
		func() function.Function { return new(parseCaseLinkFunction) },
		func() function.Function { return new(findCaseLinksFunction) },
	}
}

// Resources returns none: the provider only reads.
func (p *aiccProvider) Resources(context.Context) []func() resource.Resource { return nil }

// connection is what Configure hands to everything that reads.
type connection struct {
	client *aicc.Client
	// pending names the attributes of the provider whose values are unknown.
	// The client is nil then.
	pending []string
}

// connect takes over the connection that Configure made. Before Configure, while
// validating, there is none.
func (c *connection) connect(providerData any) {
	if made, ok := providerData.(*connection); ok {
		*c = *made
	}
}

// ready returns an error where the provider's configuration is not known yet.
func (c *connection) ready() diag.Diagnostics {
	var diags diag.Diagnostics
	if len(c.pending) > 0 {
		diags.Append(unknownDiagnostic(c.pending))
	}
	return diags
}
