// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

//go:build soak && linux

package aicc_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
	"github.com/aicc-community/terraform-provider-aicc/internal/nettest"
)

// TestSoak reads 200 cases round after round, for AICC_SOAK long, over connections
// that are reset or go silent at random, from a site that fails at random, of which the
// first address is dead: make soak.
func TestSoak(t *testing.T) {
	length, err := time.ParseDuration(os.Getenv("AICC_SOAK"))
	if err != nil {
		t.Fatal(err)
	}
	authority := nettest.NewAuthority(t)
	site := aicctest.New()
	ids := site.AddCases(200)
	for i := 0; i < len(ids); i += 10 {
		ids[i] = fmt.Sprintf("c6m8none%012d", i)
	}
	upstream := failing(t, site)
	// The first address of this name drops whoever connects.
	const dead = "127.0.0.2"
	system := net.DefaultResolver
	t.Cleanup(func() { net.DefaultResolver = system })
	net.DefaultResolver = nettest.Names(t, dead, "127.0.0.1")
	// Over the third, without nginx, arrive the replies that nginx would not hand on.
	sites := []string{"https://", "https://", "http://" + nettest.Forward(t, upstream, randomFate).Address}
	for i, listen := range []string{"", "http2"} {
		nginx := nettest.Site{Authority: authority, Listen: listen, Location: forwarding(upstream)}.Start(t)
		forwarder := netip.MustParseAddrPort(nettest.Forward(t, nginx, randomFate).Address)
		nettest.Silent(t, netip.AddrPortFrom(netip.MustParseAddr(dead), forwarder.Port()))
		sites[i] += fmt.Sprintf("%s:%d", nettest.SiteName, forwarder.Port())
	}

	var counts struct{ found, missing, failed, rounds int }
	var settled []uint64
	kinds := map[aicc.Kind]int{}
	goroutines, firstGoroutines := 0, 0
	for end := time.Now().Add(length); time.Now().Before(end); counts.rounds++ {
		site.Forget()
		client := newClient(t, config(t, sites[counts.rounds%len(sites)], trusting(t, authority)))
		for id, outcome := range soakRound(t, client, ids) {
			switch failure := asError(outcome.err); {
			case failure == nil && *outcome.found.ID == id && !strings.HasPrefix(id, "c6m8none"):
				counts.found++
			case failure != nil && outcome.found == nil && failure.Kind == aicc.NotReturned && strings.HasPrefix(id, "c6m8none"):
				counts.missing++
			case failure != nil && outcome.found == nil && failure.Kind != aicc.NotReturned:
				counts.failed++
				kinds[failure.Kind]++
			default:
				t.Errorf("%s ended as %+v, %v", id, outcome.found, failure)
			}
		}
		asked := map[string]int{}
		for _, request := range site.Requests() {
			asked[request.Path]++
			if asked[request.Path] == aicc.DefaultMaxRetries+2 {
				t.Errorf("%s was asked for more than %d times", request.Path, aicc.DefaultMaxRetries+1)
			}
		}
		runtime.GC()
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		settled = append(settled, memory.HeapAlloc)
		goroutines = settledGoroutines()
		if counts.rounds <= 2 {
			firstGoroutines = max(firstGoroutines, goroutines)
		}
		t.Logf("round %d: %+v, %d MB, %d goroutines", counts.rounds, counts, memory.HeapAlloc>>20, goroutines)
	}
	t.Logf("%+v, failed as %v; heap after the first rounds %d KB, after the last %d KB; %d goroutines", counts, kinds, settled[min(2, len(settled)-1)]>>10, settled[len(settled)-1]>>10, goroutines)
	if total := counts.found + counts.missing + counts.failed; total != counts.rounds*len(ids) || counts.found < total/2 || counts.missing == 0 {
		t.Errorf("%d outcomes for %d reads", total, counts.rounds*len(ids))
	}
	if goroutines > firstGoroutines+20 {
		t.Errorf("%d goroutines, after the first rounds %d", goroutines, firstGoroutines)
	}
	if first, last := settled[min(2, len(settled)-1)], settled[len(settled)-1]; last > first+8<<20 {
		t.Errorf("the heap grew from %d to %d bytes", first, last)
	}
}

type soakOutcome struct {
	found *aicc.Case
	err   error
}

// soakRound reads each case as a data source of its own would.
func soakRound(t *testing.T, client *aicc.Client, ids []string) map[string]soakOutcome {
	var (
		group    sync.WaitGroup
		mu       sync.Mutex
		outcomes = map[string]soakOutcome{}
		slots    = make(chan struct{}, 10)
	)
	for _, id := range ids {
		slots <- struct{}{}
		group.Go(func() {
			defer func() { <-slots }()
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			found, err := client.Case(ctx, aicc.Query{ID: id})
			mu.Lock()
			defer mu.Unlock()
			if _, twice := outcomes[id]; twice {
				t.Errorf("%s ended twice", id)
			}
			outcomes[id] = soakOutcome{found, err}
		})
	}
	group.Wait()
	return outcomes
}

// settledGoroutines waits until no goroutine of a client is left but for what keeps
// idle connections, and returns how many there are in all. A leak shows as a number
// that grows with the rounds.
func settledGoroutines() int {
	least := runtime.NumGoroutine()
	for range 20 {
		<-time.After(50 * time.Millisecond)
		least = min(least, runtime.NumGoroutine())
	}
	return least
}

// failing starts the stand-in with faults of its own at random, one request in five.
func failing(t *testing.T, site *aicctest.AICC) string {
	site.SetLatency(20 * time.Millisecond)
	faults := []http.HandlerFunc{
		aicctest.Reset, aicctest.ResetBody, serverError(500), serverError(502), serverError(503), aicctest.RetryAfter(429, "1"),
		aicctest.StallError(503), aicctest.Reply(200, "<html>"), switching, flooding,
	}
	return serve(t, func(w http.ResponseWriter, r *http.Request) {
		if rand.N(5) == 0 {
			site.Next(faults[rand.N(len(faults))])
		}
		site.ServeHTTP(w, r)
	})
}

// switching answers 101 and says no more.
func switching(w http.ResponseWriter, _ *http.Request) {
	hijacked(w, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
}

// flooding answers with 10 MB of header lines.
func flooding(w http.ResponseWriter, _ *http.Request) {
	hijacked(w, "HTTP/1.1 200 OK\r\n"+strings.Repeat("X-Padding: "+strings.Repeat("7", 1000)+"\r\n", 10_000)+"\r\n")
}

// hijacked writes an answer, and waits for the client to leave.
func hijacked(w http.ResponseWriter, answer string) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer func() { _ = conn.Close() }()
	_, _ = io.WriteString(conn, answer)
	_, _ = io.Copy(io.Discard, conn)
}

// randomFate lets half of the connections be, resets a quarter, and has a quarter go
// silent.
func randomFate(int) nettest.Fate {
	fate := nettest.Fate{After: time.Duration(1+rand.N(3000)) * time.Millisecond, Reset: rand.N(2) == 0}
	if rand.N(2) == 0 {
		return nettest.Fate{}
	}
	return fate
}
