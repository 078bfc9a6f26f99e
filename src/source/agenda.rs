//! What is to be done when, for any number of tasks: each step costs the logarithm of their number.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use zeroize::Zeroizing;

use super::exchange::{Now, Outcome, Request};
use super::gate::{Held, Lock, generation};
use super::token_file::Contents;
use crate::error::{Failure, Result};

/// What a driver is to do under a lease.
pub enum Todo {
    /// Make this exchange, and tell how it ended: `Cache::complete`.
    Send(Request),
    /// Lock this token file, read it, and show what is in it: `Cache::reread`. The lock is held until the lease is over.
    Lock(PathBuf),
    /// Save these bytes in the token file, whose lock is held, and tell whether they are safe: `Cache::saved`.
    Save {
        /// The token file.
        path: PathBuf,
        /// What is to be in it.
        bytes: Zeroizing<Vec<u8>>,
    },
    /// Nothing more: the lease is over.
    Over,
}

/// What a driver tells of what it did.
pub(super) enum Report {
    /// How an exchange ended.
    Outcome(Outcome),
    /// Why an exchange could not be made at all.
    Impossible(Failure),
    /// What is in the locked token file.
    File(Locking),
    /// Whether the token file was saved.
    Saved(Result<()>),
}

/// How an attempt to lock and read a token file ended.
pub enum Locking {
    /// It is locked; this is in it, if it is there.
    Locked(Option<Contents>),
    /// Somebody else has the lock and kept it.
    Busy,
    /// It cannot be locked or read.
    Impossible(Failure),
}

/// Something that is driven by time and by answers.
pub(super) trait Task: Send + Sync {
    /// Its time has come. What it asks for, it asks under `lease`.
    fn wake(self: Arc<Self>, lease: u64, now: Now) -> Todo;

    /// What it asked for under `lease` was done.
    fn resume(self: Arc<Self>, lease: u64, report: Report, now: Now) -> Todo;
}

/// When tasks are due, and which leases are out.
pub(super) struct Agenda {
    table: Lock<Table>,
    alarm: OnceLock<Box<dyn Fn() + Send + Sync>>,
}

#[derive(Default)]
struct Table {
    due: BTreeMap<(i64, u64), Arc<dyn Task>>,
    leases: HashMap<u64, Arc<dyn Task>>,
    last_number: u64,
    generation: u32,
    #[cfg(test)]
    touches: u64,
}

impl Agenda {
    pub(super) fn new() -> Agenda {
        let table = Table { generation: generation(), ..Table::default() };
        Agenda { table: Lock::new(table), alarm: OnceLock::new() }
    }

    /// What to call when something is due earlier than the driver was told.
    pub(super) fn set_alarm(&self, alarm: Box<dyn Fn() + Send + Sync>) {
        // The first driver is the only one.
        let _ = self.alarm.set(alarm);
    }

    /// Tells the driver to poll.
    pub(super) fn ring(&self) {
        if let Some(alarm) = self.alarm.get() {
            alarm();
        }
    }

    fn table(&self) -> Held<'_, Table> {
        #[cfg(test)]
        {
            self.table.lock().touches += 1;
        }
        self.table.lock()
    }

    /// How often the table was used, each time at the cost of one look-up.
    #[cfg(test)]
    pub(super) fn touches(&self) -> u64 {
        self.table.lock().touches
    }

    /// A number that no other task or lease has.
    pub(super) fn number(&self) -> u64 {
        self.table().number()
    }

    /// Moves a task from one time to another, on the steady clock. Whether it is now the first of all.
    pub(super) fn plan(&self, task: u64, from: Option<i64>, to: Option<(i64, Arc<dyn Task>)>) -> bool {
        let mut table = self.table();
        let _old = from.and_then(|from| table.due.remove(&(from, task)));
        let Some((at, it)) = to else { return false };
        table.due.insert((at, task), it);
        table.due.first_key_value().is_some_and(|(first, _)| *first == (at, task))
    }

    /// Takes out the first task that is due, with a number for its lease; or says when the next one is.
    pub(super) fn take(&self, steady_ms: i64) -> Result<(Arc<dyn Task>, u64), i64> {
        let mut table = self.table();
        match table.due.first_entry() {
            Some(first) if first.key().0 <= steady_ms => {
                let task = first.remove();
                Ok((task, table.number()))
            }
            Some(first) => Err(first.key().0),
            None => Err(i64::MAX),
        }
    }

    /// Gives a lease out.
    pub(super) fn lend(&self, lease: u64, task: Arc<dyn Task>) {
        self.table().of_this_process().leases.insert(lease, task);
    }

    /// Takes a lease back, if it is out.
    pub(super) fn take_back(&self, lease: u64) -> Option<Arc<dyn Task>> {
        self.table().of_this_process().leases.remove(&lease)
    }
}

impl Table {
    fn number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    /// What a parent lent is not ours to answer.
    fn of_this_process(&mut self) -> &mut Table {
        if self.generation != generation() {
            self.generation = generation();
            self.leases.clear();
        }
        self
    }
}
