//! What is known of one key set: the keys, the fetch that is under way, and those who wait for it.

use std::sync::Arc;

use super::Waiter;
use crate::error::{Failure, Status};
use crate::jose::Verifier;
use crate::source::exchange::Now;
use crate::source::gate::generation;
use crate::source::state::OWED_MS;
use crate::source::stats::count;
use crate::source::waiters::PATIENCE_MS;

/// How long an old set serves while no new one can be had.
const STALE_MS: i64 = 86_400_000;

/// The longest pause between two fetches that fail.
const LONGEST_PAUSE_MS: i64 = 30_000;

/// All that is remembered of one key set.
pub(super) struct State {
    pub(super) set: Option<Set>,
    pub(super) phase: Phase,
    /// When patience with the fetch that is under way ends.
    pub(super) patient_until: i64,
    /// Whether those who waited until then were told.
    pub(super) is_impatient: bool,
    /// When the agenda has this task.
    pub(super) planned: Option<i64>,
    pub(super) waiters: Vec<Box<dyn Waiter>>,
    /// Somebody was told to come back for the outcome of the fetch, and did not yet.
    pub(super) is_promised: bool,
    /// Until when a failure that was promised is kept for who comes back.
    pub(super) owed_until: i64,
    pub(super) failure: Option<Failure>,
    /// How many fetches failed in a row.
    pub(super) failures: u32,
    /// Answers that brought or confirmed a set.
    pub(super) refreshes: u64,
    /// All fetches that failed, by status.
    pub(super) failed: Vec<(Status, u64)>,
    /// No fetch begins before this moment on the steady clock.
    pub(super) paused_until: i64,
    /// When a key that is not in the set may be asked for again.
    pub(super) unknown_from: i64,
    pub(super) generation: u32,
}

/// Keys with the policy that they serve, and how long they may.
pub(super) struct Set {
    pub(super) verifier: Arc<Verifier>,
    pub(super) etag: Option<String>,
    pub(super) renew_from: i64,
    pub(super) fresh_until: i64,
    pub(super) stale_until: i64,
    pub(super) standing: Standing,
}

/// What a set was found to be when a token was last judged: what is told of it needs no clock.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    Fresh,
    /// It served on for want of a newer one.
    Stale,
    /// It may not serve any more.
    Over,
}

#[derive(Clone, Copy)]
pub(super) enum Phase {
    Idle,
    Due(i64),
    Asked { lease: u64, until: i64 },
}

impl State {
    pub(super) fn new() -> State {
        State {
            set: None,
            phase: Phase::Idle,
            patient_until: i64::MIN,
            is_impatient: false,
            planned: None,
            waiters: Vec::new(),
            is_promised: false,
            owed_until: i64::MIN,
            failure: None,
            failures: 0,
            refreshes: 0,
            failed: Vec::new(),
            paused_until: i64::MIN,
            unknown_from: i64::MIN,
            generation: generation(),
        }
    }

    /// Leaves to a parent its leases, and those who wait there.
    pub(super) fn settle_in(&mut self) {
        if self.generation == generation() {
            return;
        }
        self.generation = generation();
        // Not dropped: a waiter that is dropped wakes somebody, and that one is in the parent.
        std::mem::take(&mut self.waiters).into_iter().for_each(std::mem::forget);
        self.phase = Phase::Idle;
    }

    pub(super) fn begin(&mut self, at: i64) {
        if matches!(self.phase, Phase::Idle) {
            self.phase = Phase::Due(at);
            (self.patient_until, self.is_impatient) = (at.saturating_add(PATIENCE_MS), false);
        }
    }

    pub(super) fn wait(&mut self, waiter: Option<Box<dyn Waiter>>) {
        let Some(waiter) = waiter else { return };
        // Looked through when it doubles: those who gave up take up no more room than those who did not.
        if self.waiters.len() == self.waiters.capacity() {
            self.waiters.retain(|waiter| !waiter.is_moot());
        }
        self.waiters.push(waiter);
    }

    pub(super) fn due(&self) -> Option<i64> {
        match self.phase {
            Phase::Idle => None,
            Phase::Due(at) => Some(at),
            Phase::Asked { until, .. } => Some(self.patience_end().map_or(until, |end| end.min(until))),
        }
    }

    /// When those who wait are told to use the old set. They are told once: who waits after that wants a key that the old set does not have.
    pub(super) fn patience_end(&self) -> Option<i64> {
        let (set, end) = (self.set.as_ref()?, self.patient_until);
        let may_serve = set.fresh_until <= end && end < set.stale_until;
        (may_serve && !self.is_impatient && !self.waiters.is_empty()).then_some(end)
    }

    pub(super) fn keep(&mut self, set: Set) {
        self.set = Some(set);
        self.refreshes += 1;
        (self.failure, self.failures, self.paused_until) = (None, 0, i64::MIN);
        (self.is_promised, self.owed_until) = (false, i64::MIN);
    }

    pub(super) fn prolong(&mut self, life_ms: i64, now: Now) {
        if let Some(old) = self.set.take() {
            self.keep(Set::new(old.verifier, old.etag, life_ms, now));
        }
    }

    /// One failure alone costs no pause, for a connection may have been dropped; from the second on the pauses double.
    pub(super) fn fail(&mut self, failure: Failure, now: Now) {
        let pause_ms = match self.failures {
            0 => 0,
            n => (500 << n.min(10)).min(LONGEST_PAUSE_MS),
        };
        self.failures = self.failures.saturating_add(1);
        count(&mut self.failed, failure.status());
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
    pub(super) fn new(verifier: Arc<Verifier>, etag: Option<String>, life_ms: i64, now: Now) -> Set {
        let fresh_until = now.steady_ms.saturating_add(life_ms);
        Set {
            verifier,
            etag,
            renew_from: fresh_until - life_ms / 10,
            fresh_until,
            stale_until: fresh_until.saturating_add(STALE_MS),
            standing: Standing::Fresh,
        }
    }
}
