// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// jsonObject is a JSON object. Its values are those of encoding/json, numbers as
// json.Number. Decoding takes out the keys it can place; what remains is what
// nobody described.
type jsonObject = map[string]any

// boolean reads true and false in any form that strconv takes, as words in English and
// Chinese, and "" as none.
func boolean(word string) (*bool, bool) {
	if word == "" {
		return nil, true
	}
	switch word = strings.ToLower(word); word {
	case "y", "yes", "是":
		word = "true"
	case "n", "no", "否":
		word = "false"
	}
	value, err := strconv.ParseBool(word)
	if err != nil {
		return nil, false
	}
	return &value, true
}

// integer reads a whole number in any notation (15, 15.0, 1.5e1), and "" as
// none.
func integer(digits string) (*int64, bool) {
	if digits == "" {
		return nil, true
	}
	value, err := strconv.ParseInt(digits, 10, 64)
	if err == nil {
		return &value, true
	}
	const inexact = 1 << 53
	float, err := strconv.ParseFloat(digits, 64)
	if err != nil || math.Abs(float) >= inexact || float != math.Trunc(float) {
		return nil, false
	}
	value = int64(float)
	return &value, true
}

// textOf renders a JSON value: a string as it is, a number or boolean as its own
// text, an object or array as compact JSON. Null and nothing are nil.
func textOf(raw any) *string {
	var value string
	switch raw := raw.(type) {
	case nil:
		return nil
	case string:
		value = raw
	case json.Number:
		value = raw.String()
	default:
		var compact strings.Builder
		encoder := json.NewEncoder(&compact)
		encoder.SetEscapeHTML(false)
		// What was parsed from JSON can be written as JSON.
		_ = encoder.Encode(raw)
		value = strings.TrimSuffix(compact.String(), "\n")
	}
	return &value
}

// textList renders the elements of an array; anything else is a list of one.
func textList(raw any) []*string {
	elements, ok := raw.([]any)
	if !ok {
		elements = []any{raw}
	}
	list := make([]*string, len(elements))
	for i, element := range elements {
		list[i] = textOf(element)
	}
	return list
}

// objectOf returns a JSON object, or the only element of an array. Without one it
// returns an empty object.
func objectOf(raw any) (jsonObject, bool) {
	if list, ok := raw.([]any); ok && len(list) == 1 {
		raw = list[0]
	}
	if object, ok := raw.(jsonObject); ok {
		return object, true
	}
	return jsonObject{}, false
}

// listOf returns a JSON array. An object is a list of one, null and nothing an
// empty list.
func listOf(raw any) ([]any, bool) {
	switch raw := raw.(type) {
	case nil:
		return nil, true
	case jsonObject:
		return []any{raw}, true
	case []any:
		return raw, true
	default:
		return nil, false
	}
}

// isEmpty reports whether a value is absent, null, or an empty text, list or
// object.
func isEmpty(raw any) bool {
	value := textOf(raw)
	return value == nil || *value == "" || *value == "[]" || *value == "{}"
}
