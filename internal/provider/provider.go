// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

// Package provider is what Terraform sees of AICC.
package provider

import (
	"context"
	"maps"
	"os"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/state"
)

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

// New returns a server of the provider. The version appears in the User-Agent and
// in the log.
func New(version string) tfprotov6.ProviderServer {
	return serve(&aiccProvider{version: version, getenv: os.Getenv})
}

func serve(p provider.Provider) tfprotov6.ProviderServer {
	return state.Wrap(providerserver.NewProtocol6(p)())
}

func (p *aiccProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "aicc"
	resp.Version = p.version
}

func (p *aiccProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = providerSchema()
}

func (p *aiccProvider) ValidateConfig(ctx context.Context, req provider.ValidateConfigRequest, resp *provider.ValidateConfigResponse) {
	resp.Diagnostics.Append(validateCredentials(ctx, req.Config)...)
	resp.Diagnostics.Append(validateClientCertificate(ctx, req.Config)...)
}

// Configure builds the client and sends nothing. It does not fail if the
// configuration is still unknown: a plan that defers all its reads is valid.
func (p *aiccProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	data := &providerData{unknown: unknownAttributes(req.Config.Raw)}
	if len(data.unknown) > 0 && req.ClientCapabilities.DeferralAllowed {
		resp.Deferred = &provider.Deferred{Reason: provider.DeferredReasonProviderConfigUnknown}
	}
	if len(data.unknown) == 0 {
		config, diags := clientConfig(ctx, source{req.Config, p.getenv})
		resp.Diagnostics.Append(diags...)
		if diags.HasError() {
			return
		}
		config.UserAgent = userAgent(p.version, req.TerraformVersion, p.getenv("TF_APPEND_USER_AGENT"))
		config.Logger = newLogger(append(slices.Collect(maps.Values(config.Headers)), config.Token, config.ClientSecret)...)
		client, err := aicc.New(config)
		if err != nil {
			resp.Diagnostics.Append(unexpectedDiagnostic("The client for AICC could not be made: " + err.Error() + "."))
			return
		}
		data.client = client
	}
	tflog.Info(ctx, "Configured the AICC provider", map[string]any{"version": p.version})
	resp.DataSourceData = data
	resp.EphemeralResourceData = data
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
		func() function.Function { return new(findCaseMentionsFunction) },
		func() function.Function { return new(findCaseMentionsInFilesFunction) },
		func() function.Function { return new(renderReportFunction) },
	}
}

// Resources returns none: the provider only reads.
func (p *aiccProvider) Resources(context.Context) []func() resource.Resource { return nil }
