//! Who waits for the fetch of an entry.

use super::token::Waiter;

/// How long callers wait for what is newer while what is there may do: a server that takes longer counts as one that cannot be reached.
pub(super) const PATIENCE_MS: i64 = 1_000;

/// Those who wait, each told once.
#[derive(Default)]
pub(super) struct Waiters {
    waiting: Vec<Waiting>,
    /// When the first of those who wait for a better token than the one that is there has waited long enough.
    impatient_at: Option<i64>,
}

struct Waiting {
    /// The source that it came by.
    source: u64,
    /// Whether only a token that is fetched will do, and not the one that is there.
    is_fetch_wanted: bool,
    waiter: Box<dyn Waiter>,
}

impl Waiters {
    pub(super) fn add(
        &mut self,
        source: u64,
        is_fetch_wanted: bool,
        waiter: Box<dyn Waiter>,
        impatient_at: Option<i64>,
    ) {
        // Looked through when it doubles: those who gave up take up no more room than those who did not.
        if self.waiting.len() == self.waiting.capacity() {
            self.waiting.retain(|waiting| !waiting.waiter.is_moot());
        }
        self.waiting.push(Waiting { source, is_fetch_wanted, waiter });
        self.impatient_at = self.impatient_at.or(impatient_at);
    }

    /// When those want the token that is there who wait for a better one, on the steady clock.
    pub(super) fn impatient_at(&self) -> Option<i64> {
        self.impatient_at
    }

    /// There is no other token to be had: all wait on.
    pub(super) fn become_patient(&mut self) {
        self.impatient_at = None;
    }

    pub(super) fn take_all(&mut self) -> Vec<Box<dyn Waiter>> {
        std::mem::take(self).waiting.into_iter().map(|waiting| waiting.waiter).collect()
    }

    /// Takes those who came by one source.
    pub(super) fn take_of(&mut self, source: u64) -> Vec<Box<dyn Waiter>> {
        self.take(|waiting| waiting.source == source)
    }

    /// Takes those whom the token that is there will do.
    pub(super) fn take_served_by_old(&mut self) -> Vec<Box<dyn Waiter>> {
        self.impatient_at = None;
        self.take(|waiting| !waiting.is_fetch_wanted)
    }

    fn take(&mut self, is_taken: impl Fn(&Waiting) -> bool) -> Vec<Box<dyn Waiter>> {
        self.waiting.extract_if(.., |waiting| is_taken(waiting)).map(|waiting| waiting.waiter).collect()
    }

    /// Forgets all, and does not drop them: a waiter that is dropped wakes somebody, and that one is in the parent.
    pub(super) fn abandon(&mut self) {
        std::mem::take(self).waiting.into_iter().for_each(std::mem::forget);
    }

    #[cfg(test)]
    pub(super) fn room(&self) -> usize {
        self.waiting.capacity()
    }
}
