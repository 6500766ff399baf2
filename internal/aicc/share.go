// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"context"
	"errors"

	"golang.org/x/sync/singleflight"
)

// share runs do once for all callers with the same key who ask at the same
// moment. Each caller leaves when its own context ends, with that context's
// error; when the context of the one whose do runs ends, the others start anew.
func share[T any](ctx context.Context, group *singleflight.Group, key string, do func() (T, error)) (T, error) {
	var none T
	for {
		leader := false
		ch := group.DoChan(key, func() (any, error) {
			leader = true
			return do()
		})
		select {
		case <-ctx.Done():
			return none, ctx.Err()
		case result := <-ch:
			if result.Err == nil {
				return result.Val.(T), nil
			}
			if leader || ctx.Err() != nil || !isContextError(result.Err) {
				return none, result.Err
			}
		}
	}
}

// isContextError reports whether err comes from the end of some context, not
// necessarily the caller's own.
func isContextError(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
