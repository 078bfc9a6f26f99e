//! Key sets of other issuers (RFC 7517 section 5), fetched from a URL that the config fixes and nothing in a token changes.
//!
//! One fetch is under way at a time, and all who need its keys wait for it. A set is kept as long as its server says, and asked for again a
//! little before that ends; it is replaced as a whole, so that a key that was withdrawn is gone. While the server cannot be reached, takes long,
//! or says what is no sound key set, the old set serves on, up to a day.

use std::sync::Arc;

use zeroize::Zeroizing;

use self::freshness::{freshness_ms, quoted};
use self::state::{Phase, Set, Standing, State};
use super::agenda::{Agenda, Report, Task, Todo};
use super::answer::unanswered;
use super::cache::Cache;
use super::exchange::{Fault, Now, Outcome, Request, Transport};
use super::gate::{Held, Lock};
use crate::error::{Failure, Result, Status};
use crate::jose::{KeySet, Verifier};

mod freshness;
mod state;
mod stats;
#[cfg(test)]
mod tests;
mod verifier;

pub use stats::IssuerStats;
pub use verifier::RemoteVerifier;

/// How long a key that is not in the set is not asked for again.
const COOLDOWN_MS: i64 = 30_000;

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
            if let Some(set) = &mut state.set {
                let verifier = Arc::clone(&set.verifier);
                if at < set.fresh_until {
                    let is_due = at >= set.renew_from;
                    if is_due && at >= state.paused_until {
                        state.begin(at);
                    }
                    return Ok(Keys::Ready(verifier));
                }
                let is_hung = !matches!(state.phase, Phase::Idle) && at >= state.patient_until;
                if at < set.stale_until && (at < state.paused_until || is_hung) {
                    set.standing = Standing::Stale;
                    return Ok(Keys::Ready(verifier));
                }
                if at >= set.stale_until {
                    set.standing = Standing::Over;
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

    /// What was counted so far of the keys of `issuer`, whose these are.
    pub(super) fn stats(&self, issuer: &str) -> IssuerStats {
        let state = self.state();
        let set = state.set.as_ref().filter(|set| set.standing != Standing::Over);
        IssuerStats {
            issuer: issuer.to_owned(),
            jwks_url: self.url.clone(),
            keys: set.map(|set| set.verifier.key_count()),
            refreshes: state.refreshes,
            failures: state.failed.clone(),
            last_failure: state.failure.clone(),
            is_stale: set.is_some_and(|set| set.standing == Standing::Stale),
        }
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
        let useless = || unavailable(Some(200), "the key set holds no key that can be used");
        if KeySet::has_no_usable_key(&response.body, self.algorithm.as_deref()) {
            return Ok(News::Nothing(useless()));
        }
        // A server that is out of order may say anything; only a set that is sound withdraws keys.
        let set = KeySet::from_jwks(&response.body, self.algorithm.as_deref());
        let set = set.map_err(|_| unavailable(Some(200), "what the server of the keys gave is no key set"))?;
        Ok(match Verifier::new(&set, &self.policy) {
            Ok(verifier) => {
                News::Set { verifier: Arc::new(verifier), life_ms, etag: response.header("etag").and_then(quoted) }
            }
            Err(_) => News::Nothing(useless()),
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
    /// A sound set without a key that could judge.
    Nothing(Failure),
}

impl Task for RemoteKeys {
    fn wake(self: Arc<Self>, lease: u64, now: Now) -> Todo {
        let at = now.steady_ms;
        let woken = self.change(now, |state, told| {
            // The agenda has let go of this task.
            state.planned = None;
            if state.patience_end().is_some_and(|end| end <= at) {
                state.is_impatient = true;
                told.append(&mut state.waiters);
            }
            let woken = state.phase;
            if state.due().is_some_and(|due| due <= at) {
                // In the same breath, so that no other driver finds it due.
                state.phase = Phase::Asked { lease, until: self.transport.lease_end_ms(now) };
            }
            woken
        });
        match woken {
            Phase::Due(due) if due <= at => Todo::Send(self.request()),
            Phase::Asked { lease: late, until } if until <= at => {
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

fn no_keys() -> Failure {
    unavailable(None, "there are no keys to judge the token by")
}

fn unavailable(http_status: Option<u16>, message: &str) -> Failure {
    match http_status {
        Some(http_status) => Failure::answered(Status::KeysUnavailable, http_status, None, message),
        None => Failure::new(Status::KeysUnavailable, message),
    }
}
