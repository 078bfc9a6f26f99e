//! A token as it is served, and those who wait for one.

use std::fmt;

use zeroize::Zeroizing;

use crate::error::Result;

use std::sync::Arc;

/// A token that is served. It does not change.
pub struct Token {
    pub(super) text: Zeroizing<String>,
    pub(super) expires_at_s: Option<i64>,
}

impl Token {
    /// The access token.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The Unix second at which it ends; `None` where that is not known.
    pub fn expires_at_s(&self) -> Option<i64> {
        self.expires_at_s
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token").field("expires_at_s", &self.expires_at_s).finish_non_exhaustive()
    }
}

/// What a source answers at once.
#[derive(Debug)]
pub enum Answer {
    /// The token.
    Ready(Arc<Token>),
    /// A fetch is under way, or due: poll the cache, or let somebody wait.
    Wait,
}

/// Somebody who waits for what a fetch brings, a token if nothing else is said. It is told once, outside of all locks; one that is dropped
/// without an answer is not told.
pub trait Waiter<T = Arc<Token>>: Send {
    /// The fetch has ended.
    fn tell(self: Box<Self>, outcome: Result<T>);

    /// Whether nobody is there any more to be told.
    fn is_moot(&self) -> bool {
        false
    }
}

/// Somebody who is told what `turn` makes of what the fetch brings.
pub(crate) struct Turned<U, F> {
    pub(crate) who: Box<dyn Waiter<U>>,
    pub(crate) turn: F,
}

impl<T, U, F: FnOnce(Result<T>) -> Result<U> + Send> Waiter<T> for Turned<U, F> {
    fn tell(self: Box<Self>, outcome: Result<T>) {
        self.who.tell((self.turn)(outcome));
    }

    fn is_moot(&self) -> bool {
        self.who.is_moot()
    }
}

impl<T, F: FnOnce(Result<T>) + Send> Waiter<T> for F {
    fn tell(self: Box<Self>, outcome: Result<T>) {
        self(outcome);
    }
}
