package jeton

import (
	"encoding/json"
	"errors"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// The tests here are named after the classes of failures in docs/FFI.md.

// collected runs the collector until condition holds, or often enough that it never will.
func collected(condition func() bool) bool {
	for range 1000 {
		runtime.GC()
		if condition() {
			return true
		}
		runtime.Gosched()
	}
	return false
}

// F5: no finalizer runs while a call is inside, however much is collected and whoever has let go of the handle.
func TestF5_NoFinalizerDuringACall(t *testing.T) {
	h, frees := counted()
	if _, err := h.enter(); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		runtime.GC()
		if frees.Load() != 0 {
			t.Fatal("freed under a call")
		}
	}
	h.leave()
	if frees.Load() != 0 {
		t.Error("leaving freed an open handle")
	}
	h = nil
	if !collected(func() bool { return frees.Load() == 1 }) {
		t.Error("nobody freed a handle that nobody holds")
	}
}

// F6: Close, Close again, Close from many goroutines, and then the finalizer: one of them frees.
func TestF6_AHandleIsFreedOnceWhoeverDoesIt(t *testing.T) {
	for range 50 {
		h, frees := counted()
		var group sync.WaitGroup
		for range 8 {
			group.Add(1)
			go func() {
				defer group.Done()
				h.close()
			}()
		}
		group.Wait()
		h = nil
		runtime.GC()
		runtime.GC()
		if frees.Load() != 1 {
			t.Fatalf("freed %d times", frees.Load())
		}
	}
	key, err := KeyFromSecret([]byte(strings.Repeat("s", 32)))
	if err != nil {
		t.Fatal(err)
	}
	key.Close()
	key.Close()
	if _, err := key.Describe(); !errors.Is(err, ErrClosed) {
		t.Errorf("%v", err)
	}
}

// F18: Go's own signals, which preempt goroutines and make a nil pointer a panic, still arrive after calls and panics of the library.
func TestF18_GoKeepsItsSignals(t *testing.T) {
	arrived := make(chan os.Signal, 1)
	signal.Notify(arrived, syscall.SIGUSR1)
	defer signal.Stop(arrived)
	for range 3 {
		if err := testingPanic(); !errors.Is(err, ErrPanic) {
			t.Fatal(err)
		}
		if _, err := GenerateKey("EdDSA"); err != nil {
			t.Fatal(err)
		}
		if err := syscall.Kill(syscall.Getpid(), syscall.SIGUSR1); err != nil {
			t.Fatal(err)
		}
		select {
		case <-arrived:
		case <-time.After(10 * time.Second):
			t.Fatal("a signal is lost")
		}
		func() {
			defer func() {
				if _, ok := recover().(runtime.Error); !ok {
					t.Error("a nil pointer is no panic any more")
				}
			}()
			var nothing *Error
			_ = nothing.Message
		}()
	}
}

// F31: texts go by their length. A NUL inside is a byte like any other.
func TestF31_ANULEndsNothing(t *testing.T) {
	secret := []byte(strings.Repeat("\x00s", 16))
	tokens := map[byte]string{}
	for _, last := range []byte("ab") {
		secret[31] = last
		key, err := KeyFromSecret(secret, WithAlgorithm("HS256"))
		if err != nil {
			t.Fatal(err)
		}
		signer, err := NewSigner(key, SignerOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if tokens[last], err = signer.SignBytes([]byte("a\x00b")); err != nil {
			t.Fatal(err)
		}
		verifier, err := NewVerifierJSON(key, json.RawMessage(`{"algorithms":["HS256"],"payload":"bytes"}`))
		if err != nil {
			t.Fatal(err)
		}
		opened, err := verifier.Open(tokens[last])
		if err != nil || string(opened.Payload) != "a\x00b" {
			t.Errorf("%v", err)
		}
		if _, err := verifier.Open(tokens[last] + "\x00"); !errors.Is(err, ErrMalformed) {
			t.Errorf("%v", err)
		}
		if _, err := NewVerifierJSON(key, json.RawMessage("{\"algorithms\":[\"HS256\"],\"payload\":\"bytes\"}\x00")); !errors.Is(err, ErrConfig) {
			t.Errorf("%v", err)
		}
	}
	if tokens['a'] == tokens['b'] {
		t.Error("the secret ended at a NUL")
	}
	if _, err := KeyFromSecret(secret, WithAlgorithm("HS256\x00")); !errors.Is(err, ErrConfig) {
		t.Errorf("%v", err)
	}
}

// The environment is read when something is opened, and not later; and it may change while that happens.
func TestF26_TheEnvironmentMayChangeAtAnyTime(t *testing.T) {
	t.Setenv("DESCARTESLABS_TOKEN_INFO_PATH", "")
	t.Setenv("DESCARTESLABS_CLIENT_ID", "the first")
	first, err := NewSource(DescartesLabsConfig{NoTokenFile: true}, SourceOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				_ = os.Setenv("DESCARTESLABS_CLIENT_ID", strings.Repeat("x", i%5000))
			}
		}
	}()
	for range max(4, rounds/5) {
		source, err := NewSource(DescartesLabsConfig{NoTokenFile: true}, SourceOptions{})
		if err != nil {
			t.Fatal(err)
		}
		source.Close()
	}
	close(stop)
	<-stopped
	if info, err := first.Describe(); err != nil || info.ClientID != "the first" {
		t.Errorf("%+v %v", info, err)
	}
}
