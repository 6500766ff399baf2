// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
)

// forms collects what the values of a reply are, and no value.
type forms map[string]map[string]bool

// plainKey is a key that may be shown. A name or a telephone number that somebody
// made a key of is none.
var plainKey = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]{0,63}$`)

func keyOf(key string) string {
	if plainKey.MatchString(key) {
		return key
	}
	return "(key of another form)"
}

// add notes the form of a value at a path, and those inside it.
func (f forms) add(path string, value any) {
	if f[path] == nil {
		f[path] = map[string]bool{}
	}
	f[path][formOf(value)] = true
	switch value := value.(type) {
	case map[string]any:
		for key, member := range value {
			f.add(strings.TrimPrefix(path+"."+keyOf(key), "."), member)
		}
	case []any:
		for _, element := range value {
			f.add(path+"[]", element)
		}
	}
}

// lines are the paths with the forms that were met there.
func (f forms) lines() []string {
	var lines []string
	for _, path := range slices.Sorted(maps.Keys(f)) {
		if path != "" {
			lines = append(lines, path+": "+strings.Join(slices.Sorted(maps.Keys(f[path])), " or "))
		}
	}
	return lines
}

// timeForms are the forms of a time that can be told apart, the documented one
// first.
var timeForms = []struct {
	name    string
	pattern *regexp.Regexp
}{
	{"YYYY-MM-DD hh:mm:ss", regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$`)},
	{"YYYY-MM-DD hh:mm:ss.f", regexp.MustCompile(`^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+$`)},
	{"YYYY-MM-DDThh:mm:ss with a zone", regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$`)},
	{"YYYY-MM-DDThh:mm:ss without a zone", regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?$`)},
	{"YYYY-MM-DD", regexp.MustCompile(`^\d{4}-\d\d-\d\d$`)},
	{"YYYY/MM/DD hh:mm:ss", regexp.MustCompile(`^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d$`)},
	{"seconds or milliseconds", regexp.MustCompile(`^1\d{9}(\d{3})?$`)},
}

// formOf says what a value is.
func formOf(value any) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case json.Number:
		return "number"
	case map[string]any:
		return "object"
	case []any:
		return "list"
	case string:
		if value == "" {
			return "empty string"
		}
		for _, form := range timeForms[:len(timeForms)-1] {
			if form.pattern.MatchString(value) {
				return "time as " + form.name
			}
		}
	}
	return "string"
}

// known is what the provider knows of a case, held against a reply.
type known struct {
	unknown, odd []string
	times        map[string]int
}

// compare holds an object against the fields of a struct of package aicc.
func (k *known) compare(typ reflect.Type, object map[string]any, path string) {
	fields, rest := map[string]reflect.Type{}, ""
	for _, field := range reflect.VisibleFields(typ) {
		key, option, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case option == "unknown":
			rest = key
		case key != "":
			fields[key] = field.Type
		}
	}
	for _, key := range slices.Sorted(maps.Keys(object)) {
		value, at := object[key], path+"."+keyOf(key)
		field, documented := fields[key]
		switch {
		case key == rest && rest != "":
		case !documented:
			k.unknown = append(k.unknown, at)
		case value != nil:
			k.compareValue(field, value, at)
		}
	}
}

func (k *known) compareValue(typ reflect.Type, value any, path string) {
	form := formOf(value)
	wants := "string"
	switch {
	case typ == reflect.TypeFor[*aicc.Timestamp]():
		k.time(value)
		return
	case typ == reflect.TypeFor[*bool]():
		wants = "boolean"
	case typ == reflect.TypeFor[*int64]():
		wants = "number"
	case typ.Kind() == reflect.Slice:
		wants = "list"
	case typ.Elem().Kind() == reflect.Struct:
		wants = "object"
		if object, ok := value.(map[string]any); ok {
			k.compare(typ.Elem(), object, path)
		}
	case strings.HasPrefix(form, "time"):
		form = "string"
	}
	if form != wants && form != "empty string" {
		k.odd = append(k.odd, path+": "+form)
	}
}

// time notes the form of a time.
func (k *known) time(value any) {
	text := fmt.Sprint(value)
	if text == "" {
		return
	}
	for _, form := range timeForms {
		if form.pattern.MatchString(text) {
			k.times[form.name]++
			return
		}
	}
	k.times["another form"]++
}

// compareCase holds an element of the result of a case against what is known.
func compareCase(element map[string]any) *known {
	k := &known{times: map[string]int{}}
	each := func(typ reflect.Type, value any, path string) {
		elements, isList := value.([]any)
		if !isList {
			elements = []any{value}
		}
		for _, value := range elements {
			if object, ok := value.(map[string]any); ok {
				k.compare(typ, object, path)
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(element)) {
		value := element[key]
		switch key {
		case "caseInfo":
			each(reflect.TypeFor[aicc.Task](), value, key)
		case "caseTrace":
			each(reflect.TypeFor[aicc.Trace](), value, key+"[]")
		case "tasks":
			each(reflect.TypeFor[aicc.Task](), value, key+"[]")
		case "customerInfo":
			outer, _ := value.(map[string]any)
			if inner, nested := outer["customerInfo"]; nested {
				value = inner
			}
			each(reflect.TypeFor[aicc.Contact](), value, key)
		case "isFollower":
		default:
			k.unknown = append(k.unknown, keyOf(key))
		}
	}
	k.unknown, k.odd = slices.Compact(k.unknown), slices.Compact(k.odd)
	return k
}

// clockForm is how AICC writes times where it follows its page.
func clockForm(value any) (time.Time, bool) {
	text, _ := value.(string)
	at, err := time.Parse(time.DateTime, text)
	return at, err == nil && timeForms[0].pattern.MatchString(text)
}
