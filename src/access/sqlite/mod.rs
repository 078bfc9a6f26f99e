//! SQLite: one file, shared by threads and processes.

use std::mem;
use std::path::{Path, PathBuf};
use std::process;
use std::time::Duration;

use rusqlite::ffi::code_to_str;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Statement};

use super::row::{Cell, Row};
use crate::error::{Failure, Result, Status};
use crate::source::gate::Lock;

mod create;
mod lookup;
mod tokens;

pub(crate) use lookup::Lookup;
pub(crate) use tokens::ManagedTable;

/// How long a call waits for another writer.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// How many connections wait to be used again.
const MAX_IDLE: usize = 16;

/// A database file, and connections to it that nobody uses at the moment. A thread takes one, or opens one, for the time of a call:
/// nobody waits for another thread, and no lock is held while a file is read.
struct Database {
    path: PathBuf,
    flags: OpenFlags,
    idle: Lock<Vec<Opened>>,
}

/// A connection, and the process that opened it: SQLite's may not be carried over a fork.
struct Opened {
    process: u32,
    connection: Option<Connection>,
}

impl Drop for Opened {
    fn drop(&mut self) {
        if self.process != process::id() {
            // To close it would touch locks and files that belong to the parent.
            mem::forget(self.connection.take());
        }
    }
}

impl Database {
    /// Takes the path of a file. What SQLite takes for something else is refused: of a database in memory, each connection would have its own.
    fn new(path: &Path, flags: OpenFlags) -> Result<Database> {
        let name = path.as_os_str().as_encoded_bytes();
        if name == b":memory:" || name.starts_with(b"file:") {
            return Err(Failure::new(Status::Config, "databases: expected the path of a file"));
        }
        Ok(Database { path: path.to_owned(), flags, idle: Lock::new(Vec::new()) })
    }

    fn read_only(path: &Path) -> Result<Database> {
        Database::new(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
    }

    fn read_write(path: &Path) -> Result<Database> {
        Database::new(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)
    }

    /// Lends a connection.
    fn with<T>(&self, work: impl FnOnce(&mut Connection) -> Result<T>) -> Result<T> {
        let mut opened = self.take()?;
        let outcome = match &mut opened.connection {
            Some(connection) => work(connection),
            None => Err(Failure::new(Status::Store, "the database is closed")),
        };
        // One that failed may be in any state.
        if outcome.is_ok() {
            self.give_back(opened);
        }
        outcome
    }

    fn take(&self) -> Result<Opened> {
        let process = process::id();
        let inherited: Vec<Opened>;
        let idle = {
            let mut idle = self.idle.lock();
            let own = idle.iter().position(|opened| opened.process == process);
            let own = own.map(|index| idle.swap_remove(index));
            inherited = if own.is_none() { mem::take(&mut *idle) } else { Vec::new() };
            own
        };
        drop(inherited);
        match idle {
            Some(opened) => Ok(opened),
            None => Ok(Opened { process, connection: Some(connect(&self.path, self.flags)?) }),
        }
    }

    fn give_back(&self, opened: Opened) {
        let mut idle = self.idle.lock();
        if idle.len() < MAX_IDLE {
            idle.push(opened);
        } else {
            // Closed behind the lock: it may write to the file.
            drop(idle);
            drop(opened);
        }
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
