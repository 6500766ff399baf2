// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import "sync"

// cacheSize is how many cases a client remembers.
const cacheSize = 1000

// cache holds the last cases that were read, by the body of their request.
type cache struct {
	mu    sync.Mutex
	cases map[string]*Case
	// keys are those of cases in the order of their reads, from oldest on.
	keys   []string
	oldest int
}

// get returns nil for a case that it does not hold.
func (c *cache) get(key string) *Case {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.cases[key]
}

// put adds a case that it does not hold, in place of the oldest if it is full.
func (c *cache) put(key string, added *Case) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cases == nil {
		c.cases = map[string]*Case{}
	}
	c.cases[key] = added
	if len(c.keys) < cacheSize {
		c.keys = append(c.keys, key)
		return
	}
	delete(c.cases, c.keys[c.oldest])
	c.keys[c.oldest] = key
	c.oldest = (c.oldest + 1) % cacheSize
}
