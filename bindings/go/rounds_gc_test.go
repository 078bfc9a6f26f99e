//go:build jeton_gc

package jeton

// rounds is how often a test that looks for a race tries; every call collects garbage.
const rounds = 4
