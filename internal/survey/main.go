// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

// Command survey asks an AICC site how it answers where its API pages are silent. It
// only reads, one request a second. It prints one page: what was asked, what the
// provider assumes, what this site does, and a provider block to paste. It also
// writes a report that holds no value of a case.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
)

// What the command exits with.
const (
	exitAnswered = iota
	exitUnanswered
	exitUsage
	exitInterrupted = 130
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	info, err := os.Stderr.Stat()
	code := run(ctx, os.Args[1:], os.Getenv, streams{
		page:     os.Stdout,
		progress: os.Stderr,
		terminal: err == nil && info.Mode()&os.ModeCharDevice != 0,
	})
	stop()
	os.Exit(code)
}

// streams are where the page and the progress go.
type streams struct {
	page, progress io.Writer
	// terminal says that a line of the progress may replace the one before.
	terminal bool
}

// run carries out a survey and returns the exit code.
func run(ctx context.Context, args []string, getenv func(string) string, out streams, change ...func(*survey)) int {
	s := new(survey)
	flags := flag.NewFlagSet("survey", flag.ContinueOnError)
	flags.SetOutput(out.progress)
	named := flags.String("case", "", "ID of a case, or a link to it; without one, the first case of the list is read")
	flags.StringVar(&s.forbidden, "forbidden", "", "ID of a case that these credentials may not read")
	load := flags.String("load", "", `"yes" sends 40 requests at once`)
	flags.DurationVar(&s.every, "every", time.Second, "time between two requests")
	report := flags.String("report", "aicc-survey.txt", "file for the report")
	if err := flags.Parse(args); err != nil {
		return exitUsage
	}
	s.load = *load == "yes"
	err := errors.Join(s.configure(getenv), s.name(*named))
	if err != nil {
		_, _ = fmt.Fprintln(out.progress, err)
		return exitUsage
	}
	for _, c := range change {
		c(s)
	}
	findings := s.carryOut(ctx, out)
	if ctx.Err() != nil {
		_, _ = fmt.Fprintln(out.progress, "\nInterrupted: nothing was written.")
		return exitInterrupted
	}
	p := page{findings, s}
	p.print(out.page)
	if err := os.WriteFile(*report, []byte(p.report()), 0o600); err != nil {
		_, _ = fmt.Fprintln(out.progress, "The report could not be written:", err)
		return exitUnanswered
	}
	_, _ = fmt.Fprintf(out.page, "Report, without any value of a case: %s\n", *report)
	if p.count(unanswered) > 0 {
		return exitUnanswered
	}
	return exitAnswered
}

// configure reads the settings that the provider takes from the environment too.
func (s *survey) configure(getenv func(string) string) error {
	var problems []error
	refuse := func(variable string, err error) {
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", variable, err))
		}
	}
	var err error
	s.base, err = aicc.ParseDomain(getenv("AICC_DOMAIN"))
	refuse("AICC_DOMAIN", err)
	token, id, secret := getenv("AICC_TOKEN"), getenv("AICC_CLIENT_ID"), getenv("AICC_CLIENT_SECRET")
	switch {
	case token != "" && (id != "" || secret != ""):
		refuse("AICC_TOKEN", errors.New("AICC_CLIENT_ID or AICC_CLIENT_SECRET is set as well: keep one kind of credentials"))
	case token != "":
		s.token, err = aicc.ParseToken(token)
		refuse("AICC_TOKEN", err)
	default:
		s.clientID, err = aicc.ParseCredential(id)
		refuse("AICC_CLIENT_ID (or AICC_TOKEN)", err)
		s.secret, err = aicc.ParseCredential(secret)
		refuse("AICC_CLIENT_SECRET (or AICC_TOKEN)", err)
	}
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	config.RootCAs, err = certificates(getenv)
	refuse("AICC_CA_CERTIFICATE", err)
	config.Certificates, err = clientCertificate(getenv)
	refuse("AICC_CLIENT_CERTIFICATE and AICC_CLIENT_KEY", err)
	var proxy *url.URL
	if s.base != nil {
		var variable string
		proxy, variable, err = aicc.ProxyFromEnvironment(getenv, s.base)
		refuse(variable, err)
	}
	s.connect(config, proxy)
	return errors.Join(problems...)
}

func certificates(getenv func(string) string) (*x509.CertPool, error) {
	text, err := pem(getenv("AICC_CA_CERTIFICATE"))
	if text == "" || err != nil {
		return nil, err
	}
	return aicc.ParseCertificates(text)
}

func clientCertificate(getenv func(string) string) ([]tls.Certificate, error) {
	certificate, err := pem(getenv("AICC_CLIENT_CERTIFICATE"))
	key, errKey := pem(getenv("AICC_CLIENT_KEY"))
	if err = errors.Join(err, errKey); err != nil || certificate == "" && key == "" {
		return nil, err
	}
	pair, err := aicc.PairCertificate(certificate, key)
	if err != nil {
		return nil, err
	}
	return []tls.Certificate{*pair}, nil
}

// pem returns the PEM text that a variable holds or whose file it names.
func pem(value string) (string, error) {
	if value == "" || strings.Contains(value, "-----BEGIN") {
		return value, nil
	}
	content, err := os.ReadFile(value) //nolint:gosec // the user names the file
	if err != nil {
		return "", errors.New("it is neither PEM text nor the path of a readable file")
	}
	return string(content), nil
}

// name takes the case that the user names.
func (s *survey) name(text string) error {
	if strings.Contains(text, "://") {
		_, id, err := aicc.ParseCaseLink(text)
		if err != nil {
			return fmt.Errorf("the link to a case: %w", err)
		}
		text = id
	}
	for what, id := range map[string]string{"the case": text, "the forbidden case": s.forbidden} {
		if id == "" {
			continue
		}
		if err := aicc.CheckCaseID(id); err != nil {
			return fmt.Errorf("the ID of %s: %w", what, err)
		}
	}
	s.caseID = text
	return nil
}
