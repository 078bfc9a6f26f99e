package jeton

import (
	"runtime"
	"sync/atomic"
	"unsafe"
)

// A handle owns one pointer into the library and frees it exactly once.
//
// Who keeps the memory alive while C works on it? The collector may run the finalizer as soon as no Go code will look at the
// handle again, which can be in the middle of its last call; and Close may come from another goroutine. The rule for both:
// every call is an enter, the C function, and a leave. Entered calls are counted, whoever brings the count of a closed
// handle to zero frees it, and since leave looks at the handle again, the finalizer cannot run before it. The build tag
// jeton_gc forces a collection in every enter, which is where memory that nobody keeps would go; and a test runs every method
// on a closed handle, which one without enter would not notice, and on an open one, which one without leave would not let go.
type handle struct {
	// The number of calls inside, plus one of the two marks once Close was called.
	state   atomic.Int64
	pointer unsafe.Pointer
	free    func(unsafe.Pointer)
}

const (
	closed = 1 << 62
	freed  = closed | 1<<61
)

func newHandle(pointer unsafe.Pointer, free func(unsafe.Pointer)) *handle {
	h := &handle{pointer: pointer, free: free}
	runtime.SetFinalizer(h, (*handle).close)
	return h
}

// enter gives the pointer for the time until leave.
func (h *handle) enter() (unsafe.Pointer, error) {
	if h == nil {
		return nil, closedError()
	}
	if h.state.Add(1) >= closed {
		h.leave()
		return nil, closedError()
	}
	collect()
	return h.pointer, nil
}

func (h *handle) leave() {
	if h.state.Add(-1) == closed {
		h.freeOnce()
	}
}

func (h *handle) close() {
	if h != nil {
		h.state.Or(closed)
		h.freeOnce()
	}
}

// freeOnce frees a handle that is closed and has nobody inside; of several that see this at once, one wins.
func (h *handle) freeOnce() {
	if h.state.CompareAndSwap(closed, freed) {
		h.free(h.pointer)
	}
}
