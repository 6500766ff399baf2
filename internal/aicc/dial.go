// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"cmp"
	"context"
	"net"
	"net/netip"
	"time"
)

// nextAddress is how long an address of a host is tried alone. RFC 8305, section 5, has
// this value.
const nextAddress = 250 * time.Millisecond

// dialTime is how long all addresses together have.
const dialTime = 30 * time.Second

// dialAny connects to the first address of a host that answers. [net.Dialer] tries the
// addresses of a family one after the other, and the deadline of a request, which it
// would share among them, does not reach it through net/http.
func dialAny(ctx context.Context, network, address string) (net.Conn, error) {
	return dialer{lookup: net.DefaultResolver.LookupNetIP, dial: new(net.Dialer).DialContext}.dialAny(ctx, network, address)
}

// dialer is what [dialAny] needs of the network.
type dialer struct {
	lookup func(ctx context.Context, network, host string) ([]netip.Addr, error)
	dial   dialFunc
}

func (d dialer) dialAny(ctx context.Context, network, address string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	addresses, err := d.lookup(ctx, "ip", host)
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: network, Err: err}
	}
	type result struct {
		conn net.Conn
		err  error
	}
	results := make(chan result)
	var failure error
	trying := 0
	defer func() {
		go func() {
			for range trying {
				if late := <-results; late.err == nil {
					_ = late.conn.Close()
				}
			}
		}()
	}()
	for next := time.NewTimer(0); ; {
		select {
		case <-next.C:
			if len(addresses) == 0 {
				continue
			}
			target := net.JoinHostPort(addresses[0].Unmap().String(), port)
			addresses = addresses[1:]
			trying++
			go func() {
				conn, err := d.dial(ctx, network, target)
				results <- result{conn, err}
			}()
			next.Reset(nextAddress)
		case got := <-results:
			trying--
			failure = cmp.Or(failure, got.err)
			switch {
			case got.err == nil:
				return got.conn, nil
			case trying == 0 && len(addresses) == 0:
				return nil, failure
			}
			next.Reset(0)
		}
	}
}
