package jeton

// #include "jeton.h"
import "C"

import (
	"context"
	"encoding/json"
	"unsafe"
)

// RowFunction looks up the row of a query in a database of the program's own, such as with database/sql: the parameters are named, as
// ":token_id" in the SQL, and the row is what encoding/json writes as an object, column to value; nil if there is none. An error is [ErrStore]
// for whoever is authenticated, and errors.Is and errors.As find it in that.
type RowFunction func(ctx context.Context, sql string, parameters map[string]any) (row any, err error)

// lookUp runs an operation step by step, with the rows of the program's own databases.
func (a *Access) lookUp(ctx context.Context, operation string, args json.RawMessage, nowS C.int64_t, names []string) ([][]byte, error) {
	var steps *C.jeton_operation
	err := a.handle.call(func(access unsafe.Pointer, failure *C.jeton_error) C.jeton_status {
		return C.jeton_access_operation((*C.jeton_access)(access), stringChars(operation), C.size_t(len(operation)),
			chars(args), C.size_t(len(args)), nowS, &steps, failure)
	})
	if err != nil {
		return nil, err
	}
	defer C.jeton_operation_free(steps)
	for {
		asks := false
		r, err := resultOf(func(out **C.jeton_result, failure *C.jeton_error) C.jeton_status {
			status := C.jeton_operation_next(steps, C.JETON_CLOCK, out, failure)
			if asks = status == C.JETON_ASK; asks {
				return C.JETON_OK
			}
			return status
		})
		if err != nil {
			return nil, err
		}
		if !asks {
			defer r.free()
			return r.parts(0, names...)
		}
		if err := a.answer(ctx, steps, r); err != nil {
			return nil, err
		}
	}
}

// answer looks up the row that an operation asks for.
func (a *Access) answer(ctx context.Context, steps *C.jeton_operation, question result) error {
	defer question.free()
	parts, err := question.parts(0, "database", "sql", "parameters")
	if err != nil {
		return err
	}
	var parameters map[string]any
	if err := decodeAnswer(parts[2], &parameters); err != nil {
		return err
	}
	row, err := a.rows[string(parts[0])](ctx, string(parts[1]), parameters)
	if err != nil {
		return &Error{Status: ErrStore.Status(), Code: ErrStore, Message: "the row could not be looked up", cause: err}
	}
	var text []byte
	if row != nil {
		if text, err = marshal(row); err != nil {
			return err
		}
	}
	var failure C.jeton_error
	if status := C.jeton_operation_row(steps, chars(text), C.size_t(len(text)), &failure); status != C.JETON_OK {
		return newError(status, &failure)
	}
	return nil
}
