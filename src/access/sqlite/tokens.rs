//! The managed tokens of a database file.

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ToSql, TransactionBehavior, named_params};

use super::super::row::Row;
use super::super::store::{NewToken, TokenStore};
use super::{BUSY_TIMEOUT, Database, create, rows_of, store_failure};
use crate::error::{Failure, Result, Status};

/// How long a login waits to note that a token was used.
const TOUCH_TIMEOUT: Duration = Duration::from_millis(20);

/// The columns of the plugin's table.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "select id, token_status, description, actor_id, permissions, created_timestamp, last_used_timestamp, ",
            "expires_after_seconds, ended_timestamp, secret_version from _datasette_auth_tokens ",
            $rest
        )
    };
}

pub(super) const FIND: &str = select!("where id = ?1");
const PAGE: &str = select!("where id <= ?1 order by id desc limit ?2");
const PAGE_OF_ACTOR: &str = select!("where id <= ?1 and actor_id = ?3 order by id desc limit ?2");
const HIGHEST_ID: &str = "select max(coalesce((select last_id from _jeton_token_ids where one = 1), 0), \
                          coalesce((select max(id) from _datasette_auth_tokens), 0))";
const INSERT: &str = "insert into _datasette_auth_tokens (id, token_status, secret_version, description, permissions, actor_id, \
                      created_timestamp, expires_after_seconds) values (:id, 'A', 0, :description, :permissions, \
                      :actor_id, :created_timestamp, :expires_after_seconds)";
const RAISE_LAST_ID: &str = "insert into _jeton_token_ids (one, last_id) values (1, ?1) \
                             on conflict (one) do update set last_id = max(last_id, excluded.last_id)";
const REVOKE: &str = "update _datasette_auth_tokens set token_status = 'R', ended_timestamp = ?2 \
                      where id = ?1 and coalesce(token_status, '') not in ('R', 'E')";
const EXPIRE: &str = "update _datasette_auth_tokens set token_status = 'E', ended_timestamp = ?2 \
                      where id = ?1 and token_status = 'A'";
/// Asked anew behind the lock, for whoever else uses the token has noted it by then: never twice within the step, and never backwards.
const TOUCH: &str = "update _datasette_auth_tokens set last_used_timestamp = ?2 where id = ?1 and \
                     (typeof(last_used_timestamp) <> 'integer' or last_used_timestamp < ?2 - ?3)";

/// Datasette's table `_datasette_auth_tokens`.
pub(crate) struct ManagedTable {
    database: Database,
}

impl ManagedTable {
    /// Opens the file; one that is missing is made.
    pub(crate) fn open(path: &Path) -> Result<ManagedTable> {
        let table = ManagedTable { database: Database::read_write(path)? };
        create::ensure(path)?;
        Ok(table)
    }

    /// One transaction that has the file for itself from its beginning, so that what it reads is what it changes.
    fn write<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        self.database.with(|connection| {
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(store_failure)?;
            let outcome = work(&transaction)?;
            transaction.commit().map_err(store_failure)?;
            Ok(outcome)
        })
    }

    fn read(&self, sql: &str, parameters: &[&dyn ToSql], limit: usize) -> Result<Vec<Row>> {
        let read = |connection: &mut Connection| {
            let mut statement = connection.prepare(sql)?;
            for (index, parameter) in parameters.iter().enumerate() {
                statement.raw_bind_parameter(index + 1, parameter)?;
            }
            rows_of(&mut statement, limit)
        };
        self.database.with(|connection| read(connection).map_err(store_failure))
    }
}

impl TokenStore for ManagedTable {
    fn create(&self, token: &NewToken<'_>, now_s: i64) -> Result<i64> {
        self.write(|connection| {
            let highest: i64 = connection.query_row(HIGHEST_ID, [], |row| row.get(0)).map_err(store_failure)?;
            let id = highest.checked_add(1).ok_or_else(|| Failure::new(Status::Store, "there are no more ids"))?;
            let values = named_params! {
                ":id": id,
                ":description": token.description,
                ":permissions": token.permissions,
                ":actor_id": token.actor_id,
                ":created_timestamp": now_s,
                ":expires_after_seconds": token.expires_after_s,
            };
            connection.execute(INSERT, values).map_err(store_failure)?;
            connection.execute(RAISE_LAST_ID, [id]).map_err(store_failure)?;
            Ok(id)
        })
    }

