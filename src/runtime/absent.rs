//! What stands for the runtime in a build without it: everything that needs a clock, a thread or a socket is UNSUPPORTED.

use std::sync::Arc;
use std::time::Duration;

use super::wait::{Promise, Wait};
use crate::error::{Failure, Result, Status};
use crate::source::{Cache, Now, Operation};

/// There is no clock.
pub fn now() -> Result<Now> {
    Err(unsupported())
}

/// There is nothing to stop.
pub fn stop(_: Duration) -> Result<()> {
    Ok(())
}

/// There is nobody to hear of them.
pub fn watch_forks() {}

/// There is nobody to drive it.
pub fn drive(_: &Arc<Cache>) {}

/// There is no cache that is driven.
pub fn default_cache() -> Result<Arc<Cache>> {
    Err(unsupported())
}

/// There is nobody to run it.
pub fn run<T: 'static, U>(_: Box<dyn Operation<Output = T>>, _: Duration, _: impl FnOnce(T) -> U) -> Wait<U> {
    Wait::over(Err(unsupported()))
}

/// There is nobody to do it.
pub fn hand_on<T>(_: &str, _: Duration, _: impl FnOnce(Promise<T>)) -> Wait<T> {
    Wait::over(Err(unsupported()))
}

fn unsupported() -> Failure {
    Failure::new(Status::Unsupported, "this build of the library has no runtime")
}
