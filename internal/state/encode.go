// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package state

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/vmihailenco/msgpack/v5"

	"github.com/aicc-community/terraform-provider-aicc/internal/tags"
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

// encode returns a state in the form of [tfprotov6.NewDynamicValue], or a
// [*TooLargeError]. It writes twice, first only to count: a buffer that grows as it
// is written holds up to three times the state.
func encode(config tftypes.Value, values any) ([]byte, error) {
	var size counter
	if err := encodeTo(newWriter(&size), config, values); err != nil {
		return nil, err
	}
	if size > MaxSize {
		return nil, &TooLargeError{int(size)}
	}
	buffer := bytes.NewBuffer(make([]byte, 0, size))
	err := encodeTo(newWriter(buffer), config, values)
	return buffer.Bytes(), err
}

// counter counts the bytes that are written to it.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

func (c *counter) WriteByte(byte) error {
	*c++
	return nil
}

// encodeTo writes an object of all attributes of config, in the order of their
// names. Those that have a field in values come from there, the others are what the
// user wrote.
func encodeTo(to writer, config tftypes.Value, values any) error {
	var written map[string]tftypes.Value
	if err := config.As(&written); err != nil {
		return err
	}
	from := reflect.Indirect(reflect.ValueOf(values))
	fields := map[string]field{}
	for _, f := range fieldsOf(from.Type()) {
		if _, ok := written[f.name]; !ok {
			return fmt.Errorf("there is no attribute %s", f.name)
		}
		fields[f.name] = f
	}
	if err := to.EncodeMapLen(len(written)); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(written)) {
		if f, ok := fields[name]; ok {
			if err := f.write(to, from); err != nil {
				return err
			}
			continue
		}
		value, err := tfprotov6.NewDynamicValue(written[name].Type(), written[name])
		if err != nil {
			return err
		}
		if err := to.EncodeString(name); err != nil {
			return err
		}
		if _, err := to.raw.Write(value.MsgPack); err != nil {
			return err
		}
	}
	return nil
}

// writer is an encoder beside which encoded bytes can be written.
type writer struct {
	*msgpack.Encoder

	raw io.Writer
}

func newWriter(raw io.Writer) writer { return writer{msgpack.NewEncoder(raw), raw} }

// write writes a value of one type.
type write func(to writer, value reflect.Value) error

// field is a field of a struct that is an attribute.
type field struct {
	name string
	// key is the encoded name.
	key   []byte
	index []int
	value write
}

func (f field) write(to writer, from reflect.Value) error {
	if _, err := to.raw.Write(f.key); err != nil {
		return err
	}
	return f.value(to, from.FieldByIndex(f.index))
}

var structs sync.Map // reflect.Type → []field

// fieldsOf are the fields of a struct that have a name as their tfsdk tag, in the
// order of the names. It panics at a field without a tag, which would be lost.
func fieldsOf(typ reflect.Type) []field {
	if known, ok := structs.Load(typ); ok {
		return known.([]field)
	}
	var fields []field
	for name, f := range tags.Fields(typ, "tfsdk") {
		switch {
		case f.Tag.Get("tfsdk") == "":
			panic("no attribute belongs to " + f.Name + " of " + typ.String() + `; tag it tfsdk:"-" if none shall`)
		case name == "":
			continue
		}
		// A string always marshals.
		key, _ := msgpack.Marshal(name)
		fields = append(fields, field{name, key, f.Index, writeOf(f.Type)})
	}
	slices.SortFunc(fields, func(a, b field) int { return strings.Compare(a.name, b.name) })
	structs.Store(typ, fields)
	return fields
}

// writeOf returns what writes values of a type. It panics at a type that no
// attribute has.
func writeOf(typ reflect.Type) write {
	switch typ.Kind() {
	case reflect.String:
		return func(to writer, value reflect.Value) error { return to.EncodeString(value.String()) }
	case reflect.Bool:
		return func(to writer, value reflect.Value) error { return to.EncodeBool(value.Bool()) }
	case reflect.Int64:
		return func(to writer, value reflect.Value) error { return to.EncodeInt(value.Int()) }
	case reflect.Pointer:
		element := writeOf(typ.Elem())
		return orNull(func(to writer, value reflect.Value) error { return element(to, value.Elem()) })
	case reflect.Slice:
		return orNull(writeList(writeOf(typ.Elem())))
	case reflect.Map:
		return orNull(writeMap(writeOf(typ.Elem())))
	case reflect.Struct:
		return writeObject(fieldsOf(typ))
	default:
		panic("no attribute has a value of type " + typ.String())
	}
}

// orNull writes null for nil.
func orNull(value write) write {
	return func(to writer, from reflect.Value) error {
		if from.IsNil() {
			return to.EncodeNil()
		}
		return value(to, from)
	}
}

func writeList(element write) write {
	return func(to writer, list reflect.Value) error {
		if err := to.EncodeArrayLen(list.Len()); err != nil {
			return err
		}
		for i := range list.Len() {
			if err := element(to, list.Index(i)); err != nil {
				return err
			}
		}
		return nil
	}
}

// writeMap writes in the order of the keys, so that equal states have equal bytes.
func writeMap(element write) write {
	return func(to writer, values reflect.Value) error {
		if err := to.EncodeMapLen(values.Len()); err != nil {
			return err
		}
		keys := make([]string, 0, values.Len())
		for _, key := range values.MapKeys() {
			keys = append(keys, key.String())
		}
		slices.Sort(keys)
		for _, key := range keys {
			if err := to.EncodeString(key); err != nil {
				return err
			}
			if err := element(to, values.MapIndex(reflect.ValueOf(key))); err != nil {
				return err
			}
		}
		return nil
	}
}

func writeObject(fields []field) write {
	return func(to writer, object reflect.Value) error {
		if err := to.EncodeMapLen(len(fields)); err != nil {
			return err
		}
		for _, f := range fields {
			if err := f.write(to, object); err != nil {
				return err
			}
		}
		return nil
	}
}
