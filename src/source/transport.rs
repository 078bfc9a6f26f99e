//! The settings of connections, which all that fetches shares.

use std::borrow::Cow;
use std::sync::Arc;

use super::Transport;
use super::environment::Environment;
use super::identity::Identity;
use super::url::Origin;
use crate::error::{Failure, Result};
use crate::jose::config::{Config, config_failure};

/// No answer that is of use is larger.
const MAX_BODY_BYTES: usize = 4 << 20;

/// An hour.
const LONGEST_TIMEOUT_MS: i64 = 3_600_000;

/// The settings as given, before it is known where the connections go.
pub(crate) struct Connections {
    transport: Transport,
    allow_http: bool,
    variables: Variables,
}

/// The proxies that the environment names.
struct Variables {
    for_https: Option<String>,
    for_http: Option<String>,
    without: Vec<String>,
}

impl Transport {
    /// Takes the settings for connections to one URL.
    pub(crate) fn take(config: &mut Config<'_>, environment: &Environment, url: &str) -> Result<Arc<Transport>> {
        Connections::take(config, environment)?.to(url)
    }

    /// Adds whom the server takes this client for and whom this client takes for the server: with mutual TLS a certificate is a credential.
    pub(crate) fn identify(&self, identity: &mut Identity) {
        for part in [&self.ca_file, &self.client_certificate, &self.client_key, &self.proxy] {
            identity.add(part.as_deref());
        }
    }
}

impl Connections {
    /// Takes the settings out of `config`.
    pub(crate) fn take(config: &mut Config<'_>, environment: &Environment) -> Result<Connections> {
        let mut path = |name: &str| Ok::<_, Failure>(config.filled_text(name)?.map(Cow::into_owned));
        let (ca_file, client_certificate) = (path("ca_file")?, path("client_certificate")?);
        let (client_key, proxy) = (path("client_key")?, path("proxy")?);
        if client_key.is_some() && client_certificate.is_none() {
            return Err(config.failure("client_key", "there is no client_certificate that it could belong to"));
        }
        let mut milliseconds = |name: &str, default: u64| {
            let given = config.integer(name, 1..=LONGEST_TIMEOUT_MS)?;
            Ok::<_, Failure>(given.map_or(default, i64::unsigned_abs))
        };
        let connect_timeout_ms = milliseconds("connect_timeout_ms", 5_000)?;
        let request_timeout_ms = milliseconds("request_timeout_ms", 30_000)?;
        Ok(Connections {
            transport: Transport {
                ca_file,
                client_certificate,
                client_key,
                connect_timeout_ms,
                request_timeout_ms,
                proxy,
                max_body_bytes: MAX_BODY_BYTES,
            },
            allow_http: config.flag("allow_http")?.unwrap_or(false),
            variables: Variables::read(environment),
        })
    }

    /// The same for answers that are never larger than this.
    pub(crate) fn of_at_most(mut self, max_body_bytes: usize) -> Connections {
        self.transport.max_body_bytes = max_body_bytes;
        self
    }

    /// How connections to `url` are made. CONFIG if they would be open to everyone on the way.
    pub(crate) fn to(&self, url: &str) -> Result<Arc<Transport>> {
        let origin = Origin::of(url).ok_or_else(|| config_failure("config", "a URL that leads nowhere"))?;
        let mut transport = self.transport.clone();
        if origin.is_loopback() {
            transport.proxy = None;
            return Ok(Arc::new(transport));
        }
        if !origin.is_https && !self.allow_http {
            return Err(config_failure("config.allow_http", "plain http is for loopback, unless this is true"));
        }
        transport.proxy = transport.proxy.or_else(|| self.variables.proxy_to(&origin));
        Ok(Arc::new(transport))
    }
}

impl Variables {
    fn read(environment: &Environment) -> Variables {
        let text = |name| environment.get(name).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        // A CGI program finds a request's header `Proxy` under this name, and anyone can send that.
        let is_cgi = environment.get("REQUEST_METHOD").is_some();
        let without = text("NO_PROXY").unwrap_or_default();
        Variables {
            for_https: text("HTTPS_PROXY"),
            for_http: text("HTTP_PROXY").filter(|_| !is_cgi),
            without: without.split(',').map(|entry| entry.trim().to_ascii_lowercase()).collect(),
        }
    }

    fn proxy_to(&self, origin: &Origin) -> Option<String> {
        let proxy = if origin.is_https { &self.for_https } else { &self.for_http };
        proxy.clone().filter(|_| !self.without.iter().any(|entry| is_of(origin, entry)))
    }
}

/// Whether an entry of NO_PROXY is about this origin: `*`, a host, or a domain with all that is below it, each with or without a port.
fn is_of(origin: &Origin, entry: &str) -> bool {
    let entry = match entry.rsplit_once(':') {
        Some((host, port)) if port.parse() == Ok(origin.port()) && !host.is_empty() => host,
        _ => entry,
    };
    let domain = entry.strip_prefix("*.").or(entry.strip_prefix('.')).unwrap_or(entry);
    let below = |host: &str| host.strip_suffix(domain).is_some_and(|front| front.is_empty() || front.ends_with('.'));
    entry == "*" || (!domain.is_empty() && below(&origin.host))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(config: &str, environment: &str, url: &str) -> Option<String> {
        let mut config = Config::parse(config, "config").unwrap();
        let environment = Environment::parse(environment).unwrap();
        Transport::take(&mut config, &environment, url).unwrap().proxy.clone()
    }

    #[test]
    fn a_proxy_is_chosen_by_scheme_and_host() {
        const VARIABLES: &str = r#"{"HTTPS_PROXY":"http://p:1","HTTP_PROXY":"http://q:2","NO_PROXY":"internal, .corp.example,h.example:444"}"#;
        for (url, chosen) in [
            ("https://h.example", Some("http://p:1")),
            ("https://h.example:444", None),
            ("http://h.example", Some("http://q:2")),
            ("https://internal", None),
            ("https://a.internal", None),
            ("https://notinternal", Some("http://p:1")),
            ("https://x.corp.example", None),
            ("https://127.0.0.1:8443", None),
            ("http://localhost", None),
        ] {
            assert_eq!(proxy(r#"{"allow_http":true}"#, VARIABLES, url).as_deref(), chosen, "{url}");
        }
        assert_eq!(proxy(r#"{"proxy":"http://c:3"}"#, VARIABLES, "https://internal").as_deref(), Some("http://c:3"));
        assert_eq!(proxy(r#"{"proxy":"http://c:3"}"#, VARIABLES, "https://[::1]"), None);
        let cgi = r#"{"HTTP_PROXY":"http://evil:1","REQUEST_METHOD":"GET"}"#;
        assert_eq!(proxy(r#"{"allow_http":true}"#, cgi, "http://h.example"), None);
    }

    #[test]
    fn settings_that_cannot_be_are_refused() {
        let environment = Environment::parse("{}").unwrap();
        for (config, url, message) in [
            ("{}", "http://h.example", "config.allow_http: plain http is for loopback, unless this is true"),
            (r#"{"proxy":""}"#, "https://h", "config.proxy: expected a string that is not empty"),
            (
                r#"{"connect_timeout_ms":0}"#,
                "https://h",
                "config.connect_timeout_ms: expected an integer from 1 to 3600000",
            ),
            (
                r#"{"client_key":"k"}"#,
                "https://h",
                "config.client_key: there is no client_certificate that it could belong to",
            ),
        ] {
            let mut config = Config::parse(config, "config").unwrap();
            let failure = Transport::take(&mut config, &environment, url).err().unwrap();
            assert_eq!(failure.message(), message);
        }
    }
}
