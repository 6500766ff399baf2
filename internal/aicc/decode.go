// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// jsonObject is a JSON object. Its values are those of encoding/json, numbers as
// json.Number. Decoding takes out the keys it can place; what remains is what
// nobody described.
type jsonObject = map[string]any

// envelope is what every reply of AICC comes in.
type envelope struct {
	ResCode *string
	ResMsg  *string
	result  any
}

// unreadableError says what a body is instead of AICC's JSON. It never quotes
// the body.
type unreadableError string

func (e unreadableError) Error() string { return string(e) }

// openEnvelope reads the outermost object of a reply. Its error is an
// unreadableError.
func openEnvelope(body []byte) (envelope, error) {
	body = trim(body)
	switch {
	case len(body) == 0:
		return envelope{}, unreadableError("an empty body")
	case isPage(body):
		return envelope{}, unreadableError("an HTML or XML page")
	}
	tree, err := parseJSON(body)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return envelope{}, unreadableError("JSON that is cut off after " + strconv.Itoa(len(body)) + " bytes")
	case err != nil:
		return envelope{}, unreadableError("a text that is not JSON")
	}
	object, ok := tree.(jsonObject)
	if !ok {
		return envelope{}, unreadableError("JSON of another shape: there is no object around it")
	}
	code := text(object["resCode"])
	if code == nil {
		return envelope{}, unreadableError("JSON of another shape: there is no resCode in it")
	}
	return envelope{code, text(object["resMsg"]), object["result"]}, nil
}

// trim takes a byte order mark and white space off a body.
func trim(body []byte) []byte {
	return bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")))
}

// isPage reports whether a body is an HTML or XML page.
func isPage(body []byte) bool { return bytes.HasPrefix(trim(body), []byte("<")) }

// parseJSON parses a body that holds one JSON value and nothing else.
func parseJSON(body []byte) (tree any, err error) {
	parser := json.NewDecoder(bytes.NewReader(body))
	parser.UseNumber()
	if err := parser.Decode(&tree); err != nil {
		return nil, err
	}
	// More would take a closing bracket for the end.
	if _, err := parser.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("there is more after the JSON value")
	}
	return tree, nil
}

// decoder turns AICC's JSON into a Case. It takes each scalar in whatever JSON
// type it comes, and loses nothing.
type decoder struct{ zone *time.Location }

var (
	errEmptyResult = errors.New("an empty result")
	errNoCaseInfo  = errors.New("a result without caseInfo")
)

// result decodes the result of a reply and returns the case of the given id, or
// the case that came in its place. Its error is an unreadableError,
// errEmptyResult or errNoCaseInfo.
func (d decoder) result(raw any, id string) (*Case, error) {
	elements, ok := listOf(raw)
	if !ok {
		return nil, unreadableError("JSON of another shape: result is neither an array nor an object")
	}
	nothing := errEmptyResult
	var first *Case
	for _, element := range elements {
		around, ok := objectOf(element)
		if !ok {
			if element == nil {
				continue
			}
			return nil, unreadableError("JSON of another shape: an element of result is no object")
		}
		if len(around) == 0 {
			continue
		}
		info, ok := objectOf(around["caseInfo"])
		if !ok && !isEmpty(around["caseInfo"]) {
			return nil, unreadableError("JSON of another shape: caseInfo is no object")
		}
		if len(info) == 0 {
			nothing = errNoCaseInfo
			continue
		}
		c, err := d.caseOf(around, info)
		if err != nil {
			return nil, err
		}
		if c.ID != nil && *c.ID == id {
			return c, nil
		}
		if first == nil {
			first = c
		}
	}
	if first == nil {
		return nil, nothing
	}
	return first, nil
}

// maxEntries is how long a trace or a list of tasks may be. Terraform takes
// milliseconds for each entry and hears of no deadline meanwhile, so the millions
// that 8 MiB can hold would keep a run from ever ending.
const maxEntries = 20_000

// caseOf builds a case from one element of result, whose caseInfo is info.
//
// A trace or tasks of an odd form are an error: they name people, and as a
// custom field they would stand in the open.
func (d decoder) caseOf(around, info jsonObject) (*Case, error) {
	c := new(Case)
	d.fill(reflect.ValueOf(&c.Task).Elem(), info)
	delete(around, "caseInfo")
	d.take(around, "isFollower", &c.IsFollower)
	for _, list := range []struct {
		key    string
		target any
	}{{"caseTrace", &c.Trace}, {"tasks", &c.Tasks}} {
		if entries, _ := listOf(around[list.key]); len(entries) > maxEntries {
			return nil, unreadableError(fmt.Sprintf("JSON with more than %d entries in %s", maxEntries, list.key))
		}
		d.take(around, list.key, list.target)
		if _, left := around[list.key]; left {
			return nil, unreadableError("JSON of another shape: " + list.key + " is no list of objects")
		}
	}
	c.Contact = d.contactOf(around["customerInfo"])
	delete(around, "customerInfo")
	c.Other = texts(around)
	return c, nil
}

