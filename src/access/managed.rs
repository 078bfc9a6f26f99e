//! A managed token, as its row tells of it.

use super::row::{Cell, Row};
use super::store::TokenStore;
use crate::error::Result;
use crate::jose::json::{Kind, Members, Value};

/// Between two notes that a token was used.
const LAST_USED_STEP_S: i64 = 60;

/// What a managed token is worth.
pub(crate) enum Standing {
    /// It is active: the members of its actor.
    Active(Members),
    Expired,
    Revoked,
    /// There is no such token. A row that the plugin would not write is none either.
    Unknown,
}

/// Looks up a token whose signature is known to be good, and notes that it was used or has expired. The notes are a service: that one
/// cannot be written changes nothing about the answer.
pub(crate) fn look_up(store: &dyn TokenStore, id: i64, now_s: i64) -> Result<Standing> {
    let Some(row) = store.find(id)? else { return Ok(Standing::Unknown) };
    let standing = standing(&row, id, now_s).unwrap_or(Standing::Unknown);
    match standing {
        Standing::Active(_) if used_long_ago(&row, now_s) => drop(store.touch(id, now_s, LAST_USED_STEP_S)),
        Standing::Expired if row.text("token_status") == Some("A") => drop(store.expire(&[id], now_s)),
        _ => {}
    }
    Ok(standing)
}

/// The row of an id, told as it stands at `now_s`.
pub(crate) fn details(store: &dyn TokenStore, id: i64, now_s: i64) -> Result<Option<Row>> {
    let mut row = store.find(id)?;
    bring_up_to_date(store, row.as_mut_slice(), now_s);
    Ok(row)
}

/// One page of rows, as [`details`], and the id that the next page begins with.
pub(crate) fn page(
    store: &dyn TokenStore,
    actor_id: Option<&str>,
    from_id: i64,
    limit: usize,
    now_s: i64,
) -> Result<(Vec<Row>, Option<i64>)> {
    let mut rows = store.page(actor_id, from_id, limit.saturating_add(1))?;
    let next = rows.get(limit).and_then(|row| row.integer("id")?);
    rows.truncate(limit);
    bring_up_to_date(store, &mut rows, now_s);
    Ok((rows, next))
}

/// Rows whose tokens have expired are shown as such, also where nobody has noted it yet. That is noted for all of them at once, so that a
/// page waits for another writer no longer than a row does.
fn bring_up_to_date(store: &dyn TokenStore, rows: &mut [Row], now_s: i64) {
    let is_over = |row: &Row| row.text("token_status") == Some("A") && is_due(row, now_s) == Some(true);
    let mut ids = Vec::new();
    for row in rows.iter_mut().filter(|row| is_over(row)) {
        row.set("token_status", Cell::Text("E".to_owned()));
        row.set("ended_timestamp", Cell::Integer(now_s));
        ids.extend(row.integer("id").flatten());
    }
    if !ids.is_empty() {
        drop(store.expire(&ids, now_s));
    }
}

/// `None` for a row that the plugin would not write.
fn standing(row: &Row, id: i64, now_s: i64) -> Option<Standing> {
    let permissions = row.text("permissions")?;
    let permissions = Value::parse(permissions.as_bytes()).ok()?;
    let restricted = match permissions.kind() {
        Kind::Null => false,
        // To the plugin, empty restrictions would be none.
        Kind::Object => permissions.members()?.next().map(|_| true)?,
        _ => return None,
    };
    let mut actor = Members::default();
    actor.text("id", row.text("actor_id")?);
    actor.text("token", "dsatok");
    actor.json("token_id", &id.to_string());
    if restricted {
        actor.json("_r", permissions.raw());
    }
    match row.text("token_status")? {
        "A" if is_due(row, now_s)? => Some(Standing::Expired),
        "A" => Some(Standing::Active(actor)),
        "E" => Some(Standing::Expired),
        "R" => Some(Standing::Revoked),
        _ => None,
    }
}

/// Whether the time of a token is over; `None` where its row does not say when.
fn is_due(row: &Row, now_s: i64) -> Option<bool> {
    match row.integer("expires_after_seconds")? {
        Some(expires_after_s) => Some(row.integer("created_timestamp")??.checked_add(expires_after_s)? < now_s),
        None => Some(false),
    }
}

fn used_long_ago(row: &Row, now_s: i64) -> bool {
    match row.integer("last_used_timestamp") {
        Some(Some(last_used_s)) => last_used_s < now_s.saturating_sub(LAST_USED_STEP_S),
        _ => true,
    }
}
