//! What the runtime runs on: threads and connections, which come with the first use and end with [`stop`].

use std::mem;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::drive::resume;
use super::http::Http;
use super::pool::Pool;
use super::system::watch_forks;
use super::threads::{Threads, as_ours, is_ours};
use super::timer::Timer;
use super::tls::Tls;
use crate::error::{Failure, Result, Status};
use crate::source::gate::{Held, Lock, generation};

/// What connections are secured with. No thread holds any of it, so that a forked child goes on with it.
pub(super) static TLS: Tls = Tls::new();

static ENGINES: Lock<Engines> =
    Lock::new(Engines { generation: 0, current: None, ending: Vec::new(), inherited: Vec::new() });

/// The engine that runs, and the threads of those that were stopped and did not end in time.
struct Engines {
    generation: u32,
    current: Option<Arc<Engine>>,
    ending: Vec<Threads>,
    /// Those of parents, which are left as the forks found them: their locks may be held by threads that are not here.
    #[allow(dead_code)]
    inherited: Vec<(Option<Arc<Engine>>, Vec<Threads>)>,
}

/// Threads and connections of one process.
pub(super) struct Engine {
    threads: Threads,
    pub(super) http: Arc<Http>,
    pub(super) pool: Pool,
    pub(super) timer: Timer,
}

impl Engine {
    fn new() -> Engine {
        let threads = Threads::default();
        let (http, pool, timer) = (Http::new(threads.clone()), Pool::new(threads.clone()), Timer::new(threads.clone()));
        Engine { threads, http: Arc::new(http), pool, timer }
    }

    /// The engine of this process. It starts no thread before one is needed.
    pub(super) fn current() -> Arc<Engine> {
        Engine::running().unwrap_or_else(Engine::start)
    }

    /// The engine of this process; none where this thread is its last, and only the host may start another.
    pub(super) fn current_unless_ending() -> Option<Arc<Engine>> {
        Engine::running().or_else(|| (!is_ours()).then(Engine::start))
    }

    fn running() -> Option<Arc<Engine>> {
        Engines::lock().of_this_process().cloned()
    }

    fn start() -> Arc<Engine> {
        TLS.find_roots();
        let engine = Arc::new(Engine::new());
        let mut engines = Engines::lock();
        if let Some(first) = engines.of_this_process() {
            return Arc::clone(first);
        }
        engines.current = Some(Arc::clone(&engine));
        drop(engines);
        resume();
        engine
    }

    fn close(&self) {
        self.pool.close();
        self.timer.close();
        self.http.hang_up();
    }
}

impl Engines {
    fn lock() -> Held<'static, Engines> {
        watch_forks();
        ENGINES.lock()
    }

    fn of_this_process(&mut self) -> Option<&Arc<Engine>> {
        if self.generation != generation() {
            self.generation = generation();
            self.inherited.push((self.current.take(), mem::take(&mut self.ending)));
        }
        self.current.as_ref()
    }
}

/// Ends all threads within `timeout`: breaks every connection, and fails all that is waited for with CLOSED. A later use starts
/// them again. TIMEOUT if a thread is still busy.
pub fn stop(timeout: Duration) -> Result<()> {
    let deadline = Instant::now().checked_add(timeout);
    let mut engines = Engines::lock();
    let current = engines.of_this_process().cloned();
    engines.current = None;
    drop(engines);
    if let Some(engine) = current {
        // What is told of the end must not begin anew.
        as_ours(|| engine.close());
        Engines::lock().ending.push(engine.threads.clone());
    }
    let mut ending = mem::take(&mut Engines::lock().ending);
    ending.retain(|threads| {
        let left = deadline.map_or(timeout, |deadline| deadline.saturating_duration_since(Instant::now()));
        !threads.join(left)
    });
    let is_ended = ending.is_empty();
    Engines::lock().ending.append(&mut ending);
    if is_ended { Ok(()) } else { Err(Failure::new(Status::Timeout, "a thread of the library is still busy")) }
}