// contactOf builds the contact from customerInfo, which the sample of the API
// page nests in itself and its table does not. It returns nil where there is
// none. What is no contact at all becomes a custom field of one, so that it
// stays among the personal data.
func (d decoder) contactOf(raw any) *Contact {
	contact := new(Contact)
	fields, ok := objectOf(raw)
	if !ok {
		if isEmpty(raw) {
			return nil
		}
		fields = jsonObject{"customerInfo": raw}
	}
	if inner, ok := objectOf(fields["customerInfo"]); ok || isEmpty(fields["customerInfo"]) {
		delete(fields, "customerInfo")
		merge(inner, fields, "customerInfo.")
		fields = inner
	}
	if len(fields) == 0 {
		return nil
	}
	d.fill(reflect.ValueOf(contact).Elem(), fields)
	return contact
}

// keeper is a struct that keeps the keys it has no field for.
type keeper interface{ keep(jsonObject) }

func (i *Info) keep(rest jsonObject) { i.CustomFields = texts(rest) }

func (c *Contact) keep(rest jsonObject) {
	if address, ok := rest["address"]; ok {
		c.Address = &Address{Text: text(address)}
		delete(rest, "address")
	}
	empty := false
	if custom, ok := objectOf(rest["customFied"]); ok || rest["customFied"] == nil {
		delete(rest, "customFied")
		merge(rest, custom, "customFied.")
		empty = ok
	}
	c.CustomFields = texts(rest)
	if c.CustomFields == nil && empty {
		c.CustomFields = map[string]*string{}
	}
}

// merge adds the keys of from to into, under as many prefixes as it takes to
// overwrite none that into has. AICC's keys hold dots of their own.
func merge(into, from jsonObject, prefix string) {
	for _, key := range slices.Sorted(maps.Keys(from)) {
		name := key
		for _, taken := into[name]; taken; _, taken = into[name] {
			name = prefix + name
		}
		into[name] = from[key]
	}
}

// fill sets the fields of a struct from the keys that their json tags name, and
// deletes those keys. Where the struct is a keeper it takes the rest as well.
func (d decoder) fill(target reflect.Value, object jsonObject) {
	for _, field := range wireFields(target.Type()) {
		d.take(object, field.key, target.FieldByIndex(field.index).Addr().Interface())
	}
	if k, ok := target.Addr().Interface().(keeper); ok {
		k.keep(object)
		clear(object)
	}
}

// wireField is a field of a struct with its key on the wire.
type wireField struct {
	key   string
	index []int
}

var wireFieldsOf sync.Map // reflect.Type → []wireField

// wireFields returns the fields of a struct that have a json tag, those of
// embedded structs included.
func wireFields(typ reflect.Type) []wireField {
	if known, ok := wireFieldsOf.Load(typ); ok {
		return known.([]wireField)
	}
	var fields []wireField
	for _, field := range reflect.VisibleFields(typ) {
		if key := field.Tag.Get("json"); key != "" {
			fields = append(fields, wireField{key, field.Index})
		}
	}
	wireFieldsOf.Store(typ, fields)
	return fields
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
		*target = text(raw)
	case **Timestamp:
		*target = d.timestamp(raw)
	case **bool:
		*target, fits = boolean(*text(raw))
	case **int64:
		*target, fits = integer(*text(raw))
	case *[]*string:
		*target = textList(raw)
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
// raw has that form.
func (d decoder) nested(target reflect.Value, raw any, key string) (jsonObject, bool) {
	if target.Kind() == reflect.Pointer {
		object, ok := objectOf(raw)
		if !ok {
			return nil, false
		}
		target.Set(reflect.New(target.Type().Elem()))
		d.fill(target.Elem(), object)
		return prefixed(object, key+"."), true
	}
	elements, ok := listOf(raw)
	if !ok {
		return nil, false
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
	digits := *text(raw)
	if digits == "" {
		return nil
	}
	value := Timestamp(digits)
	// Go takes several spaces for one, and an hour of one digit.
	exact := len(digits) == len(wireTime) && !strings.Contains(digits, "  ")
	if at, err := time.ParseInLocation(wireTime, digits, d.zone); err == nil && exact {
		value = Timestamp(strings.Replace(digits, " ", "T", 1) + at.Format("Z07:00"))
	}
	return &value
}

// boolean reads true and false in any form that strconv takes, and "" as none.
func boolean(word string) (*bool, bool) {
	if word == "" {
		return nil, true
	}
	value, err := strconv.ParseBool(strings.ToLower(word))
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

// text renders a JSON value: a string as it is, a number or boolean as its own
// text, an object or array as compact JSON. Null and nothing are nil.
func text(raw any) *string {
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

// texts renders every value of object, and nil where it holds nothing.
func texts(object jsonObject) map[string]*string {
	if len(object) == 0 {
		return nil
	}
	values := make(map[string]*string, len(object))
	for key, raw := range object {
		values[key] = text(raw)
	}
	return values
}

// textList renders the elements of an array; anything else is a list of one.
func textList(raw any) []*string {
	elements, ok := raw.([]any)
	if !ok {
		elements = []any{raw}
	}
	list := make([]*string, len(elements))
	for i, element := range elements {
		list[i] = text(element)
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
	value := text(raw)
	return value == nil || *value == "" || *value == "[]" || *value == "{}"
}
