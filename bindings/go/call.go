package jeton

import (
	"errors"
	"math"
	"sync"
	"time"
)

// ErrZeroTime is the error of every call with an [At] of the zero time.Time. Nobody means the year 1, in which nothing has expired:
// it is a time that was never set.
var ErrZeroTime = errors.New("jeton: At was given the zero time")

// CallOption changes one call. [At] is one. The zero value changes nothing.
type CallOption struct {
	now   time.Time
	given bool
}

// At makes a call at another time than now. Seconds count. A time for which IsZero is true is refused with [ErrZeroTime].
func At(now time.Time) CallOption {
	return CallOption{now: now, given: true}
}

// clock is the time of a call in Unix seconds: the last At, else the system clock.
func clock(options []CallOption) (int64, error) {
	now, given, err := moment(options)
	if !given {
		now = time.Now()
	}
	return now.Unix(), err
}

// moment is the time of the last At, if there is one.
func moment(options []CallOption) (now time.Time, given bool, err error) {
	for _, option := range options {
		if !option.given {
			continue
		}
		if option.now.IsZero() {
			return time.Time{}, false, ErrZeroTime
		}
		now, given = option.now, true
	}
	return now, given, nil
}

// milliseconds is a time in Unix milliseconds. Where they do not fit it is the furthest that does: a time that wrapped around would be
// one at which nothing has expired.
func milliseconds(now time.Time) int64 {
	const furthest = math.MaxInt64 / 1000
	switch seconds := now.Unix(); {
	case seconds >= furthest:
		return math.MaxInt64
	case seconds <= -furthest:
		return math.MinInt64
	}
	return now.UnixMilli()
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
