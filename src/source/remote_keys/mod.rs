//! Key sets of other issuers (RFC 7517 section 5), fetched from a URL that the config fixes and nothing in a token changes.
//!
//! One fetch is under way at a time, and all who need its keys wait for it. A set is kept as long as its server says, and asked for again a
//! little before that ends; it is replaced as a whole, so that a key that was withdrawn is gone. While the server cannot be reached the old set
//! serves on, up to a day.

use std::sync::Arc;

use zeroize::Zeroizing;

use self::freshness::{freshness_ms, quoted};
use super::agenda::{Agenda, Report, Task, Todo};
use super::answer::unanswered;
use super::cache::Cache;
use super::exchange::{Fault, Now, Outcome, Request, Transport};
use super::gate::{Held, Lock, generation};
use super::state::OWED_MS;
use crate::error::{Failure, Result, Status};
use crate::jose::json::Value;
use crate::jose::{KeySet, Verifier};

mod freshness;
#[cfg(test)]
mod tests;
mod verifier;

pub use verifier::RemoteVerifier;

/// How long an old set serves while no new one can be had.
const STALE_MS: i64 = 86_400_000;

/// How long a key that is not in the set is not asked for again.
const COOLDOWN_MS: i64 = 30_000;

/// How long callers wait for a set in place of one that may be out of date, before that serves on.
const PATIENCE_MS: i64 = 1_000;

/// The longest pause between two fetches that fail.
const LONGEST_PAUSE_MS: i64 = 30_000;

/// A set of 64 keys is smaller.
pub(super) const MAX_BODY_BYTES: usize = 256 << 10;

/// The keys of one issuer.
pub(super) struct RemoteKeys {
    url: String,
    transport: Arc<Transport>,
    policy: String,
    algorithm: Option<String>,
    agenda: Arc<Agenda>,
    number: u64,
    state: Lock<State>,
}

struct State {
    set: Option<Set>,
    phase: Phase,
    /// When the agenda has this task.
    planned: Option<i64>,
    waiters: Vec<Box<dyn Waiter>>,
    /// Somebody was told to come back for the outcome of the fetch, and did not yet.
    is_promised: bool,
    /// Until when a failure that was promised is kept for who comes back.
    owed_until: i64,
    failure: Option<Failure>,
    failures: u32,
    /// No fetch begins before this moment on the steady clock.
    paused_until: i64,
    /// When a key that is not in the set may be asked for again.
    unknown_from: i64,
    generation: u32,
}

/// Keys with the policy that they serve, and how long they may.
struct Set {
    verifier: Arc<Verifier>,
    etag: Option<String>,
    renew_from: i64,
    fresh_until: i64,
    stale_until: i64,
}

#[derive(Clone, Copy)]
enum Phase {
    Idle,
    Due(i64),
    Asked { lease: u64, since: i64, until: i64 },
}

/// Who waits for a fetch is told when it has ended, outside of all locks.
pub(super) trait Waiter: Send {
    fn tell(self: Box<Self>, now: Now);

    /// Whether nobody is there any more to be told.
    fn is_moot(&self) -> bool;
}

/// Makes somebody who waits, if anybody does; called at most once, where there is something to wait for.
pub(super) type MakeWaiter<'a> = &'a mut dyn FnMut() -> Option<Box<dyn Waiter>>;

/// What there is to judge by.
pub(super) enum Keys {
    Ready(Arc<Verifier>),
    Wait,
}

impl RemoteKeys {
    pub(super) fn new(
        cache: &Cache,
        url: String,
        transport: Arc<Transport>,
        policy: String,
        algorithm: Option<String>,
    ) -> RemoteKeys {
        let agenda = Arc::clone(cache.agenda());
        let number = agenda.number();
        RemoteKeys { url, transport, policy, algorithm, agenda, number, state: Lock::new(State::new()) }
    }

    /// The keys at hand. Where there are none that may be used, a fetch begins, and `waiter` is made to be told of its end; one who has
    /// waited, or was told to and comes back, gets the failure of that fetch instead.
    pub(super) fn at_hand(self: &Arc<Self>, has_waited: bool, waiter: MakeWaiter<'_>, now: Now) -> Result<Keys> {
        self.change(now, |state, _| {
            let at = now.steady_ms;
            if let Some(set) = &state.set {
                let verifier = Arc::clone(&set.verifier);
                if at < set.fresh_until {
                    let is_due = at >= set.renew_from;
                    if is_due && at >= state.paused_until {
                        state.begin(at);
                    }
                    return Ok(Keys::Ready(verifier));
                }
                let is_slow = state.patience_ends().is_some_and(|end| end <= at);
                if at < set.stale_until && (at < state.paused_until || is_slow) {
                    return Ok(Keys::Ready(verifier));
                }
            }
            let is_held_back = at < state.paused_until.max(state.owed_until) || has_waited;
            if let (Phase::Idle, true, Some(failure)) = (state.phase, is_held_back, &state.failure) {
                state.owed_until = i64::MIN;
                return Err(failure.clone());
            }
            state.begin(at);
            let waiter = waiter();
            state.is_promised = waiter.is_none();
            state.wait(waiter);
            Ok(Keys::Wait)
        })
    }

