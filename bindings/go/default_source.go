//go:build cgo

package jeton

import "sync"

var defaultSource struct {
	sync.Mutex
	source *Source
}

// DefaultSource gives the source of the process: the one that [SetDefaultSource] was given, or else, from the first call on, Descartes
// Labs' with what the environment and the token file say.
func DefaultSource() (*Source, error) {
	defaultSource.Lock()
	defer defaultSource.Unlock()
	if defaultSource.source != nil {
		return defaultSource.source, nil
	}
	source, err := NewSource(DescartesLabsConfig{}, SourceOptions{})
	if err == nil {
		defaultSource.source = source
	}
	return source, err
}

// SetDefaultSource makes a source that of the process; nil lets the next [DefaultSource] make one. The source that was there is not
// closed.
func SetDefaultSource(source *Source) {
	defaultSource.Lock()
	defer defaultSource.Unlock()
	defaultSource.source = source
}
