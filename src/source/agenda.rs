//! What is to be done when, for any number of tasks: each step costs the logarithm of their number.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::mem;
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
    leases: HashMap<u64, Lease>,
    /// The leases under which something waits to be asked, in order; one that was taken back meanwhile may still be among them.
    next: VecDeque<u64>,
    last_number: u64,
    generation: u32,
    #[cfg(test)]
    touches: u64,
}

/// A lease that is out.
struct Lease {
    task: Arc<dyn Task>,
    stage: Stage,
}

/// Whose turn it is.
enum Stage {
    /// That of the task, to say what is to be done.
    Task,
    /// That of a driver, to do it.
    Driver,
    /// That of a driver that has not come for it yet, and has until this moment.
    Next { request: Request, until: i64 },
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

    /// Takes out the first task that is due, with a lease of its own; or says when the next one is.
    pub(super) fn take(&self, steady_ms: i64) -> Result<(Arc<dyn Task>, u64), i64> {
        let mut table = self.table();
        let table = table.of_this_process();
        match table.due.first_entry() {
            Some(first) if first.key().0 <= steady_ms => {
                let task = first.remove();
                let number = table.number();
                table.leases.insert(number, Lease { task: Arc::clone(&task), stage: Stage::Task });
                Ok((task, number))
            }
            Some(first) => Err(first.key().0),
            None => Err(i64::MAX),
        }
    }

    /// The task that is to be told what a driver did. None where the lease is not out, or no driver was asked under it.
    pub(super) fn answered(&self, lease: u64) -> Option<Arc<dyn Task>> {
        let mut table = self.table();
        let lease = table.of_this_process().leases.get_mut(&lease)?;
        matches!(lease.stage, Stage::Driver).then(|| {
            lease.stage = Stage::Task;
            Arc::clone(&lease.task)
        })
    }

    /// Goes on with what a task said is to be done: that, or nothing where its lease was taken back meanwhile.
    pub(super) fn go_on(&self, lease: u64, todo: Todo) -> Todo {
        let mut table = self.table();
        let leases = &mut table.of_this_process().leases;
        match (leases.get_mut(&lease), &todo) {
            (None, _) => Todo::Over,
            (Some(_), Todo::Over) => {
                leases.remove(&lease);
                todo
            }
            (Some(out), _) => {
                out.stage = Stage::Driver;
                todo
            }
        }
    }

    /// As [`Agenda::go_on`], but the driver comes for it by [`Agenda::take_next`].
    pub(super) fn put_next(&self, lease: u64, request: Request, now: Now) {
        let until = request.transport.lease_end_ms(now);
        let mut table = self.table();
        let table = table.of_this_process();
        if let Some(out) = table.leases.get_mut(&lease) {
            out.stage = Stage::Next { request, until };
            table.next.push_back(lease);
        }
    }

    /// Takes out what is to be asked next, if its lease has not ended.
    pub(super) fn take_next(&self, steady_ms: i64) -> Option<(u64, Request)> {
        let mut table = self.table();
        let table = table.of_this_process();
        while let Some(number) = table.next.pop_front() {
            let Some(lease) = table.leases.get_mut(&number) else { continue };
            match mem::replace(&mut lease.stage, Stage::Driver) {
                Stage::Next { request, until } if steady_ms < until => return Some((number, request)),
                _ => {}
            }
        }
        None
    }

    /// Ends a lease, if it is out.
    pub(super) fn take_back(&self, lease: u64) {
        let _taken = self.table().of_this_process().leases.remove(&lease);
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
            self.next.clear();
        }
        self
    }
}
