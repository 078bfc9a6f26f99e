//! The only room with threads, sockets and the system clock. Without the feature `runtime` there is a [`Wait`] and nothing else.

#[cfg(not(feature = "runtime"))]
mod absent;
mod wait;

#[cfg(feature = "runtime")]
mod clock;
#[cfg(feature = "runtime")]
mod connector;
#[cfg(feature = "runtime")]
mod drive;
#[cfg(feature = "runtime")]
mod engine;
#[cfg(feature = "runtime")]
mod http;
#[cfg(feature = "runtime")]
mod names;
#[cfg(feature = "runtime")]
mod pool;
#[cfg(feature = "runtime")]
mod run;
#[cfg(feature = "runtime")]
#[allow(unsafe_code)]
mod system;
#[cfg(feature = "runtime")]
mod threads;
#[cfg(feature = "runtime")]
mod timer;
#[cfg(feature = "runtime")]
mod tls;

#[cfg(feature = "runtime")]
pub use drive::{default_cache, drive};
#[cfg(feature = "runtime")]
pub use engine::stop;
#[cfg(feature = "runtime")]
pub use run::{hand_on, run};
#[cfg(feature = "runtime")]
pub use system::watch_forks;

#[cfg(not(feature = "runtime"))]
pub use absent::{default_cache, drive, hand_on, now, run, stop, watch_forks};
pub use wait::{Promise, Wait, promise};

/// The present, on the clocks of the system.
#[cfg(feature = "runtime")]
pub fn now() -> crate::error::Result<crate::source::Now> {
    Ok(clock::now())
}
