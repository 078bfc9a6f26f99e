//! A source: one identity, opened on a cache.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::sync::atomic::Ordering::Relaxed;

use super::cache::Cache;
use super::entry::Entry;
use super::event::{Event, Events};
use super::exchange::Now;
use super::gate::{Lock, generation};
use super::kind::Kind;
use super::operation::Operation;
use super::state::{Part, State, closed};
use super::stats::Stats;
use super::token::{Answer, Token, Waiter};
use crate::error::{Failure, Result, Status};

/// One token that is kept fresh. Threads may share it. One that is dropped is closed, and leaves nothing behind.
pub struct Source {
    cache: Arc<Cache>,
    pub(super) entry: Arc<Entry>,
    /// As this source was opened; others may share the entry.
    kind: Arc<dyn Kind>,
    number: u64,
    is_closed: AtomicBool,
    drained: Lock<Drained>,
}

/// What was drained of the events.
struct Drained {
    warnings: Vec<Event>,
    seen: u64,
}

/// How a source that is closed goes on.
pub type Ending = Option<Box<dyn Operation<Output = bool>>>;

impl Source {
    pub(super) fn new(
        cache: Arc<Cache>,
        entry: Arc<Entry>,
        kind: Arc<dyn Kind>,
        (number, seen): (u64, u64),
        now: Now,
    ) -> Source {
        let warnings = kind.warnings().into_iter().map(|warning| Event::warning(warning, now.unix_ms)).collect();
        Source {
            cache,
            entry,
            kind,
            number,
            is_closed: AtomicBool::new(false),
            drained: Lock::new(Drained { warnings, seen }),
        }
    }

    /// Opens the same source once more, with an end of its own. What it brought along when it was opened first may be out of date.
    pub fn once_more(&self, now: Now) -> Result<Source> {
        self.check_open()?;
        self.cache.open_with(Arc::clone(&self.kind), None, now)
    }

    /// The cache that it is open on.
    pub fn cache(&self) -> &Arc<Cache> {
        &self.cache
    }

    /// The token, if one is at hand that has not ended; a renewal that is due begins. It never waits: where there is no token, or one in its
    /// last moments that no try to renew has failed for, a fetch is begun. The last failure is the answer where it is too early for that, or
    /// where it is that of the fetch that this one was told to wait for.
    pub fn token(&self, now: Now) -> Result<Answer> {
        self.check_open()?;
        {
            let mut state = self.entry.state();
            if let Some(served) = state.token(now)
                && !served.term.is_due(now)
            {
                let token = Arc::clone(&served.token);
                state.stats.hits += 1;
                return Ok(Answer::Ready(token));
            }
        }
        self.seek(false, None, now)
    }

    /// As [`Source::token`], but where a fetch is under way `waiter` is told of its end; where the answer is there, it is told at once.
    pub fn wait(&self, waiter: Box<dyn Waiter>, now: Now) {
        self.begin(false, waiter, now);
    }

    /// Fetches now, or joins the fetch that is under way, and tells `waiter` of its end.
    pub fn refresh(&self, waiter: Box<dyn Waiter>, now: Now) {
        self.begin(true, waiter, now);
    }

    fn begin(&self, is_fetch_wanted: bool, waiter: Box<dyn Waiter>, now: Now) {
        let mut waiter = Some(waiter);
        let answer = match self.check_open() {
            Ok(()) => self.seek(is_fetch_wanted, Some(&mut waiter), now),
            Err(failure) => Err(failure),
        };
        let Some(waiter) = waiter else { return };
        match answer {
            Ok(Answer::Ready(token)) => waiter.tell(Ok(token)),
            Ok(Answer::Wait) => {}
            Err(failure) => waiter.tell(Err(failure)),
        }
    }

    /// Finds a token, or begins to fetch one. `waiter` is taken where it has to wait.
    fn seek(&self, is_fetch_wanted: bool, waiter: Option<&mut Option<Box<dyn Waiter>>>, now: Now) -> Result<Answer> {
        let is_local = self.entry.kind.is_local();
        let answer = self.entry.change(|state, _| {
            if !state.sources.contains(&self.number) {
                return Err(closed());
            }
            if is_fetch_wanted {
                if let Some(answer) = state.final_answer(now) {
                    return answer;
                }
                state.forget_run();
            } else if let Some(answer) = find(state, now) {
                return answer;
            }
            if !is_local {
                state.begin_fetch(now);
                let waiter = waiter.and_then(Option::take);
                state.is_promised = waiter.is_none();
                if let Some(waiter) = waiter {
                    state.wait(self.number, is_fetch_wanted, waiter, now);
                }
            }
            Ok(Answer::Wait)
        })?;
        match answer {
            Answer::Wait if is_local => self.entry.fetch_locally(now).map(Answer::Ready),
            answer => Ok(answer),
        }
    }

