// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"fmt"
	"sync"
)

// What a request waits for where a setting of [Config] makes it wait, as [Error.Detail]
// has it.
const (
	// WaitForSlot is due to [Config.MaxConcurrency].
	WaitForSlot = "a free slot"
	// WaitForRate is due to [Config.RequestsPerSecond].
	WaitForRate = "the rate limit"
)

// progress follows one call through its attempts and waits, so that the text of its
// failure can say how far it came, also where its caller leaves while it is on its way.
type progress struct {
	mu sync.Mutex
	progressFacts
}

// progressFacts are what a failure says of the way to it.
type progressFacts struct {
	waiting  string
	attempts int
	// status, code and message are AICC's words in the last reply, and gateway those of
	// a gateway in its place.
	status                 int
	code, message, gateway string
}

func (p *progress) waitFor(what string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting = what
}

// begin counts an attempt and returns its number, from 1.
func (p *progress) begin() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.attempts++
	p.waiting = fmt.Sprintf("the reply to attempt %d", p.attempts)
	return p.attempts
}

func (p *progress) failed(kind Kind) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting = fmt.Sprintf("the pause after attempt %d (%v)", p.attempts, kind)
}

// answered notes what a reply says, as far as it is open.
func (p *progress) answered(r reply) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.waiting = fmt.Sprintf("the pause after attempt %d (HTTP %d)", p.attempts, r.status)
	p.status, p.code, p.message, p.gateway = r.status, "", "", ""
	if r.envelope != nil {
		p.code, p.message = r.envelope.code, r.envelope.message
	} else {
		p.gateway = gatewayWords(r.object)
	}
}

func (p *progress) facts() progressFacts {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.progressFacts
}
