package jeton_test

import (
	"context"
	"errors"
	"os"
	"runtime"
	"runtime/pprof"
	"testing"
	"time"

	jeton "github.com/jeton-sdk/jeton/bindings/go"
)

// begun starts a call on a source whose server hangs, and gives the channel of its error once the request is under way.
func begun(t *testing.T, server *tokenServer, call func() error) <-chan error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- call() }()
	<-server.asked
	return done
}

// within gives the error of a call that must be back soon.
func within(t *testing.T, limit time.Duration, done <-chan error) error {
	t.Helper()
	select {
	case err := <-done:
		return err
	case <-time.After(limit):
		t.Fatal("not back within ", limit)
		return nil
	}
}

const soon = 50 * time.Millisecond

func TestACancelledCallerIsReleasedAndTheFetchGoesOn(t *testing.T) {
	server := newTokenServer(t)
	source := server.source(t)
	ctx, cancel := context.WithCancel(background)
	done := begun(t, server, func() error { return last(source.Token(ctx)) })
	cancel()
	if err := within(t, soon, done); !errors.Is(err, context.Canceled) || !errors.Is(err, jeton.ErrCancelled) {
		t.Error(err)
	}
	server.answers <- grant
	if token, err := source.Token(background); err != nil || token.Value != "token-1" {
		t.Errorf("%q %v", token.Value, err)
	}
	if server.requests.Load() != 1 {
		t.Errorf("%d requests", server.requests.Load())
	}
}

func TestADeadlineIsATimeout(t *testing.T) {
	server := newTokenServer(t)
	source := server.source(t)
	ctx, cancel := context.WithTimeout(background, 20*time.Millisecond)
	defer cancel()
	_, err := source.Token(ctx)
	if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, jeton.ErrTimeout) {
		t.Error(err)
	}
	if late := time.Since(must2(ctx.Deadline())); late > soon {
		t.Error("late by ", late)
	}
}

func must2(deadline time.Time, _ bool) time.Time { return deadline }

func TestAContextThatHasEndedBeginsNothing(t *testing.T) {
	server := newTokenServer(t)
	ctx, cancel := context.WithCancel(background)
	cancel()
	if _, err := server.source(t).Token(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if server.requests.Load() != 0 {
		t.Error("a request went out")
	}
}

func TestCloseWakesWhoWaits(t *testing.T) {
	for name, end := range map[string]func(*jeton.Source) error{
		"Close":    func(source *jeton.Source) error { source.Close(); return nil },
		"Shutdown": func(source *jeton.Source) error { return source.Shutdown(background) },
	} {
		server := newTokenServer(t)
		source := server.source(t)
		done := begun(t, server, func() error { return last(source.Token(background)) })
		if err := end(source); err != nil {
			t.Error(name, err)
		}
		if err := within(t, soon, done); !errors.Is(err, jeton.ErrClosed) {
			t.Error(name, err)
		}
		if _, err := source.Token(background); !errors.Is(err, jeton.ErrClosed) {
			t.Error(name, err)
		}
		if err := source.Shutdown(background); !errors.Is(err, jeton.ErrClosed) {
			t.Error(name, err)
		}
	}
}

// Nothing but the call itself keeps this source: the collector must leave it alone until the token is there.
func TestAWaitKeepsItsSource(t *testing.T) {
	server := newTokenServer(t)
	config, options := server.config(), jeton.SourceOptions{Secrets: clientSecret, Environment: jeton.Environment{}}
	done := begun(t, server, func() error {
		source, err := jeton.NewSource(config, options)
		if err != nil {
			return err
		}
		return last(source.Token(background))
	})
	for range 5 {
		runtime.GC()
		runtime.Gosched()
	}
	server.answers <- grant
	if err := within(t, 10*time.Second, done); err != nil {
		t.Error(err)
	}
}

// Goroutines that wait are parked in Go's poller.
func TestAThousandWaitsCostNoThreads(t *testing.T) {
	server := newTokenServer(t)
	source := server.source(t)
	threads := pprof.Lookup("threadcreate")
	before := threads.Count()
	const waits = 1000
	done := make(chan error, waits)
	for range waits {
		go func() { done <- last(source.Token(background)) }()
	}
	eventually(t, "all wait", func() bool { return stats(t, source).Waits >= waits })
	if more := threads.Count() - before; more > 100 {
		t.Errorf("%d threads more", more)
	}
	server.answers <- grant
	for range waits {
		if err := within(t, 10*time.Second, done); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWaitsLeaveNoDescriptors(t *testing.T) {
	server := newTokenServer(t)
	source := server.source(t)
	open := func() int { return len(must[[]os.DirEntry](t)(os.ReadDir("/proc/self/fd"))) }
	wait := func() {
		ctx, cancel := context.WithTimeout(background, time.Millisecond)
		defer cancel()
		if _, err := source.Token(ctx); !errors.Is(err, jeton.ErrTimeout) {
			t.Error(err)
		}
	}
	wait()
	before := open()
	for range 50 {
		wait()
	}
	if after := open(); after > before {
		t.Errorf("%d descriptors, then %d", before, after)
	}
}

// However answers, cancellations and closing fall together, each caller gets one of the three.
func TestWaitsRaceWithEverything(t *testing.T) {
	for range 20 {
		server := newTokenServer(t)
		source := server.source(t)
		done := make(chan error, 32)
		for i := range cap(done) {
			go func() {
				ctx, cancel := context.WithTimeout(background, time.Duration(i)*100*time.Microsecond)
				defer cancel()
				done <- last(source.Token(ctx))
			}()
		}
		go func() { server.answers <- grant }()
		go source.Close()
		for range cap(done) {
			err := within(t, 10*time.Second, done)
			if err != nil && !errors.Is(err, jeton.ErrTimeout) && !errors.Is(err, jeton.ErrClosed) {
				t.Error(err)
			}
		}
	}
}

func TestTheRuntimeStopsAndStartsAgain(t *testing.T) {
	server := newTokenServer(t)
	source := server.source(t)
	done := begun(t, server, func() error { return last(source.Token(background)) })
	stopped := jeton.StopRuntime(time.Second)
	if stopped != nil && !errors.Is(stopped, jeton.ErrTimeout) { // a thread may still be at the server that hangs
		t.Error(stopped)
	}
	if err := within(t, time.Second, done); !errors.Is(err, jeton.ErrClosed) {
		t.Error(err)
	}
	second := newTokenServer(t)
	second.answers <- grant
	if token, err := second.source(t).Token(background); err != nil || token.Value != "token-1" {
		t.Errorf("%q %v", token.Value, err)
	}
}

func last[T any](_ T, err error) error { return err }
