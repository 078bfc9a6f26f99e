//! The cache: where tokens live, and what says when to fetch them. It fetches nothing itself; a driver polls it and tells how it went.

use std::collections::HashMap;
use std::sync::Arc;

use super::agenda::{Agenda, Locking, Report, Todo};
use super::dice::Dice;
use super::entry::Entry;
use super::exchange::{Now, Outcome, Request};
use super::gate::Lock;
use super::handle::Source;
use super::host_clock::HostClock;
use super::kind::{Grant, Kind};
use super::state::State;
use super::term::Origin;
use crate::error::{Failure, Result, Status};
use crate::jose::config::Config;

/// What a driver is to do next.
pub enum Poll {
    /// This, under a lease, which ends by itself where nobody tells how it went.
    Do {
        /// The number to tell it by.
        lease: u64,
        /// What; never [`Todo::Over`].
        todo: Todo,
    },
    /// Nothing before this moment on the steady clock, unless the alarm rings.
    Idle {
        /// `i64::MAX` where nothing is planned.
        next_due_ms: i64,
    },
}

/// The tokens of any number of sources: equal identities share one entry. Threads may share a cache.
pub struct Cache {
    agenda: Arc<Agenda>,
    entries: Lock<HashMap<[u8; 32], Arc<Entry>>>,
    dice: Lock<Option<Dice>>,
    host_clock: HostClock,
    is_driven_by_host: bool,
    max_entries: usize,
    max_token_bytes: usize,
}

impl Cache {
    /// Makes a cache by its config, whose members are listed at `jeton_cache_new`; an empty text is none.
    pub fn new(config: &str) -> Result<Arc<Cache>> {
        let mut config = Config::parse(if config.is_empty() { "{}" } else { config }, "config")?;
        let driven_by = config.text("driven_by")?;
        let is_driven_by_host = match driven_by.as_deref() {
            Some("host") => true,
            Some("runtime") => false,
            None => !cfg!(feature = "runtime"),
            Some(_) => return Err(config.failure("driven_by", "expected runtime or host")),
        };
        if !is_driven_by_host && !cfg!(feature = "runtime") {
            return Err(Failure::new(Status::Unsupported, "this build of the library has no runtime"));
        }
        let max_entries = config.integer("max_entries", 1..=1_000_000)?.unwrap_or(100_000) as usize;
        let max_token_bytes = config.integer("max_token_bytes", 256..=1_048_576)?.unwrap_or(65_536) as usize;
        config.finish()?;
        Ok(Arc::new(Cache {
            agenda: Arc::new(Agenda::new()),
            entries: Lock::default(),
            dice: Lock::new(None),
            host_clock: HostClock::default(),
            is_driven_by_host,
            max_entries,
            max_token_bytes,
        }))
    }

    /// Whether a host polls this cache, and not the runtime.
    pub fn is_driven_by_host(&self) -> bool {
        self.is_driven_by_host
    }

    /// The moment that the host of this cache calls `unix_ms`, by the one clock that it has.
    pub fn host_moment(&self, unix_ms: i64) -> Now {
        self.host_clock.moment(unix_ms)
    }

    /// The last such moment, for a call that names none.
    pub fn last_host_moment(&self) -> Now {
        self.host_clock.last()
    }

    /// The longest token that is kept.
    pub fn max_token_bytes(&self) -> usize {
        self.max_token_bytes
    }

    /// What to call, outside of all locks, when something is due earlier than [`Cache::poll`] said. The first one stays.
    pub fn set_alarm(&self, alarm: Box<dyn Fn() + Send + Sync>) {
        self.agenda.set_alarm(alarm);
    }

    /// What else is driven together with the tokens.
    pub(super) fn agenda(&self) -> &Arc<Agenda> {
        &self.agenda
    }

    /// Makes all chance of this cache depend on a seed alone.
    pub fn seed(&self, seed: u64) {
        *self.dice.lock() = Some(Dice::seeded(seed));
    }

    /// Opens a source. CONFIG where the cache is full, or a host drives it that has no files.
    pub fn open(self: &Arc<Cache>, kind: Box<dyn Kind>, now: Now) -> Result<Source> {
        let at_hand = kind.at_hand(now);
        self.open_with(Arc::from(kind), at_hand, now)
    }

