//! Who waits for the fetch of an entry.

use super::token::Waiter;

#[derive(Default)]
pub(super) struct Waiters(Vec<Waiting>);

struct Waiting {
    /// The source that it came by.
    source: u64,
    /// Whether only a token that is fetched will do, and not the one at hand.
    is_fetch_wanted: bool,
    waiter: Box<dyn Waiter>,
}

impl Waiters {
    pub(super) fn add(&mut self, source: u64, is_fetch_wanted: bool, waiter: Box<dyn Waiter>) {
        // Looked through when it doubles: those who gave up take up no more room than those who did not.
        if self.0.len() == self.0.capacity() {
            self.0.retain(|waiting| !waiting.waiter.is_moot());
        }
        self.0.push(Waiting { source, is_fetch_wanted, waiter });
    }

    pub(super) fn take_all(&mut self) -> Vec<Box<dyn Waiter>> {
        std::mem::take(&mut self.0).into_iter().map(|waiting| waiting.waiter).collect()
    }

    /// Takes those who came by one source.
    pub(super) fn take_of(&mut self, source: u64) -> Vec<Box<dyn Waiter>> {
        self.take(|waiting| waiting.source == source)
    }

    /// Takes those whom the token at hand will do.
    pub(super) fn take_content(&mut self) -> Vec<Box<dyn Waiter>> {
        self.take(|waiting| !waiting.is_fetch_wanted)
    }

    fn take(&mut self, is_taken: impl Fn(&Waiting) -> bool) -> Vec<Box<dyn Waiter>> {
        self.0.extract_if(.., |waiting| is_taken(waiting)).map(|waiting| waiting.waiter).collect()
    }

    /// Forgets all, and does not drop them: a waiter that is dropped wakes somebody, and that one is in the parent.
    pub(super) fn abandon(&mut self) {
        std::mem::take(&mut self.0).into_iter().for_each(std::mem::forget);
    }

    #[cfg(test)]
    pub(super) fn room(&self) -> usize {
        self.0.capacity()
    }
}
