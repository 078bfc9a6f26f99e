//! The texts of tokens whose signature one verifier has found good, so that it need not ask its keys again. That, and nothing else, is
//! remembered: what a token says is judged anew each time, and a refusal is never kept.
//!
//! Nobody waits for a lock here. Who finds one taken verifies, as if there were no cache; so does for ever a child that was forked while
//! another thread held it.

use std::hash::{BuildHasher, RandomState};
use std::mem::{self, size_of};
use std::sync::{Mutex, MutexGuard, TryLockError};

use zeroize::Zeroizing;

/// How many slots a token may be in: those of its set.
const WAYS: usize = 4;

/// One slot for so many bytes: tokens are seldom shorter, so slots are seldom what is scarce.
const BYTES_PER_SLOT: usize = 256;

/// What the allocator adds to a text at most, in the ones that are common.
const ALLOCATION: usize = 32;

/// How many slots are emptied, or found empty, to make room for one text. A text for which that is not enough is not kept this time.
const SWEEP: usize = 16;

/// Beyond so many locks, more do not help.
const MAX_SHARDS: usize = 16;

/// A lock is worth its share of memory from here on.
const BYTES_PER_SHARD: usize = 64 << 10;

/// The end of a token that is hashed, which is the whole of the signature or as good: two tokens that share it are compared.
const HASHED: usize = 64;

/// A bounded set of texts.
pub(crate) struct VerifiedCache {
    /// Its key is random, so that nobody can choose who shares a slot.
    hasher: RandomState,
    shards: Box<[Mutex<Shard>]>,
}

struct Shard {
    slots: Box<[Option<Slot>]>,
    /// What the texts may take in all, and what they take.
    room: usize,
    taken: usize,
    /// The slot that is emptied next.
    hand: usize,
}

struct Slot {
    /// Compared first: the time of comparing texts would tell how much of one is right, and few who do not have it get its hash.
    hash: u64,
    text: Zeroizing<Box<[u8]>>,
}

impl VerifiedCache {
    /// A cache that takes at most so many bytes, all told; `None` for so few that no token would fit.
    pub(crate) fn new(bytes: usize) -> Option<VerifiedCache> {
        let shards = prev_power_of_two((bytes / BYTES_PER_SHARD).min(MAX_SHARDS)).unwrap_or(1);
        let share = bytes / shards;
        let slots = prev_power_of_two(share / BYTES_PER_SLOT).filter(|slots| *slots >= WAYS)?;
        let room = share.checked_sub(size_of::<Mutex<Shard>>() + slots * size_of::<Option<Slot>>() + ALLOCATION)?;
        let shard = |_| Mutex::new(Shard::new(slots, room));
        Some(VerifiedCache { hasher: RandomState::new(), shards: (0..shards).map(shard).collect() })
    }

    /// Whether this very text was kept.
    pub(crate) fn holds(&self, token: &[u8]) -> bool {
        let hash = self.hash(token);
        self.shard(hash).is_some_and(|shard| shard.holds(hash, token))
    }

    /// Keeps the text of a token that verified, if there is room; others may have to go for it.
    pub(crate) fn keep(&self, token: &[u8]) {
        let hash = self.hash(token);
        if let Some(mut shard) = self.shard(hash) {
            shard.keep(hash, token);
        }
    }

    fn hash(&self, token: &[u8]) -> u64 {
        self.hasher.hash_one(&token[token.len().saturating_sub(HASHED)..])
    }

    /// The part where a text of this hash would be, if nobody else is there.
    fn shard(&self, hash: u64) -> Option<MutexGuard<'_, Shard>> {
        // Within the shard the lower bits choose.
        let index = (hash >> 32) as usize % self.shards.len();
        self.shards[index].try_lock().ok()
    }
}

impl Drop for VerifiedCache {
    /// A lock that is taken now was taken at a fork, by a thread that is not here: what it was about to change is left alone.
    fn drop(&mut self) {
        for shard in &mut self.shards {
            let is_left = matches!(shard.try_lock(), Err(TryLockError::WouldBlock));
            if let (true, Ok(shard)) = (is_left, shard.get_mut()) {
                mem::forget(mem::take(&mut shard.slots));
            }
        }
    }
}

impl Shard {
    fn new(slots: usize, room: usize) -> Shard {
        Shard { slots: (0..slots).map(|_| None).collect(), room, taken: 0, hand: 0 }
    }

    fn holds(&self, hash: u64, token: &[u8]) -> bool {
        let is_it = |slot: &Slot| slot.hash == hash && **slot.text == *token;
        self.slots[self.set(hash)..][..WAYS].iter().flatten().any(is_it)
    }

    fn keep(&mut self, hash: u64, token: &[u8]) {
        // Two threads may have verified the same token.
        if self.holds(hash, token) || !self.make_room(cost(token)) {
            return;
        }
        let set = self.set(hash);
        let free = (set..set + WAYS).find(|index| self.slots[*index].is_none());
        let index = free.unwrap_or(set + self.hand % WAYS);
        self.empty(index);
        self.taken += cost(token);
        self.slots[index] = Some(Slot { hash, text: Zeroizing::new(token.into()) });
    }

    /// Whether so much is free, after others have gone.
    fn make_room(&mut self, wanted: usize) -> bool {
        if wanted > self.room {
            return false;
        }
        for _ in 0..SWEEP {
            if self.taken + wanted <= self.room {
                break;
            }
            self.hand = (self.hand + 1) % self.slots.len();
            self.empty(self.hand);
        }
        self.taken + wanted <= self.room
    }

    fn empty(&mut self, index: usize) {
        if let Some(slot) = self.slots[index].take() {
            self.taken -= cost(&slot.text);
        }
    }

    /// The first slot of a set.
    fn set(&self, hash: u64) -> usize {
        hash as usize % (self.slots.len() / WAYS) * WAYS
    }
}

/// What a text takes, in bytes.
fn cost(text: &[u8]) -> usize {
    text.len() + ALLOCATION
}

/// The greatest power of two that is no greater.
fn prev_power_of_two(number: usize) -> Option<usize> {
    number.checked_ilog2().map(|log| 1 << log)
}

#[cfg(test)]
mod tests;
