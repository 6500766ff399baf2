// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package tftest

import (
	"bytes"
	"maps"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/vmihailenco/msgpack/v5"
	"github.com/vmihailenco/msgpack/v5/msgpcode"
)

// Encode returns a value as the framework sends it to Terraform, but with the keys
// of maps in order: the framework sends them in any.
func Encode(t testing.TB, value tftypes.Value) []byte {
	t.Helper()
	encoded, err := tfprotov6.NewDynamicValue(value.Type(), value)
	if err != nil {
		t.Fatal(err)
	}
	ordered, err := order(msgpack.NewDecoder(bytes.NewReader(encoded.MsgPack)))
	if err != nil {
		t.Fatal(err)
	}
	return ordered
}

// order reads one value and returns it with the keys of all maps in order.
func order(from *msgpack.Decoder) ([]byte, error) {
	code, err := from.PeekCode()
	switch {
	case err != nil:
		return nil, err
	case msgpcode.IsFixedMap(code), code == msgpcode.Map16, code == msgpcode.Map32:
		return orderMap(from)
	case msgpcode.IsFixedArray(code), code == msgpcode.Array16, code == msgpcode.Array32:
		return orderArray(from)
	default:
		return from.DecodeRaw()
	}
}

func orderMap(from *msgpack.Decoder) ([]byte, error) {
	n, err := from.DecodeMapLen()
	if err != nil {
		return nil, err
	}
	elements := map[string][]byte{}
	for range n {
		key, err := from.DecodeString()
		if err != nil {
			return nil, err
		}
		if elements[key], err = order(from); err != nil {
			return nil, err
		}
	}
	var to bytes.Buffer
	encoder := msgpack.NewEncoder(&to)
	if err := encoder.EncodeMapLen(n); err != nil {
		return nil, err
	}
	for _, key := range slices.Sorted(maps.Keys(elements)) {
		if err := encoder.EncodeString(key); err != nil {
			return nil, err
		}
		to.Write(elements[key])
	}
	return to.Bytes(), nil
}

func orderArray(from *msgpack.Decoder) ([]byte, error) {
	n, err := from.DecodeArrayLen()
	if err != nil {
		return nil, err
	}
	var to bytes.Buffer
	if err := msgpack.NewEncoder(&to).EncodeArrayLen(n); err != nil {
		return nil, err
	}
	for range n {
		element, err := order(from)
		if err != nil {
			return nil, err
		}
		to.Write(element)
	}
	return to.Bytes(), nil
}
