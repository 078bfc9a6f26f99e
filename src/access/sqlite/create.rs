//! The table of managed tokens: made as Datasette's plugin makes it, so that either may come first.

use std::fs::{self, DirEntry, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::tokens::FIND;
use super::{begin_call, connect, store_failure};
use crate::error::{Failure, Result, Status};
use crate::jose::{base64url, random};

/// The plugin's table as its migrations leave it, and their record, without which the plugin would apply them again.
const PLUGIN_SCHEMA: &str = r#"
CREATE TABLE "_datasette_auth_tokens" (
   "id" INTEGER PRIMARY KEY,
   "token_status" TEXT DEFAULT 'A',
   -- [A]ctive, [R]evoked, [E]xpired
   "description" TEXT,
   "actor_id" TEXT,
   "permissions" TEXT,
   "created_timestamp" INTEGER,
   "last_used_timestamp" INTEGER,
   "expires_after_seconds" INTEGER,
   "ended_timestamp" INTEGER,
   "secret_version" INTEGER DEFAULT '0'
);
CREATE TABLE IF NOT EXISTS "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
CREATE UNIQUE INDEX IF NOT EXISTS "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
INSERT INTO "_sqlite_migrations" ("migration_set", "name", "applied_at")
    SELECT 'datasette_auth_tokens', "name", strftime('%Y-%m-%d %H:%M:%f000+00:00', 'now')
    FROM (SELECT 'm001_create_table' AS "name" UNION ALL SELECT 'm002_rename_live_to_active'
          UNION ALL SELECT 'm003_add_ended_timestamp')
    WHERE true ON CONFLICT DO NOTHING;
"#;

/// What this library adds: the highest id that it ever gave or ended, or that anybody deleted, and the way to one actor's tokens.
///
/// Everybody's SQLite runs the trigger, so that it is written in what all versions of it know, and without a conflict clause, which that of
/// the statement that fires it would override.
///
/// A table that was renamed keeps both; they are the new one's.
const OWN_SCHEMA: &str = r#"
DROP TRIGGER IF EXISTS "_jeton_deleted_ids";
DROP INDEX IF EXISTS "idx__jeton_tokens_actor_id";
CREATE TABLE IF NOT EXISTS "_jeton_token_ids" ("one" INTEGER PRIMARY KEY CHECK ("one" = 1), "last_id" INTEGER NOT NULL);
CREATE TRIGGER "_jeton_deleted_ids" AFTER DELETE ON "_datasette_auth_tokens" BEGIN
   INSERT INTO "_jeton_token_ids" ("one", "last_id")
       SELECT 1, old."id" WHERE NOT EXISTS (SELECT 1 FROM "_jeton_token_ids" WHERE "one" = 1);
   UPDATE "_jeton_token_ids" SET "last_id" = old."id" WHERE "one" = 1 AND "last_id" < old."id";
END;
CREATE INDEX "idx__jeton_tokens_actor_id" ON "_datasette_auth_tokens" ("actor_id");
"#;

/// What tells a file that is being made from others, in base64url.
const RANDOM_CHARS: usize = 16;

/// For how long a file that is being made is left alone. To make one takes milliseconds.
const ABANDONED: Duration = Duration::from_secs(600);

/// Makes sure that there is a file with the tables.
pub(super) fn ensure(path: &Path) -> Result<()> {
    let _call = begin_call()?;
    clean_up(path);
    if !exists(path)? {
        create_file(path)?;
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    ensure_tables(&mut connect(path, flags)?)
}

/// The file is made beside its place and then put there whole, so that no other process finds it half made.
fn create_file(path: &Path) -> Result<()> {
    let mut suffix = [0; RANDOM_CHARS / 4 * 3];
    random::fill(&mut suffix)?;
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.new", base64url::encode(suffix)));
    let beside = PathBuf::from(beside);
    let outcome = fill_file(&beside).and_then(|()| put_in_place(&beside, path));
    drop(fs::remove_file(&beside));
    outcome
}

/// Removes what processes left beside the file that were killed while they made it. By its age, and without a look into it: to open and
/// close a file that came into its place meanwhile would end the locks of this process on the database. Who was held up for as long and
/// goes on finds its file gone, and fails to open.
fn clean_up(path: &Path) {
    let (Some(name), Ok(entries)) = (path.file_name(), fs::read_dir(folder_of(path))) else { return };
    for entry in entries.flatten() {
        let modified = |entry: &DirEntry| entry.metadata().and_then(|metadata| metadata.modified()).ok();
        if is_half_made(name.as_encoded_bytes(), entry.file_name().as_encoded_bytes())
            && modified(&entry).and_then(|at| at.elapsed().ok()).is_some_and(|age| age > ABANDONED)
        {
            drop(fs::remove_file(entry.path()));
        }
    }
}

/// Whether `name` is that of a file which [`create_file`] makes for one called `of`, or that of SQLite's own beside it.
fn is_half_made(of: &[u8], name: &[u8]) -> bool {
    let rest = name.strip_prefix(of).and_then(|rest| rest.strip_prefix(b"."));
    let Some((random, rest)) = rest.and_then(|rest| rest.split_at_checked(RANDOM_CHARS)) else { return false };
    let is_random = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    random.iter().all(is_random) && matches!(rest, b".new" | b".new-journal" | b".new-wal" | b".new-shm")
}

/// A file of our own reads while it is written (WAL); that of somebody else keeps its mode.
fn fill_file(path: &Path) -> Result<()> {
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(|error| file_failure(&error))?;
    let mut connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.pragma_update(None, "journal_mode", "WAL").map_err(store_failure)?;
    ensure_tables(&mut connection)?;
    connection.close().map_err(|(_, error)| store_failure(error))
}

/// Whoever comes second leaves the file of the first.
fn put_in_place(beside: &Path, path: &Path) -> Result<()> {
    match fs::hard_link(beside, path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
        Err(error) => return Err(file_failure(&error)),
    }
    File::open(folder_of(path)).and_then(|folder| folder.sync_all()).map_err(|error| file_failure(&error))
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn ensure_tables(connection: &mut Connection) -> Result<()> {
    if has_plugins_table(connection)? && has(connection, "_jeton_token_ids")? && has(connection, "_jeton_deleted_ids")?
    {
        return Ok(());
    }
    // Looked at again inside: another process may have been first.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(store_failure)?;
    if !has_plugins_table(&transaction)? {
        transaction.execute_batch(PLUGIN_SCHEMA).map_err(store_failure)?;
    }
    transaction.execute_batch(OWN_SCHEMA).map_err(store_failure)?;
    transaction.commit().map_err(store_failure)
}

/// Whether the plugin's table is there. That of another version is a failure before anything is written beside it: it shows now, and not at
/// the first login.
fn has_plugins_table(connection: &Connection) -> Result<bool> {
    if !has(connection, "_datasette_auth_tokens")? {
        return Ok(false);
    }
    match connection.prepare(FIND) {
        Ok(_) => Ok(true),
        Err(rusqlite::Error::SqlInputError { .. }) => Err(Failure::new(
            Status::Store,
            "the database: the table _datasette_auth_tokens has not the columns of the plugin's table",
        )),
        Err(error) => Err(store_failure(error)),
    }
}

/// Whether there is a table of this name, or a trigger of the tokens' own.
fn has(connection: &Connection, name: &str) -> Result<bool> {
    let sql = "select count(*) from sqlite_master where name = ?1
        and (type = 'table' or type = 'trigger' and tbl_name = '_datasette_auth_tokens')";
    let count: i64 = connection.query_row(sql, [name], |row| row.get(0)).map_err(store_failure)?;
    Ok(count > 0)
}

fn exists(path: &Path) -> Result<bool> {
    path.try_exists().map_err(|error| file_failure(&error))
}

/// A file that is made cannot be missing, but its folder can.
fn file_failure(error: &io::Error) -> Failure {
    let what =
        if error.kind() == io::ErrorKind::NotFound { "the folder of the database file" } else { "the database file" };
    Failure::new(Status::Store, format!("{what}: {}", error.kind()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_that_were_being_made_are_half_made() {
        let half = |name: &str| is_half_made(b"tokens.db", name.as_bytes());
        for name in ["tokens.db.0123456789abc-_Z.new", "tokens.db.0123456789abcdef.new-wal"] {
            assert!(half(name), "{name}");
        }
        for name in [
            "tokens.db",
            "tokens.db-wal",
            "tokens.db.new",
            "tokens.db.0123456789abcde.new",
            "tokens.db.0123456789abcdef.newer",
            "tokens.db.0123456789abcdef",
            "tokens.db.0123456789abc.ef.new",
            "tokens.db0.0123456789abcdef.new",
            "xtokens.db.0123456789abcdef.new",
        ] {
            assert!(!half(name), "{name}");
        }
    }
}