    /// Asks for a key that is not in the set at hand. False if that was done a moment ago; then there is no such key.
    pub(super) fn seek_unknown(self: &Arc<Self>, waiter: MakeWaiter<'_>, now: Now) -> bool {
        self.change(now, |state, _| {
            let at = now.steady_ms;
            if matches!(state.phase, Phase::Idle) {
                if at < state.unknown_from || at < state.paused_until {
                    return false;
                }
                state.unknown_from = at.saturating_add(COOLDOWN_MS);
                state.begin(at);
            }
            state.wait(waiter());
            true
        })
    }

    fn state(&self) -> Held<'_, State> {
        let mut state = self.state.lock();
        state.settle_in();
        state
    }

    /// Changes the state, plans what follows from it, and tells those who waited, outside of all locks.
    fn change<R>(self: &Arc<Self>, now: Now, change: impl FnOnce(&mut State, &mut Vec<Box<dyn Waiter>>) -> R) -> R {
        let (mut told, mut is_sooner) = (Vec::new(), false);
        let mut state = self.state();
        let result = change(&mut state, &mut told);
        let due = state.due();
        if due != state.planned {
            let task = due.map(|at| (at, Arc::clone(self) as Arc<dyn Task>));
            is_sooner = self.agenda.plan(self.number, state.planned, task);
            state.planned = due;
        }
        drop(state);
        if is_sooner {
            self.agenda.ring();
        }
        told.into_iter().for_each(|waiter| waiter.tell(now));
        result
    }

    fn request(&self) -> Request {
        let text = |text: &str| Zeroizing::new(text.as_bytes().to_vec());
        let mut headers = vec![("Accept".to_owned(), text("application/jwk-set+json, application/json"))];
        if let Some(etag) = self.state().set.as_ref().and_then(|set| set.etag.as_deref()) {
            headers.push(("If-None-Match".to_owned(), text(etag)));
        }
        Request { method: "GET", url: self.url.clone(), headers, body: None, transport: Arc::clone(&self.transport) }
    }

    /// Takes what the server answered.
    fn receive(self: &Arc<Self>, lease: u64, outcome: Outcome, now: Now) {
        let news = self.read(outcome);
        self.change(now, |state, told| {
            if !matches!(state.phase, Phase::Asked { lease: ours, .. } if ours == lease) {
                return;
            }
            state.phase = Phase::Idle;
            told.append(&mut state.waiters);
            match news {
                Ok(News::Set { verifier, life_ms, etag }) => state.keep(Set::new(verifier, etag, life_ms, now)),
                Ok(News::Same { life_ms }) if state.set.is_some() => state.prolong(life_ms, now),
                Ok(News::Same { .. }) => state.fail(no_keys(), now),
                Ok(News::Nothing(failure)) => {
                    // The server is well and has no key for us: those that it had are withdrawn.
                    state.set = None;
                    state.fail(failure, now);
                }
                Err(failure) => state.fail(failure, now),
            }
        });
    }

    fn read(&self, outcome: Outcome) -> Result<News> {
        let response = outcome.map_err(|fault| unavailable(None, unanswered(fault).message()))?;
        let life_ms = freshness_ms(&response);
        match response.status {
            200 => {}
            304 => return Ok(News::Same { life_ms }),
            status => return Err(unavailable(Some(status), "the server of the keys gave none")),
        }
        let body = Value::parse(&response.body).ok();
        let Some(mut keys) = body.and_then(|body| body.get("keys")?.items()) else {
            return Err(unavailable(Some(200), "what the server of the keys gave is no key set"));
        };
        let is_empty = keys.next().is_none();
        let set = KeySet::from_jwks(&response.body, self.algorithm.as_deref());
        Ok(match set.and_then(|set| Verifier::new(&set, &self.policy)) {
            Ok(verifier) => {
                News::Set { verifier: Arc::new(verifier), life_ms, etag: response.header("etag").and_then(quoted) }
            }
            Err(_) if is_empty => News::Nothing(unavailable(Some(200), "the key set holds no key")),
            // Whatever this is, the keys at hand are not said to be withdrawn.
            Err(_) => return Err(unavailable(Some(200), "the key set holds no key that can be used")),
        })
    }
}

/// What an answer brought.
enum News {
    Set {
        verifier: Arc<Verifier>,
        life_ms: i64,
        etag: Option<String>,
    },
    /// The set at hand is still the one.
    Same {
        life_ms: i64,
    },
    /// A set without a key.
    Nothing(Failure),
}

