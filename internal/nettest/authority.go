// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package nettest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"testing"
	"time"
)

// SiteName is a name for which the certificates of addresses are valid too.
const SiteName = "aicc.example.com"

// Authority issues certificates.
type Authority struct {
	// PEM is the certificate of the authority itself.
	PEM string

	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

// NewAuthority makes an authority with a key of its own.
func NewAuthority(t testing.TB) *Authority {
	t.Helper()
	key := newKey(t)
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "Test authority"},
		NotBefore:             time.Now().Add(-24 * time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &Authority{encode("CERTIFICATE", der), certificate, key}
}

// Issue makes a certificate for a host or a client, with a key of its own, valid
// until a time. Both are PEM.
func (a *Authority) Issue(t testing.TB, name string, until time.Time) (certificate, key string) {
	t.Helper()
	return a.issue(t, name, until, newKey(t))
}

// IssueWeak makes a certificate for 127.0.0.1 with an RSA key of 1024 bits. Both are PEM.
func (a *Authority) IssueWeak(t testing.TB) (certificate, key string) {
	t.Helper()
	weak, err := rsa.GenerateKey(rand.Reader, 1024) //nolint:gosec // That is what it is for.
	if err != nil {
		t.Fatal(err)
	}
	return a.issue(t, "127.0.0.1", time.Now().Add(time.Hour), weak)
}

func (a *Authority) issue(t testing.TB, name string, until time.Time, own crypto.Signer) (certificate, key string) {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    time.Now().Add(-24 * time.Hour),
		NotAfter:     until,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	if address := net.ParseIP(name); address != nil {
		template.IPAddresses, template.DNSNames = []net.IP{address}, []string{SiteName}
	} else {
		template.DNSNames = []string{name}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, own.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(own)
	if err != nil {
		t.Fatal(err)
	}
	return encode("CERTIFICATE", der), encode("PRIVATE KEY", private)
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func encode(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}
