//! The cache under a virtual clock: nothing here sleeps, and no server answers but the test.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use zeroize::Zeroizing;

use super::agenda::Todo;
use super::cache::{Cache, Poll};
use super::dice::Dice;
use super::exchange::{Fault, Now, Outcome, Request, Response, Transport};
use super::handle::Source;
use super::kind::{Grant, Kind, Lifetime, TokenFile};
use super::operation::{Operation, Step};
use super::retries::{Retries, Spread};
use super::token::{Answer, Token, Waiter};
use crate::error::{Failure, Result, Status};
use crate::jose::config::Config;

mod clocks;
mod failures;
mod files;
mod flight;
mod hosted;
mod model;
mod scale;
mod storm;
mod threads;

/// When the tests begin, on both clocks.
pub(super) const BEGIN: Now = Now { unix_ms: 1_900_000_000_000, steady_ms: 5_000_000 };

/// A kind whose servers are written by the tests: `200 token lifetime [refresh token]`, 300 for another question, or a status with an error code.
pub(super) struct Toy {
    pub(super) identity: u32,
    pub(super) leeway_s: Option<i64>,
    pub(super) retries: Retries,
    pub(super) at_hand: Option<(&'static str, Lifetime)>,
    pub(super) rotates: bool,
    pub(super) file: Option<ToyFile>,
}

impl Default for Toy {
    fn default() -> Toy {
        let retries = retries(r#"{"total":0,"backoff_factor_s":10}"#);
        Toy { identity: 0, leeway_s: None, retries, at_hand: None, rotates: false, file: None }
    }
}

pub(super) fn retries(json: &str) -> Retries {
    let text = format!("{{\"retries\":{json}}}");
    Retries::take(&mut Config::parse(&text, "config").unwrap(), Spread::Full).unwrap()
}

impl Kind for Toy {
    fn identity(&self) -> [u8; 32] {
        let mut identity = [0; 32];
        identity[..4].copy_from_slice(&self.identity.to_be_bytes());
        identity
    }

    fn describe(&self) -> String {
        "{}".to_owned()
    }

    fn leeway_s(&self) -> Option<i64> {
        self.leeway_s
    }

    fn retries(&self) -> Retries {
        self.retries.clone()
    }

    fn rotates(&self) -> bool {
        self.rotates
    }

    fn at_hand(&self, _: Now) -> Option<Grant> {
        self.at_hand.map(|(token, lifetime)| grant(token, lifetime, None))
    }

    fn fetch(&self, refresh_token: Option<&str>) -> Result<Box<dyn Operation<Output = Grant>>> {
        Ok(Box::new(Ask(self.identity, refresh_token.unwrap_or("r0").to_owned())))
    }

    fn token_file(&self) -> Option<&dyn TokenFile> {
        self.file.as_ref().map(|file| file as &dyn TokenFile)
    }
}

pub(super) fn grant(token: &str, lifetime: Lifetime, refresh_token: Option<&str>) -> Grant {
    let refresh_token = refresh_token.map(|token| Zeroizing::new(token.to_owned()));
    Grant { token: Zeroizing::new(token.to_owned()), lifetime, refresh_token, unfit: None }
}

/// One question, whose body is the refresh token.
struct Ask(u32, String);

impl Operation for Ask {
    type Output = Grant;

    fn start(&mut self, _: Now) -> Result<Step<Grant>> {
        let transport = Transport {
            ca_file: None,
            client_certificate: None,
            client_key: None,
            connect_timeout_ms: 5_000,
            request_timeout_ms: 30_000,
            proxy: None,
            max_body_bytes: 1 << 20,
        };
        Ok(Step::Ask(Request {
            method: "POST",
            url: format!("https://toy.test/{}", self.0),
            headers: Vec::new(),
            body: Some(Zeroizing::new(self.1.clone().into_bytes())),
            transport: Arc::new(transport),
        }))
    }

    fn resume(&mut self, outcome: Outcome, now: Now) -> Result<Step<Grant>> {
        let response = outcome.map_err(|fault| match fault {
            Fault::Timeout => Failure::new(Status::Timeout, "too slow"),
            _ => Failure::new(Status::Unavailable, "no answer"),
        })?;
        let body = String::from_utf8(response.body).unwrap();
        let mut words = body.split(' ');
        let word = words.next().filter(|word| !word.is_empty());
        let status = match response.status {
            200 => {
                let seconds = words.next().map(|seconds| seconds.parse().unwrap());
                let lifetime = seconds.map_or(Lifetime::Unknown, Lifetime::In);
                return Ok(Step::Done(grant(word.unwrap(), lifetime, words.next())));
            }
            300 => return self.start(now),
            408 => Status::Timeout,
            429 | 500..=599 => Status::Unavailable,
            _ => Status::Refused,
        };
        Err(Failure::answered(status, response.status, word, format!("HTTP {}", response.status)))
    }
}

/// A token file of `token until [refresh token]`.
pub(super) struct ToyFile;

impl TokenFile for ToyFile {
    fn path(&self) -> PathBuf {
        PathBuf::from("/tokens")
    }

