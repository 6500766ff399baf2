// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// ParseCertificates adds the certificates of a PEM text to those that the system
// trusts. The error is a phrase that does not repeat the text.
func ParseCertificates(text string) (*x509.CertPool, error) {
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	certificates, err := certificatesIn(text, ": give the certificates of the authority alone, never a key")
	for _, certificate := range certificates {
		pool.AddCert(certificate)
	}
	if err != nil {
		return nil, err
	}
	return pool, nil
}

// certificatesIn reads the certificates of a PEM text, and refuses any other block, with
// words about keys. Package pem passes over each block that is cut off or damaged.
func certificatesIn(text, key string) ([]*x509.Certificate, error) {
	const begin = "-----BEGIN "
	var certificates []*x509.Certificate
	_, text, found := strings.Cut(text, begin)
	if !found {
		return nil, errors.New("it holds no certificate in PEM form")
	}
	for i, part := range strings.Split(text, begin) {
		block, _ := pem.Decode([]byte(begin + part))
		if block != nil && block.Type != "CERTIFICATE" {
			return nil, errors.New("it holds a block that is not a certificate" + key)
		}
		if block == nil {
			return nil, fmt.Errorf("its certificate %d is cut off or damaged", i+1)
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("its certificate %d cannot be read", i+1)
		}
		certificates = append(certificates, certificate)
	}
	return certificates, nil
}

// leastBits is what a key of RSA has to have at least not to be weak (NIST SP 800-57).
const leastBits = 2048

// weakKey says of the first certificate whose key is weak how many bits it has and whose
// it is, or returns "".
func weakKey(certificates []*x509.Certificate) string {
	for _, certificate := range certificates {
		if key, ok := certificate.PublicKey.(*rsa.PublicKey); ok && key.N.BitLen() < leastBits {
			return fmt.Sprintf("an RSA key of %d bits: the certificate of %s", key.N.BitLen(), certificate.Subject)
		}
	}
	return ""
}

// ParseClientCertificate reads a client certificate, with those that lead from it
// to its authority, in PEM form. It returns the PEM text. The error is a phrase
// that does not repeat the text.
func ParseClientCertificate(text string) (string, error) {
	certificates, err := certificatesIn(text, ", such as the key, which belongs in a setting of its own")
	if err != nil {
		return "", err
	}
	const layout = "2006-01-02 15:04:05 MST"
	switch own, now := certificates[0], time.Now(); {
	case now.After(own.NotAfter):
		return "", errors.New("it expired at " + own.NotAfter.UTC().Format(layout))
	case now.Before(own.NotBefore):
		return "", errors.New("it is not valid before " + own.NotBefore.UTC().Format(layout))
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

// notice holds the first words that are noted, until somebody takes them.
type notice struct {
	first sync.Once
	words atomic.Pointer[string]
}

func (n *notice) note(words string) {
	n.first.Do(func() { n.words.Store(&words) })
}

func (n *notice) take() string {
	if words := n.words.Swap(nil); words != nil {
		return *words
	}
	return ""
}
