package jeton

import "time"

// Connection says how servers are reached. Zero values stand for "not given". Plain http is for loopback unless AllowHTTP is set;
// redirects are never followed.
type Connection struct {
	// CAFile is a PEM bundle whose roots count instead of the system's.
	CAFile string
	// ClientCertificate and ClientKey are PEM files for mutual TLS; without the second the key is in the first.
	ClientCertificate string
	ClientKey         string
	// ConnectTimeout is how long a connection may take to come about, by default 5 seconds.
	ConnectTimeout time.Duration
	// RequestTimeout is how long an exchange may take, by default 30 seconds.
	RequestTimeout time.Duration
	// Proxy is the URL of a proxy, by default what HTTPS_PROXY, HTTP_PROXY and NO_PROXY say. Never used for loopback.
	Proxy string
	// AllowHTTP allows plain http to other machines.
	AllowHTTP bool
}

func (c Connection) write(o *object) {
	o.add("ca_file", c.CAFile)
	o.add("client_certificate", c.ClientCertificate)
	o.add("client_key", c.ClientKey)
	o.addMilliseconds("connect_timeout_ms", c.ConnectTimeout)
	o.addMilliseconds("request_timeout_ms", c.RequestTimeout)
	o.add("proxy", c.Proxy)
	o.add("allow_http", c.AllowHTTP)
}

// Retries says how often one fetch is tried, and how long it waits in between. nil fields have their defaults; see [Given].
type Retries struct {
	// Total is the number of tries after the first, by default 5.
	Total *int
	// BackoffFactor is the wait that grows twofold with each try; by default a random one of 1 to 10 seconds.
	BackoffFactor *time.Duration
	// BackoffMax is the longest such wait, by default 2 minutes.
	BackoffMax *time.Duration
	// RetryAfterMax is the longest wait that a server's Retry-After can ask for, by default 2 minutes.
	RetryAfterMax *time.Duration
	// Statuses lists the HTTP statuses that are tried again, by default 429, 500, 502, 503 and 504.
	Statuses []int
}

// MarshalJSON gives the retries as the library takes them.
func (r Retries) MarshalJSON() ([]byte, error) {
	var o object
	o.add("total", r.Total)
	o.addPeriod("backoff_factor_s", r.BackoffFactor)
	o.addPeriod("backoff_max_s", r.BackoffMax)
	o.addPeriod("retry_after_max_s", r.RetryAfterMax)
	o.add("statuses", r.Statuses)
	return o.json()
}

// addPeriod is addSeconds for a duration of which nil stands for "not given".
func (o *object) addPeriod(name string, duration *time.Duration) {
	if duration != nil {
		o.set(name, duration.Seconds())
	}
}
