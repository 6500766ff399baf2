// Copyright (c) The terraform-provider-aicc Authors
// SPDX-License-Identifier: MPL-2.0

package aicc_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aicc-community/terraform-provider-aicc/internal/aicc"
	"github.com/aicc-community/terraform-provider-aicc/internal/aicctest"
)

func TestOneRequestForManyReaders(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		site, client := piped(t)
		site.SetLatency(time.Second)
		ask := func(readers int, query aicc.Query) (failed int64) {
			var failures atomic.Int64
			var group sync.WaitGroup
			for range readers {
				group.Go(func() {
					if _, err := client.Case(t.Context(), query); err != nil {
						failures.Add(1)
					}
				})
			}
			group.Wait()
			return failures.Load()
		}
		expect := func(what string, want int) {
			t.Helper()
			if got := len(site.Requests()); got != want {
				t.Errorf("%s: %d requests, want %d", what, got, want)
			}
			site.Forget()
		}
		sample := aicc.Query{ID: aicctest.SampleID}
		ask(41, sample)
		expect("at the same moment", 1)
		ask(5, sample)
		expect("later", 0)
		ask(5, aicc.Query{ID: aicctest.SampleID, TemplateFields: map[string]*string{"a": new("1")}})
		expect("with other fields", 1)
		if _, err := client.FreshCase(t.Context(), sample); err != nil {
			t.Error(err)
		}
		expect("anew", 1)
		unknown := aicc.Query{ID: aicctest.UnknownID}
		if failed := ask(7, unknown); failed != 7 {
			t.Errorf("%d of 7 readers failed", failed)
		}
		expect("a missing case at the same moment, and its confirmation", 2)
		ask(1, unknown)
		expect("a missing case is not remembered", 2)
	})
}

// TestOthersGoOn has the reader leave whose request the others wait for.
func TestOthersGoOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		site, client := piped(t)
		site.SetLatency(10 * time.Second)
		short, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		var group sync.WaitGroup
		group.Go(func() {
			if _, failure := read(short, client, aicctest.SampleID); failure.Kind != aicc.TimedOut {
				t.Errorf("the first: %v", failure)
			}
		})
		synctest.Wait()
		group.Go(func() {
			if _, failure := read(t.Context(), client, aicctest.SampleID); failure != nil {
				t.Errorf("the second: %v", failure)
			}
		})
		group.Go(func() {
			hurry, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			start := time.Now()
			_, failure := read(hurry, client, aicctest.SampleID)
			if failure.Kind != aicc.TimedOut || failure.Detail != "another read of the same case" || time.Since(start) != time.Second {
				t.Errorf("the third: %v after %v", failure, time.Since(start))
			}
		})
		group.Wait()
	})
}

// TestOneRequestInTheGap has readers arrive while others finish: one that misses
// the cache in the moment before the answer is in it must not ask again.
func TestOneRequestInTheGap(t *testing.T) {
	t.Parallel()
	site := aicctest.New()
	client := newClient(t, config(t, site.Start(t)))
	ids := site.AddCases(300)
	for _, id := range ids {
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				if _, failure := read(t.Context(), client, id); failure != nil {
					t.Error(failure)
				}
			})
		}
		group.Wait()
	}
	if n := len(site.Requests()); n != len(ids) {
		t.Errorf("%d requests for %d cases", n, len(ids))
	}
}
