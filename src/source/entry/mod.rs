//! One token in the cache, which any number of sources share: who asks for it, and what is fetched for them.

use std::sync::Arc;

use super::agenda::{Agenda, Report, Task, Todo};
use zeroize::Zeroizing;

use super::answer::unanswered;
use super::effects::Effects;
use super::event::Event;
use super::exchange::{Fault, Now, Outcome};
use super::gate::{Held, Lock};
use super::kind::{Grant, Kind, Lifetime};
use super::operation::{Operation, Step};
use super::retries::Retries;
use super::state::{Part, Phase, State, closed};
use super::term::{Origin, Term};
use super::token::Token;
use crate::error::{Failure, Result, Status};

mod file;

/// How long a driver may take for a token file: to lock it and read it, or to save it.
const FILE_PATIENCE_MS: i64 = 60_000;

/// How soon a file is looked at again that may have got new credentials.
const FILE_PAUSE_MS: i64 = 1_000;

/// How soon a token is made again that could not be made.
const LOCAL_PAUSE_MS: i64 = 100;

pub(super) struct Entry {
    pub(super) kind: Arc<dyn Kind>,
    agenda: Arc<Agenda>,
    number: u64,
    retries: Retries,
    max_token_bytes: usize,
    state: Lock<State>,
}

impl Entry {
    pub(super) fn new(kind: Arc<dyn Kind>, agenda: Arc<Agenda>, max_token_bytes: usize, state: State) -> Entry {
        let (number, retries) = (agenda.number(), kind.retries());
        Entry { kind, agenda, number, retries, max_token_bytes, state: Lock::new(state) }
    }

