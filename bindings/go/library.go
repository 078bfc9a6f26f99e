package jeton

/*
#cgo linux,amd64 CFLAGS: -I${SRCDIR}/internal/lib/linux_amd64
#cgo linux,arm64 CFLAGS: -I${SRCDIR}/internal/lib/linux_arm64
#cgo linux,amd64 LDFLAGS: ${SRCDIR}/internal/lib/linux_amd64/libjeton.a
#cgo linux,arm64 LDFLAGS: ${SRCDIR}/internal/lib/linux_arm64/libjeton.a
#cgo linux LDFLAGS: -lgcc_s -lutil -lrt -lpthread -lm -ldl -lc
#include "jeton.h"
#include "archive.h"
*/
import "C"

import (
	"bytes"
	"fmt"
	"unsafe"
)

// archive is the digest of the static library. The go command does not look into an archive that it links: this constant
// is what changes with it, and makes programs link anew.
var archive = C.JETON_GO_ARCHIVE

// ABIVersion is the version of the C interface that this package was compiled for.
const ABIVersion = C.JETON_ABI_VERSION

func init() {
	if err := checkABI(uint32(C.jeton_abi_version())); err != nil {
		panic(err)
	}
}

func checkABI(library uint32) error {
	if library != ABIVersion {
		return fmt.Errorf("jeton: the library %s speaks ABI %d, this package needs ABI %d: build both from one version",
			archive, library, ABIVersion)
	}
	return nil
}

// Version is the version of the library, such as "0.1.0".
func Version() string {
	return C.GoString(C.jeton_version())
}

// testingPanic makes the library panic inside a call, for the test that shows what arrives here.
func testingPanic() error {
	var failure C.jeton_error
	if status := C.jeton_testing_panic(&failure); status != C.JETON_OK {
		return newError(status, &failure)
	}
	return nil
}

// chars and octets lend text and bytes to a C call: Go memory without pointers in it, which C only reads and does not keep.
func chars(text []byte) *C.char {
	return (*C.char)(unsafe.Pointer(unsafe.SliceData(text)))
}

func octets(data []byte) *C.uint8_t {
	return (*C.uint8_t)(unsafe.Pointer(unsafe.SliceData(data)))
}

func stringChars(text string) *C.char {
	return (*C.char)(unsafe.Pointer(unsafe.StringData(text)))
}

// A result is what a call found, until free.
type result struct {
	c *C.jeton_result
}

type resultFunction func(out **C.jeton_result, failure *C.jeton_error) C.jeton_status

// resultOf runs a call that makes a result.
func resultOf(call resultFunction) (result, error) {
	var out *C.jeton_result
	var failure C.jeton_error
	if status := call(&out, &failure); status != C.JETON_OK {
		return result{}, newError(status, &failure)
	}
	return result{out}, nil
}

func (r result) free() {
	C.jeton_result_free(r.c)
}

// part copies a part of an entry; nil if the entry does not have it.
func (r result) part(index int, name string) ([]byte, error) {
	var data *C.uint8_t
	var length C.size_t
	var failure C.jeton_error
	status := C.jeton_result_get(r.c, C.size_t(index), stringChars(name), C.size_t(len(name)), &data, &length, &failure)
	if status != C.JETON_OK {
		return nil, newError(status, &failure)
	}
	return bytes.Clone(unsafe.Slice((*byte)(data), length)), nil // C.GoBytes would make a part that is not there an empty one
}

// call runs a C call on an open handle.
func (h *handle) call(run func(pointer unsafe.Pointer, failure *C.jeton_error) C.jeton_status) error {
	pointer, err := h.enter()
	if err != nil {
		return err
	}
	defer h.leave()
	var failure C.jeton_error
	if status := run(pointer, &failure); status != C.JETON_OK {
		return newError(status, &failure)
	}
	return nil
}

// result is call for a C call that makes a result, which the caller frees.
func (h *handle) result(run func(pointer unsafe.Pointer, out **C.jeton_result, failure *C.jeton_error) C.jeton_status) (r result, err error) {
	err = h.call(func(pointer unsafe.Pointer, failure *C.jeton_error) C.jeton_status {
		return run(pointer, &r.c, failure)
	})
	return r, err
}

// parts copies some parts of an entry, in the order of their names.
func (r result) parts(index int, names ...string) ([][]byte, error) {
	parts := make([][]byte, len(names))
	for i, name := range names {
		var err error
		if parts[i], err = r.part(index, name); err != nil {
			return nil, err
		}
	}
	return parts, nil
}

// contents copies what an entry says of a token: its header, and either its claims or its payload.
func (r result) contents(index int) (header, claims, payload []byte, err error) {
	parts, err := r.parts(index, "header", "claims")
	if err != nil {
		return nil, nil, nil, err
	}
	if parts[1] == nil {
		payload, err = r.part(index, "payload")
	}
	return parts[0], parts[1], payload, err
}

// partsOf runs a call that makes a result of one entry and copies some parts of it.
func partsOf(call resultFunction, names ...string) ([][]byte, error) {
	r, err := resultOf(call)
	if err != nil {
		return nil, err
	}
	defer r.free()
	return r.parts(0, names...)
}
