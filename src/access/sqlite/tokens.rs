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

const COLUMNS: &str = "id, token_status, description, actor_id, permissions, created_timestamp, last_used_timestamp, \
                       expires_after_seconds, ended_timestamp, secret_version";

/// Datasette's table `_datasette_auth_tokens`.
pub(crate) struct ManagedTable {
    database: Database,
}

impl ManagedTable {
    /// Opens the file; one that is missing is made.
    pub(crate) fn open(path: &Path) -> Result<ManagedTable> {
        create::ensure(path)?;
        let table = ManagedTable { database: Database::read_write(path) };
        // A table of another version of the plugin shows now, and not at the first login.
        table.find(0)?;
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
            let highest: i64 = connection
                .query_row(
                    "select max(coalesce((select last_id from _jeton_token_ids), 0), \
                     coalesce((select max(id) from _datasette_auth_tokens), 0))",
                    [],
                    |row| row.get(0),
                )
                .map_err(store_failure)?;
            let id = highest.checked_add(1).ok_or_else(|| Failure::new(Status::Store, "there are no more ids"))?;
            let values = named_params! {
                ":id": id,
                ":description": token.description,
                ":permissions": token.permissions,
                ":actor_id": token.actor_id,
                ":created_timestamp": now_s,
                ":expires_after_seconds": token.expires_after_s,
            };
            connection
                .execute(
                    "insert into _datasette_auth_tokens (id, token_status, secret_version, description, permissions, actor_id, \
                     created_timestamp, expires_after_seconds) values (:id, 'A', 0, :description, :permissions, \
                     :actor_id, :created_timestamp, :expires_after_seconds)",
                    values,
                )
                .map_err(store_failure)?;
            raise_last_id(connection, id)?;
            Ok(id)
        })
    }

    fn find(&self, id: i64) -> Result<Option<Row>> {
        let sql = format!("select {COLUMNS} from _datasette_auth_tokens where id = ?1");
        Ok(self.read(&sql, &[&id], 1)?.pop())
    }

    fn page(&self, actor_id: Option<&str>, from_id: i64, limit: usize) -> Result<Vec<Row>> {
        let select = format!("select {COLUMNS} from _datasette_auth_tokens where id <= ?1");
        let rows = i64::try_from(limit).unwrap_or(i64::MAX);
        match actor_id {
            None => self.read(&format!("{select} order by id desc limit ?2"), &[&from_id, &rows], limit),
            Some(actor_id) => {
                let sql = format!("{select} and actor_id = ?3 order by id desc limit ?2");
                self.read(&sql, &[&from_id, &rows, &actor_id], limit)
            }
        }
    }

    fn revoke(&self, id: i64, now_s: i64) -> Result<bool> {
        self.write(|connection| {
            let sql = "update _datasette_auth_tokens set token_status = 'R', ended_timestamp = ?2 \
                       where id = ?1 and coalesce(token_status, '') not in ('R', 'E')";
            let changed = connection.execute(sql, [id, now_s]).map_err(store_failure)?;
            // Its text stays dead even if somebody deletes the row.
            raise_last_id(connection, id)?;
            Ok(changed > 0)
        })
    }

    fn expire(&self, id: i64, now_s: i64) -> Result<()> {
        let sql = "update _datasette_auth_tokens set token_status = 'E', ended_timestamp = ?2 \
                   where id = ?1 and token_status = 'A'";
        self.note(sql, id, now_s)
    }

    fn touch(&self, id: i64, now_s: i64) -> Result<()> {
        let sql = "update _datasette_auth_tokens set last_used_timestamp = ?2 where id = ?1";
        self.note(sql, id, now_s)
    }
}

impl ManagedTable {
    /// A change that nobody waits for.
    fn note(&self, sql: &str, id: i64, now_s: i64) -> Result<()> {
        self.database.with(|connection| {
            connection.busy_timeout(TOUCH_TIMEOUT).map_err(store_failure)?;
            let changed = connection.execute(sql, [id, now_s]).map_err(store_failure);
            connection.busy_timeout(BUSY_TIMEOUT).map_err(store_failure)?;
            changed.map(|_| ())
        })
    }
}

fn raise_last_id(connection: &Connection, id: i64) -> Result<()> {
    let sql = "insert into _jeton_token_ids (one, last_id) values (1, ?1) \
               on conflict (one) do update set last_id = max(last_id, excluded.last_id)";
    connection.execute(sql, [id]).map(|_| ()).map_err(store_failure)
}
