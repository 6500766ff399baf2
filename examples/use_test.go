// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package examples_test

import (
	"bufio"
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
	"github.com/aicc-community/terraform-provider-aicc/internal/tftest"
)

// unreleased is what each page says while no version is released.
var unreleased = map[string][]string{
	"README.md":                                         {"**From a registry:** not yet. No version is released"},
	"README.zh-CN.md":                                   {"**从官方 Registry 安装**：目前还不行。尚未发布任何版本"},
	"templates/index.md.tmpl":                           {"**From a registry:** not yet. No version is released"},
	"templates/guides/provider-zh.md.tmpl":              {"**从官方 Registry 安装**：目前还不行。尚未发布任何版本"},
	"templates/guides/install-from-a-mirror.md.tmpl":    {", and today everywhere: no version is released yet", "Once a version is released, a machine"},
	"templates/guides/install-from-a-mirror-zh.md.tmpl": {"；由于尚未发布任何版本，目前在任何环境中都需要这样安装", "版本发布之后，能访问"},
}

// TestReleased holds that the pages say that no version is released until
// CHANGELOG.md has one with a date, and no longer.
func TestReleased(t *testing.T) {
	t.Parallel()
	changes, err := os.ReadFile("../CHANGELOG.md")
	if err != nil {
		t.Fatal(err)
	}
	versions := regexp.MustCompile(`(?m)^## (\d+\.\d+\.\d+) \(([^)]+)\)$`).FindAllStringSubmatch(string(changes), -1)
	if headings := strings.Count("\n"+string(changes), "\n## "); len(versions) == 0 || len(versions) != headings {
		t.Fatalf("%d of %d headings are a version with a date or (Unreleased)", len(versions), headings)
	}
	released := slices.ContainsFunc(versions, func(version []string) bool { return version[2] != "Unreleased" })
	texts := pages(t)
	for _, page := range slices.Sorted(maps.Keys(unreleased)) {
		for _, words := range unreleased[page] {
			if strings.Contains(texts[page], words) == released {
				t.Errorf("a version is released: %v, and in %s stands %q: %v", released, page, words, !released)
			}
		}
	}
}

// clone makes the command of a page that clones the repository clone a commit of
// this checkout as it is, which need not be a clone itself.
func clone(t *testing.T, r *reader) {
	t.Helper()
	root, err := tftest.Root()
	if err != nil {
		t.Fatal(err)
	}
	origin := t.TempDir()
	r.mustRun(t, fmt.Sprintf(`git init --quiet --bare --initial-branch=main '%[1]s'
git --git-dir='%[1]s' --work-tree='%[2]s' add --all
git --git-dir='%[1]s' --work-tree='%[2]s' commit --quiet --message=checkout`, origin, root))
	r.env = append(r.env, "GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=url."+origin+".insteadOf",
		"GIT_CONFIG_VALUE_0=https://github.com/aicc-community/terraform-provider-aicc")
}

var export = regexp.MustCompile(`(?m)^  (export [A-Z_]+=.+)$`)

// paste runs the exports that a command prints, but for those of a name with … in
// them, which the person looks up.
func (r *reader) paste(t *testing.T, printed string, names ...string) {
	t.Helper()
	var pasted []string
	for _, line := range export.FindAllStringSubmatch(printed, -1) {
		name, _, _ := strings.Cut(strings.TrimPrefix(line[1], "export "), "=")
		if slices.Contains(names, name) {
			r.mustRun(t, line[1])
			pasted = append(pasted, name)
		}
	}
	if !slices.Equal(pasted, names) {
		t.Fatalf("want %q to paste in:\n%s", names, printed)
	}
}

