//! Names to addresses. The system's resolver knows no deadline and may hang for half a minute, so it is asked on a thread of its own.

use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};

use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use super::threads::Threads;

/// No more addresses of one name than this are tried.
const MAX_ADDRESSES: usize = 16;

/// Resolves names within the time that an exchange has.
#[derive(Clone)]
pub(super) struct Names {
    threads: Threads,
}

impl Names {
    pub(super) fn new(threads: Threads) -> Names {
        Names { threads }
    }

    fn look_up(&self, name: &str, port: u16, timeout: NextTimeout) -> Result<Vec<SocketAddr>, Error> {
        let (found, addresses) = sync_channel(1);
        let name = name.to_owned();
        self.threads.spawn("jeton-names", move || {
            let addresses: io::Result<Vec<_>> = (name, port).to_socket_addrs().map(Iterator::collect);
            // Who asked may have given up.
            let _ = found.send(addresses);
        })?;
        match addresses.recv_timeout(*timeout.after) {
            Ok(Ok(addresses)) => Ok(addresses),
            Ok(Err(_)) => Err(Error::HostNotFound),
            Err(RecvTimeoutError::Timeout) => Err(Error::Timeout(timeout.reason)),
            Err(RecvTimeoutError::Disconnected) => Err(Error::HostNotFound),
        }
    }
}

impl Resolver for Names {
    fn resolve(&self, uri: &Uri, _: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let host = uri.host().ok_or(Error::HostNotFound)?;
        let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("https") { 443 } else { 80 });
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let addresses = match bare.parse::<IpAddr>() {
            Ok(address) => vec![SocketAddr::new(address, port)],
            Err(_) => self.look_up(bare, port, timeout)?,
        };
        let mut resolved = self.empty();
        addresses.into_iter().take(MAX_ADDRESSES).for_each(|address| resolved.push(address));
        if resolved.is_empty() { Err(Error::HostNotFound) } else { Ok(resolved) }
    }
}

impl std::fmt::Debug for Names {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Names").finish_non_exhaustive()
    }
}
