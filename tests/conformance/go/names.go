package main

// Names are what the requests gave to something that stays open from one line to the next.
type names[T interface{ Close() }] map[string]T

// give opens what a member of the request is the name of, and closes what had the name.
func (n names[T]) give(r request, member string, open func() (T, error)) (T, error) {
	name := r.text(member)
	opened, err := open()
	if err != nil {
		return opened, err
	}
	if earlier, isOpen := n[name]; isOpen {
		earlier.Close()
	}
	n[name] = opened
	return opened, nil
}

func (n names[T]) find(r request, member string) T {
	found, isOpen := n[r.text(member)]
	if !isOpen {
		refuse("CONFIG", "nothing of this name is open")
	}
	return found
}

// close closes what has a name, and forgets the name.
func (n names[T]) close(r request, member string) answer {
	n.find(r, member).Close()
	delete(n, r.text(member))
	return ok()
}
