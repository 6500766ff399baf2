// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// decoder turns AICC's JSON into a Case. It takes each scalar in whatever JSON
// type it comes, and loses nothing.
type decoder struct {
	zone *time.Location
	// entries counts what one reply may have any number of: the elements of lists
	// and the fields without an attribute.
	entries *int
}

// maxEntries is how many entries a reply may have. An apply with so many tasks takes
// about five seconds, in Terraform for the most part, which hears of no deadline
// meanwhile (make bench measures it); 8 MiB could hold millions.
const maxEntries = 3000

// takes counts so many more entries, and reports whether there is room for them.
// Without room, caseOf refuses the whole case.
func (d decoder) takes(entries int) bool {
	*d.entries += entries
	return !d.isOverfull()
}

func (d decoder) isOverfull() bool { return *d.entries > maxEntries }

// fill sets the fields of a struct from the keys that their json tags name, and
// deletes those keys. Where a field is tagged "unknown", it takes the rest as well:
// the members of the object under its own key, if it has one, and every key that is
// left.
func (d decoder) fill(target reflect.Value, object jsonObject) {
	shape := shapeOf(target.Type())
	for _, field := range shape.fields {
		d.take(object, field.key, target.FieldByIndex(field.index).Addr().Interface())
	}
	if shape.unknown == nil {
		return
	}
	empty := false
	if key := shape.unknown.key; key != "" {
		custom, ok := objectOf(object[key])
		if ok || object[key] == nil {
			delete(object, key)
			merge(object, custom, key+".")
		}
		empty = ok
	}
	rest := d.textsOf(object)
	if rest == nil && empty {
		rest = map[string]*string{}
	}
	target.FieldByIndex(shape.unknown.index).Set(reflect.ValueOf(rest))
	clear(object)
}

// textsOf renders every value of object, and nil where it holds nothing.
func (d decoder) textsOf(object jsonObject) map[string]*string {
	if len(object) == 0 || !d.takes(len(object)) {
		return nil
	}
	values := make(map[string]*string, len(object))
	for key, raw := range object {
		values[key] = textOf(raw)
	}
	return values
}

// take moves one key of object into the field that target points to. A value
// that does not fit stays in object; so do, under longer keys, the keys of a
// nested object that have no field.
func (d decoder) take(object jsonObject, key string, target any) {
	raw, ok := object[key]
	if !ok {
		return
	}
	if raw == nil {
		delete(object, key)
		return
	}
	var rest jsonObject
	fits := true
	switch target := target.(type) {
	case **string:
		*target = textOf(raw)
	case **Timestamp:
		*target = d.timestamp(raw)
	case **bool:
		*target, fits = boolean(*textOf(raw))
	case **int64:
		*target, fits = integer(*textOf(raw))
	case *[]*string:
		if elements, _ := listOf(raw); d.takes(len(elements)) {
			*target = textList(raw)
		}
	default:
		rest, fits = d.nested(reflect.ValueOf(target).Elem(), raw, key)
	}
	if fits {
		delete(object, key)
		merge(object, rest, key+".")
	}
}

// nested sets a struct pointer or a slice of structs from an object or an array
// of objects, and returns the keys that have no field there. It reports whether
// raw has that form, or one that the struct has a field for.
func (d decoder) nested(target reflect.Value, raw any, key string) (jsonObject, bool) {
	if target.Kind() == reflect.Pointer {
		object, ok := objectOf(raw)
		text := shapeOf(target.Type().Elem()).text
		if !ok && text == nil {
			return nil, false
		}
		target.Set(reflect.New(target.Type().Elem()))
		if !ok {
			target.Elem().FieldByIndex(text.index).Set(reflect.ValueOf(textOf(raw)))
			return nil, true
		}
		d.fill(target.Elem(), object)
		return prefixed(object, key+"."), true
	}
	elements, ok := listOf(raw)
	if !ok {
		return nil, false
	}
	if !d.takes(len(elements)) {
		return nil, true
	}
	rest := jsonObject{}
	list := reflect.MakeSlice(target.Type(), len(elements), len(elements))
	for i, element := range elements {
		object, ok := objectOf(element)
		if !ok && element != nil {
			return nil, false
		}
		d.fill(list.Index(i), object)
		maps.Copy(rest, prefixed(object, key+"["+strconv.Itoa(i)+"]."))
	}
	target.Set(list)
	return rest, true
}

func prefixed(object jsonObject, prefix string) jsonObject {
	long := make(jsonObject, len(object))
	for key, value := range object {
		long[prefix+key] = value
	}
	return long
}

// wireTime is the only form in which the API page shows a time.
const wireTime = "2006-01-02 15:04:05"

// timestamp reads a time. The clock's digits never change, even where a change
// to summer time skips them: only the offset is looked up.
func (d decoder) timestamp(raw any) *Timestamp {
	digits := *textOf(raw)
	if digits == "" {
		return nil
	}
	value := Timestamp(digits)
	// Go takes several spaces for one, and an hour of one digit.
	exact := len(digits) == len(wireTime) && !strings.Contains(digits, "  ")
	if parsed, err := time.ParseInLocation(wireTime, digits, d.zone); err == nil && exact {
		value = Timestamp(strings.Replace(digits, " ", "T", 1) + parsed.Format("Z07:00"))
	}
	return &value
}

// merge adds the keys of from to into, under as many prefixes as it takes to
// overwrite none that into has. AICC's keys hold dots of their own.
func merge(into, from jsonObject, prefix string) {
	if len(from) == 0 {
		return
	}
	for _, key := range slices.Sorted(maps.Keys(from)) {
		name := key
		for _, taken := into[name]; taken; _, taken = into[name] {
			name = prefix + name
		}
		into[name] = from[key]
	}
}
