// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/agext/levenshtein"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
)

// stringValidator applies a check to a string.
type stringValidator struct {
	// summary is that of the error, and expected a noun phrase that says what is
	// valid.
	summary, expected string
	// check returns an error that says what is wrong and does not repeat the value.
	check func(string) error
	// isOpen says that the value is no secret and is quoted: what comes from a variable,
	// the command does not always show.
	isOpen bool
}

var _ validator.String = stringValidator{}

func (v stringValidator) Description(context.Context) string { return "value must be " + v.expected }

func (v stringValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v stringValidator) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if err := v.check(req.ConfigValue.ValueString()); err != nil {
		subject := req.Path.String()
		if v.isOpen {
			subject = quoted(subject, req.ConfigValue.ValueString())
		}
		resp.Diagnostics.AddAttributeError(req.Path, v.summary, v.refusal(subject, err))
	}
}

// refusal says why the value of subject is invalid.
func (v stringValidator) refusal(subject string, err error) string {
	return subject + " is refused because " + err.Error() + ". Expected: " + v.expected + "."
}

// headersValidator checks the headers of a gateway.
type headersValidator struct{}

var _ validator.Map = headersValidator{}

const expectedHeaders = "names and values of HTTP headers that the provider does not set itself"

// Description says what is valid.
func (headersValidator) Description(context.Context) string {
	return "value must be " + expectedHeaders
}

// MarkdownDescription says the same.
func (v headersValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateMap checks what is known.
func (headersValidator) ValidateMap(_ context.Context, req validator.MapRequest, resp *validator.MapResponse) {
	resp.Diagnostics.Append(checkHeaders(req.Path, req.ConfigValue)...)
}

// checkHeaders refuses headers that cannot be added to a request. The error never
// repeats a value.
func checkHeaders(at path.Path, headers types.Map) diag.Diagnostics {
	var diags diag.Diagnostics
	elements := headers.Elements()
	seen := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(elements)) {
		value, _ := elements[name].(types.String)
		err := aicc.CheckHeader(name, "unknown")
		if known := value.ValueString(); err == nil && !value.IsUnknown() {
			err = aicc.CheckHeader(name, known)
		}
		if other, twice := seen[strings.ToLower(name)]; twice {
			err = errors.New("it is the same header as " + other)
		}
		seen[strings.ToLower(name)] = name
		if err != nil {
			diags.AddAttributeError(at.AtMapKey(name), summaryInvalidHeader,
				fmt.Sprintf("The header %q is refused because %v. Expected: %s.", name, err, expectedHeaders))
		}
	}
	return diags
}

// quoted is the name of an argument with its value.
func quoted(name, value string) string {
	const most = 40
	return fmt.Sprintf("%s, %q,", name, cut(value, most))
}

// eachString applies a check to each element of a list, and says which one is
// invalid. What it checks is no secret, so it quotes the value.
type eachString struct{ stringValidator }

var _ validator.List = eachString{}

// ValidateList reports every invalid element.
func (v eachString) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	for i, element := range req.ConfigValue.Elements() {
		value, ok := element.(types.String)
		if !ok || value.IsUnknown() {
			continue
		}
		at := req.Path.AtListIndex(i)
		subject := at.String()
		err := errors.New("it is null")
		if !value.IsNull() {
			subject = quoted(subject, value.ValueString())
			err = v.check(value.ValueString())
		}
		if err != nil {
			resp.Diagnostics.AddAttributeError(at, v.summary, v.refusal(subject, err))
		}
	}
}

// cut shortens a string to a number of characters.
func cut(text string, most int) string {
	if characters := []rune(text); len(characters) > most {
		return string(characters[:most]) + "…"
	}
	return text
}

// numberValidator bounds a number. The framework's own attributes for whole numbers
// blame the provider for a fraction.
type numberValidator struct {
	least, most float64
	whole       bool
}

var _ validator.Number = numberValidator{}

func (v numberValidator) Description(context.Context) string { return "value must be " + v.expected() }

func (v numberValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v numberValidator) expected() string {
	kind := "a number"
	if v.whole {
		kind = "a whole number"
	}
	if math.IsInf(v.most, 1) {
		return fmt.Sprintf("%s of at least %v", kind, v.least)
	}
	return fmt.Sprintf("%s from %v to %v", kind, v.least, v.most)
}

func (v numberValidator) ValidateNumber(_ context.Context, req validator.NumberRequest, resp *validator.NumberResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	number := req.ConfigValue.ValueBigFloat()
	value, _ := number.Float64()
	if value < v.least || value > v.most || math.IsInf(value, 0) || v.whole && !number.IsInt() {
		resp.Diagnostics.AddAttributeError(req.Path, summaryInvalidNumber,
			fmt.Sprintf("The value is %s. Expected: %s.", number.Text('g', 12), v.expected()))
	}
}

