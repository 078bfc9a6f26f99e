package jetonhttp

import (
	"strconv"
	"strings"
)

// decode reads a query as browsers and Datasette do: what is no escape stands for itself, where net/url drops the whole pair.
func decode(query string) map[string][]string {
	values := map[string][]string{}
	for pair := range strings.SplitSeq(query, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		name = unescape(name)
		values[name] = append(values[name], unescape(value))
	}
	return values
}

func unescape(text string) string {
	octets := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		octet := text[i]
		if octet == '+' {
			octet = ' '
		} else if octet == '%' && i+2 < len(text) {
			if escaped, err := strconv.ParseUint(text[i+1:i+3], 16, 8); err == nil {
				octet, i = byte(escaped), i+2
			}
		}
		octets = append(octets, octet)
	}
	return string(octets)
}