    /// Opens a source that brings a token along, or none.
    pub(super) fn open_with(
        self: &Arc<Cache>,
        kind: Arc<dyn Kind>,
        at_hand: Option<Grant>,
        now: Now,
    ) -> Result<Source> {
        if self.is_driven_by_host && kind.token_file().is_some() {
            return Err(Failure::new(Status::Config, "a token file needs the runtime"));
        }
        let number = self.agenda.number();
        let identity = kind.identity();
        let mut entries = self.entries.lock();
        let known = entries.get(&identity).cloned();
        let entry = match known {
            Some(entry) => entry,
            None if entries.len() >= self.max_entries => {
                return Err(Failure::new(Status::Config, "the cache is full: max_entries sources are open"));
            }
            None => {
                let (kind, agenda, state) = (Arc::clone(&kind), Arc::clone(&self.agenda), State::new(self.dice()));
                let entry = Arc::new(Entry::new(kind, agenda, self.max_token_bytes, state));
                entries.insert(identity, Arc::clone(&entry));
                entry
            }
        };
        let (seen, effects) = entry.alter(|state, _| {
            state.sources.insert(number);
            if let (None, Some(grant)) = (state.token(now), at_hand)
                && state.is_news(&grant)
            {
                state.serve(grant, Origin::AtHand, &*kind, now);
            }
            state.log.count()
        });
        drop(entries);
        entry.bring_about(effects);
        Ok(Source::new(Arc::clone(self), entry, kind, (number, seen), now))
    }

    /// What is to be done now. Call again until there is nothing.
    pub fn poll(&self, now: Now) -> Poll {
        loop {
            let (task, lease) = match self.agenda.take(now.steady_ms) {
                Ok(due) => due,
                Err(next_due_ms) => return Poll::Idle { next_due_ms },
            };
            match self.agenda.go_on(lease, task.wake(lease, now)) {
                Todo::Over => {}
                todo => return Poll::Do { lease, todo },
            }
        }
    }

    /// As [`Cache::poll`], for a host: an exchange and its lease, or the moment before which there is none.
    pub fn next_exchange(&self, now: Now) -> Result<(u64, Request), i64> {
        if let Some(next) = self.agenda.take_next(now.steady_ms) {
            return Ok(next);
        }
        loop {
            match self.poll(now) {
                Poll::Do { lease, todo: Todo::Send(request) } => return Ok((lease, request)),
                // A host's cache has no files, so there is nothing else to be done.
                Poll::Do { .. } => {}
                Poll::Idle { next_due_ms } => return Err(next_due_ms),
            }
        }
    }

    /// As [`Cache::complete`], for a host: what the answer leads to is the next exchange, as long as somebody wants it.
    pub fn answer(&self, lease: u64, outcome: Outcome, now: Now) {
        let Some(task) = self.agenda.answered(lease) else { return };
        match task.resume(lease, Report::Outcome(outcome), now) {
            Todo::Send(request) => self.agenda.put_next(lease, request, now),
            todo => drop(self.agenda.go_on(lease, todo)),
        }
    }

    /// Tells how an exchange ended. The lease goes on unless the answer is [`Todo::Over`]; one that has ended is ignored.
    pub fn complete(&self, lease: u64, outcome: Outcome, now: Now) -> Todo {
        self.tell(lease, Report::Outcome(outcome), now)
    }

    /// Tells why an exchange could not be made, as where a file of certificates cannot be read. As [`Cache::complete`].
    pub fn give_up(&self, lease: u64, failure: Failure, now: Now) -> Todo {
        self.tell(lease, Report::Impossible(failure), now)
    }

    /// Tells what is in a token file that was locked. As [`Cache::complete`].
    pub fn reread(&self, lease: u64, locking: Locking, now: Now) -> Todo {
        self.tell(lease, Report::File(locking), now)
    }

    /// Tells whether a token file was saved. As [`Cache::complete`].
    pub fn saved(&self, lease: u64, saved: Result<()>, now: Now) -> Todo {
        self.tell(lease, Report::Saved(saved), now)
    }

    fn tell(&self, lease: u64, report: Report, now: Now) -> Todo {
        let Some(task) = self.agenda.answered(lease) else { return Todo::Over };
        self.agenda.go_on(lease, task.resume(lease, report, now))
    }

    /// Forgets an entry that no source has open. Its token is wiped with it.
    pub(super) fn forget(&self, entry: &Arc<Entry>) {
        let identity = entry.kind.identity();
        let mut entries = self.entries.lock();
        let is_unused = |known: &&Arc<Entry>| Arc::ptr_eq(known, entry) && known.state().sources.is_empty();
        let unused =
            if entries.get(&identity).as_ref().is_some_and(is_unused) { entries.remove(&identity) } else { None };
        drop(entries);
        let Some(unused) = unused else { return };
        let lease = unused.change(|state, _| {
            let lease = state.lease();
            *state = State::new(Dice::seeded(0));
            lease
        });
        if let Some(lease) = lease {
            self.agenda.take_back(lease);
        }
    }

    #[cfg(test)]
    pub(super) fn touches(&self) -> u64 {
        self.agenda.touches()
    }

    fn dice(&self) -> Dice {
        match &mut *self.dice.lock() {
            Some(dice) => Dice::seeded(dice.up_to(i64::MAX) as u64),
            None => Dice::new(),
        }
    }
}
