//! One HTTP exchange over ureq: nothing is followed, kept, retried, decompressed or read from the environment.

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use ureq::config::Config;
use ureq::http::HeaderValue;
use ureq::typestate::{WithBody, WithoutBody};
use ureq::{Agent, Body, Error, Proxy, ProxyProtocol, RequestBuilder};

use super::connector::connector;
use super::names::Names;
use super::threads::Threads;
use super::tls::Tls;
use crate::error::{Failure, Result, Status};
use crate::source::{Fault, Outcome, Request, Response, Transport};

/// Status line and headers of an answer.
const MAX_HEAD_BYTES: usize = 64 * 1024;

/// What ureq holds in memory for a connection, either way.
const BUFFER_BYTES: usize = 128 * 1024;

/// Makes HTTP exchanges.
pub(super) struct Http {
    config: Config,
    names: Names,
    lines: Mutex<Lines>,
}

/// The ways to servers that are open.
#[derive(Default)]
struct Lines {
    last: u64,
    open: BTreeMap<u64, Agent>,
    is_closed: bool,
}

/// Exchanges one after the other. Those over one transport share a connection while the server keeps it.
pub(super) struct Talk<'a> {
    http: &'a Http,
    tls: &'a Tls,
    line: Option<Line<'a>>,
}

/// A way to one server.
struct Line<'a> {
    http: &'a Http,
    number: u64,
    agent: Agent,
    transport: Arc<Transport>,
    proxy: Option<Proxy>,
}

impl Http {
    /// Reads the environment (ureq does, though nothing comes of it), so this belongs on a thread of the host.
    pub(super) fn new(threads: Threads) -> Http {
        let config = Agent::config_builder()
            .proxy(None)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            .user_agent(concat!("jeton/", env!("CARGO_PKG_VERSION")))
            .accept_encoding("identity")
            .max_response_header_size(MAX_HEAD_BYTES)
            .input_buffer_size(BUFFER_BYTES)
            .output_buffer_size(BUFFER_BYTES)
            .build();
        Http { config, names: Names::new(threads), lines: Mutex::default() }
    }

    /// Begins to talk; nothing is sent yet.
    pub(super) fn talk<'a>(&'a self, tls: &'a Tls) -> Talk<'a> {
        Talk { http: self, tls, line: None }
    }

    fn open(&self, tls: &Tls, transport: &Arc<Transport>) -> Result<Line<'_>> {
        let proxy = transport.proxy.as_deref().map(proxy).transpose()?;
        let connector = connector(tls.config(transport)?);
        let agent = Agent::with_parts(self.config.clone(), connector, self.names.clone());
        let mut lines = self.lines();
        if lines.is_closed {
            return Err(Failure::new(Status::Closed, "the runtime was stopped"));
        }
        lines.last += 1;
        let number = lines.last;
        lines.open.insert(number, agent.clone());
        Ok(Line { http: self, number, agent, transport: Arc::clone(transport), proxy })
    }

    /// Breaks every connection, and opens no more.
    pub(super) fn hang_up(&self) {
        let mut lines = self.lines();
        lines.is_closed = true;
        let open = std::mem::take(&mut lines.open);
        drop(lines);
        open.into_values().for_each(Agent::shutdown);
    }

    /// Whether it was hung up.
    pub(super) fn is_closed(&self) -> bool {
        self.lines().is_closed
    }

    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Line<'_> {
    fn drop(&mut self) {
        self.http.lines().open.remove(&self.number);
    }
}

impl Talk<'_> {
    /// Sends one request and reads the whole answer. CONFIG names the file or proxy of its transport that cannot be used.
    pub(super) fn exchange(&mut self, request: &Request) -> Result<Outcome> {
        let line = match self.line.take().filter(|line| line.transport == request.transport) {
            Some(line) => line,
            None => self.http.open(self.tls, &request.transport)?,
        };
        Ok(self.line.insert(line).exchange(request))
    }
}

