//! Tokens that servers refused, so that none of them is served again.

use std::collections::VecDeque;
use std::hash::{BuildHasher, RandomState};

/// The most that are remembered.
const MAX_REFUSED: usize = 16;

/// The last tokens that servers refused, by a keyed digest.
#[derive(Default)]
pub(super) struct Refused {
    hasher: RandomState,
    digests: VecDeque<u64>,
}

impl Refused {
    /// Adds a token; whether it is new.
    pub(super) fn add(&mut self, token: &str) -> bool {
        if self.holds(token) {
            return false;
        }
        if self.digests.len() == MAX_REFUSED {
            self.digests.pop_front();
        }
        self.digests.push_back(self.hasher.hash_one(token));
        true
    }

    pub(super) fn holds(&self, token: &str) -> bool {
        self.digests.contains(&self.hasher.hash_one(token))
    }
}
