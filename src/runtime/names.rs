//! Names to addresses. The system's resolver knows no deadline and may hang for half a minute, so it is asked on threads of their own: one
//! for a name, whoever asks, and not too many.

use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use ureq::Error;
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;

use super::threads::Threads;

/// No more addresses of one name than this are tried.
const MAX_ADDRESSES: usize = 16;

/// Names that are looked up at once; others wait for their turn.
const MAX_LOOK_UPS: usize = 32;

/// Resolves names within the time that an exchange has.
#[derive(Clone)]
pub(super) struct Names(Arc<Shared>);

struct Shared {
    threads: Threads,
    ask: fn(&str) -> io::Result<Vec<IpAddr>>,
    under_way: Mutex<UnderWay>,
    changed: Condvar,
}

type UnderWay = HashMap<String, Arc<LookUp>>;

/// What came of it, once it did; `None` is no address.
type LookUp = OnceLock<Option<Vec<IpAddr>>>;

impl Names {
    pub(super) fn new(threads: Threads) -> Names {
        Names::asking(threads, |name| Ok((name, 0).to_socket_addrs()?.map(|address| address.ip()).collect()))
    }

    fn asking(threads: Threads, ask: fn(&str) -> io::Result<Vec<IpAddr>>) -> Names {
        Names(Arc::new(Shared { threads, ask, under_way: Mutex::default(), changed: Condvar::new() }))
    }

    fn look_up(&self, name: &str, timeout: NextTimeout) -> Result<Vec<IpAddr>, Error> {
        let began = Instant::now();
        let left = || timeout.after.saturating_sub(began.elapsed());
        let changed = &self.0.changed;
        let is_full = |all: &mut UnderWay| all.len() >= MAX_LOOK_UPS && !all.contains_key(name);
        let mut under_way =
            changed.wait_timeout_while(self.under_way(), left(), is_full).unwrap_or_else(PoisonError::into_inner).0;
        if is_full(&mut under_way) {
            return Err(Error::Timeout(timeout.reason));
        }
        let look_up = match under_way.get(name) {
            Some(look_up) => Arc::clone(look_up),
            None => self.begin(&mut under_way, name)?,
        };
        let waited = changed.wait_timeout_while(under_way, left(), |_| look_up.get().is_none());
        drop(waited.unwrap_or_else(PoisonError::into_inner));
        match look_up.get() {
            Some(Some(addresses)) => Ok(addresses.clone()),
            Some(None) => Err(Error::HostNotFound),
            None => Err(Error::Timeout(timeout.reason)),
        }
    }

    fn begin(&self, under_way: &mut UnderWay, name: &str) -> io::Result<Arc<LookUp>> {
        let (names, own, look_up) = (self.clone(), name.to_owned(), Arc::<LookUp>::default());
        let asked = Arc::clone(&look_up);
        self.0.threads.spawn("jeton-names", move || {
            let addresses = (names.0.ask)(&own).ok();
            let mut under_way = names.under_way();
            // Nobody else answers it.
            let _ = asked.set(addresses);
            under_way.remove(&own);
            drop(under_way);
            names.0.changed.notify_all();
        })?;
        under_way.insert(name.to_owned(), Arc::clone(&look_up));
        Ok(look_up)
    }

    fn under_way(&self) -> MutexGuard<'_, UnderWay> {
        self.0.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Resolver for Names {
    fn resolve(&self, uri: &Uri, _: &Config, timeout: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let host = uri.host().ok_or(Error::HostNotFound)?;
        let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("https") { 443 } else { 80 });
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        let addresses = match bare.parse::<IpAddr>() {
            Ok(address) => vec![address],
            Err(_) => self.look_up(bare, timeout)?,
        };
        let mut resolved = self.empty();
        addresses.into_iter().take(MAX_ADDRESSES).for_each(|address| resolved.push(SocketAddr::new(address, port)));
        if resolved.is_empty() { Err(Error::HostNotFound) } else { Ok(resolved) }
    }
}

impl std::fmt::Debug for Names {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Names").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::thread;
    use std::time::Duration;

    use ureq::unversioned::transport::time;

    use super::*;

    static ASKED: AtomicUsize = AtomicUsize::new(0);
    static GATE: Mutex<()> = Mutex::new(());

    fn within(milliseconds: u64) -> NextTimeout {
        NextTimeout { after: time::Duration::from_millis(milliseconds), ..NextTimeout::default() }
    }

    #[test]
    fn a_resolver_that_hangs_takes_one_thread_for_a_name_and_few_in_all() {
        let threads = Threads::default();
        let names = Names::asking(threads.clone(), |name| {
            ASKED.fetch_add(1, Ordering::SeqCst);
            let _open = GATE.lock();
            if name == "none" { Err(io::ErrorKind::NotFound.into()) } else { Ok(vec![IpAddr::from([127, 0, 0, 1])]) }
        });
        let gate = GATE.lock().unwrap();
        for _ in 0..10 {
            assert!(matches!(names.look_up("a", within(2)), Err(Error::Timeout(_))));
        }
        assert_eq!(names.under_way().len(), 1);
        for n in 0..50 {
            assert!(matches!(names.look_up(&n.to_string(), within(2)), Err(Error::Timeout(_))));
        }
        assert_eq!(names.under_way().len(), MAX_LOOK_UPS);
        thread::scope(|scope| {
            let turn = scope.spawn(|| names.look_up("b", within(5000)));
            let joined = scope.spawn(|| names.look_up("a", within(5000)));
            thread::sleep(Duration::from_millis(20));
            drop(gate);
            for found in [turn, joined] {
                assert_eq!(found.join().unwrap().unwrap(), [IpAddr::from([127, 0, 0, 1])]);
            }
        });
        assert!(matches!(names.look_up("none", within(5000)), Err(Error::HostNotFound)));
        assert!(threads.join(Duration::from_secs(5)));
        assert_eq!(ASKED.load(Ordering::SeqCst), MAX_LOOK_UPS + 2);
    }
}
