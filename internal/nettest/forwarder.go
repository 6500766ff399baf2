// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package nettest

import (
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Fate is what happens to a connection through a [Forwarder].
type Fate struct {
	// After is the age at which it happens; 0 means that nothing happens.
	After time.Duration
	// Reset ends the connection. Otherwise it stays open and goes silent: what is
	// sent from then on is swallowed, in both directions.
	Reset bool
}

// Forwarder hands on what it gets, byte by byte.
type Forwarder struct {
	// Address is where it listens, host:port.
	Address string

	mu     sync.Mutex
	conns  []net.Conn
	silent []*atomic.Bool
	open   atomic.Int64
}

// Forward starts a forwarder to target, a URL or host:port, until the test ends.
// Fate says what happens to each connection, by its number from 0; nil means that
// nothing does.
func Forward(t testing.TB, target string, fate func(number int) Fate) *Forwarder {
	t.Helper()
	_, address, found := strings.Cut(target, "://")
	if !found {
		address = target
	}
	if fate == nil {
		fate = func(int) Fate { return Fate{} }
	}
	listener := listen(t)
	f := &Forwarder{Address: listener.Addr().String()}
	var group sync.WaitGroup
	group.Go(func() {
		for number := 0; ; number++ {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", address) //nolint:noctx // A loopback address answers at once.
			if err != nil {
				_ = near.Close()
				continue
			}
			silent := new(atomic.Bool)
			f.mu.Lock()
			f.silent = append(f.silent, silent)
			f.conns = append(f.conns, near, far)
			f.mu.Unlock()
			f.join(&group, near.(*net.TCPConn), far.(*net.TCPConn), silent, fate(number))
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		f.mu.Lock()
		for _, conn := range f.conns {
			_ = conn.Close()
		}
		f.mu.Unlock()
		group.Wait()
	})
	return f
}

// Connections is how many connections were opened to the forwarder.
func (f *Forwarder) Connections() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.silent)
}

// Silence has a connection go silent now, by its number from 0.
func (f *Forwarder) Silence(number int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.silent[number].Store(true)
}

// Open is how many of them neither side has closed yet.
func (f *Forwarder) Open() int { return int(f.open.Load()) }

// join passes bytes between two connections until one of them ends.
func (f *Forwarder) join(group *sync.WaitGroup, near, far *net.TCPConn, silent *atomic.Bool, fate Fate) {
	stop := func() bool { return false }
	if fate.After > 0 {
		stop = time.AfterFunc(fate.After, func() {
			if !fate.Reset {
				silent.Store(true)
				return
			}
			_ = near.SetLinger(0)
			_ = near.Close()
			_ = far.Close()
		}).Stop
	}
	f.open.Add(1)
	closed := sync.OnceFunc(func() { f.open.Add(-1) })
	pass := func(to, from net.Conn) {
		defer func() {
			stop()
			closed()
			_ = to.Close()
			_ = from.Close()
		}()
		buffer := make([]byte, 32<<10)
		for {
			n, err := from.Read(buffer)
			if n > 0 && !silent.Load() {
				if _, err := to.Write(buffer[:n]); err != nil {
					return
				}
			}
			if err != nil {
				return
			}
		}
	}
	group.Go(func() { pass(near, far) })
	group.Go(func() { pass(far, near) })
}
