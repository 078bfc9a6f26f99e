//! The state of one cache entry: the token that is served, the fetch that is under way, and what the last failure leaves to do.

use std::collections::HashSet;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::dice::Dice;
use super::effects::Effects;
use super::event::{Event, Log};
use super::exchange::Now;
use super::gate::generation;
use super::kind::{Grant, Kind, Warning};
pub(super) use super::phase::{Part, Phase};
use super::refused::Refused;
use super::retries::Retries;
use super::stats::Stats;
use super::term::{Origin, Term};
use super::token::{Answer, Token, Waiter};
use super::waiters::{PATIENCE_MS, Waiters};
use crate::error::{Failure, Result, Status};

/// A source that has failed for so long makes one try a fetch, until one succeeds: a server that was away is not met by the retries of all
/// its clients.
const LONG_RUN_MS: i64 = 60_000;

/// How long the failure of a fetch is kept for who was told to come back for it: after that it is no news.
pub(super) const OWED_MS: i64 = 5_000;

/// All that an entry remembers.
pub(super) struct State {
    pub(super) served: Option<Served>,
    pub(super) phase: Phase,
    /// The newest refresh token that a server gave.
    pub(super) refresh_token: Option<Zeroizing<String>>,
    pub(super) setback: Option<Setback>,
    /// The run of failed tries since the last one that gave a token.
    run: Option<Run>,
    /// How many retries the fetch that is under way has made, and how many it may make.
    retried: Option<(u32, u32)>,
    /// What the token file held when it was locked for the try that is under way; the inner `None` is no file.
    pub(super) file: Option<Option<Zeroizing<Vec<u8>>>>,
    pub(super) waiters: Waiters,
    /// Somebody was told to come back for the outcome of the fetch, and did not yet.
    pub(super) is_promised: bool,
    /// The sources that are open on this entry.
    pub(super) sources: HashSet<u64>,
    pub(super) stats: Stats,
    pub(super) log: Log,
    /// When the agenda has this entry.
    pub(super) planned: Option<i64>,
    /// Whether it was told that the token file cannot be written.
    pub(super) is_unsaved: bool,
    /// What the file held where the pair in memory could not take its place.
    pub(super) outdated: Option<Option<Zeroizing<Vec<u8>>>>,
    /// Whether the refresh token belongs to a process that this one was forked from.
    pub(super) is_disowned: bool,
    /// Whether the last token that was fetched was too short for the leeway.
    was_short: bool,
    generation: u32,
    dice: Dice,
    refused: Refused,
}

/// A token and how long it may be served.
pub(super) struct Served {
    /// The process that it was fetched by, or found by.
    pub(super) process: u32,
    pub(super) token: Arc<Token>,
    pub(super) term: Term,
}

/// Tries that failed in a row.
struct Run {
    tries: u32,
    since: i64,
    /// What was wrong the last time.
    problem: String,
}

/// The failure of the last fetch.
pub(super) struct Setback {
    pub(super) failure: Failure,
    /// When a fetch may be begun again.
    pub(super) until: i64,
    /// Until when it is kept for somebody who was told to come back for it.
    owed_until: i64,
    /// Whether nothing but new credentials will help; after the pause the token file, if there is one, may have got some.
    pub(super) is_final: bool,
}

impl State {
    pub(super) fn new(dice: Dice) -> State {
        State {
            served: None,
            phase: Phase::Idle,
            refresh_token: None,
            setback: None,
            run: None,
            retried: None,
            file: None,
            waiters: Waiters::default(),
            is_promised: false,
            sources: HashSet::new(),
            stats: Stats::default(),
            log: Log::default(),
            planned: None,
            is_unsaved: false,
            outdated: None,
            is_disowned: false,
            was_short: false,
            generation: generation(),
            dice,
            refused: Refused::default(),
        }
    }

    /// Leaves to a parent what is the parent's: its leases, those who wait there, and a refresh token that only one process may send.
    pub(super) fn settle_in(&mut self, kind: &dyn Kind) {
        if self.generation == generation() {
            return;
        }
        self.generation = generation();
        self.waiters.abandon();
        self.phase = Phase::Idle;
        self.dice = Dice::new();
        self.is_disowned |= kind.rotates() && kind.token_file().is_none();
    }

    /// The token, if it may be served.
    pub(super) fn token(&self, now: Now) -> Option<&Served> {
        self.served.as_ref().filter(|served| served.term.lasts(now))
    }

    /// Whether the token is in its last moments, and nothing speaks against a better one: no try has failed, nor hangs.
    pub(super) fn is_better_renewed(&self, now: Now) -> bool {
        let is_ending = self.served.as_ref().is_some_and(|served| served.term.is_ending(now));
        let has_failed = self.run.is_some() || self.setback.is_some() || matches!(self.retried, Some((1.., _)));
        is_ending && !has_failed && !self.phase.is_slow(now)
    }

    pub(super) fn is_fetching(&self) -> bool {
        !matches!(self.phase, Phase::Idle)
    }