    /// The state, for a look that leaves nothing to do.
    pub(super) fn state(&self) -> Held<'_, State> {
        let mut state = self.state.lock();
        state.settle_in(&*self.kind);
        state
    }

    /// Changes the state, plans what follows from it, and tells those who waited, outside of all locks.
    pub(super) fn change<R>(self: &Arc<Self>, change: impl FnOnce(&mut State, &mut Effects) -> R) -> R {
        let (result, effects) = self.alter(change);
        self.bring_about(effects);
        result
    }

    /// Changes the state and plans what follows from it.
    pub(super) fn alter<R>(self: &Arc<Self>, change: impl FnOnce(&mut State, &mut Effects) -> R) -> (R, Effects) {
        let mut effects = Effects::default();
        let mut state = self.state();
        let result = change(&mut state, &mut effects);
        let due = state.due();
        if due != state.planned {
            let task = due.map(|at| (at, Arc::clone(self) as Arc<dyn Task>));
            effects.is_sooner = self.agenda.plan(self.number, state.planned, task);
            state.planned = due;
        }
        (result, effects)
    }

    /// Calls those who are to be called. Only for who holds no lock.
    pub(super) fn bring_about(&self, effects: Effects) {
        if effects.is_sooner {
            self.agenda.ring();
        }
        for (waiter, outcome) in effects.told {
            waiter.tell(outcome);
        }
    }

    /// Fetches at once what needs nobody else.
    pub(super) fn fetch_locally(self: &Arc<Self>, now: Now) -> Result<Arc<Token>> {
        let step = self.kind.fetch(None).and_then(|mut operation| operation.start(now));
        let granted = match step.and_then(|step| self.check(step, now, now)) {
            Ok(Step::Done(grant)) => Ok(grant),
            Ok(Step::Ask(_)) => Err(Failure::new(Status::Internal, "a token that is made here has to be asked for")),
            Err(failure) => Err(failure),
        };
        self.change(|state, effects| {
            match granted {
                Ok(grant) => self.finish(state, grant, now, now, effects),
                Err(failure) => {
                    let is_final = is_final(&*self.kind, &failure);
                    state.fail(failure, if is_final { i64::MAX } else { LOCAL_PAUSE_MS }, is_final, now, effects);
                }
            }
            match (state.token(now), &state.setback) {
                (Some(served), _) => Ok(Arc::clone(&served.token)),
                (None, Some(setback)) => Err(setback.failure.clone()),
                (None, None) => Err(closed()),
            }
        })
    }

    /// A try that begins: with the token file, if there is one.
    fn beginning(&self, lease: u64, now: Now) -> Phase {
        let until = now.steady_ms.saturating_add(FILE_PATIENCE_MS);
        let part = if self.kind.token_file().is_some() { Part::Locking } else { Part::Busy };
        Phase::Trying { lease, began: now, until, part }
    }

    /// Starts the operation that fetches a token.
    fn ask(self: &Arc<Self>, lease: u64, now: Now) -> Todo {
        let (refresh_token, is_disowned) = {
            let state = self.state();
            (state.refresh_token.clone(), state.is_disowned)
        };
        if is_disowned {
            return self.give_up(lease, disowned(), now);
        }
        match self.kind.fetch(refresh_token.as_ref().map(|token| token.as_str())) {
            Ok(mut operation) => {
                let step = operation.start(now);
                self.follow(lease, operation, step, now, now)
            }
            Err(failure) => self.give_up(lease, failure, now),
        }
    }

    /// Does what the operation wants next.
    fn follow(
        self: &Arc<Self>,
        lease: u64,
        operation: Box<dyn Operation<Output = Grant>>,
        step: Result<Step<Grant>>,
        began: Now,
        now: Now,
    ) -> Todo {
        match step.and_then(|step| self.check(step, began, now)) {
            Ok(Step::Ask(request)) => {
                let until = request.transport.lease_end_ms(now);
                let is_ours = self.change(|state, _| {
                    let is_ours = state.is_under(lease);
                    if is_ours {
                        state.phase = Phase::Trying { lease, began, until, part: Part::Asked(operation) };
                    }
                    is_ours
                });
                if is_ours { Todo::Send(request) } else { Todo::Over }
            }
            Ok(Step::Done(grant)) => self.receive(lease, grant, began, now),
            Err(failure) => self.give_up(lease, failure, now),
        }
    }

    /// Refuses a token that cannot be served, but not the refresh token beside it.
    fn check(&self, step: Step<Grant>, began: Now, now: Now) -> Result<Step<Grant>> {
        let grant = match step {
            Step::Done(grant) if grant.unfit.is_none() => grant,
            step => return Ok(step),
        };
        let what = if grant.token.is_empty() {
            "the server granted an empty token"
        } else if grant.token.len() > self.max_token_bytes {
            "the server granted a token that is too long"
        } else if !has_life(grant.lifetime, began, now) {
            "the server granted a token that has ended"
        } else {
            return Ok(Step::Done(grant));
        };
        let failure = Failure::new(Status::Protocol, what);
        match grant.refresh_token {
            Some(_) => Ok(Step::Done(Grant { token: Zeroizing::default(), unfit: Some(failure), ..grant })),
            None => Err(failure),
        }
    }

    /// Has a token, and saves it before anybody gets it where there is a file.
    fn receive(self: &Arc<Self>, lease: u64, mut grant: Grant, began: Now, now: Now) -> Todo {
        let file = self.kind.token_file();
        self.change(|state, effects| {
            if !state.is_under(lease) {
                return Todo::Over;
            }
            if self.kind.rotates() && grant.refresh_token.is_none() {
                // A server that names no new one leaves the newest good, which a file that could not be written does not hold.
                grant.refresh_token = state.refresh_token.clone();
            }
            if let (Some(file), Some(old)) = (file, state.file.take()) {
                let bytes = file.write(old.as_ref().map(|bytes| bytes.as_slice()), &grant, began);
                let until = now.steady_ms.saturating_add(FILE_PATIENCE_MS);
                state.phase = Phase::Trying { lease, began, until, part: Part::Saving(grant) };
                state.outdated = Some(old);
                return Todo::Save { path: file.path(), bytes };
            }
            self.finish(state, grant, began, now, effects);
            Todo::Over
        })
    }

    /// Serves a fetched token, or keeps the refresh token that came with one that cannot be served.
    fn finish(&self, state: &mut State, mut grant: Grant, began: Now, now: Now, effects: &mut Effects) {
        if grant.unfit.is_none() {
            state.stats.refreshes += 1;
            state.log.add(Event::new("RENEWED", "a token was fetched", now.unix_ms));
        }
        let is_new = |token: &&zeroize::Zeroizing<String>| state.refresh_token.as_ref() != Some(*token);
        if let Some(token) = grant.refresh_token.as_ref().filter(is_new).cloned()
            && (self.kind.token_file().is_none() || state.is_unsaved)
        {
            let event = Event::new("NEW_REFRESH_TOKEN", "the server replaced the refresh token", now.unix_ms);
            state.log.add(Event { refresh_token: Some(token), ..event });
        }
        if let Some(failure) = grant.unfit.take() {
            state.refresh_token = grant.refresh_token;
            return self.miss(state, failure, now, effects);
        }
        state.serve(grant, Origin::Asked(began), &*self.kind, now);
        state.succeed(effects);
    }

    /// Takes an answer to the operation's request: repeats the try where that may help, or goes on.
    fn answer(self: &Arc<Self>, lease: u64, outcome: Outcome, now: Now) -> Todo {
        let may_help = self.retries.may_help(&outcome, now.unix_ms);
        let asked_ms = if may_help { self.retries.asked_ms(&outcome, now.unix_ms) } else { None };
        let taken = self.change(|state, effects| {
            let Some((Part::Asked(operation), began)) = state.take_part(lease) else { return None };
            if may_help {
                state.note_failed_try(problem(&outcome), now, effects);
                if let Some(wait) = state.retry_wait_ms(&self.retries, now) {
                    state.phase = Phase::Due(now.steady_ms.saturating_add(asked_ms.unwrap_or(wait)));
                    return None;
                }
            }
            Some((operation, began))
        });
        let Some((mut operation, began)) = taken else { return Todo::Over };
        match operation.resume(outcome, now) {
            Err(failure) if may_help => self.use_up(lease, failure, asked_ms, now),
            step => self.follow(lease, operation, step, began, now),
        }
    }

    /// Ends a fetch whose retries are used up.
    fn use_up(self: &Arc<Self>, lease: u64, failure: Failure, asked_ms: Option<i64>, now: Now) -> Todo {
        let failure = match (failure.status(), failure.http_status()) {
            (Status::Refused, Some(http_status)) if self.retries.total() > 0 => {
                Failure::answered(Status::Unavailable, http_status, failure.claim(), failure.message())
            }
            _ => failure,
        };
        self.change(|state, effects| {
            if state.is_under(lease) {
                let pause_ms = state.pause_ms(&self.retries).max(asked_ms.unwrap_or(0));
                state.fail(failure, pause_ms, false, now, effects);
            }
        });
        Todo::Over
    }

    /// Ends a fetch that another try would not help.
    fn give_up(self: &Arc<Self>, lease: u64, failure: Failure, now: Now) -> Todo {
        self.change(|state, effects| {
            if !state.is_under(lease) {
                return;
            }
            self.miss(state, failure, now, effects);
        });
        Todo::Over
    }

    fn miss(&self, state: &mut State, failure: Failure, now: Now, effects: &mut Effects) {
        state.note_failed_try(failure.message().to_owned(), now, effects);
        let is_final = is_final(&*self.kind, &failure);
        let pause_ms = if is_final { self.final_pause_ms() } else { state.pause_ms(&self.retries) };
        state.fail(failure, pause_ms, is_final, now, effects);
    }

    /// After a final failure only another process can help, by new credentials in the token file.
    fn final_pause_ms(&self) -> i64 {
        if self.kind.token_file().is_some() { FILE_PAUSE_MS } else { i64::MAX }
    }

    /// Ends what nobody did in time.
    fn give_back(self: &Arc<Self>, lease: u64, now: Now) -> Todo {
        let failure = |status| Failure::new(status, "nobody did in time what the fetch needs");
        let report = match self.state().part() {
            Some(Part::Asked(_)) => Report::Outcome(Err(Fault::Timeout)),
            Some(Part::Saving(_)) => Report::Saved(Err(failure(Status::Store))),
            Some(Part::Locking) => Report::Impossible(failure(Status::Store)),
            Some(Part::Busy) | None => Report::Impossible(failure(Status::Timeout)),
        };
        self.tell(lease, report, now)
    }

    fn tell(self: &Arc<Self>, lease: u64, report: Report, now: Now) -> Todo {
        match report {
            Report::Outcome(outcome) => self.answer(lease, outcome, now),
            Report::Impossible(failure) => self.give_up(lease, failure, now),
            Report::File(locking) => self.reread(lease, locking, now),
            Report::Saved(saved) => self.saved(lease, saved, now),
        }
    }
}