impl Line<'_> {
    fn exchange(&self, request: &Request) -> Outcome {
        let sent = match request.method {
            "POST" => self.with_body(self.agent.post(&request.url), request),
            "PUT" => self.with_body(self.agent.put(&request.url), request),
            "DELETE" => self.without_body(self.agent.delete(&request.url), request),
            _ => self.without_body(self.agent.get(&request.url), request),
        };
        sent.and_then(|response| read(response, self.transport.max_body_bytes)).map_err(|error| fault(&error))
    }

    fn with_body(
        &self,
        builder: RequestBuilder<WithBody>,
        request: &Request,
    ) -> Result<ureq::http::Response<Body>, Error> {
        self.prepare(builder, request).send(request.body.as_deref().map_or(&[][..], Vec::as_slice))
    }

    fn without_body(
        &self,
        builder: RequestBuilder<WithoutBody>,
        request: &Request,
    ) -> Result<ureq::http::Response<Body>, Error> {
        let builder = self.prepare(builder, request);
        match &request.body {
            Some(body) => builder.force_send_body().send(body.as_slice()),
            None => builder.call(),
        }
    }

    fn prepare<B>(&self, builder: RequestBuilder<B>, request: &Request) -> RequestBuilder<B> {
        let headers = request.headers.iter();
        let builder = headers.fold(builder, |builder, (name, value)| builder.header_raw(name, value));
        let connect = Some(Duration::from_millis(self.transport.connect_timeout_ms));
        builder
            .config()
            .proxy(self.proxy.clone())
            .timeout_global(Some(Duration::from_millis(self.transport.request_timeout_ms)))
            .timeout_resolve(connect)
            .timeout_connect(connect)
            .build()
    }
}

/// A proxy by its URL; only those that speak HTTP.
fn proxy(url: &str) -> Result<Proxy> {
    let proxy = Proxy::new(url).ok();
    let proxy = proxy.filter(|proxy| matches!(proxy.protocol(), ProxyProtocol::Http | ProxyProtocol::Https));
    proxy.ok_or_else(|| Failure::new(Status::Config, "config.proxy: expected the URL of an HTTP proxy"))
}

fn read(mut response: ureq::http::Response<Body>, max_body_bytes: usize) -> Result<Response, Error> {
    let headers = response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    let mut body = Vec::new();
    // One byte more than is taken tells a body that is too large from one that just fits.
    let mut reader = response.body_mut().as_reader().take((max_body_bytes as u64).saturating_add(1));
    reader.read_to_end(&mut body)?;
    if body.len() > max_body_bytes {
        return Err(Error::BodyExceedsLimit(max_body_bytes as u64));
    }
    Ok(Response { status: response.status().as_u16(), headers, body })
}

/// A header's value: UTF-8 if it is that, else Latin-1.
fn text(value: &HeaderValue) -> String {
    let bytes = value.as_bytes();
    std::str::from_utf8(bytes).map_or_else(|_| bytes.iter().map(|byte| char::from(*byte)).collect(), str::to_owned)
}

/// What ureq's errors mean to who asked.
fn fault(error: &Error) -> Fault {
    match error {
        Error::Timeout(_) => Fault::Timeout,
        Error::HostNotFound => Fault::Unresolved,
        Error::Tls(_) | Error::TlsRequired | Error::Rustls(_) | Error::Pem(_) => Fault::Tls,
        Error::BodyExceedsLimit(_) | Error::LargeResponseHeader(..) => Fault::TooLarge,
        // A proxy that does not let through is as good as none.
        Error::ConnectProxyFailed(_) | Error::ConnectionFailed => Fault::Refused,
        Error::Io(error) => match error.kind() {
            ErrorKind::TimedOut | ErrorKind::WouldBlock => Fault::Timeout,
            ErrorKind::InvalidData => Fault::Tls,
            ErrorKind::ConnectionRefused
            | ErrorKind::HostUnreachable
            | ErrorKind::NetworkUnreachable
            | ErrorKind::NetworkDown
            | ErrorKind::AddrNotAvailable => Fault::Refused,
            _ => Fault::Dropped,
        },
        _ => Fault::Garbled,
    }
}
