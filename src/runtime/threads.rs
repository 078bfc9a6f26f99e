//! The threads of the library: named, of a known stack size, deaf to signals, and all of them can be waited for.

use std::cell::Cell;
use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use super::system::block_signals;
use crate::source::gate::Passage;

/// Enough for a TLS handshake and for SQLite in a debug build; the pages that are not touched cost nothing.
const STACK_BYTES: usize = 512 * 1024;

thread_local! {
    static IS_OURS: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is the library's own.
pub(super) fn is_ours() -> bool {
    IS_OURS.get()
}

/// Does something on this thread as on one of the library's own.
pub(super) fn as_ours(work: impl FnOnce()) {
    let before = IS_OURS.replace(true);
    work();
    IS_OURS.set(before);
}

/// A group of threads.
#[derive(Clone, Default)]
pub(super) struct Threads(Arc<Shared>);

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    ended: Condvar,
}

#[derive(Default)]
struct State {
    last: u64,
    running: HashMap<u64, JoinHandle<()>>,
    #[cfg(test)]
    are_refused: bool,
    /// Threads with nothing left to do but to end.
    ending: Vec<JoinHandle<()>>,
}

impl Threads {
    /// Runs `work` on a new thread. The system may refuse one.
    pub(super) fn spawn(&self, name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
        let mut state = self.state();
        #[cfg(test)]
        if state.are_refused {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let ended = std::mem::take(&mut state.ending);
        state.last += 1;
        let number = state.last;
        let threads = self.clone();
        // Rust's own beginning of a thread holds a lock, which a fork must not find held.
        let beginning = Passage::begin();
        let thread = Builder::new().name(name.to_owned()).stack_size(STACK_BYTES).spawn(move || {
            let _leaving = Leaving { threads, number };
            drop(beginning);
            IS_OURS.set(true);
            block_signals();
            work();
        })?;
        state.running.insert(number, thread);
        drop(state);
        ended.into_iter().for_each(join);
        Ok(())
    }

    /// Has the system refuse every thread, or no longer.
    #[cfg(test)]
    pub(super) fn refuse(&self, are_refused: bool) {
        self.state().are_refused = are_refused;
    }

    /// Waits until all threads have ended, at most `timeout`; whether they have.
    pub(super) fn join(&self, timeout: Duration) -> bool {
        let state = self.state();
        let (mut state, _) = self
            .0
            .ended
            .wait_timeout_while(state, timeout, |state| !state.running.is_empty())
            .unwrap_or_else(PoisonError::into_inner);
        let ended = std::mem::take(&mut state.ending);
        let all = state.running.is_empty();
        drop(state);
        ended.into_iter().for_each(join);
        all
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Held by a thread to its very end, also where its work panics.
struct Leaving {
    threads: Threads,
    number: u64,
}

impl Drop for Leaving {
    fn drop(&mut self) {
        let mut state = self.threads.state();
        if let Some(thread) = state.running.remove(&self.number) {
            state.ending.push(thread);
        }
        self.threads.0.ended.notify_all();
    }
}

fn join(thread: JoinHandle<()>) {
    // A panic was the job's own, and was told to who waits for it.
    let _ = thread.join();
}
