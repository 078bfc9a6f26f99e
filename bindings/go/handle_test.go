package jeton

import (
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"
)

// counted gives a handle and the number of times that it was freed.
func counted() (*handle, *atomic.Int32) {
	frees := new(atomic.Int32)
	return newHandle(unsafe.Pointer(new(int)), func(unsafe.Pointer) { frees.Add(1) }), frees
}

func TestAHandleIsFreedOnce(t *testing.T) {
	h, frees := counted()
	h.close()
	h.close()
	if frees.Load() != 1 {
		t.Errorf("freed %d times", frees.Load())
	}
	if _, err := h.enter(); !errors.Is(err, ErrClosed) {
		t.Errorf("%v", err)
	}
	h.close()
	if frees.Load() != 1 {
		t.Errorf("freed %d times", frees.Load())
	}
}

func TestTheLastCallInsideFrees(t *testing.T) {
	h, frees := counted()
	for range 2 {
		if _, err := h.enter(); err != nil {
			t.Fatal(err)
		}
	}
	h.close()
	if _, err := h.enter(); !errors.Is(err, ErrClosed) {
		t.Errorf("%v", err)
	}
	h.leave()
	if frees.Load() != 0 {
		t.Error("freed under a call")
	}
	h.leave()
	if frees.Load() != 1 {
		t.Errorf("freed %d times", frees.Load())
	}
}

// However calls and closes fall together, nobody is inside a freed handle and it is freed once.
func TestCloseRacesWithCalls(t *testing.T) {
	for range rounds {
		h, frees := counted()
		var group sync.WaitGroup
		for i := range 8 {
			group.Add(1)
			go func() {
				defer group.Done()
				for range 8 {
					if _, err := h.enter(); err == nil {
						if frees.Load() != 0 {
							t.Error("inside a freed handle")
						}
						h.leave()
					}
				}
				if i < 2 {
					h.close()
				}
			}()
		}
		group.Wait()
		if frees.Load() != 1 {
			t.Fatalf("freed %d times", frees.Load())
		}
	}
}

func TestAForgottenHandleIsFreed(t *testing.T) {
	freed := make(chan struct{})
	newHandle(unsafe.Pointer(new(int)), func(unsafe.Pointer) { close(freed) })
	deadline := time.After(time.Minute)
	for {
		runtime.GC()
		select {
		case <-freed:
			return
		case <-deadline:
			t.Fatal("never freed")
		default:
			runtime.Gosched()
		}
	}
}

// A handle that nothing but a running call knows is not collected under it.
func TestACallKeepsItsHandle(t *testing.T) {
	h, frees := counted()
	_, err := h.enter()
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		runtime.GC()
		runtime.Gosched()
	}
	if frees.Load() != 0 {
		t.Error("freed under a call")
	}
	h.leave()
}

func TestANilHandleIsClosed(t *testing.T) {
	var h *handle
	h.close()
	if _, err := h.enter(); !errors.Is(err, ErrClosed) {
		t.Errorf("%v", err)
	}
}
