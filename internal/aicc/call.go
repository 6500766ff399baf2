// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc

import (
	"context"
	"net/http"
)

// exchange sends a request, has decode read the reply, which is open, and finishes the
// error.
func (c *Client) exchange(ctx context.Context, r request, decode func(reply) error) error {
	if err := ctx.Err(); err != nil {
		return c.sender.failure(ctx, r, err)
	}
	answer, err := c.call(ctx, r)
	if err == nil {
		var release func()
		if release, err = c.sender.open(ctx, r, &answer); err == nil {
			err = decode(answer)
			release()
		}
	}
	if err != nil {
		return c.sender.failure(ctx, r, err)
	}
	return nil
}

// call sends a request as soon as a slot is free, and once more with a new token if
// AICC refused the old one. The reply is the last one, also beside an error.
func (c *Client) call(ctx context.Context, r request) (reply, error) {
	r.progress.waitFor(WaitForSlot)
	if err := c.slots.Acquire(ctx, 1); err != nil {
		return reply{}, err
	}
	defer c.slots.Release(1)

	r.progress.waitFor("an access token")
	token, err := c.tokens.token(ctx)
	if err != nil {
		return reply{}, err
	}
	r.token = token
	answer, err := c.sender.send(ctx, r)
	if err != nil || answer.status != http.StatusUnauthorized {
		return answer, err
	}
	r.progress.waitFor("a new access token, after AICC refused the old one with HTTP 401")
	another, ok, err := c.tokens.renew(ctx, token)
	if err != nil {
		return answer, err
	}
	if ok {
		r.token = another
		answer, err = c.sender.send(ctx, r)
	}
	answer.renewed = c.config.Token == ""
	return answer, err
}
