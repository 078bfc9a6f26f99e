//! What one kind of source knows: how to ask for a token, what to make of the answer, where tokens are kept. When to ask is the cache's.

use std::path::PathBuf;

use zeroize::Zeroizing;

use super::exchange::Now;
use super::operation::Operation;
use super::retries::Retries;
use crate::error::{Failure, Result, Status};

/// A token as a server granted it.
pub struct Grant {
    /// The access token.
    pub token: Zeroizing<String>,
    /// How long it lives.
    pub lifetime: Lifetime,
    /// The refresh token that replaces the one it was fetched with, where the server rotates them.
    pub refresh_token: Option<Zeroizing<String>>,
    /// Why the token cannot be served, though the refresh token beside it is the one that counts from now on.
    pub unfit: Option<Failure>,
}

/// How long a token lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// Seconds from the moment when the request went out.
    In(i64),
    /// Until this Unix second.
    Until(i64),
    /// The server did not say.
    Unknown,
    /// It has no end.
    Endless,
}

/// Something that the owner of a source may want to know, and that is no failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// `NO_CREDENTIALS`, `SECRET_MISMATCH`, `TOKEN_FILE_UNREADABLE`, `TOKEN_FILE_NOT_SAVED` or `FILE_MODE`.
    pub code: &'static str,
    /// What happened, in one line for people. It holds no secret.
    pub message: String,
}

/// One kind of source. What it needs of variables and files it has read when it was opened; none of these does I/O or reads a clock.
pub trait Kind: Send + Sync {
    /// What tells this source from others: equal bytes share one cache entry. Holds no secret in readable form.
    fn identity(&self) -> [u8; 32];

    /// The answer of `source.describe`, a JSON object. Never a secret.
    fn describe(&self) -> String;

    /// How often and when a try that failed is repeated.
    fn retries(&self) -> Retries;

    /// What was found odd when the source was opened.
    fn warnings(&self) -> Vec<Warning> {
        Vec::new()
    }

    /// How long before its end a token is renewed, in seconds; `None` leaves it to the cache (a fifth of the lifetime, at most 300).
    fn leeway_s(&self) -> Option<i64> {
        None
    }

    /// Whether a refusal with a code is final, as those of OAuth are.
    fn has_final_codes(&self) -> bool {
        true
    }

    /// Whether a refresh token may be good for one use only, so that no two processes may send the same.
    fn rotates(&self) -> bool {
        false
    }

    /// Whether a fetch asks nobody, so that a caller need not wait for it.
    fn is_local(&self) -> bool {
        false
    }

    /// A token that is at hand when the source is opened, from an argument, a variable or a file.
    fn at_hand(&self, now: Now) -> Option<Grant> {
        let _ = now;
        None
    }

    /// Asks for a token. `refresh_token` is the newest that the cache knows, where the kind rotates them. NO_CREDENTIALS if there is nothing
    /// to ask with.
    fn fetch(&self, refresh_token: Option<&str>) -> Result<Box<dyn Operation<Output = Grant>>>;

    /// Ends a token at its server. UNSUPPORTED where the kind knows no such thing.
    fn revoke(&self, token: &str) -> Result<Box<dyn Operation<Output = bool>>> {
        let _ = token;
        Err(Failure::new(Status::Unsupported, "tokens of this kind cannot be revoked"))
    }

    /// What is done with the last token when the source is closed, if anything.
    fn at_close(&self, token: &str) -> Option<Box<dyn Operation<Output = bool>>> {
        let _ = token;
        None
    }

    /// Where tokens are kept between processes, if anywhere.
    fn token_file(&self) -> Option<&dyn TokenFile> {
        None
    }

    /// The answer of `source.identity` from a token, a JSON object. UNSUPPORTED where the kind's tokens say nothing.
    fn subject(&self, token: &str) -> Result<String> {
        let _ = token;
        Err(Failure::new(Status::Unsupported, "tokens of this kind say nothing of their subject"))
    }
}

/// The form of one kind's token file. Reading, writing and locking are the runtime's.
pub trait TokenFile: Send + Sync {
    /// Where it is.
    fn path(&self) -> PathBuf;

    /// The token of a file's bytes, if they hold one for this source.
    fn read(&self, bytes: &[u8], now: Now) -> Option<Grant>;

    /// The bytes to store for a new token that was asked for at this moment, given those that are there.
    fn write(&self, old: Option<&[u8]>, grant: &Grant, asked: Now) -> Zeroizing<Vec<u8>>;
}
