//! SQLite: one file, shared by threads and processes.

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::atomic::{AtomicU32, AtomicU64};
use std::time::Duration;
use std::{fs, mem, process};

use rusqlite::ffi::code_to_str;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Statement};

use super::row::{Cell, Row};
use crate::error::{Failure, Result, Status};
use crate::source::gate::{Call, Lock};

mod create;
mod lookup;
mod tokens;

pub(crate) use lookup::Lookup;
pub(crate) use tokens::ManagedTable;

/// How long a call waits for another writer.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// How many connections wait to be used again.
const MAX_IDLE: usize = 16;

/// Connections that nobody uses at the moment, by the number of their database. Here and nowhere else, so that a fork can close them all.
static IDLE: Lock<BTreeMap<u64, Vec<Opened>>> = Lock::new(BTreeMap::new());

/// The process that has connections, or none does.
static OWNER: AtomicU32 = AtomicU32::new(0);

/// A database file. A thread takes a connection to it, or opens one, for the time of a call: nobody waits for another thread, and no lock is
/// held while a file is read.
struct Database {
    number: u64,
    path: PathBuf,
    flags: OpenFlags,
}

/// A connection, and the file that it is open on, which may have been replaced since.
struct Opened {
    file: FileId,
    connection: Connection,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct FileId {
    device: u64,
    inode: u64,
}

impl Database {
    /// Takes the path of a file. What SQLite takes for something else is refused: of a database in memory, each connection would have its own.
    fn new(path: &Path, flags: OpenFlags) -> Result<Database> {
        static LAST: AtomicU64 = AtomicU64::new(0);
        let name = path.as_os_str().as_encoded_bytes();
        if name == b":memory:" || name.starts_with(b"file:") {
            return Err(Failure::new(Status::Config, "databases: expected the path of a file"));
        }
        Ok(Database { number: LAST.fetch_add(1, Relaxed), path: path.to_owned(), flags })
    }

    fn read_only(path: &Path) -> Result<Database> {
        Database::new(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
    }

    fn read_write(path: &Path) -> Result<Database> {
        Database::new(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)
    }

    /// Lends a connection.
    fn with<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T>) -> Result<T> {
        let _call = begin_call()?;
        let mut opened = self.take()?;
        let outcome = work(&mut opened.connection);
        // One that failed may be in any state.
        if outcome.is_ok() {
            self.give_back(opened);
        }
        outcome
    }

    fn take(&self) -> Result<Opened> {
        let file = self.file()?;
        let idle = IDLE.lock().get_mut(&self.number).and_then(Vec::pop);
        match idle {
            Some(opened) if opened.file == file => Ok(opened),
            // Its file was replaced, and so were those of the others: each is closed when its turn comes.
            Some(_) | None => Ok(Opened { file, connection: connect(&self.path, self.flags)? }),
        }
    }

    fn file(&self) -> Result<FileId> {
        let metadata = fs::metadata(&self.path)
            .map_err(|error| Failure::new(Status::Store, format!("the database file: {}", error.kind())))?;
        Ok(FileId { device: metadata.dev(), inode: metadata.ino() })
    }

    fn give_back(&self, opened: Opened) {
        let mut all = IDLE.lock();
        let idle = all.entry(self.number).or_default();
        if idle.len() < MAX_IDLE {
            idle.push(opened);
        } else {
            // Closed behind the lock: it may write to the file.
            drop(all);
            drop(opened);
        }
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let call = begin_call();
        let idle = IDLE.lock().remove(&self.number);
        match call {
            Ok(_) => drop(idle),
            // To close them would touch locks and files that belong to the parent.
            Err(_) => mem::forget(idle),
        }
    }
}

/// Begins a call at a database, during which no fork happens. SQLite keeps in mind which locks its process has, and a child that inherits that
/// believes that it has them too, and loses what it writes. So a fork finds all connections closed; where none was announced, as in a build
/// without the runtime, the child gets STORE.
fn begin_call() -> Result<Call> {
    let call = Call::begin();
    let own = process::id();
    match OWNER.compare_exchange(0, own, Relaxed, Relaxed) {
        Err(owner) if owner != own => {
            Err(Failure::new(Status::Store, "the databases belong to the process that this one was forked from"))
        }
        _ => Ok(call),
    }
}

/// Closes all connections, where no call is under way. Parent and child open their own when they need them.
#[cfg(feature = "runtime")]
pub(super) fn close_idle() {
    if OWNER.load(Relaxed) == process::id() {
        drop(mem::take(&mut *IDLE.lock()));
        OWNER.store(0, Relaxed);
    }
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection> {
    let connection = Connection::open_with_flags(path, flags).map_err(store_failure)?;
    connection.busy_timeout(BUSY_TIMEOUT).map_err(store_failure)?;
    // What a call wrote is there when it returns, whatever the machine does next.
    connection.pragma_update(None, "synchronous", "FULL").map_err(store_failure)?;
    Ok(connection)
}

/// SQLite's text of a failure may quote values and is not repeated; that of its code does not.
fn store_failure(error: rusqlite::Error) -> Failure {
    let what = match error.sqlite_error() {
        Some(error) => format!("the database: {}", code_to_str(error.extended_code)),
        None => "the database is not as it should be".to_owned(),
    };
    Failure::new(Status::Store, what)
}

/// The rows of a statement whose parameters are bound.
fn rows_of(statement: &mut Statement<'_>, limit: usize) -> rusqlite::Result<Vec<Row>> {
    let columns: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut found = Vec::new();
    let mut rows = statement.raw_query();
    while found.len() < limit {
        let Some(row) = rows.next()? else { break };
        let cell = |(index, name): (usize, &String)| Ok((name.clone(), cell(row.get_ref(index)?)));
        found.push(Row(columns.iter().enumerate().map(cell).collect::<rusqlite::Result<_>>()?));
    }
    Ok(found)
}

fn cell(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(integer) => Cell::Integer(integer),
        ValueRef::Real(real) => Cell::real(real),
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) => Cell::Text(text.to_owned()),
            Err(_) => Cell::bytes(text),
        },
        ValueRef::Blob(bytes) => Cell::bytes(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is asked after a restore is asked of the restored file, and nothing is written to one that is gone.
    #[test]
    fn a_file_that_was_replaced_is_opened_anew() {
        let folder = std::env::temp_dir().join(format!("jeton-replaced-{}", process::id()));
        fs::create_dir(&folder).unwrap();
        let path = folder.join("x.db");
        let make = |path: &Path, x: i64| {
            let connection = Connection::open(path).unwrap();
            connection
                .execute_batch(&format!("pragma journal_mode = wal; create table t (x); insert into t values ({x})"))
        };
        let database = Database::read_write(&path).unwrap();
        let x = || {
            database.with(|connection| {
                connection.query_row("select x from t", [], |row| row.get::<_, i64>(0)).map_err(store_failure)
            })
        };
        make(&path, 1).unwrap();
        assert_eq!(x(), Ok(1));
        make(&folder.join("restored.db"), 2).unwrap();
        fs::rename(folder.join("restored.db"), &path).unwrap();
        assert_eq!(x(), Ok(2));
        fs::remove_file(&path).unwrap();
        assert_eq!(x().map_err(|failure| failure.status()), Err(Status::Store));
        drop(database);
        fs::remove_dir_all(&folder).unwrap();
    }
}
