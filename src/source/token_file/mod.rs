//! The files that tokens are kept in between processes: how they are read, locked and replaced, whatever they hold.
//!
//! A file is replaced whole, by a new one in the same folder that was written, synced and renamed: a reader, and a process that is
//! killed at any moment, finds the old text or the new one and never a part. Beside the file `f` stands `f.lock`, which a process
//! locks while it renews the token, `f.new` while a save is under way, and `f.corrupt`, the last text that was replaced because it
//! could not be read. All are of mode 0600; folders that are missing are made with mode 0700.
//!
//! A file of another owner is never read and never replaced: who can write it chooses whose token is sent.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use rustix::process::geteuid;
use zeroize::Zeroizing;

use crate::error::{Failure, Result, Status};

mod lock;
mod save;
#[cfg(test)]
mod tests;

pub use lock::{Locked, close_inherited};

/// The largest file that is read.
const MAX_BYTES: u64 = 1 << 20;

/// The permissions of group and others.
const OF_OTHERS: u32 = 0o077;

/// What is in a token file.
pub struct Contents {
    /// Its bytes, which no one has judged.
    pub bytes: Zeroizing<Vec<u8>>,
    /// Whether its mode lets others than the owner at it. The next save ends that.
    pub is_exposed: bool,
}

/// Reads the file, without a lock, for it is only ever replaced whole. `None` if there is none; STORE if it cannot be read, is no
/// regular file, or belongs to somebody else.
pub fn read(path: &Path) -> Result<Option<Contents>> {
    contents(path).map_err(|error| store_failure("the token file cannot be read", &error))
}

fn contents(path: &Path) -> io::Result<Option<Contents>> {
    // A pipe without a writer would hold the open for ever.
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    let file = match OpenOptions::new().read(true).custom_flags(flags.bits() as i32).open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let metadata = file.metadata()?;
    check_is_ours(&metadata)?;
    let room = metadata.len().min(MAX_BYTES) as usize + 1;
    // Of its full size at once, for a vector that grows leaves copies behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(room));
    let read = (&file).take(room as u64).read_to_end(&mut bytes)?;
    if read == room {
        return Err(io::Error::other("it is too large"));
    }
    Ok(Some(Contents { bytes, is_exposed: metadata.mode() & OF_OTHERS != 0 }))
}

fn check_is_ours(metadata: &Metadata) -> io::Result<()> {
    if !metadata.is_file() {
        return Err(io::Error::other("it is no regular file"));
    }
    if metadata.uid() != geteuid().as_raw() {
        return Err(io::Error::other("it belongs to another user"));
    }
    Ok(())
}

/// The path with something behind it.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The folder of a file; a name alone is in the current one.
fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Options that make a file for its owner alone and follow no link to one.
fn private_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).mode(save::FILE_MODE).custom_flags((OFlags::NOFOLLOW | OFlags::NOCTTY).bits() as i32);
    options
}

fn store_failure(what: &str, error: &io::Error) -> Failure {
    Failure::new(Status::Store, format!("{what}: {error}"))
}

/// Opens a folder to sync it.
fn open_folder(folder: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(OFlags::DIRECTORY.bits() as i32).open(folder)
}
