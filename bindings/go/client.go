package jeton

// #include "jeton.h"
import "C"

import (
	"context"
	"encoding/json"
	"unsafe"
)

// Client calls one server in the name of one user; [TigerGraph] and [Dataiku] give it the methods of their vendor. It repeats nothing
// by itself, save what docs/CLIENTS.md says of TigerGraph. Any number of goroutines may use one at once.
type Client struct {
	handle *handle
}

// ClientOptions is what goes beside the config of a client.
type ClientOptions struct {
	// Secrets are what the vendor's client needs.
	Secrets Secrets
	// Environment stands for the environment of the process; nil is that of the process itself.
	Environment Environment
}

// NewClientJSON opens a client of the vendor "tigergraph" or "dataiku" with the config as JSON text, by the names of
// docs/CLIENTS.md. Nothing is sent.
func NewClientJSON(vendor string, config json.RawMessage, options ClientOptions) (*Client, error) {
	secrets, err := options.Secrets.json()
	if err != nil {
		return nil, err
	}
	environment, err := options.Environment.json()
	if err != nil {
		return nil, err
	}
	var out *C.jeton_client
	var failure C.jeton_error
	status := C.jeton_client_new(stringChars(vendor), C.size_t(len(vendor)), chars(config), C.size_t(len(config)),
		chars(secrets), C.size_t(len(secrets)), chars(environment), C.size_t(len(environment)), &out, &failure)
	if status != C.JETON_OK {
		return nil, newError(status, &failure)
	}
	return newClient(out), nil
}

func newClient(out *C.jeton_client) *Client {
	return &Client{newHandle(unsafe.Pointer(out), func(client unsafe.Pointer) {
		C.jeton_client_free((*C.jeton_client)(client))
	})}
}

// newVendorClient is NewClientJSON with a config that is a Go value.
func newVendorClient(vendor string, config json.Marshaler, options ClientOptions) (*Client, error) {
	text, err := config.MarshalJSON()
	if err != nil {
		return nil, err
	}
	return NewClientJSON(vendor, text, options)
}

// Close frees the client. What it began goes on. It may be called at any time and more than once.
func (c *Client) Close() {
	c.handle.close()
}

// Call runs an operation of the table in docs/CLIENTS.md. The arguments are what encoding/json writes as an object, or nil; JSON text
// is taken as it stands. The result is JSON text as the library gave it.
func (c *Client) Call(ctx context.Context, operation string, args any) (json.RawMessage, error) {
	text, err := marshal(args)
	if err != nil {
		return nil, err
	}
	if args == nil {
		text = nil
	}
	parts, err := c.handle.awaitParts(ctx, func(client unsafe.Pointer, limitMs C.uint64_t, out **C.jeton_wait, failure *C.jeton_error) C.jeton_status {
		return C.jeton_client_begin((*C.jeton_client)(client), stringChars(operation), C.size_t(len(operation)),
			chars(text), C.size_t(len(text)), limitMs, out, failure)
	}, "result")
	if err != nil {
		return nil, err
	}
	return parts[0], nil
}

// AsUser gives a client of the same server that acts as another user. The client itself stays as it is. ErrUnsupported for a vendor
// that has no such thing.
func (c *Client) AsUser(login string) (*Client, error) {
	var out *C.jeton_client
	err := c.handle.call(func(client unsafe.Pointer, failure *C.jeton_error) C.jeton_status {
		return C.jeton_client_as_user((*C.jeton_client)(client), stringChars(login), C.size_t(len(login)), &out, failure)
	})
	if err != nil {
		return nil, err
	}
	return newClient(out), nil
}

// callInto is Call with the result put into a new value.
func callInto[T any](ctx context.Context, c *Client, operation string, args any) (*T, error) {
	text, err := c.Call(ctx, operation, args)
	if err != nil {
		return nil, err
	}
	value := new(T)
	return value, decodeAnswer(text, value)
}
