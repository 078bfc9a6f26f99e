//go:build !cgo || !linux

package jeton

// The rest of the package is missing here. The compiler says why, by the name that it does not find.
var _ = jeton_needs_linux_with_CGO_ENABLED_1_and_a_C_compiler