// standIn runs "make standin" in a second terminal until the test is over, and
// pastes what it prints.
func standIn(t *testing.T, r *reader, block string) {
	t.Helper()
	second := *r
	second.terminal = filepath.Join(t.TempDir(), "second")
	copyFile(t, r.terminal, second.terminal)
	// A context that ends before the clean-up would kill make and leave the stand-in.
	command := second.command(context.WithoutCancel(t.Context()), "exec "+block)
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	said := ""
	for lines := bufio.NewScanner(output); !strings.Contains(said, "Press Ctrl-C") && lines.Scan(); {
		said += lines.Text() + "\n"
	}
	r.paste(t, said, "AICC_DOMAIN", "AICC_TOKEN")
	address := regexp.MustCompile(`AICC_DOMAIN=http://(\S+)`).FindStringSubmatch(said)[1]
	t.Cleanup(func() {
		// make passes the signal on.
		_ = command.Process.Signal(syscall.SIGTERM)
		_ = command.Wait()
		if connection, err := (&net.Dialer{Timeout: time.Second}).DialContext(context.WithoutCancel(t.Context()), "tcp", address); err == nil {
			_ = connection.Close()
			t.Errorf("the stand-in still runs at %s", address)
		}
	})
}

// repository is what a page clones.
const repository = "git clone https://github.com/aicc-community/terraform-provider-aicc\ncd terraform-provider-aicc\n"

// TestCLIUse goes the README's whole way in a clone: the demo, make install, an own
// configuration, and a plan against make standin; and the same configuration with a
// registry, as it will be.
func TestCLIUse(t *testing.T) {
	t.Parallel()
	site := aicctest.New().Start(t)
	cli := tftest.NewCLI(t, site)
	needs(t, cli, 8, 7)
	configuration, commands := "", ""
	said := func(t *testing.T, output string, texts ...string) {
		t.Helper()
		for _, text := range texts {
			if !strings.Contains(words(output), text) {
				t.Errorf("nothing says %q:\n%s", text, output)
			}
		}
	}
	way := walk{steps: map[string]func(*testing.T, *reader, string){
		repository: func(t *testing.T, r *reader, text string) {
			said(t, r.mustRun(t, text), "Roll out the new phone menu", "is Completed.", "The last error was the point")
		},
		"make install": func(t *testing.T, r *reader, text string) {
			r.paste(t, r.mustRun(t, text), "TF_CLI_CONFIG_FILE")
		},
		"make standin": standIn,
		`data "aicc_case" "change"`: func(t *testing.T, r *reader, text string) {
			configuration = text
			r.open(t, t.TempDir())
			r.save(t, "main.tf", text)
		},
		"terraform init": func(t *testing.T, r *reader, text string) {
			commands = text
			said(t, r.mustRun(t, text), "000000000000000000000000040001: Roll out the new phone menu (Processing)")
		},
	}}
	t.Run("clone", func(t *testing.T) {
		r := newReader(t, cli)
		clone(t, r)
		way.follow(t, r, "README.md")
	})
	t.Run("registry", func(t *testing.T) {
		config, authority := newRegistry(t, "0.1.0", platform)
		r := newReader(t, cli)
		r.env = append(r.env, "TF_CLI_CONFIG_FILE="+config, "SSL_CERT_FILE="+authority, "AICC_DOMAIN="+site, "AICC_TOKEN="+aicctest.Token)
		r.save(t, "main.tf", configuration)
		said(t, r.mustRun(t, commands), "Installed aicc-community/aicc v0.1.0 (", "Roll out the new phone menu")
	})
}

// TestCLIMirror goes through "Install from a mirror" in each of its ways: the mirror
// is filled from a clone or from a registry, and used as a folder or from a server.
func TestCLIMirror(t *testing.T) {
	t.Parallel()
	site := aicctest.New().Start(t)
	cli := tftest.NewCLI(t, site)
	current, err := exec.CommandContext(t.Context(), "../scripts/version.sh").Output()
	if err != nil {
		t.Fatal(err)
	}
	version := strings.TrimSpace(string(current))
	checkout := t.TempDir()
	cloner := newReader(t, cli)
	clone(t, cloner)
	cloner.open(t, checkout)
	cloner.mustRun(t, repository)

	for _, source := range []string{"clone", "registry"} {
		for _, use := range []string{"filesystem_mirror", "network_mirror"} {
			t.Run(source+", "+use, func(t *testing.T) {
				mirror, project := filepath.Join(t.TempDir(), "my mirror"), t.TempDir()
				server, authority := serveHTTPS(t, http.FileServer(http.Dir(mirror)))
				r := newReader(t, cli)
				r.env = append(r.env, "AICC_DOMAIN="+site, "AICC_TOKEN="+aicctest.Token, "SSL_CERT_FILE="+authority)
				r.values = map[string]string{
					"=/srv/providers": "='" + mirror + "'", " /srv/providers": " '" + mirror + "'", `"/srv/providers"`: `"` + mirror + `"`,
					"https://providers.example.com/": server + "/", "linux_amd64": platform, "0.1.0": version,
				}
				if use == "filesystem_mirror" {
					r.values["-net-mirror=https://providers.example.com/"] = "-fs-mirror='" + mirror + "'"
				}
				r.open(t, project)
				r.save(t, "main.tf", strings.Replace(versions, "\n    }\n", "\n      version = \"~> 0.1\"\n    }\n", 1)+openCase)
				mirrorWalk(mirror, filepath.Join(checkout, "terraform-provider-aicc"), project, source, use, version).
					follow(t, r, "templates/guides/install-from-a-mirror.md.tmpl")
			})
		}
	}
}

