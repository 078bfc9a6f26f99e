//! Alarms: one thread that sleeps until something is due.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::clock::steady_ms;
use super::threads::Threads;
use crate::source::gate::generation;

/// The longest sleep: a condition variable's clock stands still while the machine sleeps, and that of alarms does not.
const LONGEST_SLEEP_MS: i64 = 15_000;

/// How long the thread stays when no alarm is set.
const IDLE_MS: i64 = 10_000;

/// Why an alarm goes off.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// Its time has come.
    Due,
    /// The timer is closed, and the time will not come.
    Closed,
}

type Action = Box<dyn FnOnce(Cause) + Send>;

/// Sets off alarms. What they do is brief.
#[derive(Clone)]
pub(super) struct Timer(Arc<Shared>);

struct Shared {
    threads: Threads,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// By the time when they are due, on the steady clock, and by number.
    alarms: BTreeMap<(i64, u64), Action>,
    last: u64,
    is_running: bool,
    is_closed: bool,
}

/// An alarm that is set. Dropping it takes it back.
pub(super) struct Alarm {
    timer: Timer,
    key: (i64, u64),
    set_in: u32,
}

impl Timer {
    pub(super) fn new(threads: Threads) -> Timer {
        Timer(Arc::new(Shared { threads, state: Mutex::default(), changed: Condvar::new() }))
    }

    /// Sets an alarm for a moment of the steady clock. Where the system gives no thread, it goes off only when the timer is closed.
    pub(super) fn set(&self, due_ms: i64, action: impl FnOnce(Cause) + Send + 'static) -> Alarm {
        let mut state = self.state();
        state.last += 1;
        let key = (due_ms, state.last);
        let alarm = Alarm { timer: self.clone(), key, set_in: generation() };
        if state.is_closed {
            drop(state);
            action(Cause::Closed);
            return alarm;
        }
        let is_first = state.alarms.first_key_value().is_none_or(|(first, _)| key < *first);
        state.alarms.insert(key, Box::new(action));
        if !state.is_running {
            let timer = self.clone();
            state.is_running = self.0.threads.spawn("jeton-timer", move || timer.run()).is_ok();
        } else if is_first {
            self.0.changed.notify_one();
        }
        alarm
    }

    /// Sets off all alarms, and ends the thread.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.is_closed = true;
        let alarms = std::mem::take(&mut state.alarms);
        drop(state);
        self.0.changed.notify_one();
        alarms.into_values().for_each(|action| action(Cause::Closed));
    }

    fn run(&self) {
        let mut state = self.state();
        let mut idle_since = steady_ms();
        while !state.is_closed {
            let now = steady_ms();
            let sleep_ms = match state.alarms.first_key_value() {
                Some((&(due, _), _)) if due <= now => {
                    let due = state.alarms.pop_first();
                    drop(state);
                    if let Some((_, action)) = due {
                        // The timer outlives a defect of one action.
                        let _ = catch_unwind(AssertUnwindSafe(|| action(Cause::Due)));
                    }
                    state = self.state();
                    idle_since = steady_ms();
                    continue;
                }
                Some((&(due, _), _)) => {
                    idle_since = now;
                    (due - now).min(LONGEST_SLEEP_MS)
                }
                None if now - idle_since >= IDLE_MS => break,
                None => IDLE_MS - (now - idle_since),
            };
            let sleep = Duration::from_millis(sleep_ms.unsigned_abs());
            state = self.0.changed.wait_timeout(state, sleep).unwrap_or_else(PoisonError::into_inner).0;
        }
        state.is_running = false;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        // A forked child has no such timer, and must not touch its lock.
        if self.set_in == generation() {
            let action = self.timer.state().alarms.remove(&self.key);
            drop(action);
        }
    }
}
