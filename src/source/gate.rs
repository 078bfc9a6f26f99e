//! Locks that no fork finds held.
//!
//! A child process has one thread, and finds whatever the others were changing half done and locked for ever. So every lock around
//! what a child goes on to use is a [`Lock`], and a fork closes the gate that all of them pass: it waits until nobody is inside,
//! which is soon, since nobody waits, reads a file or calls out in there.

use std::cell::Cell;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU32, AtomicUsize};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// How many passages there are, and [`CLOSED`] where no other may begin.
static GATE: AtomicUsize = AtomicUsize::new(0);
const CLOSED: usize = 1 << (usize::BITS - 1);

/// How many forks lie between the process that loaded the library and this one.
static GENERATION: AtomicU32 = AtomicU32::new(0);

/// Between two looks at the gate, by one who forks and by those who find it closed.
const PAUSE: Duration = Duration::from_micros(20);

thread_local! {
    /// How many locks this thread holds: it passes the gate for the first of them only.
    static HELD: Cell<usize> = const { Cell::new(0) };
}

/// A value that one thread at a time uses, briefly.
#[derive(Debug, Default)]
pub struct Lock<T>(Mutex<T>);

/// The use of a [`Lock`]'s value.
pub struct Held<'a, T> {
    value: MutexGuard<'a, T>,
    // After the value, which is let go of first.
    _inside: Inside,
}

impl<T> Lock<T> {
    /// Puts a value under a lock of its own.
    pub const fn new(value: T) -> Lock<T> {
        Lock(Mutex::new(value))
    }

    /// Waits until nobody else uses the value.
    pub fn lock(&self) -> Held<'_, T> {
        let inside = Inside::enter();
        Held { value: self.0.lock().unwrap_or_else(PoisonError::into_inner), _inside: inside }
    }
}

impl<T> Deref for Held<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Held<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

struct Inside {
    // Last, for only who is outside waits at the gate.
    _passage: Option<Passage>,
}

impl Inside {
    fn enter() -> Inside {
        let passage = (HELD.get() == 0).then(Passage::begin);
        HELD.set(HELD.get() + 1);
        Inside { _passage: passage }
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        HELD.set(HELD.get() - 1);
    }
}

/// Something brief that a fork waits for though no lock is held. It may end on another thread.
#[derive(Debug)]
pub struct Passage(());

impl Passage {
    /// Begins, once no fork is under way.
    pub fn begin() -> Passage {
        if HELD.get() > 0 {
            // The fork waits for this thread anyway, and would wait for ever if this thread waited for it.
            GATE.fetch_add(1, Acquire);
        } else {
            change_gate(|inside| inside + 1);
        }
        Passage(())
    }
}

impl Drop for Passage {
    fn drop(&mut self) {
        GATE.fetch_sub(1, Release);
    }
}

/// Changes the gate, once it is open.
fn change_gate(change: impl Fn(usize) -> usize) {
    let mut seen = GATE.load(Relaxed);
    loop {
        if seen & CLOSED != 0 {
            thread::sleep(PAUSE);
            seen = GATE.load(Relaxed);
            continue;
        }
        match GATE.compare_exchange_weak(seen, change(seen), Acquire, Relaxed) {
            Ok(_) => return,
            Err(now) => seen = now,
        }
    }
}

/// Holds up all who want a lock, and waits until nobody holds one. For a thread that is about to fork and holds none itself.
pub fn close() {
    change_gate(|inside| inside | CLOSED);
    while GATE.load(Acquire) != CLOSED {
        thread::sleep(PAUSE);
    }
}

/// Lets them in again. For a thread that has forked, in the parent.
pub fn open() {
    GATE.store(0, Release);
}

/// As [`open`], in the child.
pub fn open_in_child() {
    GENERATION.fetch_add(1, Relaxed);
    open();
}

/// Which process this is: what was begun under another number was begun by a parent, whose threads are not here.
pub fn generation() -> u32 {
    GENERATION.load(Relaxed)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    /// One test, because the gate is one for the process: other tests find it closed for a moment.
    #[test]
    fn a_closed_gate_holds_up_who_comes_and_waits_for_who_is_inside() {
        static LOCK: Lock<i32> = Lock::new(0);
        let (tell, told) = channel();
        let outer = LOCK.lock();
        let closer = thread::spawn(move || {
            close();
            tell.send("closed").unwrap();
            thread::sleep(Duration::from_millis(50));
            tell.send("opening").unwrap();
            open();
        });
        thread::sleep(Duration::from_millis(20));
        assert!(told.try_recv().is_err(), "the gate closed while a lock was held");
        // Who is inside may take a second lock while somebody waits to close the gate.
        let second = Lock::new(0);
        *second.lock() += 1;
        drop(outer);
        assert_eq!(told.recv().unwrap(), "closed");
        *LOCK.lock() += 1;
        assert_eq!(told.recv().unwrap(), "opening", "a lock was given while the gate was closed");
        closer.join().unwrap();
        assert_eq!(*LOCK.lock(), 1);
    }
}
