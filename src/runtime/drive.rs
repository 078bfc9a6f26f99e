//! Driving caches: what they ask for is done on workers, and they are asked again when something is due.

use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Weak};
use std::thread;
use std::time::{Duration, Instant};

use super::clock::{now, steady_ms};
use super::engine::{Engine, TLS};
use super::http::Http;
use super::run::place;
use super::system::watch_forks;
use super::timer::Cause;
use crate::error::{Failure, Result, Status};
use crate::source::gate::{Lock, generation};
use crate::source::token_file::Locked;
use crate::source::{Cache, Fault, Locking, Poll, Todo};

/// How long another process may hold the lock of a token file before this one gives up: longer than an exchange takes.
const LOCK_TIMEOUT: Duration = Duration::from_secs(40);

/// How long the wait for a worker may delay that lock.
const LOCK_PATIENCE: Duration = Duration::from_secs(15);

/// All drivers, so that they go on where another engine begins: after a stop, and in a forked child.
static DRIVERS: Lock<Vec<Weak<Driver>>> = Lock::new(Vec::new());

/// Tells one plan from another.
static LAST_PLAN: AtomicU64 = AtomicU64::new(0);

/// Has the runtime do, from now on and as long as somebody uses the cache, what the cache asks for.
pub fn drive(cache: &Arc<Cache>) {
    watch_forks();
    let driver = Arc::new(Driver { cache: Arc::downgrade(cache), planned: Lock::new(None) });
    let mut drivers = DRIVERS.lock();
    drivers.retain(|driver| driver.strong_count() > 0);
    drivers.push(Arc::downgrade(&driver));
    drop(drivers);
    cache.set_alarm(Box::new(move || driver.poll_at(i64::MIN)));
}

/// The cache of the process, which the runtime drives.
pub fn default_cache() -> Result<Arc<Cache>> {
    static DEFAULT: Lock<Option<Arc<Cache>>> = Lock::new(None);
    watch_forks();
    if let Some(cache) = &*DEFAULT.lock() {
        return Ok(Arc::clone(cache));
    }
    let cache = Cache::new("")?;
    drive(&cache);
    Ok(Arc::clone(DEFAULT.lock().get_or_insert(cache)))
}

/// Has a new engine ask all caches.
pub(super) fn resume() {
    let drivers = DRIVERS.lock().clone();
    for driver in drivers.iter().filter_map(Weak::upgrade) {
        *driver.planned.lock() = None;
        driver.poll_at(i64::MIN);
    }
}

struct Driver {
    cache: Weak<Cache>,
    planned: Lock<Option<Planned>>,
}

/// When the cache is asked next, on the steady clock, by the engine of this process.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Planned {
    due_ms: i64,
    generation: u32,
    number: u64,
}

impl Driver {
    /// Asks the cache at this moment, unless that happens earlier anyway.
    fn poll_at(self: &Arc<Driver>, due_ms: i64) {
        // What happens while an engine ends is left to the next one.
        let Some(engine) = Engine::current_unless_ending() else { return };
        let plan = Planned { due_ms, generation: generation(), number: LAST_PLAN.fetch_add(1, Relaxed) };
        let mut planned = self.planned.lock();
        if planned.is_some_and(|planned| planned.generation == plan.generation && planned.due_ms <= due_ms) {
            return;
        }
        *planned = Some(plan);
        drop(planned);
        let driver = Arc::downgrade(self);
        engine.timer.set(due_ms, move |cause| {
            if let Some(driver) = driver.upgrade() {
                driver.wake(plan, cause);
            }
        });
    }

    /// One alarm went off; of several, only the one that was set last counts.
    fn wake(self: &Arc<Driver>, plan: Planned, cause: Cause) {
        let mut planned = self.planned.lock();
        if *planned != Some(plan) {
            return;
        }
        *planned = None;
        drop(planned);
        if cause == Cause::Due {
            self.poll();
        }
    }

