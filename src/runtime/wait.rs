//! Waiting as a value: what takes time gives a [`Wait`], which a thread can sleep on and an event loop can watch.

use std::io;
use std::net::Shutdown;
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

#[cfg(feature = "runtime")]
use super::clock::steady_ms;
#[cfg(feature = "runtime")]
use super::engine::Engine;
#[cfg(feature = "runtime")]
use super::timer::{Alarm, Cause};
use crate::error::{Failure, Result, Status};
use crate::source::gate::generation;

/// The end where the result arrives. It belongs to the process that began it: in a forked child it is closed.
pub struct Wait<T> {
    slot: Arc<Slot<T>>,
    /// Ends it when its time is over.
    #[cfg(feature = "runtime")]
    alarm: Option<Alarm>,
}

/// The end where the result is put. The first one counts; a promise that is dropped without one fails with CLOSED, and with
/// PANIC where a panic drops it.
pub struct Promise<T>(Arc<Slot<T>>);

struct Slot<T> {
    begun_in: u32,
    outcome: OnceLock<Result<T>>,
    bell: Mutex<Option<Bell>>,
    came: Condvar,
}

/// Two connected sockets, of which the host watches one. Shutting the other down makes it readable, once and for all, also where
/// a forked child has copies of both, and raises no signal.
struct Bell {
    watched: UnixStream,
    /// Gone once it was shut down.
    ours: Option<UnixStream>,
}

/// A promise, and the wait for it.
pub fn promise<T>() -> (Promise<T>, Wait<T>) {
    let (outcome, bell, came) = (OnceLock::new(), Mutex::new(None), Condvar::new());
    let slot = Arc::new(Slot { begun_in: generation(), outcome, bell, came });
    let promise = Promise(Arc::clone(&slot));
    #[cfg(feature = "runtime")]
    return (promise, Wait { slot, alarm: None });
    #[cfg(not(feature = "runtime"))]
    (promise, Wait { slot })
}

impl<T> Promise<T> {
    /// Ends the wait, unless it has ended.
    pub fn keep(self, outcome: Result<T>) {
        self.0.settle(outcome);
    }

    /// Whether nobody waits any more: cancelled, timed out or freed.
    pub fn is_moot(&self) -> bool {
        self.0.outcome.get().is_some() || Arc::strong_count(&self.0) == 1
    }
}

impl<T> Drop for Promise<T> {
    fn drop(&mut self) {
        if self.0.outcome.get().is_none() {
            self.0.settle(Err(if thread::panicking() { defect() } else { closed() }));
        }
    }
}

impl<T> Wait<T> {
    /// A wait that is over.
    pub fn over(outcome: Result<T>) -> Wait<T> {
        let (promise, wait) = promise();
        promise.keep(outcome);
        wait
    }

    /// The result, if it is there.
    pub fn result(&self) -> Option<Result<&T>> {
        match self.slot.outcome.get() {
            Some(outcome) => Some(outcome.as_ref().map_err(Failure::clone)),
            None if self.slot.is_inherited() => Some(Err(closed())),
            None => None,
        }
    }

    /// Waits at most `timeout`; whether the result is there.
    pub fn wait(&self, timeout: Duration) -> bool {
        if self.slot.is_inherited() {
            return true;
        }
        let deadline = Instant::now().checked_add(timeout);
        let mut bell = self.slot.bell();
        loop {
            if self.slot.outcome.get().is_some() {
                return true;
            }
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            bell = match left {
                Some(Duration::ZERO) => return false,
                Some(left) => self.slot.came.wait_timeout(bell, left).unwrap_or_else(PoisonError::into_inner).0,
                None => self.slot.came.wait(bell).unwrap_or_else(PoisonError::into_inner),
            };
        }
    }

    /// A descriptor that becomes readable when the result is there, and stays so. It belongs to the wait.
    pub fn fd(&self) -> io::Result<RawFd> {
        if self.slot.is_inherited() {
            return Err(io::ErrorKind::Unsupported.into());
        }
        let mut slot = self.slot.bell();
        let mut bell = match slot.take() {
            Some(bell) => bell,
            None => Bell::new()?,
        };
        if self.slot.outcome.get().is_some() {
            bell.ring();
        }
        Ok(slot.insert(bell).watched.as_raw_fd())
    }

    /// Ends the wait with CANCELLED, unless it is over. What was waited for goes on.
    pub fn cancel(&self) {
        self.slot.settle(Err(Failure::new(Status::Cancelled, "the wait was cancelled")));
    }

    /// Ends the wait with TIMEOUT after `timeout`, unless it is over.
    pub fn expire_after(&mut self, timeout: Duration)
    where
        T: Send + Sync + 'static,
    {
        self.expire_with(timeout, || Err(Failure::new(Status::Timeout, "there was no result in time")));
    }

    /// Without a clock a wait has no end of its own.
    #[cfg(not(feature = "runtime"))]
    pub fn expire_with(&mut self, _: Duration, _: impl FnOnce() -> Result<T> + Send + 'static) {}

    /// Ends the wait after `timeout`, unless it is over, with what is left to be had, or the failure that says what it was too late for.
    #[cfg(feature = "runtime")]
    pub fn expire_with(&mut self, timeout: Duration, late: impl FnOnce() -> Result<T> + Send + 'static)
    where
        T: Send + Sync + 'static,
    {
        let due_ms = steady_ms().saturating_add(i64::try_from(timeout.as_millis()).unwrap_or(i64::MAX));
        let slot = Arc::downgrade(&self.slot);
        self.alarm = Some(Engine::current().timer.alarm(due_ms, move |cause| {
            if let Some(slot) = slot.upgrade() {
                slot.settle(match cause {
                    Cause::Due => late(),
                    Cause::Closed => Err(closed()),
                    Cause::Unserved => late().map_err(|_| Failure::new(Status::Internal, "the system gives no thread")),
                });
            }
        }));
    }
}

impl<T> Drop for Wait<T> {
    fn drop(&mut self) {
        if !self.slot.is_inherited() {
            // The promise may live on for long.
            drop(self.slot.bell().take());
        }
    }
}

impl<T> Slot<T> {
    /// A forked child must not touch the locks, which a thread that it does not have may have held, nor ring its parent's bell.
    fn is_inherited(&self) -> bool {
        self.begun_in != generation()
    }

    fn settle(&self, outcome: Result<T>) {
        if self.is_inherited() || self.outcome.set(outcome).is_err() {
            return;
        }
        if let Some(bell) = &mut *self.bell() {
            bell.ring();
        }
        self.came.notify_all();
    }

    fn bell(&self) -> MutexGuard<'_, Option<Bell>> {
        self.bell.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Bell {
    fn new() -> io::Result<Bell> {
        let (watched, ours) = UnixStream::pair()?;
        Ok(Bell { watched, ours: Some(ours) })
    }

    fn ring(&mut self) {
        if let Some(ours) = self.ours.take() {
            // A descriptor of our own can be shut down.
            let _ = ours.shutdown(Shutdown::Write);
        }
    }
}

fn defect() -> Failure {
    Failure::new(Status::Panic, "a defect of the library was caught")
}

fn closed() -> Failure {
    Failure::new(Status::Closed, "what was waited for was closed")
}
