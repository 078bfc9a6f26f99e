//! One exchange through the runtime, as an operation.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use jeton::error::{Failure, Result};
use jeton::runtime::{Wait, run};
use jeton::source::{Fault, Now, Operation, Outcome, Request, Response, Step, Transport};

/// Longer than anything takes.
pub const SOON: Duration = Duration::from_secs(10);

/// Sends requests one after the other, and gives the outcomes.
struct Exchanges {
    left: Vec<Request>,
    outcomes: Vec<Outcome>,
}

impl Operation for Exchanges {
    type Output = Vec<Outcome>;

    fn start(&mut self, _: Now) -> Result<Step<Vec<Outcome>>> {
        Ok(self.next())
    }

    fn resume(&mut self, outcome: Outcome, _: Now) -> Result<Step<Vec<Outcome>>> {
        self.outcomes.push(outcome);
        Ok(self.next())
    }
}

impl Exchanges {
    fn next(&mut self) -> Step<Vec<Outcome>> {
        match self.left.pop() {
            Some(request) => Step::Ask(request),
            None => Step::Done(std::mem::take(&mut self.outcomes)),
        }
    }
}

pub fn begin(mut requests: Vec<Request>, timeout: Duration) -> Wait<Mutex<Vec<Outcome>>> {
    requests.reverse();
    run(Box::new(Exchanges { left: requests, outcomes: Vec::new() }), timeout, Mutex::new)
}

/// The answer, or the fault; CONFIG and the like is a failure.
pub fn send(request: Request) -> Result<Result<Response, Fault>> {
    let wait = begin(vec![request], SOON);
    assert!(wait.wait(SOON), "no result in time");
    let outcome = wait.result().unwrap()?.lock().unwrap().pop();
    Ok(outcome.unwrap())
}

pub fn fault(request: Request) -> Fault {
    match send(request).unwrap() {
        Ok(response) => panic!("an answer {} instead of a fault", response.status),
        Err(fault) => fault,
    }
}

pub fn response(request: Request) -> Response {
    send(request).unwrap().unwrap_or_else(|fault| panic!("{fault:?}"))
}

pub fn failure(request: Request) -> Failure {
    match send(request) {
        Ok(_) => panic!("it was sent"),
        Err(failure) => failure,
    }
}

pub fn get(url: impl Into<String>) -> Request {
    Request { method: "GET", url: url.into(), headers: Vec::new(), body: None, transport: Arc::new(transport()) }
}

pub fn over(transport: Transport, mut request: Request) -> Request {
    request.transport = Arc::new(transport);
    request
}

pub fn transport() -> Transport {
    Transport {
        ca_file: None,
        client_certificate: None,
        client_key: None,
        connect_timeout_ms: 5000,
        request_timeout_ms: 5000,
        proxy: None,
        max_body_bytes: 1 << 20,
    }
}
