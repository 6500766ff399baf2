// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"reflect"
	"strings"
	"sync"

	"github.com/aicc-community/terraform-provider-aicc/internal/tags"
)

// wireField is a field of a struct with its key on the wire.
type wireField struct {
	key   string
	index []int
	typ   reflect.Type
}

// wireShape is what the json tags of a struct say.
type wireShape struct {
	fields []wireField
	// unknown is the field that takes what no other field does.
	unknown *wireField
	// text is the field that takes the whole where AICC sends no object.
	text *wireField
}

var wireShapes sync.Map // reflect.Type → wireShape

// shapeOf reads the json tags of a struct, those of embedded structs included.
func shapeOf(typ reflect.Type) wireShape {
	if known, ok := wireShapes.Load(typ); ok {
		return known.(wireShape)
	}
	var shape wireShape
	for tag, field := range tags.Fields(typ, "json") {
		if tag == "" {
			continue
		}
		key, option, _ := strings.Cut(tag, ",")
		wire := wireField{key, field.Index, field.Type}
		switch option {
		case "unknown":
			shape.unknown = &wire
		case "string":
			shape.text = &wire
		default:
			shape.fields = append(shape.fields, wire)
		}
	}
	wireShapes.Store(typ, shape)
	return shape
}
