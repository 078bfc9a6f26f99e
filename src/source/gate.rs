//! Locks that no fork finds held.
//!
//! A child process has one thread, and finds whatever the others were changing half done and locked for ever. So every lock around
//! what a child goes on to use is a [`Lock`], and a fork closes the gate that all of them pass: it waits until nobody is inside,
//! which is soon, since nobody waits, reads a file or calls out in there. What does, and must not be cut in two either, is a [`Call`], which
//! has a gate of its own, closed before the other.

use std::cell::Cell;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::sync::atomic::{AtomicU32, AtomicUsize};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// In front of every [`Lock`].
static LOCKS: Gate = Gate(AtomicUsize::new(0));

/// In front of every [`Call`].
static CALLS: Gate = Gate(AtomicUsize::new(0));

/// How many forks lie between the process that loaded the library and this one.
static GENERATION: AtomicU32 = AtomicU32::new(0);

/// Between two looks at a gate, by one who forks and by those who find it closed.
const PAUSE: Duration = Duration::from_micros(20);

thread_local! {
    /// How many locks this thread holds: it passes the gate for the first of them only.
    static HELD: Cell<usize> = const { Cell::new(0) };

    /// How many calls this thread is in, one inside the other.
    static CALLING: Cell<usize> = const { Cell::new(0) };
}

/// How many are inside, and [`CLOSED`] where nobody else may enter.
struct Gate(AtomicUsize);
const CLOSED: usize = 1 << (usize::BITS - 1);

impl Gate {
    fn enter(&self) {
        self.change(|inside| inside + 1);
    }

    fn leave(&self) {
        self.0.fetch_sub(1, Release);
    }

    /// Holds up all who want to enter, and waits until nobody is inside.
    fn close(&self) {
        self.change(|inside| inside | CLOSED);
        while self.0.load(Acquire) != CLOSED {
            thread::sleep(PAUSE);
        }
    }

    fn open(&self) {
        self.0.store(0, Release);
    }

    /// Changes the number, once the gate is open.
    fn change(&self, change: impl Fn(usize) -> usize) {
        let mut seen = self.0.load(Relaxed);
        loop {
            if seen & CLOSED != 0 {
                thread::sleep(PAUSE);
                seen = self.0.load(Relaxed);
                continue;
            }
            match self.0.compare_exchange_weak(seen, change(seen), Acquire, Relaxed) {
                Ok(_) => return,
                Err(now) => seen = now,
            }
        }
    }
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
            LOCKS.0.fetch_add(1, Acquire);
        } else {
            LOCKS.enter();
        }
        Passage(())
    }
}

impl Drop for Passage {
    fn drop(&mut self) {
        LOCKS.leave();
    }
}

/// What may take its time, such as a look at a database or the opening of a lock file, and that a fork waits for all the same, for it must not be cut in two. While it
/// waits nobody else begins a call, but locks are as free as ever. For a thread that holds no lock; it ends on that thread.
pub struct Call(PhantomData<*const ()>);

impl Call {
    /// Begins, once no fork is under way.
    pub fn begin() -> Call {
        debug_assert!(HELD.get() == 0, "a call would keep others from a lock for as long as it takes");
        if CALLING.get() == 0 {
            CALLS.enter();
        }
        CALLING.set(CALLING.get() + 1);
        Call(PhantomData)
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        CALLING.set(CALLING.get() - 1);
        if CALLING.get() == 0 {
            CALLS.leave();
        }
    }
}

/// Holds up all who want to begin a call and waits for those under way, does what only then can be done, and does the same for locks. For a
/// thread that is about to fork, and is in no call and holds no lock.
pub fn close(between: impl FnOnce()) {
    CALLS.close();
    between();
    LOCKS.close();
}

/// Lets all in again. For a thread that has forked, in the parent.
pub fn open() {
    LOCKS.open();
    CALLS.open();
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
            close(|| ());
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

    /// Who waits for calls keeps nobody from a lock.
    #[test]
    fn a_gate_that_is_closed_to_calls_waits_for_them_and_leaves_locks_alone() {
        let gate = Gate(AtomicUsize::new(0));
        gate.enter();
        thread::scope(|scope| {
            let closer = scope.spawn(|| gate.close());
            while gate.0.load(Relaxed) != CLOSED | 1 {
                thread::yield_now();
            }
            assert!(!closer.is_finished());
            gate.leave();
            closer.join().unwrap();
        });
        assert_eq!(gate.0.load(Relaxed), CLOSED);
        let (outer, inner) = (Call::begin(), Call::begin());
        *Lock::new(0).lock() += 1;
        drop((outer, inner));
        assert_eq!(CALLING.get(), 0);
    }
}