    fn find(&self, id: i64) -> Result<Option<Row>> {
        Ok(self.read(FIND, &[&id], 1)?.pop())
    }

    fn page(&self, actor_id: Option<&str>, from_id: i64, limit: usize) -> Result<Vec<Row>> {
        let rows = i64::try_from(limit).unwrap_or(i64::MAX);
        match actor_id {
            None => self.read(PAGE, &[&from_id, &rows], limit),
            Some(actor_id) => self.read(PAGE_OF_ACTOR, &[&from_id, &rows, &actor_id], limit),
        }
    }

    fn revoke(&self, id: i64, now_s: i64) -> Result<bool> {
        self.write(|connection| {
            let changed = connection.execute(REVOKE, [id, now_s]).map_err(store_failure)?;
            // Its text stays dead even if somebody deletes the row.
            connection.execute(RAISE_LAST_ID, [id]).map_err(store_failure)?;
            Ok(changed > 0)
        })
    }

    fn expire(&self, ids: &[i64], now_s: i64) -> Result<()> {
        self.note(|connection| {
            let mut expire = connection.prepare(EXPIRE)?;
            ids.iter().try_for_each(|id| expire.execute([*id, now_s]).map(drop))
        })
    }

    fn touch(&self, id: i64, now_s: i64, step_s: i64) -> Result<()> {
        self.note(|connection| connection.execute(TOUCH, [id, now_s, step_s]).map(drop))
    }
}

impl ManagedTable {
    /// A change that nobody waits for: one transaction, which is given up where somebody else writes.
    fn note(&self, change: impl FnOnce(&Connection) -> rusqlite::Result<()>) -> Result<()> {
        self.database.with(|connection| {
            connection.busy_timeout(TOUCH_TIMEOUT).map_err(store_failure)?;
            let transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(store_failure)?;
            change(&transaction).map_err(store_failure)?;
            transaction.commit().map_err(store_failure)?;
            connection.busy_timeout(BUSY_TIMEOUT).map_err(store_failure)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// In a table of 100,000 tokens nothing that is asked reads it from one end to the other.
    #[test]
    fn no_statement_scans() {
        let folder = std::env::temp_dir().join(format!("jeton-plans-{}", std::process::id()));
        std::fs::create_dir(&folder).unwrap();
        let table = ManagedTable::open(&folder.join("tokens.db")).unwrap();
        table
            .write(|connection| {
                connection
                    .execute_batch(
                        "insert into _datasette_auth_tokens (actor_id, permissions, created_timestamp, secret_version)
                             with recursive n (n) as (select 1 union all select n + 1 from n where n < 100000)
                             select 'actor-' || (n % 1000), 'null', 0, 0 from n;
                         insert into _jeton_token_ids values (1, 100000);
                         analyze;",
                    )
                    .unwrap();
                let explained = |how: &str, sql: &str, column: usize| {
                    let mut statement = connection.prepare(&format!("{how} {sql}")).unwrap();
                    for index in 1..=statement.parameter_count() {
                        statement.raw_bind_parameter(index, 1).unwrap();
                    }
                    let mut rows = statement.raw_query();
                    let mut steps = Vec::new();
                    while let Some(row) = rows.next().unwrap() {
                        steps.push(row.get::<_, String>(column).unwrap());
                    }
                    steps
                };
                let scans = |sql: &str| {
                    let plan = explained("explain query plan", sql, 3);
                    plan.iter().any(|step| step.contains("SCAN _") || step.contains("TEMP B-TREE"))
                };
                for sql in [FIND, PAGE, PAGE_OF_ACTOR, HIGHEST_ID, RAISE_LAST_ID, REVOKE, EXPIRE, TOUCH] {
                    assert!(!scans(sql), "{sql}");
                }
                assert!(scans("select id from _datasette_auth_tokens where description = ?1"));
                // What creates a token plans nothing: there it is the program that must not go from row to row.
                let loops =
                    |sql: &str| explained("explain", sql, 1).iter().any(|step| step == "Next" || step == "Prev");
                for sql in [INSERT, RAISE_LAST_ID] {
                    assert!(!loops(sql), "{sql}");
                }
                assert!(loops(
                    "insert into _datasette_auth_tokens (actor_id) select actor_id from _datasette_auth_tokens"
                ));
                Ok(())
            })
            .unwrap();
        assert_eq!(table.page(Some("actor-7"), i64::MAX, 3).unwrap().len(), 3);
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