    /// Whether the setback forbids a fetch now.
    pub(super) fn held_back(&self, now: Now) -> Option<&Failure> {
        let setback = self.setback.as_ref().filter(|setback| now.steady_ms < setback.until);
        setback.map(|setback| &setback.failure)
    }

    /// The failure that somebody was told to come back for, once, and not for long.
    pub(super) fn take_owed(&mut self, now: Now) -> Option<Failure> {
        let setback = self.setback.as_mut().filter(|setback| now.steady_ms < setback.owed_until)?;
        setback.owed_until = i64::MIN;
        Some(setback.failure.clone())
    }

    /// What a final failure leaves to be had, also for who wants a fetch: the token that is there, if it is still good, or the failure.
    pub(super) fn final_answer(&self, now: Now) -> Option<Result<Answer>> {
        let failure = self.held_back(now).filter(|_| self.setback.as_ref().is_some_and(|setback| setback.is_final))?;
        let token = self.token(now).map(|served| Arc::clone(&served.token));
        Some(token.map(Answer::Ready).ok_or_else(|| failure.clone()))
    }

    /// Begins a fetch, unless one is under way.
    pub(super) fn begin_fetch(&mut self, now: Now) {
        if !self.is_fetching() {
            self.phase = Phase::Due(now.steady_ms);
        }
    }

    /// When something is to be done, on the steady clock.
    pub(super) fn due(&self) -> Option<i64> {
        [self.next_step(), self.waiters.impatient_at()].into_iter().flatten().min()
    }

    fn next_step(&self) -> Option<i64> {
        match &self.phase {
            _ if self.sources.is_empty() => None,
            Phase::Due(at) => Some(*at),
            Phase::Trying { until, .. } => Some(*until),
            Phase::Idle => {
                let not_before = match &self.setback {
                    Some(setback) if setback.is_final => return None,
                    Some(setback) => setback.until,
                    None => i64::MIN,
                };
                self.served.as_ref()?.term.renewal_ms(not_before)
            }
        }
    }

    /// Whether `lease` is the one that is out.
    pub(super) fn is_under(&self, lease: u64) -> bool {
        matches!(&self.phase, Phase::Trying { lease: own, .. } if *own == lease)
    }

    /// The lease that is out.
    pub(super) fn lease(&self) -> Option<u64> {
        match &self.phase {
            Phase::Trying { lease, .. } => Some(*lease),
            _ => None,
        }
    }

    /// Lets what is under way go on under another lease, until another moment. Gives the old one, if there is one.
    pub(super) fn renew_lease(&mut self, lease: u64, until: i64) -> Option<u64> {
        match &mut self.phase {
            Phase::Trying { lease: own, until: end, .. } => {
                *end = until;
                Some(std::mem::replace(own, lease))
            }
            _ => None,
        }
    }

    /// How far the try is that is under way.
    pub(super) fn part(&self) -> Option<&Part> {
        match &self.phase {
            Phase::Trying { part, .. } => Some(part),
            _ => None,
        }
    }

    /// Takes what is under way under `lease`; `None` if that lease has ended.
    pub(super) fn take_part(&mut self, lease: u64) -> Option<(Part, Now)> {
        match &mut self.phase {
            Phase::Trying { lease: own, began, part, .. } if *own == lease => {
                Some((std::mem::replace(part, Part::Busy), *began))
            }
            _ => None,
        }
    }

    /// Serves a token from now on.
    pub(super) fn serve(&mut self, grant: Grant, origin: Origin, kind: &dyn Kind, now: Now) {
        let term = Term::new(grant.lifetime, origin, kind.leeway_s(), self.was_short, now, &mut self.dice);
        if matches!(origin, Origin::Asked(_)) {
            self.was_short = term.is_short;
        }
        let token = Token { text: grant.token, expires_at_s: term.expires_at_s };
        self.served = Some(Served { process: generation(), token: Arc::new(token), term });
        if grant.refresh_token.is_some() {
            self.refresh_token = grant.refresh_token;
        }
    }

    /// Ends a fetch that gave a token: it is served already.
    pub(super) fn succeed(&mut self, effects: &mut Effects) {
        self.phase = Phase::Idle;
        self.setback = None;
        self.is_promised = false;
        self.run = None;
        self.retried = None;
        self.file = None;
        let Some(token) = self.served.as_ref().map(|served| Arc::clone(&served.token)) else { return };
        effects.tell(self.waiters.take_all(), &Ok(token));
    }

    /// Ends a fetch that failed. Who waits gets the token that is there, if it is still good.
    pub(super) fn fail(&mut self, failure: Failure, pause_ms: i64, is_final: bool, now: Now, effects: &mut Effects) {
        self.stats.count_failure(failure.status());
        self.log.add(Event::new("FAILED", failure.to_string(), now.unix_ms));
        self.stay_failed(failure, pause_ms, is_final, now, effects);
    }

