//! The little of URLs (RFC 3986) that is needed: where a base URL leads, and how texts are put into one.

use std::net::{IpAddr, Ipv6Addr};

/// Checks an absolute `http` or `https` URL below which requests go: no query, no fragment, nothing that has to be encoded, and no credentials,
/// which would show in logs. Gives it without trailing slashes, or says what is wrong.
pub(crate) fn base(url: &str) -> Result<String, &'static str> {
    let (origin, path) = split(url).ok_or("expected an http or https URL with a host")?;
    if url.contains(['?', '#']) {
        return Err("a base URL has no query and no fragment");
    }
    if !path.bytes().all(is_plain) {
        return Err("the path has to be percent-encoded");
    }
    let port = origin.explicit_port.map_or_else(String::new, |port| format!(":{port}"));
    let scheme = if origin.is_https { "https" } else { "http" };
    Ok(format!("{scheme}://{}{port}{}", origin.host, path.trim_end_matches('/')))
}

/// Checks an absolute `http` or `https` URL to which requests go as it stands: no fragment, nothing that has to be encoded, and no credentials.
pub(crate) fn endpoint(url: &str) -> Result<String, &'static str> {
    split(url).ok_or("expected an http or https URL with a host")?;
    if url.contains('#') {
        return Err("an endpoint has no fragment");
    }
    if !url.bytes().all(is_plain) {
        return Err("the URL has to be percent-encoded");
    }
    Ok(url.to_owned())
}

/// Where a URL leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Origin {
    pub(crate) is_https: bool,
    /// In lower case; an IPv6 address has its brackets.
    pub(crate) host: String,
    explicit_port: Option<u16>,
}

impl Origin {
    /// Reads it from an absolute URL.
    pub(crate) fn of(url: &str) -> Option<Origin> {
        split(url).map(|(origin, _)| origin)
    }

    /// The port, be it named or the scheme's own.
    pub(crate) fn port(&self) -> u16 {
        self.explicit_port.unwrap_or(if self.is_https { 443 } else { 80 })
    }

    /// Whether it names its port.
    pub(crate) fn names_port(&self) -> bool {
        self.explicit_port.is_some()
    }

    /// Whether it leads to this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.address().is_some_and(|address| address.is_loopback())
    }

    fn address(&self) -> Option<IpAddr> {
        match self.host.strip_prefix('[') {
            Some(rest) => rest.strip_suffix(']')?.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
            None => self.host.parse().ok(),
        }
    }
}

/// Origin, and what follows it.
fn split(url: &str) -> Option<(Origin, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    let is_https = match scheme.to_ascii_lowercase().as_str() {
        "https" => true,
        "http" => false,
        _ => return None,
    };
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let explicit_port = match port {
        Some(port) => Some(
            port.parse().ok().filter(|number: &u16| *number > 0 && port.starts_with(|c: char| c.is_ascii_digit()))?,
        ),
        None => None,
    };
    let origin = Origin { is_https, host: host.to_ascii_lowercase(), explicit_port };
    is_host(&origin).then_some((origin, path))
}

/// Whether it is a name (also one with underscores, as container networks have them) or an address.
fn is_host(origin: &Origin) -> bool {
    let is_name = |host: &str| {
        host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)) && !host.starts_with('.')
    };
    !origin.host.is_empty() && (is_name(&origin.host) || origin.address().is_some())
}

/// Whether a URL may have the byte as it is.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_graphic() && !br#""<>\^`{|}"#.contains(&byte)
}

/// A text as a part of a path or a value of a query: all but RFC 3986's unreserved characters is encoded.
pub(crate) fn percent_encoded(text: &str) -> String {
    encoded(text, "%20")
}

/// A text as one segment of a path. None for what is a step within the path, however it is written.
pub(crate) fn segment(text: &str) -> Option<String> {
    (!["", ".", ".."].contains(&text)).then(|| percent_encoded(text))
}

/// A text as a part of a form (`application/x-www-form-urlencoded`), where a space is a plus.
pub(crate) fn form_encoded(text: &str) -> String {
    encoded(text, "+")
}

fn encoded(text: &str, space: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            b' ' => out.push_str(space),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_urls_lose_their_trailing_slashes() {
        for (url, read) in [
            ("http://127.0.0.1", "http://127.0.0.1"),
            ("https://Dss.Example:11200/a/b//", "https://dss.example:11200/a/b"),
            ("HTTP://[::1]:9000/", "http://[::1]:9000"),
            ("https://my_service/", "https://my_service"),
        ] {
            assert_eq!(base(url).as_deref(), Ok(read), "{url}");
        }
        for url in [
            "",
            "127.0.0.1",
            "ftp://h",
            "https://",
            "https:///p",
            "https://user:pw@h",
            "https://h:0",
            "https://h:70000",
            "https://h:+1",
            "https://h:",
            "https://h/a b",
            "https://h/?q",
            "https://h#f",
            "https://[::1",
            "https://h\r\nX",
            "https://caf\u{e9}",
        ] {
            assert!(base(url).is_err(), "{url}");
        }
    }

    #[test]
    fn loopback_is_this_machine_only() {
        for (url, is_loopback) in [
            ("http://localhost:1/x", true),
            ("http://LOCALHOST", true),
            ("http://127.3.2.1", true),
            ("http://[::1]", true),
            ("http://127.0.0.1.example", false),
            ("http://localhost.example", false),
            ("http://10.0.0.1", false),
            ("http://0.0.0.0", false),
        ] {
            assert_eq!(Origin::of(url).unwrap().is_loopback(), is_loopback, "{url}");
        }
        assert_eq!(Origin::of("https://h").unwrap().port(), 443);
        assert_eq!(Origin::of("http://h:81").unwrap().port(), 81);
    }

    #[test]
    fn encodings_differ_in_the_space() {
        assert_eq!(percent_encoded("u 1&x/\u{e9}~"), "u%201%26x%2F%C3%A9~");
        assert_eq!(form_encoded("u 1&x"), "u+1%26x");
        assert_eq!(segment("a/..").as_deref(), Some("a%2F.."));
        assert_eq!([segment(""), segment("."), segment("..")], [None, None, None]);
    }
}
