package jeton_test

import (
	"context"
	"errors"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	jeton "github.com/jeton-sdk/jeton/bindings/go"
)

// begun starts a call on a source whose server hangs, and gives the channel of its error once it waits.
func begun(t *testing.T, source *jeton.Source, call func() error) <-chan error {
	t.Helper()
	before := stats(t, source).Waits
	done := make(chan error, 1)
	go func() { done <- call() }()
	eventually(t, "the call waits", func() bool { return stats(t, source).Waits > before })
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

// soon is when a call is back that nothing holds up, on a machine that has other things to do.
const soon = 5 * time.Second

// At least one of a few is back within the time that is promised; where none is, it is not the machine.
func TestACancelledCallerIsBackWithin50Milliseconds(t *testing.T) {
	source := newTokenServer(t).source(t)
	fastest := soon
	for range 10 {
		ctx, cancel := context.WithCancel(background)
		done := begun(t, source, func() error { return last(source.Token(ctx)) })
		cancelled := time.Now()
		cancel()
		if err := within(t, soon, done); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		fastest = min(fastest, time.Since(cancelled))
	}
	if fastest > 50*time.Millisecond {
		t.Error(fastest)
	}
}

func TestACancelledCallerIsReleasedAndTheFetchGoesOn(t *testing.T) {
	server := newTokenServer(t)
	source := server.source(t)
	ctx, cancel := context.WithCancel(background)
	done := begun(t, source, func() error { return last(source.Token(ctx)) })
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
}

func TestADeadlineSaysWhyTheLastTryFailed(t *testing.T) {
	source := newSource(t, jeton.OAuth2Config{TokenURL: "http://127.0.0.1:1/token", Grant: "client_credentials", ClientID: "me"}, clientSecret)
	ctx, cancel := context.WithTimeout(background, 300*time.Millisecond)
	defer cancel()
	_, err := source.Token(ctx)
	if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, jeton.ErrTimeout) || !strings.Contains(err.Error(), "the connection was refused") {
		t.Error(err)
	}
}

func TestAContextThatHasEndedIsNotWaitedFor(t *testing.T) {
	ctx, cancel := context.WithCancel(background)
	cancel()
	if _, err := newTokenServer(t).source(t).Token(ctx); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestCloseWakesWhoWaits(t *testing.T) {
	for name, end := range map[string]func(*jeton.Source) error{
		"Close":    func(source *jeton.Source) error { source.Close(); return nil },
		"Shutdown": func(source *jeton.Source) error { return source.Shutdown(background) },
	} {
		server := newTokenServer(t)
		source := server.source(t)
		done := begun(t, source, func() error { return last(source.Token(background)) })
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
	done := make(chan error, 1)
	go func() {
		source, err := jeton.NewSource(config, options)
		if err == nil {
			_, err = source.Token(background)
		}
		done <- err
	}()
	<-server.asked
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
	for waiting := uint64(0); waiting < waits; waiting += 10 { // a few at a time: calls do need threads, the more the slower they are
		for range 10 {
			go func() { done <- last(source.Token(background)) }()
		}
		eventually(t, "they wait", func() bool { return stats(t, source).Waits >= waiting+10 })
	}
	if more := threads.Count() - before; more > waits/4 {
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
	<-server.asked
	before := open()
	for range 100 {
		wait()
	}
	if after := open(); after > before+10 { // other tests' servers come and go
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
	done := begun(t, source, func() error { return last(source.Token(background)) })
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