// keepValidator accepts the names of attributes.
func keepValidator(names []string) eachString {
	return eachString{stringValidator{
		summary:  summaryInvalidKeep,
		expected: "the name of an attribute of a case, such as state",
		check: func(name string) error {
			if slices.Contains(names, name) {
				return nil
			}
			nearest := slices.MinFunc(names, func(a, b string) int {
				return cmp.Or(levenshtein.Distance(name, a, nil)-levenshtein.Distance(name, b, nil), strings.Compare(a, b))
			})
			return fmt.Errorf("a case has no such attribute; the nearest is %q", nearest)
		},
	}}
}

// What on_failure can be.
const (
	onFailureError  = "error"
	onFailureReport = "report"
)

var (
	caseIDValidator = stringValidator{
		isOpen:   true,
		summary:  summaryOf(aicc.Invalid),
		expected: "a case ID, which is 1 to 20 ASCII letters and digits",
		check: func(id string) error {
			if _, err := aicc.ParseCaseNo(id); err == nil {
				return errors.New("this looks like a case number: use case_no of aicc_case, or case_nos of aicc_cases")
			}
			err := aicc.CheckCaseID(id)
			if _, inLink, linkErr := aicc.ParseCaseLink(id); err != nil && linkErr == nil {
				return errors.New("it is a link; use the ID in it, " + inLink + ", or extract it with provider::aicc::parse_case_link")
			}
			return err
		},
	}
	caseNoValidator = stringValidator{
		isOpen:   true,
		summary:  summaryInvalidCaseNo,
		expected: "a case number, which is 1 to 30 digits",
		check: func(number string) error {
			_, err := aicc.ParseCaseNo(number)
			return err
		},
	}
	onFailureValidator = stringValidator{
		isOpen:   true,
		summary:  summaryInvalidOnFailure,
		expected: `"error" or "report"`,
		check: func(choice string) error {
			if choice != onFailureError && choice != onFailureReport {
				return errors.New("there is no such choice")
			}
			return nil
		},
	}
	templateFieldValidator = stringValidator{
		summary:  summaryInvalidField,
		expected: "the name of a template field",
		check:    aicc.CheckTemplateField,
	}
	durationValidator = stringValidator{
		isOpen:   true,
		summary:  summaryInvalidTimeout,
		expected: `a duration above zero such as "30s" or "5m"`,
		check: func(text string) error {
			limit, err := time.ParseDuration(text)
			switch _, number := strconv.ParseFloat(text, 64); {
			case err != nil && number == nil:
				return errors.New("it has no unit")
			case err != nil:
				return errors.New("it is not a duration")
			case limit <= 0:
				return errors.New("it leaves no time to read anything")
			}
			return nil
		},
	}
)

// filterValidator checks the attribute of a search that has the name.
func filterValidator(name, expected string) stringValidator {
	return stringValidator{
		isOpen:   true,
		summary:  summaryInvalidSearch,
		expected: expected,
		check:    func(value string) error { return aicc.CheckFilter(name, value) },
	}
}

// searchValidator checks the filters of a search against each other.
type searchValidator struct{}

var _ validator.Object = searchValidator{}

func (searchValidator) Description(context.Context) string {
	return "value must have at least one filter, and created_from before created_to"
}

func (v searchValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (searchValidator) ValidateObject(_ context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	given := false
	for _, value := range req.ConfigValue.Attributes() {
		given = given || !value.IsNull()
	}
	if !given {
		resp.Diagnostics.AddAttributeError(req.Path, summaryInvalidSearch,
			"The search has no filter, and would find every case of the tenant. Set at least one of its attributes.")
		return
	}
	from := req.ConfigValue.Attributes()["created_from"].(types.String)
	to := req.ConfigValue.Attributes()["created_to"].(types.String)
	if from.IsUnknown() || to.IsUnknown() {
		return
	}
	if err := aicc.CheckPeriod(from.ValueStringPointer(), to.ValueStringPointer()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path.AtName("created_to"), summaryInvalidSearch,
			"The search is refused because "+err.Error()+". Set created_from to a time before created_to, or leave created_to out.")
	}
}

// argument is an argument of which exactly one of several has to be set.
type argument struct {
	name string
	set  bool
}

// requireExactlyOne holds that one of the arguments is set. It leaves open what is
// unknown.
func requireExactlyOne(ctx context.Context, config tfsdk.Config, names ...string) diag.Diagnostics {
	var diags diag.Diagnostics
	arguments := make([]argument, len(names))
	for i, name := range names {
		var value attr.Value
		diags.Append(config.GetAttribute(ctx, path.Root(name), &value)...)
		if diags.HasError() || value.IsUnknown() {
			return diags
		}
		arguments[i] = argument{name, !value.IsNull()}
	}
	return exactlyOne(arguments...)
}

// exactlyOne is an error unless exactly one of the arguments is set. The error stands
// at the last that is set, or at the first if none is.
func exactlyOne(arguments ...argument) diag.Diagnostics {
	at := arguments[0].name
	var all, set []string
	for _, a := range arguments {
		all = append(all, a.name)
		if a.set {
			set = append(set, a.name)
			at = a.name
		}
	}
	if len(set) == 1 {
		return nil
	}
	return diag.Diagnostics{exactlyOneDiagnostic(path.Root(at), all, set)}
}
