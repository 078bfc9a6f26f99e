package jeton

import (
	"sync"
	"time"
)

// CallOption changes one call. [At] is one.
type CallOption struct {
	nowS int64
}

// At makes a call at another time than now. Seconds count.
func At(now time.Time) CallOption {
	return CallOption{nowS: now.Unix()}
}

// clock is the time of a call in Unix seconds: the last At, else the system clock.
func clock(options []CallOption) int64 {
	if len(options) == 0 {
		return time.Now().Unix()
	}
	return options[len(options)-1].nowS
}

// maxPooled is the size above which storage is left to the collector; it is the default limit of a token.
const maxPooled = 64 << 10

// A buffer is reused storage that the library writes its output into.
type buffer struct {
	bytes []byte
}

var buffers = sync.Pool{New: func() any { return &buffer{make([]byte, 1024)} }}

// grow makes the buffer at least n bytes large; what was in it is lost. One that will not be reused has n and no more.
func (b *buffer) grow(n int) {
	if n > len(b.bytes) {
		b.bytes = make([]byte, max(n, min(2*len(b.bytes), maxPooled)))
	}
}

func (b *buffer) release() {
	if len(b.bytes) <= maxPooled {
		buffers.Put(b)
	}
}
