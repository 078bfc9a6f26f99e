//go:build jeton_gc

package jeton

import "runtime"

// collect runs a garbage collection and lets the finalizers that it found run.
func collect() {
	runtime.GC()
	runtime.Gosched()
}