impl Task for Entry {
    fn wake(self: Arc<Self>, lease: u64, now: Now) -> Todo {
        let woken = self.change(|state, effects| {
            state.planned = None;
            state.serve_impatient(now, effects);
            if state.due().is_none_or(|due| now.steady_ms < due) {
                return None;
            }
            if self.kind.rotates() && state.phase.spare_lease(now) {
                return None;
            }
            // In the same breath, so that no other driver finds it due.
            let late = state.renew_lease(lease, now.steady_ms.saturating_add(FILE_PATIENCE_MS));
            if late.is_none() {
                state.begin_try(self.beginning(lease, now), &self.retries, now);
            }
            Some(late)
        });
        match (woken, self.kind.token_file()) {
            (None, _) => Todo::Over,
            (Some(Some(late)), _) => {
                self.agenda.take_back(late);
                self.give_back(lease, now)
            }
            (Some(None), Some(file)) => Todo::Lock(file.path()),
            (Some(None), None) => self.ask(lease, now),
        }
    }

    fn resume(self: Arc<Self>, lease: u64, report: Report, now: Now) -> Todo {
        self.tell(lease, report, now)
    }
}

/// What was wrong with an outcome, without a word of the server's.
fn problem(outcome: &Outcome) -> String {
    match outcome {
        Ok(response) => format!("HTTP {}", response.status),
        Err(fault) => unanswered(*fault).message().to_owned(),
    }
}

/// Whether nothing but new credentials will help. A token endpoint says so with 400 or 401 (RFC 6749 section 5.2), or with one of the codes of that
/// section whatever the status; any other answer with an `error` may be that of something on the way to it.
fn is_final(kind: &dyn Kind, failure: &Failure) -> bool {
    const CODES: [&str; 7] = [
        "invalid_grant",
        "invalid_client",
        "invalid_request",
        "invalid_scope",
        "unauthorized_client",
        "unsupported_grant_type",
        "access_denied",
    ];
    match (failure.status(), failure.claim()) {
        (Status::NoCredentials, _) => true,
        (Status::Refused, Some(code)) if kind.has_final_codes() => {
            matches!(failure.http_status(), Some(400 | 401)) || CODES.contains(&code)
        }
        _ => false,
    }
}

/// Whether a granted token has any time left.
fn has_life(lifetime: Lifetime, began: Now, now: Now) -> bool {
    Term::new(lifetime, Origin::Asked(began), None, false, now, &mut super::dice::Dice::seeded(0)).lasts(now)
}

fn disowned() -> Failure {
    let why =
        "the refresh token belongs to the process that this one was forked from; with a `token_file` they share it";
    Failure::new(Status::NoCredentials, why)
}
