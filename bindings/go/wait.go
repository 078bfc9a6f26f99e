package jeton

// #include "jeton.h"
import "C"

import (
	"context"
	"errors"
	"math"
	"os"
	"runtime"
	"syscall"
	"time"
	"unsafe"
)

// forever is the time limit where a context has no deadline.
const forever = C.uint64_t(math.MaxUint64)

type waitFunction func(pointer unsafe.Pointer, limitMs C.uint64_t, out **C.jeton_wait, failure *C.jeton_error) C.jeton_status

// await begins something that takes time, and gives its result. The context ends the waiting; what others wait for too goes on. The
// handle can be closed meanwhile, but not by a finalizer.
func (h *handle) await(ctx context.Context, begin waitFunction) (result, error) {
	defer runtime.KeepAlive(h)
	if ctx.Err() != nil {
		return result{}, ended(ctx)
	}
	var wait *C.jeton_wait
	err := h.call(func(pointer unsafe.Pointer, failure *C.jeton_error) C.jeton_status {
		return begin(pointer, limitOf(ctx), &wait, failure)
	})
	if err != nil {
		return result{}, err
	}
	defer C.jeton_wait_free(wait)
	cancelled := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		if !isLate(ctx) {
			C.jeton_wait_cancel(wait)
		}
		close(cancelled)
	})
	park(wait)
	if !stop() {
		<-cancelled // the wait is in use until then
	}
	r, err := resultOf(func(out **C.jeton_result, failure *C.jeton_error) C.jeton_status {
		return C.jeton_wait_result(wait, out, failure)
	})
	if errors.Is(err, ErrCancelled) {
		return result{}, ended(ctx)
	}
	if late := (*Error)(nil); errors.As(err, &late) && late.Code == ErrTimeout {
		late.cause = context.DeadlineExceeded
	}
	return r, err
}

// limitOf is what a context leaves of time, in milliseconds. The library ends a wait at its deadline by itself, for it knows what was
// tried until then; both clocks may have dropped the fraction of a millisecond, and it is not to be earlier than the context.
func limitOf(ctx context.Context) C.uint64_t {
	deadline, isLimited := ctx.Deadline()
	if !isLimited {
		return forever
	}
	return C.uint64_t(max(0, time.Until(deadline).Milliseconds()+2))
}

// isLate tells whether the deadline of a context has passed.
func isLate(ctx context.Context) bool {
	deadline, isLimited := ctx.Deadline()
	return isLimited && time.Until(deadline) <= 0
}

// awaitParts is await for a result of one entry, of which it copies some parts.
func (h *handle) awaitParts(ctx context.Context, begin waitFunction, names ...string) ([][]byte, error) {
	r, err := h.await(ctx, begin)
	if err != nil {
		return nil, err
	}
	defer r.free()
	return r.parts(0, names...)
}

// ended is the error of a call whose context was cancelled or has passed its deadline.
func ended(ctx context.Context) error {
	code, message := ErrCancelled, "the context was cancelled"
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		code, message = ErrTimeout, "the deadline of the context has passed"
	}
	return &Error{Status: code.Status(), Code: code, Message: message, cause: ctx.Err()}
}

// park puts the goroutine to sleep until a wait is over: in Go's own poller, which costs no thread, and only where the system has
// no descriptor left in a call that does.
func park(wait *C.jeton_wait) {
	if isOver(wait, 0) {
		return
	}
	if watched := watch(wait); watched != nil {
		defer watched.Close()
		raw, err := watched.SyscallConn()
		if err == nil && raw.Read(func(uintptr) bool { return isOver(wait, 0) }) == nil {
			return
		}
	}
	for !isOver(wait, forever) {
	}
}

func isOver(wait *C.jeton_wait, timeoutMs C.uint64_t) bool {
	var failure C.jeton_error
	return C.jeton_wait_for(wait, timeoutMs, &failure) != C.JETON_WAIT
}

// watch gives a copy of a wait's descriptor, for the poller wants one that it may close; nil if there is none.
func watch(wait *C.jeton_wait) *os.File {
	descriptor := C.jeton_wait_fd(wait)
	if descriptor < 0 {
		return nil
	}
	duplicate, _, failed := syscall.Syscall(syscall.SYS_FCNTL, uintptr(descriptor), syscall.F_DUPFD_CLOEXEC, 0)
	if failed != 0 {
		return nil
	}
	_ = syscall.SetNonblock(int(duplicate), true) // or else the poller does not take it, and the call below does
	return os.NewFile(duplicate, "jeton_wait")
}
