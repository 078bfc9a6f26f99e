//! What a change of an entry leads to.

use std::sync::Arc;

use super::token::{Token, Waiter};
use crate::error::Result;

/// Somebody who waited, and what came of it.
type Telling = (Box<dyn Waiter>, Result<Arc<Token>>);

/// What is to be done after the lock is let go: who is told what, and whether the driver has to look again.
#[derive(Default)]
pub(super) struct Effects {
    pub(super) told: Vec<Telling>,
    pub(super) is_sooner: bool,
}

impl Effects {
    pub(super) fn tell(&mut self, waiters: Vec<Box<dyn Waiter>>, outcome: &Result<Arc<Token>>) {
        self.told.extend(waiters.into_iter().map(|waiter| (waiter, outcome.clone())));
    }
}
