//! One HTTP exchange as values: the request that goes out, the answer or the fault that comes back.

use std::sync::Arc;

use zeroize::Zeroizing;

/// How much later than an exchange's own timeouts its lease ends.
const GRACE_MS: i64 = 1_000;

/// A moment on two clocks. What ends is judged by both, and the stricter wins: a wall clock jumps, and a steady one does not know the date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Now {
    /// Milliseconds since 1970, as the wall clock says.
    pub unix_ms: i64,
    /// Milliseconds since some moment, never backwards, counting while the machine sleeps.
    pub steady_ms: i64,
}

/// What is asked of a server.
#[derive(Clone)]
pub struct Request {
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub method: &'static str,
    /// An absolute `http://` or `https://` URL, percent-encoded.
    pub url: String,
    /// Names as they are sent, and values, which are bytes because some servers want Latin-1.
    pub headers: Vec<(String, Zeroizing<Vec<u8>>)>,
    /// The body, if the method has one; an empty one is sent as such.
    pub body: Option<Zeroizing<Vec<u8>>>,
    /// How the connection is made.
    pub transport: Arc<Transport>,
}

/// What a server answered.
pub struct Response {
    /// The status, 100 to 599.
    pub status: u16,
    /// Names in any case, and values.
    pub headers: Vec<(String, String)>,
    /// The body, complete.
    pub body: Vec<u8>,
}

impl Response {
    /// The first header of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The connection was refused: nothing listens there.
    Refused,
    /// The connection broke before the answer was complete.
    Dropped,
    /// The name has no address.
    Unresolved,
    /// No secure connection could be made.
    Tls,
    /// A network timeout passed.
    Timeout,
    /// The answer is larger than the library takes.
    TooLarge,
    /// What came is no HTTP.
    Garbled,
}

/// How one exchange ended.
pub type Outcome = Result<Response, Fault>;

/// How connections of one source, client or issuer are made; the paths are of PEM files.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Transport {
    /// A bundle whose roots count, instead of the system's.
    pub ca_file: Option<String>,
    /// The certificate that the client shows.
    pub client_certificate: Option<String>,
    /// Its key; without it, the key is in the same file.
    pub client_key: Option<String>,
    /// How long a connection may take to come about.
    pub connect_timeout_ms: u64,
    /// How long an exchange may take.
    pub request_timeout_ms: u64,
    /// The proxy for this URL, already chosen from config or environment.
    pub proxy: Option<String>,
    /// The largest body that is read.
    pub max_body_bytes: usize,
}

impl Transport {
    /// When the lease of an exchange that begins now ends by itself, on the steady clock: a little after the exchange's own timeouts.
    pub(super) fn lease_end_ms(&self, now: Now) -> i64 {
        let timeouts_ms = self.connect_timeout_ms.saturating_add(self.request_timeout_ms);
        now.steady_ms.saturating_add_unsigned(timeouts_ms).saturating_add(GRACE_MS)
    }
}
