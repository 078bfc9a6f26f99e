//! What a client is opened with: where the two servers are, and who calls.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::version::Version;
use crate::error::Result;
use crate::jose::config::Config;
use crate::jose::json::Kind;
use crate::source::Transport;
use crate::source::environment::Environment;
use crate::source::hidden::Hidden;
use crate::source::transport::Connections;
use crate::source::url::{self, Origin};

/// What does not change while a client is open.
pub(super) struct Settings {
    /// REST++, where tokens are used, and asked for before 4.0.
    pub(super) restpp: Server,
    /// GSQL.
    pub(super) gsql: Server,
    /// REST++ behind the port of GSQL, where its own port may refuse.
    pub(super) restpp_behind_gsql: Option<Server>,
    pub(super) graph: Option<String>,
    pub(super) version: Option<Version>,
    /// The value of a header with Basic credentials.
    pub(super) basic: Option<Zeroizing<String>>,
    /// A token of the user's own.
    pub(super) api_token: Option<Zeroizing<String>>,
    pub(super) hidden: Hidden,
}

/// Which server a request goes to, and by which way.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Gsql,
    Restpp,
    RestppBehindGsql,
}

/// Where requests go.
pub(super) struct Server {
    pub(super) url: String,
    pub(super) transport: Arc<Transport>,
}

impl Settings {
    /// Takes them out of `config` and `secrets`; what else is in there is for others.
    pub(super) fn take(
        config: &mut Config<'_>,
        secrets: &mut Config<'_>,
        environment: &Environment,
    ) -> Result<Settings> {
        let (restpp, gsql) = urls(config)?;
        let connections = Connections::take(config, environment)?;
        let server = |url: String| Ok::<_, crate::error::Failure>(Server { transport: connections.to(&url)?, url });
        let behind_gsql = format!("{gsql}/restpp");
        let restpp_behind_gsql = if restpp == behind_gsql { None } else { Some(server(behind_gsql)?) };

        let version = config.text("version")?.map(|text| Version::parse(&text));
        let expected = || config.failure("version", "expected a version such as \"3.9.3\"");
        let version = version.map(|version| version.ok_or_else(expected)).transpose()?;
        let graph = config.filled_text("graph")?.map(|graph| graph.into_owned());
        let mut hidden = Hidden::default();
        let basic = basic(config, secrets, &mut hidden)?;
        let api_token = secrets.filled_text("api_token")?.map(|token| Zeroizing::new(token.into_owned()));
        if let Some(token) = &api_token {
            check_token(token).map_err(|what| secrets.failure("api_token", what))?;
            hidden.add(token);
        }
        let (restpp, gsql) = (server(restpp)?, server(gsql)?);
        Ok(Settings { restpp, gsql, restpp_behind_gsql, graph, version, basic, api_token, hidden })
    }

    /// The server at a place.
    pub(super) fn server(&self, place: Place) -> &Server {
        match place {
            Place::Gsql => &self.gsql,
            Place::Restpp => &self.restpp,
            Place::RestppBehindGsql => self.restpp_behind_gsql.as_ref().unwrap_or(&self.restpp),
        }
    }
}

/// A token goes into a header as it is.
pub(super) fn check_token(token: &str) -> Result<(), &'static str> {
    match !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic()) {
        true => Ok(()),
        false => Err("a token that cannot stand in a header"),
    }
}

/// The URLs of REST++ and GSQL: as given, or made of a host and two ports.
fn urls(config: &mut Config<'_>) -> Result<(String, String)> {
    let mut given = |name: &str| -> Result<Option<String>> {
        let Some(text) = config.text(name)? else { return Ok(None) };
        url::base(&text).map(Some).map_err(|what| config.failure(name, what))
    };
    match (given("restpp_url")?, given("gs_url")?) {
        (Some(restpp), Some(gsql)) => {
            let parts = ["host", "restpp_port", "gs_port"].into_iter().find(|name| config.kind(name).is_some());
            match parts {
                Some(name) => Err(config.failure(name, "restpp_url and gs_url say it already")),
                None => Ok((restpp, gsql)),
            }
        }
        (Some(_), None) => Err(config.failure("gs_url", "missing beside restpp_url")),
        (None, Some(_)) => Err(config.failure("restpp_url", "missing beside gs_url")),
        (None, None) => {
            let host = config.text("host")?;
            let host = url::base(host.as_deref().unwrap_or("http://127.0.0.1"));
            let host = host.map_err(|what| config.failure("host", what))?;
            let origin = Origin::of(&host).filter(|_| host.matches('/').count() == 2);
            let origin = origin.ok_or_else(|| config.failure("host", "expected a host without path"))?;
            let named = origin.names_port().then(|| origin.port());
            let host = if named.is_some() { host.rsplit_once(':').map_or(&*host, |(host, _)| host) } else { &host };
            let given = [port(config, "restpp_port")?, port(config, "gs_port")?];
            if named.is_some() && given.iter().any(Option::is_some) && !given.contains(&named) {
                return Err(config.failure("host", "its port is neither restpp_port nor gs_port"));
            }
            let [restpp, gsql] = given.map(|given| given.or(named));
            let (restpp, gsql) = (restpp.unwrap_or(9000), gsql.unwrap_or(14240));
            let gsql_url = format!("{host}:{gsql}");
            Ok((if restpp == gsql { format!("{gsql_url}/restpp") } else { format!("{host}:{restpp}") }, gsql_url))
        }
    }
}

/// A port, as a number or as a text.
fn port(config: &mut Config<'_>, name: &str) -> Result<Option<u16>> {
    if config.kind(name) != Some(Kind::String) {
        return Ok(config.integer(name, 1..=65535)?.and_then(|port| u16::try_from(port).ok()));
    }
    let text = config.text(name)?.unwrap_or_default();
    let port = text.parse().ok().filter(|port| *port > 0 && text.bytes().all(|byte| byte.is_ascii_digit()));
    port.map(Some).ok_or_else(|| config.failure(name, "expected an integer from 1 to 65535"))
}

/// A GSQL secret is a password, too, of a user with a name of its own (RFC 7617, in UTF-8).
fn basic(config: &mut Config<'_>, secrets: &mut Config<'_>, hidden: &mut Hidden) -> Result<Option<Zeroizing<String>>> {
    let username = config.filled_text("username")?;
    let password = secrets.filled_text("password")?;
    let gsql_secret = secrets.filled_text("gsql_secret")?;
    for secret in [&password, &gsql_secret].into_iter().flatten() {
        hidden.add(secret);
    }
    let (username, password) = match (&username, &password, &gsql_secret) {
        (_, _, Some(secret)) => ("__GSQL__secret", &**secret),
        (Some(username), Some(password), None) => (&**username, &**password),
        (None, Some(_), None) => return Err(config.failure("username", "missing beside a password")),
        (_, None, None) => return Ok(None),
    };
    if username.contains(':') {
        return Err(config.failure("username", "a colon cannot stand in it"));
    }
    let pair = Zeroizing::new(format!("{username}:{password}"));
    let encoded = Zeroizing::new(STANDARD.encode(pair.as_bytes()));
    hidden.add(&encoded);
    Ok(Some(Zeroizing::new(format!("Basic {}", *encoded))))
}