// mirrorWalk is one way through "Install from a mirror".
func mirrorWalk(mirror, checkout, project, source, use, version string) walk {
	save := func(kind string) func(*testing.T, *reader, string) {
		return func(t *testing.T, r *reader, text string) {
			if kind == use {
				r.save(t, "mirror.tfrc", text)
			}
		}
	}
	only := func(wanted string, step func(*testing.T, *reader, string)) func(*testing.T, *reader, string) {
		if source != wanted {
			return notHere("this way fills the mirror from another source")
		}
		return step
	}
	return walk{steps: map[string]func(*testing.T, *reader, string){
		"GOOS=windows GOARCH=amd64 make install": only("clone", func(t *testing.T, r *reader, text string) {
			// Compiling for other systems takes minutes: this packs something else for them.
			for _, line := range regexp.MustCompile(`(?m)^(GOOS=\w+ GOARCH=\w+) make install MIRROR=.*$`).FindAllStringSubmatch(text, -1) {
				r.mustRun(t, line[1]+" '"+checkout+"/scripts/install.sh' '"+mirror+"' '"+checkout+"/LICENSE'")
			}
		}),
		"make install MIRROR=/srv/providers": only("clone", func(t *testing.T, r *reader, text string) {
			r.open(t, checkout)
			r.mustRun(t, text)
			r.open(t, project)
		}),
		"── index.json": only("clone", func(t *testing.T, r *reader, text string) {
			compareTree(t, mirror, r.value(text))
		}),
		"providers mirror": only("registry", func(t *testing.T, r *reader, text string) {
			config, authority := newRegistry(t, version, platform, "windows_amd64")
			r.mustRun(t, "TF_CLI_CONFIG_FILE='"+config+"' SSL_CERT_FILE='"+authority+"' "+text)
		}),
		"oras push":           notHere("TestCLIOCIMirror serves what these commands push"),
		"oci_mirror {":        notHere("TestCLIOCIMirror installs from it"),
		"filesystem_mirror {": save("filesystem_mirror"),
		"network_mirror {":    save("network_mirror"),
		"terraform init": func(t *testing.T, r *reader, text string) {
			said := r.mustRun(t, text)
			authentication := "unauthenticated"
			if source == "registry" && use == "network_mirror" {
				authentication = "verified checksum"
			}
			if want := "Installed aicc-community/aicc v" + version + " (" + authentication + ")"; !strings.Contains(said, want) {
				t.Errorf("init does not say %q:\n%s", want, said)
			}
			r.mustRun(t, "terraform plan")
		},
		"providers lock": func(t *testing.T, r *reader, text string) {
			if said := r.mustRun(t, text); !strings.Contains(said, "windows_amd64") {
				t.Errorf("it does not lock the other platform:\n%s", said)
			}
			r.mustRun(t, "terraform plan")
		},
	}}
}

