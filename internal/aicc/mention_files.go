// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// MentionUnread is the kind of what stands for a file that cannot be read.
const MentionUnread = "unread"

// FileMention is a mention in a file, or a file that cannot be read.
type FileMention struct {
	// File is the name of the file, fit to be shown.
	File string
	CaseMention
}

const (
	// maxFile is how large a file may be. A text that people wrote is smaller.
	maxFile = 64 << 20
	// binaryStart is how much of a file is looked at for what it is, as git does.
	binaryStart = 8000
)

// FindCaseMentionsInFiles returns the mentions in files below a folder, in the order
// of their names. It follows no symbolic link, neither out of the folder nor within,
// and passes binary files by. A file that cannot be read has one entry that says why.
func FindCaseMentionsInFiles(folder string, names, hosts []string) ([]FileMention, error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, fmt.Errorf("the folder cannot be opened: %s", reasonOf(err))
	}
	defer func() { _ = root.Close() }()

	mentions := []FileMention{}
	for _, name := range names {
		text, err := readText(root, name)
		if errors.Is(err, errPassedBy) {
			continue
		}
		found, findErr := FindCaseMentions(text, hosts)
		if err = errors.Join(err, findErr); err != nil {
			found = []CaseMention{{Kind: MentionUnread, Reason: ptr(err.Error())}}
		}
		if len(mentions)+len(found) > maxMentions {
			return nil, fmt.Errorf("the files have more than %d mentions of cases", maxMentions)
		}
		for _, mention := range found {
			mentions = append(mentions, FileMention{showable(name), mention})
		}
	}
	return mentions, nil
}

// errPassedBy is for what has no text of its own: a symbolic link, a binary file.
var errPassedBy = errors.New("passed by")

// readText returns the text of a file. The error says why there is none.
func readText(root *os.Root, name string) (string, error) {
	name = path.Clean(name)
	if !filepath.IsLocal(name) {
		return "", errors.New("it is outside of the folder")
	}
	if isLinked, err := hasLink(root, name); err != nil || isLinked {
		// Terraform composes the characters of a name, and macOS writes them apart.
		if apart := norm.NFD.String(name); errors.Is(err, fs.ErrNotExist) && apart != name {
			return readText(root, apart)
		}
		if isLinked {
			return "", errPassedBy
		}
		return "", errors.New(reasonOf(err))
	}
	file, err := root.Open(name)
	if err != nil {
		return "", errors.New(reasonOf(err))
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	switch {
	case err != nil:
		return "", errors.New(reasonOf(err))
	case info.IsDir():
		return "", errors.New("it is a folder, such as a submodule")
	case !info.Mode().IsRegular():
		return "", errPassedBy
	case info.Size() > maxFile:
		return "", fmt.Errorf("it is larger than %d MiB", maxFile>>20)
	}
	data := make([]byte, info.Size())
	if _, err := io.ReadFull(file, data); err != nil {
		return "", errors.New(reasonOf(err))
	}
	return decodeText(data)
}

// hasLink reports whether a file, or a folder that it is in, is a symbolic link.
func hasLink(root *os.Root, name string) (bool, error) {
	part := ""
	for element := range strings.SplitSeq(name, "/") {
		part = path.Join(part, element)
		info, err := root.Lstat(part)
		if err != nil {
			return false, err
		}
		if info.Mode()&fs.ModeSymlink != 0 {
			return true, nil
		}
	}
	return false, nil
}

// decodeText takes UTF-8, and UTF-16 with a mark or in ASCII.
func decodeText(data []byte) (string, error) {
	start := data[:min(len(data), binaryStart)]
	nuls := bytes.Count(start, []byte{0})
	order := utf16Order(start, nuls)
	switch {
	case order != nil:
		units := make([]uint16, len(data)/2)
		for i := range units {
			units[i] = order.Uint16(data[2*i:])
		}
		return string(utf16.Decode(units)), nil
	case nuls > 0, !utf8.Valid(data) && bytes.IndexByte(data, 0) >= 0: // a PDF has its first NUL later
		return "", errPassedBy
	case !utf8.Valid(data):
		return "", errors.New("it is neither UTF-8 nor UTF-16")
	default:
		return string(data), nil
	}
}

// utf16Order is the order of the bytes of UTF-16, or nil for another text.
func utf16Order(start []byte, nuls int) binary.ByteOrder {
	isASCII := nuls > 0 && nuls >= len(start)/3 && len(start) > 1
	switch {
	case bytes.HasPrefix(start, []byte{0xff, 0xfe}), isASCII && start[1] == 0:
		return binary.LittleEndian
	case bytes.HasPrefix(start, []byte{0xfe, 0xff}), isASCII && start[0] == 0:
		return binary.BigEndian
	default:
		return nil
	}
}

// reasonOf is what the system says of a file, without the file's name.
func reasonOf(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file"
	case errors.Is(err, fs.ErrPermission):
		return "its permissions do not allow to read it"
	}
	if failure := new(fs.PathError); errors.As(err, &failure) {
		return failure.Err.Error()
	}
	return err.Error()
}
