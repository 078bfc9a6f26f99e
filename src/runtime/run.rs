//! What runs off the caller's thread: operations of several round trips, and whatever else may block.

use std::sync::Arc;
use std::time::Duration;

use super::clock::now;
use super::engine::{Engine, TLS};
use super::http::Http;
use super::wait::{Promise, Wait, promise};
use crate::error::{Failure, Result, Status};
use crate::source::{Operation, Request, Step};

/// Runs an operation to its end, and gives what `read` makes of its result. After `timeout` the wait fails with TIMEOUT, and nothing
/// more is asked.
pub fn run<T: 'static, U: Send + Sync + 'static>(
    mut operation: Box<dyn Operation<Output = T>>,
    timeout: Duration,
    read: impl FnOnce(T) -> U + Send + 'static,
) -> Wait<U> {
    let request = match operation.start(now()) {
        Ok(Step::Ask(request)) => request,
        Ok(Step::Done(result)) => return Wait::over(Ok(read(result))),
        Err(failure) => return Wait::over(Err(failure)),
    };
    let http = Arc::clone(&Engine::current().http);
    let place = place(&request.url).to_owned();
    hand_on(&place, timeout, move |promise| {
        let outcome = converse(&http, operation, request, || promise.is_moot()).map(read);
        promise.keep(outcome);
    })
}

/// Does a job that may block as long as `place` does, on another thread, which may leave the promise to somebody else. After `timeout` the
/// wait fails with TIMEOUT; a job that runs by then goes on.
pub fn hand_on<T: Send + Sync + 'static>(
    place: &str,
    timeout: Duration,
    job: impl FnOnce(Promise<T>) + Send + 'static,
) -> Wait<T> {
    let (promise, mut wait) = promise();
    wait.expire_after(timeout);
    let job = move || {
        if !promise.is_moot() {
            job(promise);
        }
    };
    match Engine::current().pool.submit(place, Box::new(job)) {
        Ok(()) => wait,
        Err(failure) => Wait::over(Err(failure)),
    }
}

/// Asks and answers until the operation is done, or nobody waits for it.
fn converse<T>(
    http: &Http,
    mut operation: Box<dyn Operation<Output = T>>,
    mut request: Request,
    is_moot: impl Fn() -> bool,
) -> Result<T> {
    let mut talk = http.talk(&TLS);
    loop {
        let outcome = talk.exchange(&request)?;
        match operation.resume(outcome, now())? {
            Step::Done(result) => return Ok(result),
            Step::Ask(_) if is_moot() => return Err(Failure::new(Status::Cancelled, "nobody waits any more")),
            Step::Ask(next) => request = next,
        }
    }
}

/// The part of a URL that tells one server from others: scheme and authority.
pub(super) fn place(url: &str) -> &str {
    let authority = url.find("://").map_or(0, |scheme| scheme + 3);
    let end = url.bytes().enumerate().skip(authority).find(|(_, byte)| matches!(byte, b'/' | b'?' | b'#'));
    end.and_then(|(end, _)| url.get(..end)).unwrap_or(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_server() {
        for (url, expected) in [
            ("https://a.test/x/y?z", "https://a.test"),
            ("https://a.test:8443", "https://a.test:8443"),
            ("http://[::1]:80?x=/", "http://[::1]:80"),
            ("no url", "no url"),
            ("", ""),
        ] {
            assert_eq!(place(url), expected);
        }
    }
}
