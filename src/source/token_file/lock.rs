//! One process at a time: the lock that a token is renewed and saved under.
//!
//! It is the kernel's, so it ends with the process that holds it, however that ends, and nobody ever has to guess whether a lock
//! is stale.

use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::save::{FILE_MODE, create_folder, set_mode, uninterrupted};
use super::{Contents, beside, check_is_ours, folder_of, private_options, read, save, store_failure};
use crate::error::Result;
use crate::source::gate::{Call, Lock};

/// Pauses between tries: the first, which each next one doubles, and the longest.
const FIRST_PAUSE: Duration = Duration::from_millis(2);
const LONGEST_PAUSE: Duration = Duration::from_millis(64);

/// The lock files that are open, by number. Here and nowhere else, so that a forked child can close all of them.
static OPEN: Lock<Open> = Lock::new(Open { files: BTreeMap::new(), last: 0 });

struct Open {
    files: BTreeMap<u64, File>,
    last: u64,
}

/// A token file while this process alone may replace it. The lock ends when this is dropped.
#[derive(Debug)]
pub struct Locked {
    path: PathBuf,
    number: u64,
}

impl Locked {
    /// Locks the token file at `path`, which need not exist. `None` while somebody else has the lock; STORE where none can be had, as in a
    /// folder that is read-only.
    pub fn try_take(path: &Path) -> Result<Option<Locked>> {
        let number = open_locked(path).map_err(|error| store_failure("the token file cannot be locked", &error))?;
        Ok(number.map(|number| Locked { path: path.to_owned(), number }))
    }

    /// As [`Locked::try_take`], but while somebody else has the lock, `pause` is called to let time pass; `None` once it says that it was
    /// enough.
    pub fn take(path: &Path, mut pause: impl FnMut(Duration) -> bool) -> Result<Option<Locked>> {
        let mut length = FIRST_PAUSE;
        loop {
            let locked = Locked::try_take(path)?;
            if locked.is_some() || !pause(length) {
                return Ok(locked);
            }
            length = (length * 2).min(LONGEST_PAUSE);
        }
    }

    /// Reads the file; see [`read`].
    pub fn read(&self) -> Result<Option<Contents>> {
        read(&self.path)
    }

    /// Replaces the text of the file. When this returns, the text survives a loss of power; when it fails with STORE, the old text is still
    /// there, unless it was the very last step that failed.
    pub fn save(&self, bytes: &[u8]) -> Result<()> {
        save::save(&self.path, bytes).map_err(|error| store_failure("the token file cannot be written", &error))
    }
}

impl Drop for Locked {
    fn drop(&mut self) {
        let _call = Call::begin();
        let file = OPEN.lock().files.remove(&self.number);
        // Unlocked by name, for a forked child may still have the file open. In such a child there is none under the number.
        if let Some(file) = file {
            let _ = file.unlock();
        }
    }
}

/// Closes, in a forked child, the lock files that its parent had open, so that no lock outlives the parent. The parent keeps its locks.
pub fn close_inherited() {
    OPEN.lock().files.clear();
}

/// Opens and locks the lock file, or says with `None` that somebody else has it. All of it is one call: no fork can come between opening a
/// file and writing down that it is open, and a file system that is slow keeps nobody from a lock of ours.
fn open_locked(path: &Path) -> io::Result<Option<u64>> {
    create_folder(folder_of(path))?;
    let _call = Call::begin();
    let file = private_options().read(true).create(true).truncate(false).open(beside(path, ".lock"))?;
    let metadata = file.metadata()?;
    check_is_ours(&metadata)?;
    set_mode(&file, &metadata, FILE_MODE)?;
    let is_ours = uninterrupted(|| match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    })?;
    if !is_ours {
        return Ok(None);
    }
    let mut open = OPEN.lock();
    open.last += 1;
    let number = open.last;
    open.files.insert(number, file);
    Ok(Some(number))
}
