//! How ureq's connections are made: through a proxy or straight, and secured by what [`Tls`](super::tls::Tls) made.

use std::fmt;
use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use ureq::Error;
use ureq::unversioned::transport::{
    Buffers, ConnectProxyConnector, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout, TcpConnector,
    Transport, TransportAdapter, time,
};

/// Connections by proxy or TCP, with TLS for `https`.
pub(super) fn connector(tls: Arc<ClientConfig>) -> impl Connector {
    ().chain(Tunnelling::default()).chain(TcpConnector::default()).chain(Securing { tls })
}

/// What a proxy may answer before it lets through.
const MAX_PROXY_HEAD_BYTES: usize = 64 * 1024;

/// Goes through a proxy, within the time that there is for a connection: ureq has each of the reads take that long.
#[derive(Debug, Default)]
struct Tunnelling(ConnectProxyConnector);

impl<In: Transport> Connector<In> for Tunnelling {
    type Out = <ConnectProxyConnector as Connector<In>>::Out;

    fn connect(&self, details: &ConnectionDetails, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        let is_through = Arc::new(AtomicBool::new(false));
        let deadline = Instant::now().checked_add(*details.timeout.after);
        let (inner, flag) = (Arc::clone(&details.run_connector), Arc::clone(&is_through));
        let bounded = ConnectionDetails {
            uri: details.uri,
            addrs: details.addrs.clone(),
            config: details.config,
            request_level: details.request_level,
            resolver: details.resolver,
            now: details.now,
            timeout: details.timeout,
            current_time: Arc::clone(&details.current_time),
            run_connector: Arc::new(move |details| {
                let (inner, is_through) = (inner(details)?, Arc::clone(&flag));
                Ok(Bounded { inner, deadline, is_through }.boxed())
            }),
            register_shutdown: Arc::clone(&details.register_shutdown),
        };
        let connected = self.0.connect(&bounded, chained);
        is_through.store(true, Relaxed);
        connected
    }
}

/// A connection to a proxy, which has a deadline until the proxy lets through.
#[derive(Debug)]
struct Bounded {
    inner: Box<dyn Transport>,
    deadline: Option<Instant>,
    is_through: Arc<AtomicBool>,
}

impl Bounded {
    fn left(&self, timeout: NextTimeout) -> Result<NextTimeout, Error> {
        let Some(deadline) = self.deadline.filter(|_| !self.is_through.load(Relaxed)) else { return Ok(timeout) };
        match deadline.saturating_duration_since(Instant::now()).min(*timeout.after) {
            Duration::ZERO => Err(Error::Timeout(timeout.reason)),
            left => Ok(NextTimeout { after: time::Duration::Exact(left), ..timeout }),
        }
    }
}

impl Transport for Bounded {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let timeout = self.left(timeout)?;
        self.inner.transmit_output(amount, timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        let timeout = self.left(timeout)?;
        let came = self.inner.await_input(timeout)?;
        if !self.is_through.load(Relaxed) && self.inner.buffers().input().len() > MAX_PROXY_HEAD_BYTES {
            return Err(Error::ConnectProxyFailed("its answer is too large".to_owned()));
        }
        Ok(came)
    }

    fn is_open(&mut self) -> bool {
        self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}

/// Puts TLS around a connection that needs it.
struct Securing {
    tls: Arc<ClientConfig>,
}

impl<In: Transport> Connector<In> for Securing {
    type Out = Either<In, Secured>;

    fn connect(&self, details: &ConnectionDetails, chained: Option<In>) -> Result<Option<Self::Out>, Error> {
        let Some(transport) = chained else { return Ok(None) };
        if !details.needs_tls() || transport.is_tls() {
            return Ok(Some(Either::A(transport)));
        }
        let host = details.uri.host().unwrap_or_default();
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let name = ServerName::try_from(bare.to_owned()).map_err(|_| Error::Tls("the host is no name"))?;
        let mut connection = ClientConnection::new(Arc::clone(&self.tls), name)?;
        let mut socket = TransportAdapter::new(transport.boxed(), Arc::clone(&details.current_time));
        socket.set_timeout(details.timeout);
        connection.complete_io(&mut socket)?;
        let (input, output) = (details.config.input_buffer_size(), details.config.output_buffer_size());
        let stream = StreamOwned { conn: connection, sock: socket };
        Ok(Some(Either::B(Secured { stream, buffers: LazyBuffers::new(input, output) })))
    }
}

/// A connection under TLS.
struct Secured {
    stream: StreamOwned<ClientConnection, TransportAdapter>,
    buffers: LazyBuffers,
}

impl Transport for Secured {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.stream.get_mut().set_timeout(timeout);
        let output = self.buffers.output().get(..amount).ok_or(Error::BodyExceedsLimit(amount as u64))?;
        self.stream.write_all(output)?;
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.stream.get_mut().set_timeout(timeout);
        let amount = self.stream.read(self.buffers.input_append_buf())?;
        self.buffers.input_appended(amount);
        Ok(amount > 0)
    }

    fn is_open(&mut self) -> bool {
        self.stream.get_mut().get_mut().is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}

impl fmt::Debug for Securing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Securing").finish_non_exhaustive()
    }
}

impl fmt::Debug for Secured {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secured").finish_non_exhaustive()
    }
}