impl Task for RemoteKeys {
    fn wake(self: Arc<Self>, lease: u64, now: Now) -> Todo {
        let at = now.steady_ms;
        let woken = self.change(now, |state, told| {
            // The agenda has let go of this task.
            state.planned = None;
            if !matches!(state.phase, Phase::Asked { until, .. } if until <= at)
                && state.patience_ends().is_some_and(|end| end <= at)
            {
                told.append(&mut state.waiters);
                return Phase::Idle;
            }
            let woken = state.phase;
            if state.due().is_some_and(|due| due <= at) {
                // In the same breath, so that no other driver finds it due.
                state.phase = Phase::Asked { lease, since: at, until: self.transport.lease_end_ms(now) };
            }
            woken
        });
        match woken {
            Phase::Due(due) if due <= at => Todo::Send(self.request()),
            Phase::Asked { lease: late, until, .. } if until <= at => {
                self.agenda.take_back(late);
                self.receive(lease, Err(Fault::Timeout), now);
                Todo::Over
            }
            _ => Todo::Over,
        }
    }

    fn resume(self: Arc<Self>, lease: u64, report: Report, now: Now) -> Todo {
        if let Report::Outcome(outcome) = report {
            self.receive(lease, outcome, now);
        }
        Todo::Over
    }
}

impl State {
    fn new() -> State {
        State {
            set: None,
            phase: Phase::Idle,
            planned: None,
            waiters: Vec::new(),
            is_promised: false,
            owed_until: i64::MIN,
            failure: None,
            failures: 0,
            paused_until: i64::MIN,
            unknown_from: i64::MIN,
            generation: generation(),
        }
    }

    /// Leaves to a parent its leases, and those who wait there.
    fn settle_in(&mut self) {
        if self.generation == generation() {
            return;
        }
        self.generation = generation();
        // Not dropped: a waiter that is dropped wakes somebody, and that one is in the parent.
        std::mem::take(&mut self.waiters).into_iter().for_each(std::mem::forget);
        self.phase = Phase::Idle;
    }

    fn begin(&mut self, at: i64) {
        if matches!(self.phase, Phase::Idle) {
            self.phase = Phase::Due(at);
        }
    }

    fn wait(&mut self, waiter: Option<Box<dyn Waiter>>) {
        let Some(waiter) = waiter else { return };
        // Looked through when it doubles: those who gave up take up no more room than those who did not.
        if self.waiters.len() == self.waiters.capacity() {
            self.waiters.retain(|waiter| !waiter.is_moot());
        }
        self.waiters.push(waiter);
    }

    /// When the set at hand, which may be out of date, serves on though the fetch of another one has not ended.
    fn patience_ends(&self) -> Option<i64> {
        let Phase::Asked { since, .. } = self.phase else { return None };
        let end = since.saturating_add(PATIENCE_MS);
        self.set.as_ref().filter(|set| set.fresh_until <= since && end < set.stale_until).map(|_| end)
    }

    fn due(&self) -> Option<i64> {
        match self.phase {
            Phase::Idle => None,
            Phase::Due(at) => Some(at),
            Phase::Asked { until, .. } if self.waiters.is_empty() => Some(until),
            Phase::Asked { until, .. } => Some(self.patience_ends().map_or(until, |end| end.min(until))),
        }
    }

    fn keep(&mut self, set: Set) {
        self.set = Some(set);
        (self.failure, self.failures, self.paused_until) = (None, 0, i64::MIN);
        (self.is_promised, self.owed_until) = (false, i64::MIN);
    }

    fn prolong(&mut self, life_ms: i64, now: Now) {
        if let Some(old) = self.set.take() {
            self.keep(Set::new(old.verifier, old.etag, life_ms, now));
        }
    }

    /// One failure alone costs no pause, for a connection may have been dropped; from the second on the pauses double.
    fn fail(&mut self, failure: Failure, now: Now) {
        let pause_ms = match self.failures {
            0 => 0,
            n => (500 << n.min(10)).min(LONGEST_PAUSE_MS),
        };
        self.failures = self.failures.saturating_add(1);
        // With an old set to serve there is no hurry.
        let pause_ms = if self.set.is_some() { LONGEST_PAUSE_MS } else { pause_ms };
        self.paused_until = now.steady_ms.saturating_add(pause_ms);
        if std::mem::take(&mut self.is_promised) {
            self.owed_until = now.steady_ms.saturating_add(OWED_MS);
        }
        self.failure = Some(failure);
    }
}

impl Set {
    fn new(verifier: Arc<Verifier>, etag: Option<String>, life_ms: i64, now: Now) -> Set {
        let fresh_until = now.steady_ms.saturating_add(life_ms);
        Set {
            verifier,
            etag,
            renew_from: fresh_until - life_ms / 10,
            fresh_until,
            stale_until: fresh_until.saturating_add(STALE_MS),
        }
    }
}

fn no_keys() -> Failure {
    unavailable(None, "there are no keys to judge the token by")
}

fn unavailable(http_status: Option<u16>, message: &str) -> Failure {
    match http_status {
        Some(http_status) => Failure::answered(Status::KeysUnavailable, http_status, None, message),
        None => Failure::new(Status::KeysUnavailable, message),
    }
}