    /// As [`State::fail`], where nothing new was learnt.
    pub(super) fn stay_failed(
        &mut self,
        failure: Failure,
        pause_ms: i64,
        is_final: bool,
        now: Now,
        effects: &mut Effects,
    ) {
        self.phase = Phase::Idle;
        self.retried = None;
        self.file = None;
        let outcome = self.token(now).map(|served| Arc::clone(&served.token)).ok_or_else(|| failure.clone());
        effects.tell(self.waiters.take_all(), &outcome);
        let owed_ms = if std::mem::take(&mut self.is_promised) { OWED_MS } else { 0 };
        let from_now = |ms| now.steady_ms.saturating_add(ms);
        self.setback = Some(Setback { failure, until: from_now(pause_ms), owed_until: from_now(owed_ms), is_final });
    }

    /// Begins a try, the first of a fetch or another one.
    pub(super) fn begin_try(&mut self, phase: Phase, retries: &Retries, now: Now) {
        self.phase = phase;
        if self.retried.is_none() {
            let is_long = |run: &Run| now.steady_ms.saturating_sub(run.since) >= LONG_RUN_MS;
            self.retried = Some((0, if self.run.as_ref().is_some_and(is_long) { 0 } else { retries.total() }));
        }
    }

    /// Notes that a try failed, and why. Who waits for a better token than the one that is there gets that one.
    pub(super) fn note_failed_try(&mut self, problem: String, now: Now, effects: &mut Effects) {
        let run = self.run.get_or_insert(Run { tries: 0, since: now.steady_ms, problem: String::new() });
        run.tries = run.tries.saturating_add(1);
        run.problem = problem;
        self.serve_old(now, effects);
    }

    /// Serves the token that is there to who waits for a better one, if they have waited for a second.
    pub(super) fn serve_impatient(&mut self, now: Now, effects: &mut Effects) {
        if self.waiters.impatient_at().is_some_and(|at| at <= now.steady_ms) {
            self.serve_old(now, effects);
        }
    }

    fn serve_old(&mut self, now: Now, effects: &mut Effects) {
        match self.token(now).map(|served| Arc::clone(&served.token)) {
            Some(token) => effects.tell(self.waiters.take_served_by_old(), &Ok(token)),
            None => self.waiters.become_patient(),
        }
    }

    /// Why the last try failed, if none gave a token since.
    pub(super) fn problem(&self) -> Option<&str> {
        self.run.as_ref().map(|run| run.problem.as_str())
    }

    /// Forgets what failed so far, for somebody who wants to know it now.
    pub(super) fn forget_run(&mut self) {
        self.run = None;
    }

    /// The wait before the next try of the fetch; `None` if its retries are used up. While the token lasts, five more tries shall find room
    /// before its end.
    pub(super) fn retry_wait_ms(&mut self, retries: &Retries, now: Now) -> Option<i64> {
        let (retried, _) = self.retried.as_mut().filter(|(retried, most)| retried < most)?;
        *retried += 1;
        let wait = retries.wait_ms(*retried, &mut self.dice);
        Some(match self.served.as_ref().map(|served| served.term.left_ms(now)) {
            Some(left_ms) if left_ms > 0 => wait.min(left_ms / 6),
            _ => wait,
        })
    }

    /// The pause before the next fetch.
    pub(super) fn pause_ms(&mut self, retries: &Retries) -> i64 {
        retries.pause_ms(self.run.as_ref().map_or(1, |run| run.tries), &mut self.dice)
    }

    /// Takes a token out of service: the one that is served, if it is `token` or none is named. True once for each distinct token.
    pub(super) fn refuse(&mut self, token: Option<&str>) -> bool {
        let Some(served) = &self.served else { return false };
        let text = served.token.text();
        if token.is_some_and(|token| token != text) || !self.refused.add(text) {
            return false;
        }
        self.served = None;
        true
    }

    /// Whether a token is neither the one that is served nor one that a server refused.
    pub(super) fn is_news(&self, grant: &Grant) -> bool {
        let is_served = self.served.as_ref().is_some_and(|served| served.token.text() == grant.token.as_str());
        !grant.token.is_empty() && !is_served && !self.refused.holds(&grant.token)
    }

    /// Lets somebody wait for the fetch.
    pub(super) fn wait(&mut self, source: u64, is_fetch_wanted: bool, waiter: Box<dyn Waiter>, now: Now) {
        self.stats.waits += 1;
        let has_choice = !is_fetch_wanted && self.token(now).is_some();
        let impatient_at = has_choice.then(|| now.steady_ms.saturating_add(PATIENCE_MS + 1));
        self.waiters.add(source, is_fetch_wanted, waiter, impatient_at);
    }

    /// Ends the waiting of all who came by one source.
    pub(super) fn dismiss(&mut self, source: u64, effects: &mut Effects) {
        effects.tell(self.waiters.take_of(source), &Err(closed()));
    }

    /// Tells that the token file cannot be written: once, until it can.
    pub(super) fn warn_unsaved(&mut self, failure: &Failure, now: Now) {
        if !std::mem::replace(&mut self.is_unsaved, true) {
            let warning = Warning { code: "TOKEN_FILE_NOT_SAVED", message: failure.message().to_owned() };
            self.log.add(Event::warning(warning, now.unix_ms));
        }
    }
}

/// What every call of a closed source answers.
pub(super) fn closed() -> Failure {
    Failure::new(Status::Closed, "the source is closed")
}