// compareTree compares the drawing of a mirror with the mirror. The part for OpenTofu
// is drawn as an ellipsis.
func compareTree(t *testing.T, mirror, text string) {
	t.Helper()
	var drawn []string
	for _, name := range regexp.MustCompile(`[├└]── (\S+)`).FindAllStringSubmatch(text, -1) {
		drawn = append(drawn, name[1])
	}
	found := []string{"cli.tfrc", "registry.opentofu.org", "…", "registry.terraform.io", "aicc-community", "aicc"}
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		files, err := os.ReadDir(filepath.Join(mirror, host, "aicc-community", "aicc"))
		if err != nil {
			t.Fatal(err)
		}
		all := slices.Clone(found)
		for _, file := range files {
			all = append(all, file.Name())
		}
		slices.Sort(all)
		slices.Sort(drawn)
		if !slices.Equal(all, drawn) {
			t.Errorf("the mirror has %q for %s, and the page draws %q", all, host, drawn)
		}
	}
}

// TestCLIOCIMirror installs from a registry that has what the guide's commands push:
// archives, a manifest for each, and an index of them.
func TestCLIOCIMirror(t *testing.T) {
	t.Parallel()
	cli := tftest.NewCLI(t, aicctest.New().Start(t))
	if !cli.IsTofu || !cli.AtLeast(0, 10) {
		t.Skip("only OpenTofu installs from an OCI registry, from 1.10 on")
	}
	var push, config string
	for _, part := range passages(t, "templates/guides/install-from-a-mirror.md.tmpl") {
		switch {
		case strings.Contains(part.text, "oras push"):
			push = part.text
		case strings.Contains(part.text, "oci_mirror {"):
			config = part.text
		}
	}
	pushed := func(pattern string) string {
		t.Helper()
		match := regexp.MustCompile(pattern).FindStringSubmatch(push)
		if match == nil {
			t.Fatalf("no %s in:\n%s", pattern, push)
		}
		return match[1]
	}
	repository := "/v2/" + pushed(`(?m)^repository=registry\.example\.com/(\S+)$`) + "/"

	// OpenTofu first asks whether this is a registry.
	content := map[string][]byte{"/v2/": nil}
	kinds := map[string]string{}
	add := func(path, kind string, body []byte) map[string]any {
		digest := fmt.Sprintf("sha256:%x", sha256.Sum256(body))
		for _, name := range []string{path, path[:strings.LastIndexByte(path, '/')+1] + digest} {
			content[repository+name], kinds[repository+name] = body, kind
		}
		return map[string]any{"mediaType": kind, "digest": digest, "size": len(body)}
	}
	const manifest, index = "application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json"
	archive := add("blobs/archive", pushed(`\.zip:(\S+)"`), pack(t, tftest.Provider(t), "0.1.0"))
	empty := add("blobs/empty", "application/vnd.oci.empty.v1+json", []byte("{}"))
	target := pushed(`push --artifact-type (\S+)`)
	platformManifest := add("manifests/"+platform, manifest, []byte(asJSON(t, map[string]any{
		"schemaVersion": 2, "mediaType": manifest, "artifactType": target, "config": empty, "layers": []any{archive},
	})))
	system, machine, _ := strings.Cut(platform, "_")
	platformManifest["artifactType"], platformManifest["platform"] = target, map[string]any{"os": system, "architecture": machine}
	add("manifests/"+pushed(`"\$repository:([\d.]+)"`), index, []byte(asJSON(t, map[string]any{
		"schemaVersion": 2, "mediaType": index, "artifactType": pushed(`create --artifact-type (\S+)`), "manifests": []any{platformManifest},
	})))
	add("tags/list", "application/json", []byte(asJSON(t, map[string]any{"tags": []any{platform, "0.1.0"}})))
	server, authority := serveHTTPS(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, ok := content[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", kinds[r.URL.Path])
		w.Header().Set("Docker-Content-Digest", fmt.Sprintf("sha256:%x", sha256.Sum256(body)))
		_, _ = w.Write(body)
	}))

	cli.Write(t, "main.tf", versions+openCase)
	cli.Write(t, "mirror.tfrc", strings.Replace(config, "registry.example.com", strings.TrimPrefix(server, "https://"), 1))
	cli.Env = append(cli.Env, "TF_CLI_CONFIG_FILE=mirror.tfrc", "SSL_CERT_FILE="+authority)
	if said := cli.MustRun(t, "init", "-no-color").Stdout; !strings.Contains(said, "Installed aicc-community/aicc v0.1.0 (verified checksum)") {
		t.Errorf("init does not say that it is installed:\n%s", said)
	}
	cli.MustRun(t, "plan")
}