    /// What a caller gets whose time is over: the token in its last moments, which may do, or why there is none yet.
    pub fn late(&self, is_fetch_wanted: bool, now: Now) -> Result<Arc<Token>> {
        let state = self.entry.state();
        if !is_fetch_wanted && let Some(served) = state.token(now) {
            return Ok(Arc::clone(&served.token));
        }
        Err(match (state.part(), state.problem()) {
            (Some(Part::Locking), _) => Failure::new(Status::Store, "another process keeps the token file locked"),
            (_, None) => Failure::new(Status::Timeout, "there was no token in time"),
            (_, Some(problem)) => {
                Failure::new(Status::Timeout, format!("there was no token in time; the last try: {problem}"))
            }
        })
    }

    /// Says that a server refused a token, the current one if none is named: it is not served again. True once for each distinct token.
    pub fn invalidate(&self, token: Option<&str>) -> Result<bool> {
        self.check_open()?;
        Ok(self.entry.change(|state, _| state.refuse(token)))
    }

    /// The operation that ends a token at its server, the current one if none is named. It is not served any more from now on.
    pub fn revoke(&self, token: Option<&str>, now: Now) -> Result<Box<dyn Operation<Output = bool>>> {
        self.check_open()?;
        let current = self.entry.state().token(now).map(|served| Arc::clone(&served.token));
        let text = match (token, &current) {
            (Some(token), _) => token,
            (None, Some(current)) => current.text(),
            (None, None) => return Err(Failure::new(Status::NoCredentials, "there is no token to revoke")),
        };
        let operation = self.kind.revoke(text)?;
        self.entry.change(|state, _| state.refuse(Some(text)));
        Ok(operation)
    }

    /// What the token says of its subject, a JSON object.
    pub fn identity(&self, token: &Token) -> Result<String> {
        self.check_open()?;
        self.kind.subject(token.text())
    }

    /// What the source is, a JSON object without a secret.
    pub fn describe(&self) -> Result<String> {
        self.check_open()?;
        Ok(self.kind.describe())
    }

    /// What was counted so far, for all sources of this identity.
    pub fn stats(&self) -> Result<Stats> {
        self.check_open()?;
        Ok(self.entry.state().stats.clone())
    }

    /// What happened since the last call.
    pub fn events(&self) -> Result<Events> {
        self.check_open()?;
        let mut drained = self.drained.lock();
        let state = self.entry.state();
        let mut events = state.log.since(drained.seen);
        drained.seen = state.log.count();
        events.events.splice(0..0, std::mem::take(&mut drained.warnings));
        Ok(events)
    }

    /// Closes the source: who waits is told CLOSED, and every later call answers that. What is to be done at the end comes out once, if it
    /// was the last source of its identity. Closing twice is fine.
    pub fn close(&self, now: Now) -> Ending {
        if self.is_closed.swap(true, Relaxed) {
            return None;
        }
        let (last, is_last) = self.entry.change(|state, effects| {
            state.dismiss(self.number, effects);
            state.sources.remove(&self.number);
            // What a parent fetched is the parent's to end.
            let own = state.token(now).filter(|served| served.process == generation());
            (own.map(|served| Arc::clone(&served.token)), state.sources.is_empty())
        });
        if !is_last {
            return None;
        }
        self.cache.forget(&self.entry);
        self.kind.at_close(last?.text())
    }

    /// Closes the source where nobody waits for what is to be done at the end, which needs a server.
    pub fn abandon(&self) {
        self.close(Now { unix_ms: i64::MAX, steady_ms: i64::MAX });
    }

    fn check_open(&self) -> Result<()> {
        if self.is_closed.load(Relaxed) { Err(closed()) } else { Ok(()) }
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        self.abandon();
    }
}

/// What is there: a token, or a failure that it is too early to get over.
fn find(state: &mut State, now: Now) -> Option<Result<Answer>> {
    if let Some(served) = state.token(now) {
        let (token, is_due) = (Arc::clone(&served.token), served.term.is_due(now));
        if state.is_better_renewed(now) {
            state.stats.misses += 1;
            return None;
        }
        state.stats.hits += 1;
        if is_due && state.held_back(now).is_none() {
            state.begin_fetch(now);
        }
        return Some(Ok(Answer::Ready(token)));
    }
    state.stats.misses += 1;
    state.served = None;
    if state.is_fetching() {
        return None;
    }
    let failure = state.held_back(now).cloned();
    let owed = state.take_owed(now);
    failure.or(owed).map(Err)
}
