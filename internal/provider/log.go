// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"log/slog"
	"os"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// logVariable switches the log of this provider off. The others are those of the SDK.
const logVariable = "TF_LOG_PROVIDER_AICC"

// MuteLogs switches all loggers of this process off where Terraform would parse their
// lines, some seventy for each case, only to drop them.
func MuteLogs() {
	loggers := []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK", logVariable}
	for _, name := range append([]string{"TF_LOG", "TF_LOG_PROVIDER"}, loggers...) {
		if os.Getenv(name) != "" {
			return
		}
	}
	for _, name := range loggers {
		_ = os.Setenv(name, "OFF")
	}
}

// logHandler passes the events of package aicc to Terraform's log. It masks
// secrets, although no event is meant to hold one.
type logHandler struct{ secrets []string }

func newLogger(secrets ...string) *slog.Logger {
	var h logHandler
	for _, secret := range secrets {
		if secret != "" {
			h.secrets = append(h.secrets, secret)
		}
	}
	return slog.New(h)
}

// Enabled leaves it to Terraform which levels are logged, but has no event built
// where the log is off.
func (logHandler) Enabled(context.Context, slog.Level) bool {
	return os.Getenv(logVariable) != "OFF"
}

// Handle writes one event.
func (h logHandler) Handle(ctx context.Context, event slog.Record) error {
	ctx = tflog.MaskMessageStrings(ctx, h.secrets...)
	ctx = tflog.MaskAllFieldValuesStrings(ctx, h.secrets...)
	fields := make(map[string]any, event.NumAttrs())
	event.Attrs(func(a slog.Attr) bool {
		fields[a.Key] = a.Value.Any()
		return true
	})
	if event.Level >= slog.LevelWarn {
		tflog.Warn(ctx, event.Message, fields)
	} else {
		tflog.Debug(ctx, event.Message, fields)
	}
	return nil
}

// WithAttrs is not used by package aicc.
func (h logHandler) WithAttrs([]slog.Attr) slog.Handler { return h }

// WithGroup is not used by package aicc.
func (h logHandler) WithGroup(string) slog.Handler { return h }
