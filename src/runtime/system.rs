//! What has to be asked of the system itself, for Rust's library does not offer it: to hear of forks, to leave signals to others, and a
//! clock that counts while the machine sleeps.

use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release};
use std::time::Duration;
use std::{mem, process, ptr, thread};

use crate::access;
use crate::source::gate;
use crate::source::token_file;

/// Whether forks are watched: [`UNWATCHED`], [`WATCHED`], or the process of which a thread is about to see to it. A child that is forked in that
/// moment finds another process than itself here, and sees to it itself; a `Once` would have it wait for a thread that is not there.
static WATCH: AtomicU32 = AtomicU32::new(UNWATCHED);
const UNWATCHED: u32 = 0;
const WATCHED: u32 = u32::MAX;

/// From now on, forks find all locks open. For all who are about to make the first of them. Handlers run in whichever thread forks.
pub fn watch_forks() {
    let mut seen = WATCH.load(Acquire);
    while seen != WATCHED {
        let own = process::id();
        if seen == own {
            thread::sleep(Duration::from_micros(20));
            seen = WATCH.load(Acquire);
            continue;
        }
        match WATCH.compare_exchange(seen, own, Relaxed, Acquire) {
            Ok(_) => return register_handlers(),
            Err(now) => seen = now,
        }
    }
}

fn register_handlers() {
    // SAFETY: the three are functions of this library, which stays loaded as long as they are registered: the system removes the
    // handlers of a library that is unloaded. Where there is no memory for them, forks go unnoticed, as they did before.
    unsafe { libc::pthread_atfork(Some(before), Some(in_parent), Some(in_child)) };
    WATCH.store(WATCHED, Release);
}

extern "C" fn before() {
    gate::close(access::close_databases);
}

extern "C" fn in_parent() {
    gate::open();
}

extern "C" fn in_child() {
    // That this runs says that the handlers are registered, if the thread that did it came no further.
    WATCH.store(WATCHED, Release);
    gate::open_in_child();
    token_file::close_inherited();
}

/// Leaves signals to the threads of the host: this one, which is the library's own, takes none.
pub(super) fn block_signals() {
    // SAFETY: the set lives on this stack and is filled before it is used. Signals that a thread raises by its own fault cannot be left to
    // others, and stay as they are.
    unsafe {
        let mut signals: libc::sigset_t = mem::zeroed();
        libc::sigfillset(&mut signals);
        for own in [libc::SIGSEGV, libc::SIGBUS, libc::SIGFPE, libc::SIGILL, libc::SIGABRT, libc::SIGTRAP] {
            libc::sigdelset(&mut signals, own);
        }
        libc::pthread_sigmask(libc::SIG_BLOCK, &signals, ptr::null_mut());
    }
}

/// Milliseconds on a clock that never goes back and counts while the machine sleeps, so that a token that ended in the night is seen to
/// have ended in the morning.
pub(super) fn steady_ms() -> i64 {
    #[cfg(target_os = "linux")]
    const CLOCK: libc::clockid_t = libc::CLOCK_BOOTTIME;
    // Elsewhere this one counts in sleep.
    #[cfg(not(target_os = "linux"))]
    const CLOCK: libc::clockid_t = libc::CLOCK_MONOTONIC;
    clock_ms(CLOCK)
}

/// Milliseconds since 1970 by the wall clock, below 0 where a machine without a battery wakes up before its time. As of the kernel's last
/// tick, 10 milliseconds ago at most: less than the clocks of two machines differ by, and a token at hand costs half as much for it.
pub(super) fn unix_ms() -> i64 {
    #[cfg(target_os = "linux")]
    const CLOCK: libc::clockid_t = libc::CLOCK_REALTIME_COARSE;
    #[cfg(not(target_os = "linux"))]
    const CLOCK: libc::clockid_t = libc::CLOCK_REALTIME;
    clock_ms(CLOCK)
}

fn clock_ms(clock: libc::clockid_t) -> i64 {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the system writes a time into the place on this stack.
    unsafe { libc::clock_gettime(clock, &mut time) };
    // Narrower types on some machines.
    #[allow(clippy::unnecessary_cast)]
    let (seconds, nanoseconds) = (time.tv_sec as i64, time.tv_nsec as i64);
    seconds.saturating_mul(1000).saturating_add(nanoseconds / 1_000_000)
}
