// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

// Package tags walks the tags of structs.
package tags

import (
	"iter"
	"reflect"
)

// Fields returns the fields of a struct, those of embedded structs in place of these,
// each with what its tag has for key: empty where it has nothing, or "-" for none.
func Fields(typ reflect.Type, key string) iter.Seq2[string, reflect.StructField] {
	return func(yield func(string, reflect.StructField) bool) {
		for _, field := range reflect.VisibleFields(typ) {
			value := field.Tag.Get(key)
			if value == "-" {
				value = ""
			}
			if !field.Anonymous && !yield(value, field) {
				return
			}
		}
	}
}
