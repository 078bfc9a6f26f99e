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
    /// There is no thread that could wait for the time.
    Unserved,
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
    /// By the time when they are due, on the steady clock, and in the order in which they were set.
    alarms: BTreeMap<Key, Action>,
    last: u64,
    is_running: bool,
    is_closed: bool,
}

/// What an alarm is found by.
type Key = (i64, u64);

/// An alarm that is set. Dropping it takes it back.
pub(super) struct Alarm {
    timer: Timer,
    key: Key,
    set_in: u32,
}

impl Timer {
    pub(super) fn new(threads: Threads) -> Timer {
        Timer(Arc::new(Shared { threads, state: Mutex::default(), changed: Condvar::new() }))
    }

    /// Sets an alarm for a moment of the steady clock. Where the system gives no thread, it waits for the next one that is set.
    pub(super) fn set(&self, due_ms: i64, action: impl FnOnce(Cause) + Send + 'static) -> Key {
        let mut state = self.state();
        state.last += 1;
        let key = (due_ms, state.last);
        if state.is_closed {
            drop(state);
            action(Cause::Closed);
            return key;
        }
        let is_first = state.alarms.first_key_value().is_none_or(|(first, _)| key < *first);
        state.alarms.insert(key, Box::new(action));
        if !state.is_running {
            let timer = self.clone();
            state.is_running = self.0.threads.spawn("jeton-timer", move || timer.run()).is_ok();
        } else if is_first {
            self.0.changed.notify_one();
        }
        key
    }

    /// As [`Timer::set`], but the alarm ends with the value that is returned, and where the system gives no thread it goes off at once.
    pub(super) fn alarm(&self, due_ms: i64, action: impl FnOnce(Cause) + Send + 'static) -> Alarm {
        let key = self.set(due_ms, action);
        let mut state = self.state();
        let unserved = if state.is_running { None } else { state.alarms.remove(&key) };
        drop(state);
        if let Some(action) = unserved {
            action(Cause::Unserved);
        }
        Alarm { timer: self.clone(), key, set_in: generation() }
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

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};

    use super::*;

    const SOON: Duration = Duration::from_secs(5);

    fn telling(tell: &Sender<(&'static str, bool)>, name: &'static str) -> impl FnOnce(Cause) + Send + 'static {
        let tell = tell.clone();
        move |cause| tell.send((name, cause == Cause::Due)).unwrap()
    }

    #[test]
    fn alarms_go_off_in_their_order_and_in_time() {
        let threads = Threads::default();
        let timer = Timer::new(threads.clone());
        let (tell, told) = channel();
        let now = steady_ms();
        timer.set(now + 100, telling(&tell, "second"));
        timer.set(now + 50, telling(&tell, "first"));
        timer.set(now - 1000, telling(&tell, "past"));
        timer.set(now + 100_000, telling(&tell, "far"));
        let kept = timer.alarm(now + 150, telling(&tell, "kept"));
        drop(timer.alarm(now + 70, telling(&tell, "taken back")));
        timer.set(now + 80, |_| panic!("of the test"));
        for expected in ["past", "first", "second", "kept"] {
            assert_eq!(told.recv_timeout(SOON), Ok((expected, true)));
        }
        assert!((150..30_000).contains(&(steady_ms() - now)));
        drop(kept);
        timer.close();
        assert_eq!(told.recv_timeout(SOON), Ok(("far", false)));
        assert!(threads.join(SOON));
        timer.set(now, telling(&tell, "late"));
        assert_eq!(told.recv_timeout(SOON), Ok(("late", false)));
    }

    #[test]
    fn who_has_no_thread_to_wait_is_told_at_once() {
        let threads = Threads::default();
        threads.refuse(true);
        let timer = Timer::new(threads.clone());
        let (tell, told) = channel();
        timer.set(steady_ms() + 10, telling(&tell, "kept"));
        let alarm = timer.alarm(steady_ms() + 100_000, telling(&tell, "unserved"));
        assert_eq!(told.try_recv(), Ok(("unserved", false)));
        assert!(told.try_recv().is_err());
        threads.refuse(false);
        timer.set(steady_ms(), telling(&tell, "next"));
        for _ in 0..2 {
            assert!(told.recv_timeout(SOON).is_ok_and(|(_, is_due)| is_due));
        }
        drop(alarm);
        timer.close();
        assert!(threads.join(SOON));
    }
}
