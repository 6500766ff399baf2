// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// fromCache returns what in the header of a reply says that a cache in between
// gave it, or "".
func fromCache(header http.Header) string {
	if age, err := strconv.ParseUint(strings.TrimSpace(header.Get("Age")), 10, 64); err == nil && age > 0 {
		return fmt.Sprintf("Age: %d", age)
	}
	for _, name := range []string{"X-Cache", "X-Cache-Status"} {
		for _, value := range header.Values(name) {
			if strings.Contains(strings.ToUpper(value), "HIT") {
				return name + ": HIT"
			}
		}
	}
	return ""
}
