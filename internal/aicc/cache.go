// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"context"
	"sync"

	"golang.org/x/sync/singleflight"
)

// cacheSize is how many results a cache remembers.
const cacheSize = 1000

// cache has each thing asked for once: callers who ask at the same moment share one
// request, and the last results are remembered. Failures are not.
type cache[T any] struct {
	callers singleflight.Group

	mu     sync.Mutex
	values map[string]T
	// keys are those of values in the order in which they came, from oldest on.
	keys   []string
	oldest int
}

// get returns what belongs to key, or else what do returns. The error is that of do,
// or that of ctx if it ends first.
func (c *cache[T]) get(ctx context.Context, key string, do func() (T, error)) (T, error) {
	if known, ok := c.known(key); ok {
		return known, nil
	}
	return share(ctx, &c.callers, key, func() (T, error) {
		// Another caller may have finished since.
		if known, ok := c.known(key); ok {
			return known, nil
		}
		got, err := do()
		if err == nil {
			c.put(key, got)
		}
		return got, err
	})
}

func (c *cache[T]) known(key string) (T, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	value, ok := c.values[key]
	return value, ok
}

// put adds a value that the cache does not hold, in place of the oldest if it is full.
func (c *cache[T]) put(key string, value T) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.values == nil {
		c.values = map[string]T{}
	}
	c.values[key] = value
	if len(c.keys) < cacheSize {
		c.keys = append(c.keys, key)
		return
	}
	delete(c.values, c.keys[c.oldest])
	c.keys[c.oldest] = key
	c.oldest = (c.oldest + 1) % cacheSize
}
