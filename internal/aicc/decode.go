// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// result decodes the result of a reply and returns the case of the given ID, or
// the case that came in its place. Its error is an [*Error].
func (d decoder) result(raw any, id string) (*Case, error) {
	d.entries = new(int)
	if form := withoutCase(raw); form != "" {
		return nil, &Error{Kind: NotReturned, Detail: form}
	}
	elements, ok := listOf(raw)
	if !ok {
		return nil, unreadable("JSON with an unexpected structure: result is neither an array nor an object")
	}
	var first *Case
	for _, element := range elements {
		object, ok := element.(jsonObject)
		if !ok {
			return nil, unreadable("JSON with an unexpected structure: an element of result is not an object")
		}
		info, there := object["caseInfo"]
		if !there {
			return nil, elsewhere("caseInfo is missing in result", object)
		}
		fields, ok := objectOf(info)
		switch {
		case !ok:
			return nil, unreadable("JSON with an unexpected structure: caseInfo is not an object")
		case len(fields) == 0:
			return nil, elsewhere("caseInfo is empty", object, "caseInfo")
		}
		c, err := d.caseOf(object, fields)
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
	return first, nil
}

// caseOf builds a case from one element of result, whose caseInfo is info.
//
// A trace or tasks of an odd form are an error: they name people, and as a
// custom field they would stand in the open.
func (d decoder) caseOf(element, info jsonObject) (*Case, error) {
	c := new(Case)
	if name, _ := around(info); name != "" {
		return nil, unreadable("JSON with an unexpected structure: " + name + " is in caseInfo")
	}
	c.OddFlags = append(oddFlags(reflect.TypeFor[Task](), info), oddFlags(reflect.TypeFor[follower](), element)...)
	d.fill(reflect.ValueOf(&c.Task).Elem(), info)
	delete(element, "caseInfo")
	d.take(element, "isFollower", &c.IsFollower)
	for _, list := range []struct {
		key    string
		target any
	}{{"caseTrace", &c.Trace}, {"tasks", &c.Tasks}} {
		if object, ok := element[list.key].(jsonObject); ok && !hasKnownKey(object, reflect.TypeOf(list.target).Elem().Elem()) {
			return nil, unreadable("JSON with an unexpected structure: " + list.key + " is not a list of objects")
		}
		d.take(element, list.key, list.target)
		if _, left := element[list.key]; left {
			return nil, unreadable("JSON with an unexpected structure: " + list.key + " is not a list of objects")
		}
	}
	if key := nestedIn(element, "caseTrace["); key != "" {
		return nil, unreadable("JSON with an unexpected structure: an entry of caseTrace holds lists or objects")
	}
	contact, err := d.contactOf(element["customerInfo"])
	if err != nil {
		return nil, err
	}
	if c.Contact = contact; contact != nil && differ(contact.ID, c.ContactID) {
		return nil, &Error{Kind: Foreign, Detail: "the contact of somebody else, whose ID is not the contactId of the case"}
	}
	delete(element, "customerInfo")
	if name, key := around(element); name != "" {
		return nil, unreadable("JSON with an unexpected structure: " + name + " is spelled " + key)
	}
	c.Other = d.textsOf(element)
	if d.isOverfull() {
		return nil, &Error{Kind: TooLarge, Detail: fmt.Sprintf("more than %d entries: history, tasks, accounts and fields without an attribute together", maxEntries)}
	}
	return c, nil
}

// around returns the name of what stands beside caseInfo and names people, and the key of an
// object that means it, in whatever case it is written.
func around(object jsonObject) (name, key string) {
	for other := range object {
		for _, beside := range [...]string{"caseTrace", "tasks", "customerInfo"} {
			// Of several, the first, so that the words are the same each time.
			if strings.EqualFold(other, beside) && (key == "" || other < key) {
				name, key = beside, other
			}
		}
	}
	return name, key
}

// nestedIn returns a key with a prefix whose value is a list or an object with something in
// it.
func nestedIn(object jsonObject, prefix string) string {
	for key, value := range object {
		switch value.(type) {
		case []any, jsonObject:
			if strings.HasPrefix(key, prefix) && !isVoid(value) {
				return key
			}
		}
	}
	return ""
}

// differ reports whether two texts are there and are not the same.
func differ(one, other *string) bool {
	return one != nil && other != nil && *one != "" && *other != "" && *one != *other
}

// hasKnownKey reports whether an object has a key that a struct has a field for.
func hasKnownKey(object jsonObject, typ reflect.Type) bool {
	return slices.ContainsFunc(shapeOf(typ).fields, func(f wireField) bool { _, there := object[f.key]; return there })
}

// follower is the flag that stands beside caseInfo.
type follower struct {
	IsFollower *bool `json:"isFollower"`
}

// oddFlags returns the keys of the flags of a struct that have a value in an object which
// is neither true nor false.
func oddFlags(typ reflect.Type, object jsonObject) []string {
	var odd []string
	for _, field := range shapeOf(typ).fields {
		if field.typ != reflect.TypeFor[*bool]() {
			continue
		}
		switch value := object[field.key].(type) {
		case nil, bool:
		default:
			if _, understood := boolean(*textOf(value)); !understood {
				odd = append(odd, field.key)
			}
		}
	}
	return odd
}

// contactOf builds the contact from customerInfo, which the sample of the API
// page nests in itself and its table does not. It returns nil where there is
// none.
func (d decoder) contactOf(raw any) (*Contact, error) {
	contact := new(Contact)
	fields, ok := objectOf(raw)
	if !ok && !isEmpty(raw) {
		return nil, unreadable("JSON with an unexpected structure: customerInfo is not an object")
	}
	inner, ok := objectOf(fields["customerInfo"])
	if !ok && !isEmpty(fields["customerInfo"]) {
		return nil, unreadable("JSON with an unexpected structure: customerInfo in customerInfo is not an object")
	}
	delete(fields, "customerInfo")
	merge(inner, fields, "customerInfo.")
	if len(inner) == 0 {
		return nil, nil //nolint:nilnil // No contact is no failure.
	}
	d.fill(reflect.ValueOf(contact).Elem(), inner)
	return contact, nil
}
