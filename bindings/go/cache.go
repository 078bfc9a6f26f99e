package jeton

// #include "jeton.h"
import "C"

import (
	"time"
	"unsafe"
)

// Cache holds the tokens of sources and the key sets of remote verifiers. Most programs never make one: without it, sources and
// verifiers share the cache of the process. Any number of goroutines may use one at once.
type Cache struct {
	handle *handle
}

// CacheOptions limits a [Cache]. Zero values stand for the defaults.
type CacheOptions struct {
	// MaxEntries is how many tokens and key sets are held: 1 to 1000000, by default 100000.
	MaxEntries int
	// MaxTokenBytes is the longest token that is kept: 256 to 1048576, by default 65536.
	MaxTokenBytes int
}

// NewCache makes a cache.
func NewCache(options CacheOptions) (*Cache, error) {
	var o object
	o.add("max_entries", options.MaxEntries)
	o.add("max_token_bytes", options.MaxTokenBytes)
	config, err := o.json()
	if err != nil {
		return nil, err
	}
	var out *C.jeton_cache
	var failure C.jeton_error
	if status := C.jeton_cache_new(chars(config), C.size_t(len(config)), &out, &failure); status != C.JETON_OK {
		return nil, newError(status, &failure)
	}
	return &Cache{newHandle(unsafe.Pointer(out), func(cache unsafe.Pointer) {
		C.jeton_cache_free((*C.jeton_cache)(cache))
	})}, nil
}

// Close frees the cache. Its sources and verifiers stay usable. It may be called at any time and more than once.
func (c *Cache) Close() {
	c.handle.close()
}

// with runs a call that takes a cache; nil is the cache of the process.
func (c *Cache) with(call func(cache *C.jeton_cache, failure *C.jeton_error) C.jeton_status) error {
	if c != nil {
		return c.handle.call(func(cache unsafe.Pointer, failure *C.jeton_error) C.jeton_status {
			return call((*C.jeton_cache)(cache), failure)
		})
	}
	var failure C.jeton_error
	if status := call(nil, &failure); status != C.JETON_OK {
		return newError(status, &failure)
	}
	return nil
}

// StopRuntime ends all threads of the library within the timeout, and waits for it; all that is waited for fails with [ErrClosed]. A
// program that just ends need not call it, and a later call that needs threads starts them again. ErrTimeout if a thread is still
// busy.
func StopRuntime(timeout time.Duration) error {
	var failure C.jeton_error
	if status := C.jeton_runtime_stop(C.uint64_t(max(0, timeout.Milliseconds())), &failure); status != C.JETON_OK {
		return newError(status, &failure)
	}
	return nil
}