    /// Hands out all that is due.
    fn poll(self: &Arc<Driver>) {
        let Some(cache) = self.cache.upgrade() else { return };
        // Asked before the cache is, for what it gives out has to be done.
        while let Some(engine) = Engine::current_unless_ending() {
            match cache.poll(now()) {
                Poll::Do { lease, todo } => hand_out(&engine, &cache, lease, todo),
                Poll::Idle { next_due_ms: i64::MAX } => return,
                Poll::Idle { next_due_ms } => return self.poll_at(next_due_ms),
            }
        }
    }
}

fn hand_out(engine: &Engine, cache: &Arc<Cache>, lease: u64, todo: Todo) {
    let place = match &todo {
        Todo::Send(request) => place(&request.url).to_owned(),
        Todo::Lock(path) | Todo::Save { path, .. } => path.to_string_lossy().into_owned(),
        Todo::Over => return,
    };
    let asked = Asked { cache: Arc::clone(cache), lease, todo: Some(todo), at_ms: steady_ms() };
    let http = Arc::clone(&engine.http);
    // One that finds no worker is dropped.
    let _ = engine.pool.submit(&place, Box::new(move || asked.serve(&http)));
}

/// What a cache asked for. Dropped where nobody serves it, it is told to the cache as an exchange that broke off.
struct Asked {
    cache: Arc<Cache>,
    lease: u64,
    todo: Option<Todo>,
    at_ms: i64,
}

impl Asked {
    fn serve(mut self, http: &Http) {
        if let Some(todo) = self.todo.take() {
            let waited = Duration::from_millis(steady_ms().abs_diff(self.at_ms));
            let todo = in_time(&self.cache, self.lease, todo, waited);
            serve(&self.cache, http, self.lease, todo);
        }
    }
}

impl Drop for Asked {
    fn drop(&mut self) {
        match self.todo.take() {
            Some(Todo::Send(_)) => drop(self.cache.complete(self.lease, Err(Fault::Dropped), now())),
            Some(Todo::Lock(_)) => drop(self.cache.reread(self.lease, Locking::Busy, now())),
            Some(Todo::Save { .. } | Todo::Over) | None => {}
        }
    }
}

/// Gives up what waited so long for a worker that it would not be done within its lease: the cache would have it done a second time meanwhile.
fn in_time(cache: &Cache, lease: u64, todo: Todo, waited: Duration) -> Todo {
    match &todo {
        Todo::Send(request) if waited > Duration::from_millis(request.transport.connect_timeout_ms) => {
            cache.complete(lease, Err(Fault::Timeout), now())
        }
        Todo::Lock(_) if waited > LOCK_PATIENCE => cache.reread(lease, Locking::Busy, now()),
        _ => todo,
    }
}

/// Does all that is asked under one lease.
fn serve(cache: &Cache, http: &Http, lease: u64, mut todo: Todo) {
    let (mut talk, mut locked) = (http.talk(&TLS), None);
    loop {
        todo = match todo {
            Todo::Send(request) => match talk.exchange(&request) {
                Ok(outcome) => cache.complete(lease, outcome, now()),
                Err(_) if http.is_closed() => cache.complete(lease, Err(Fault::Dropped), now()),
                Err(failure) => cache.give_up(lease, failure, now()),
            },
            Todo::Lock(path) => {
                let locking = lock(http, &path, &mut locked);
                cache.reread(lease, locking, now())
            }
            Todo::Save { bytes, .. } => cache.saved(lease, save(locked.as_ref(), &bytes), now()),
            Todo::Over => return,
        }
    }
}

fn lock(http: &Http, path: &Path, locked: &mut Option<Locked>) -> Locking {
    let deadline = Instant::now() + LOCK_TIMEOUT;
    let pause = |length| {
        thread::sleep(length);
        Instant::now() < deadline && !http.is_closed()
    };
    match Locked::take(path, pause) {
        Ok(Some(lock)) => match locked.insert(lock).read() {
            Ok(contents) => Locking::Locked(contents),
            Err(failure) => Locking::Impossible(failure),
        },
        Ok(None) => Locking::Busy,
        Err(failure) => Locking::Impossible(failure),
    }
}

fn save(locked: Option<&Locked>, bytes: &[u8]) -> Result<()> {
    let unlocked = || Err(Failure::new(Status::Store, "the token file is not locked"));
    locked.map_or_else(unlocked, |locked| locked.save(bytes))
}
