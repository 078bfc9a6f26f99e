//go:build !jeton_gc

package jeton

// collect does nothing; with the build tag jeton_gc it is a garbage collection.
func collect() {}
