// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package examples_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"

	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

// serveHTTPS serves on a loopback address. It returns the URL, and the file of the
// authority that signed the server's certificate.
func serveHTTPS(t *testing.T, handler http.Handler) (url, authority string) {
	t.Helper()
	server := httptest.NewTLSServer(handler)
	t.Cleanup(server.Close)
	authority = filepath.Join(t.TempDir(), "authority.pem")
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(authority, certificate, 0o600); err != nil {
		t.Fatal(err)
	}
	return server.URL, authority
}

// newRegistry serves the provider as the registries of Terraform and OpenTofu will
// once it is released, as a version and for some platforms, signed.
// It returns the CLI configuration that has both hosts' requests come here.
func newRegistry(t *testing.T, version string, platforms ...string) (config, authority string) {
	t.Helper()
	key, err := openpgp.NewEntity("Example", "", "owner@example.com", nil)
	if err != nil {
		t.Fatal(err)
	}
	var public bytes.Buffer
	armored, err := armor.Encode(&public, openpgp.PublicKeyType, nil)
	if err == nil {
		err = key.Serialize(armored)
	}
	if err == nil {
		err = armored.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	packed := pack(t, tftest.Provider(t), version)
	name := func(platform string) string {
		return fmt.Sprintf("terraform-provider-aicc_%s_%s.zip", version, platform)
	}
	var sums, signature bytes.Buffer
	for _, platform := range platforms {
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(packed), name(platform))
	}
	if err := openpgp.DetachSign(&signature, key, bytes.NewReader(sums.Bytes()), nil); err != nil {
		t.Fatal(err)
	}

	registry := http.NewServeMux()
	answer := func(path string, body any) {
		registry.HandleFunc("GET /v1/providers/aicc-community/aicc/"+path, func(w http.ResponseWriter, _ *http.Request) {
			if content, ok := body.([]byte); ok {
				_, _ = w.Write(content)
				return
			}
			w.Header().Set("Content-Type", "application/json")
			_ = json.NewEncoder(w).Encode(body)
		})
	}
	var listed []map[string]string
	for _, platform := range platforms {
		system, architecture, _ := strings.Cut(platform, "_")
		listed = append(listed, map[string]string{"os": system, "arch": architecture})
		answer(version+"/download/"+system+"/"+architecture, map[string]any{
			"protocols": []string{"6.0"}, "os": system, "arch": architecture, "filename": name(platform),
			"download_url": "../../" + name(platform), "shasum": fmt.Sprintf("%x", sha256.Sum256(packed)),
			"shasums_url": "../../SHA256SUMS", "shasums_signature_url": "../../SHA256SUMS.sig",
			"signing_keys": map[string]any{"gpg_public_keys": []map[string]string{
				{"key_id": key.PrimaryKey.KeyIdString(), "ascii_armor": public.String()},
			}},
		})
		answer(version+"/"+name(platform), packed)
	}
	answer("versions", map[string]any{"versions": []map[string]any{{"version": version, "protocols": []string{"6.0"}, "platforms": listed}}})
	answer(version+"/SHA256SUMS", sums.Bytes())
	answer(version+"/SHA256SUMS.sig", signature.Bytes())

	url, authority := serveHTTPS(t, registry)
	config = filepath.Join(t.TempDir(), "registry.tfrc")
	text := ""
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		text += fmt.Sprintf("host %q {\n  services = {\n    \"providers.v1\" = %q\n  }\n}\n", host, url+"/v1/providers/")
	}
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return config, authority
}

// pack returns the zip of a release.
func pack(t *testing.T, provider, version string) []byte {
	t.Helper()
	executable, err := os.ReadFile(provider)
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	archive := zip.NewWriter(&packed)
	header := &zip.FileHeader{Name: "terraform-provider-aicc_v" + version, Method: zip.Store}
	header.SetMode(0o755)
	file, err := archive.CreateHeader(header)
	if err == nil {
		_, err = file.Write(executable)
	}
	if err == nil {
		err = archive.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return packed.Bytes()
}
