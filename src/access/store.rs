//! What this library asks of a database. An engine is a file beside this one; SQLite is the first.

// Without an engine there is nobody to use all of it.
#![cfg_attr(not(feature = "sqlite"), allow(dead_code))]

use super::row::Row;
use crate::error::Result;

/// A token that is to be stored. Nothing of it can sign in: its text is the signature of its id.
pub(crate) struct NewToken<'a> {
    pub(crate) actor_id: &'a str,
    pub(crate) description: Option<&'a str>,
    /// JSON: restrictions, or `null`.
    pub(crate) permissions: &'a str,
    pub(crate) expires_after_s: Option<i64>,
}

/// The tokens that a database manages, in the table of Datasette's plugin and with its columns. Shared by threads and by processes:
/// each call is one transaction that is durable when it returns.
pub(crate) trait TokenStore: Send + Sync {
    /// Stores an active token under an id that was never used before, not even for a token whose row was deleted.
    fn create(&self, token: &NewToken<'_>, now_s: i64) -> Result<i64>;

    /// The row of an id.
    fn find(&self, id: i64) -> Result<Option<Row>>;

    /// At most `limit` rows with ids from `from_id` down, of one actor or all.
    fn page(&self, actor_id: Option<&str>, from_id: i64, limit: usize) -> Result<Vec<Row>>;

    /// Ends a token. Whether it had not ended before.
    fn revoke(&self, id: i64, now_s: i64) -> Result<bool>;

    /// Notes that active tokens have expired, all of them or none. It does not wait for other writers.
    fn expire(&self, ids: &[i64], now_s: i64) -> Result<()>;

    /// Notes that a token was used, unless that was noted within the last `step_s` seconds, or later. It does not wait for other writers.
    fn touch(&self, id: i64, now_s: i64, step_s: i64) -> Result<()>;
}

/// A look-up of one row by the id half of a token.
pub(crate) trait RowSource: Send + Sync {
    /// The first row, if there is one.
    fn row(&self, token_id: &str) -> Result<Option<Row>>;
}