    fn read(&self, bytes: &[u8], _: Now) -> Option<Grant> {
        let text = std::str::from_utf8(bytes).ok()?;
        let mut words = text.split(' ');
        let (token, until) = (words.next()?, words.next()?.parse().ok()?);
        Some(grant(token, Lifetime::Until(until), words.next()))
    }

    fn write(&self, _: Option<&[u8]>, grant: &Grant, _: Now) -> Zeroizing<Vec<u8>> {
        let Lifetime::In(seconds) = grant.lifetime else { panic!() };
        let refresh_token = grant.refresh_token.as_ref().map_or("r0", |token| token.as_str());
        Zeroizing::new(format!("{} {} {refresh_token}", &*grant.token, BEGIN.unix_ms / 1000 + seconds).into_bytes())
    }
}

/// A cache, one source on it, and the time.
pub(super) struct World {
    pub(super) cache: Arc<Cache>,
    pub(super) source: Source,
    pub(super) now: Now,
}

impl World {
    pub(super) fn new(toy: Toy) -> World {
        World::seeded(toy, 7)
    }

    pub(super) fn seeded(toy: Toy, seed: u64) -> World {
        let cache = Cache::new("").unwrap();
        cache.seed(seed);
        let source = cache.open(Box::new(toy), BEGIN).unwrap();
        World { cache, source, now: BEGIN }
    }

    /// A world whose source has been given `t1` for `seconds`, just now.
    pub(super) fn with_token(toy: Toy, seconds: i64) -> World {
        let world = World::new(toy);
        assert_eq!(world.ask(), Ok(None));
        world.serve(200, &format!("t1 {seconds}"));
        assert_eq!(world.ask().unwrap().as_deref(), Some("t1"));
        world
    }

    /// Lets time pass on both clocks.
    pub(super) fn pass(&mut self, ms: i64) {
        self.now.unix_ms += ms;
        self.now.steady_ms += ms;
    }

    /// What `token` answers: a token, nothing yet, or a failure.
    pub(super) fn ask(&self) -> Result<Option<String>, Status> {
        match self.source.token(self.now) {
            Ok(Answer::Ready(token)) => Ok(Some(token.text().to_owned())),
            Ok(Answer::Wait) => Ok(None),
            Err(failure) => Err(failure.status()),
        }
    }

    /// What is to be done now.
    pub(super) fn poll(&self) -> Option<(u64, Todo)> {
        match self.cache.poll(self.now) {
            Poll::Do { lease, todo } => Some((lease, todo)),
            Poll::Idle { .. } => None,
        }
    }

    /// The lease of the request that goes out now, if one does.
    pub(super) fn request(&self) -> Option<u64> {
        match self.poll()? {
            (lease, Todo::Send(_)) => Some(lease),
            _ => panic!("something else than a request"),
        }
    }

    /// Moves on to the next moment when something is to be done, and does nothing.
    pub(super) fn skip(&mut self) -> i64 {
        let Poll::Idle { next_due_ms } = self.cache.poll(self.now) else { panic!("something is to be done now") };
        assert_ne!(next_due_ms, i64::MAX, "nothing is planned");
        let ms = next_due_ms - self.now.steady_ms;
        self.pass(ms);
        ms
    }

    pub(super) fn answer(&self, lease: u64, status: u16, body: &str) {
        self.answer_with(lease, status, &[], body);
    }

    pub(super) fn answer_with(&self, lease: u64, status: u16, headers: &[(&str, &str)], body: &str) {
        let headers = headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        let response = Response { status, headers, body: body.as_bytes().to_vec() };
        assert!(matches!(self.cache.complete(lease, Ok(response), self.now), Todo::Over));
    }

    /// Answers the request that goes out now.
    pub(super) fn serve(&self, status: u16, body: &str) {
        let lease = self.request().expect("a request");
        self.answer(lease, status, body);
    }

    /// Somebody who waits.
    pub(super) fn wait(&self) -> Told {
        let told = Told::default();
        self.source.wait(told.waiter(), self.now);
        told
    }

    pub(super) fn codes(&self) -> Vec<&'static str> {
        self.source.events().unwrap().events.iter().map(|event| event.code).collect()
    }
}

/// What somebody who waited was told.
#[derive(Clone, Default)]
pub(super) struct Told(Arc<Mutex<Vec<Result<Arc<Token>>>>>);

impl Told {
    pub(super) fn waiter(&self) -> Box<dyn Waiter> {
        let told = Arc::clone(&self.0);
        Box::new(move |outcome| told.lock().unwrap().push(outcome))
    }

    /// Once: the token or the failure.
    pub(super) fn outcome(&self) -> Option<Result<String, Status>> {
        let told = self.0.lock().unwrap();
        assert!(told.len() <= 1, "told twice");
        let outcome = told.first()?;
        Some(outcome.as_ref().map(|token| token.text().to_owned()).map_err(|failure| failure.status()))
    }
}
