// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"strings"
	"time"
)

// ParseCertificates adds the certificates of a PEM text to those that the system
// trusts. The error is a phrase that does not repeat the text.
func ParseCertificates(text string) (*x509.CertPool, error) {
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	count := 0
	for block, rest := pem.Decode([]byte(text)); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			return nil, errors.New("it holds a block that is not a certificate: give the certificates of the authority alone, never a key")
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, errors.New("one of its certificates cannot be read")
		}
		pool.AddCert(certificate)
		count++
	}
	if count == 0 {
		return nil, errors.New("it holds no certificate in PEM form")
	}
	return pool, nil
}

// ParseClientCertificate reads a client certificate, with those that lead from it
// to its authority, in PEM form. It returns the PEM text. The error is a phrase
// that does not repeat the text.
func ParseClientCertificate(text string) (string, error) {
	first := true
	for block, rest := pem.Decode([]byte(text)); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			return "", errors.New("it holds a block that is not a certificate, such as the key, which belongs in a setting of its own")
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return "", errors.New("one of its certificates cannot be read")
		}
		const day = "2006-01-02 15:04:05 MST"
		if now := time.Now(); first && now.After(certificate.NotAfter) {
			return "", errors.New("it expired at " + certificate.NotAfter.UTC().Format(day))
		} else if first && now.Before(certificate.NotBefore) {
			return "", errors.New("it is not valid before " + certificate.NotBefore.UTC().Format(day))
		}
		first = false
	}
	if first {
		return "", errors.New("it holds no certificate in PEM form")
	}
	return text, nil
}

// ParseClientKey reads the private key of a client certificate in PEM form. It
// returns the PEM text. The error is a phrase that does not repeat the text.
func ParseClientKey(text string) (string, error) {
	block, rest := pem.Decode([]byte(text))
	for block != nil && block.Type == "EC PARAMETERS" {
		block, rest = pem.Decode(rest)
	}
	switch {
	case block == nil:
		return "", errors.New("it holds no private key in PEM form")
	case strings.Contains(block.Type, "ENCRYPTED"), strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED"):
		return "", errors.New("it is encrypted: give the decrypted key")
	case !strings.HasSuffix(block.Type, "PRIVATE KEY"):
		return "", errors.New("it holds something other than a private key")
	}
	return text, nil
}

// PairCertificate puts a client certificate and its key together. The error is a
// phrase that repeats neither.
func PairCertificate(certificate, key string) (*tls.Certificate, error) {
	pair, err := tls.X509KeyPair([]byte(certificate), []byte(key))
	if err != nil {
		return nil, errors.New("it does not belong to the certificate, or cannot be read")
	}
	return &pair, nil
}