// TestCLIMirrorRefused holds what the guide says a web server must not do.
func TestCLIMirrorRefused(t *testing.T) {
	t.Parallel()
	mirror := http.FileServer(http.Dir(t.TempDir()))
	plain := httptest.NewServer(mirror)
	t.Cleanup(plain.Close)
	text, authority := serveHTTPS(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		_, _ = w.Write([]byte(`{"versions": {"0.1.0": {}}}`))
	}))
	for want, url := range map[string]string{"https": plain.URL, "application/json": text} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			cli := tftest.NewCLI(t, "")
			cli.Write(t, "main.tf", versions+openCase)
			cli.Write(t, "mirror.tfrc", "provider_installation {\n  network_mirror {\n    url = \""+url+"/\"\n  }\n}\n")
			cli.Env = append(cli.Env, "TF_CLI_CONFIG_FILE=mirror.tfrc", "SSL_CERT_FILE="+authority)
			if got := cli.Run(t, "init", "-no-color"); got.ExitCode == 0 || !strings.Contains(words(got.Output()), want) {
				t.Errorf("the reason is not %s:\n%s", want, got.Output())
			}
		})
	}
}

// TestCLIInstall follows what "make install" prints, into a folder whose name is
// awkward: init, plan, and another build of the same version.
func TestCLIInstall(t *testing.T) {
	t.Parallel()
	cli := tftest.NewCLI(t, aicctest.New().Start(t))
	mirror := filepath.Join(t.TempDir(), "my mirror")
	build := filepath.Join(t.TempDir(), "terraform-provider-aicc")
	install := func(executable []byte) string {
		t.Helper()
		if err := os.WriteFile(build, executable, 0o700); err != nil {
			t.Fatal(err)
		}
		output, err := exec.CommandContext(t.Context(), "../scripts/install.sh", mirror, build).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, output)
		}
		return string(output)
	}
	printed := func(text, pattern string) string {
		t.Helper()
		match := regexp.MustCompile(pattern).FindStringSubmatch(text)
		if match == nil {
			t.Fatalf("no %s in:\n%s", pattern, text)
		}
		return match[1]
	}
	installed := func() string {
		t.Helper()
		paths, err := filepath.Glob(filepath.Join(cli.Dir, ".terraform/providers/*/aicc-community/aicc/*/*/terraform-provider-aicc_v*"))
		if err != nil || len(paths) != 1 {
			t.Fatalf("%v, %q", err, paths)
		}
		content, err := os.ReadFile(paths[0])
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	first, err := os.ReadFile(tftest.Provider(t))
	if err != nil {
		t.Fatal(err)
	}
	// An executable may have more at its end.
	second := append(slices.Clone(first), 0)

	text := install(first)
	config := printed(text, `(?m)^  export TF_CLI_CONFIG_FILE='(.+)'$`)
	written, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	block := printed(text, `(?ms)^(  provider_installation \{.*?^  \}\n)`)
	if regexp.MustCompile(`(?m)^  `).ReplaceAllString(block, "") != string(written) {
		t.Errorf("it prints\n%s\nand writes\n%s", block, written)
	}
	cli.Env = append(cli.Env, "TF_CLI_CONFIG_FILE="+config)
	cli.Write(t, "main.tf", printed(text, `(?ms)^(  terraform \{.*?^  \}\n)`)+openCase)
	cli.MustRun(t, "init")
	cli.MustRun(t, "plan")

	install(second)
	cli.MustRun(t, "init")
	if installed() != string(first) {
		t.Error("with them, init takes another build")
	}
	if !strings.Contains(text, "delete\n   .terraform and .terraform.lock.hcl first: with them, init keeps the old build.") {
		t.Errorf("it does not say what to do then:\n%s", text)
	}
	for _, name := range []string{".terraform", ".terraform.lock.hcl"} {
		if err := os.RemoveAll(filepath.Join(cli.Dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	cli.MustRun(t, "init")
	if installed() != string(second) {
		t.Error("without them, init keeps the old build")
	}
	cli.MustRun(t, "plan")
}
