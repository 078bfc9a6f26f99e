//! Who is calling, and what may they do: the token that a request presents, the stores it is looked up in, and what its actor is let
//! in to. What a particular system makes of these is up to [`vendors`](crate::vendors).

pub(crate) mod acting;
pub(crate) mod allow;
pub mod api_key;
pub(crate) mod bearer;
pub(crate) mod configured;
pub(crate) mod managed;
pub(crate) mod restrictions;
pub(crate) mod row;
#[cfg(feature = "sqlite")]
pub(crate) mod sqlite;
pub(crate) mod store;
pub(crate) mod verified;

/// Closes all connections to databases that nobody uses: a fork is about to come, and none may cross it.
#[cfg(feature = "runtime")]
pub(crate) fn close_databases() {
    #[cfg(feature = "sqlite")]
    sqlite::close_idle();
}
