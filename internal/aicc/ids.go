// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// maxIDLength is the length of an ID in bytes, by the API page.
const maxIDLength = 20

var caseID = regexp.MustCompile(`^[0-9A-Za-z]{1,20}$`)

// CheckCaseID accepts 1 to 20 ASCII letters and digits, so that an ID is always
// one path segment. The error is a phrase that says what is wrong.
func CheckCaseID(id string) error {
	switch {
	case caseID.MatchString(id):
		return nil
	case id == "":
		return errors.New("it is empty")
	case strings.TrimSpace(id) != id:
		return errors.New("it has white space around it")
	case strings.Contains(id, "://"):
		return errors.New("it is a link, and only the ID inside the link is wanted")
	case len(id) > maxIDLength:
		return fmt.Errorf("it has %d bytes, and an ID has at most %d", len(id), maxIDLength)
	default:
		return errors.New("it has a character that is neither an ASCII letter nor a digit")
	}
}

// caseNoLength is the length of a case number in digits. No other form is
// documented.
const caseNoLength = 30

// ParseCaseNo reads a case number as people write it, with or without its
// leading zeros, and returns all 30 digits. The error is a phrase that says what
// is wrong.
func ParseCaseNo(number string) (string, error) {
	switch {
	case number == "":
		return "", errors.New("it is empty")
	case strings.TrimSpace(number) != number:
		return "", errors.New("it has white space around it")
	case strings.Trim(number, "0123456789") != "":
		return "", errors.New("it has a character that is not a digit")
	case len(number) > caseNoLength:
		return "", fmt.Errorf("it has %d digits, and a case number has at most %d", len(number), caseNoLength)
	}
	return strings.Repeat("0", caseNoLength-len(number)) + number, nil
}

// sameCaseNo compares the number of a case with a whole one. AICC writes all 30
// digits; a JSON number has lost its leading zeros.
func sameCaseNo(number, want string) bool {
	whole, err := ParseCaseNo(number)
	return err == nil && whole == want
}

// CheckTemplateField refuses a key of [Query.TemplateFields] that would take the
// place of the ID, in whatever case it is written.
func CheckTemplateField(key string) error {
	if strings.EqualFold(key, "id") {
		return errors.New("it would take the place of the case's own ID in the request")
	}
	return nil
}
