//! Replacing a token file, so that every moment at which the process or the machine may stop leaves the old text or the new one.

use std::fs::{self, DirBuilder, File, Metadata, Permissions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::Path;

use super::{beside, contents, folder_of, open_folder, private_options};
use crate::jose::json;

/// The mode of every file here: its owner reads and writes.
pub(super) const FILE_MODE: u32 = 0o600;

/// The mode of a folder that is made for a token file.
const FOLDER_MODE: u32 = 0o700;

/// Replaces the text of the file. Called under its lock.
pub(super) fn save(path: &Path, bytes: &[u8]) -> io::Result<()> {
    create_folder(folder_of(path))?;
    let damaged = is_damaged(path)?;
    let new = beside(path, ".new");
    let written = write_synced(&new, bytes).and_then(|()| {
        if damaged {
            set_aside(path)?;
        }
        uninterrupted(|| fs::rename(&new, path))
    });
    if let Err(error) = written {
        let _ = fs::remove_file(&new);
        return Err(error);
    }
    sync_folder(folder_of(path))
}

/// Makes a folder and those above it where they are missing, and syncs the names that it made.
pub(super) fn create_folder(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let above = folder_of(folder);
    if above != folder {
        create_folder(above)?;
    }
    match uninterrupted(|| DirBuilder::new().mode(FOLDER_MODE).create(folder)) {
        // Another process was faster.
        Err(_) if folder.is_dir() => Ok(()),
        // The umask may have taken away what its owner needs.
        created => created
            .and_then(|()| fs::set_permissions(folder, Permissions::from_mode(FOLDER_MODE)))
            .and_then(|()| sync_folder(above)),
    }
}

/// Sets the mode where it is another.
pub(super) fn set_mode(file: &File, metadata: &Metadata, mode: u32) -> io::Result<()> {
    if metadata.mode() & 0o7777 == mode { Ok(()) } else { file.set_permissions(Permissions::from_mode(mode)) }
}

/// Whether what is to be replaced is no JSON object, as all token files are, or is hidden even from its owner. An empty file is
/// nothing to keep.
fn is_damaged(path: &Path) -> io::Result<bool> {
    match contents(path) {
        Ok(Some(contents)) => Ok(!contents.bytes.is_empty() && json::read_object(&contents.bytes, |_, _| ()).is_err()),
        Ok(None) => Ok(false),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => Ok(true),
        Err(error) => Err(error),
    }
}

fn set_aside(path: &Path) -> io::Result<()> {
    // The mode of a link is that of its target, which stays where it is.
    if fs::symlink_metadata(path)?.is_file() {
        fs::set_permissions(path, Permissions::from_mode(FILE_MODE))?;
    }
    uninterrupted(|| fs::rename(path, beside(path, ".corrupt")))
}

fn write_synced(new: &Path, bytes: &[u8]) -> io::Result<()> {
    let create = || private_options().create_new(true).open(new);
    let mut file = match create() {
        // Left behind by a process that was killed: who has the lock is the only one who writes it.
        Err(error) if error.kind() == ErrorKind::AlreadyExists => fs::remove_file(new).and_then(|()| create())?,
        file => file?,
    };
    set_mode(&file, &file.metadata()?, FILE_MODE)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    match open_folder(folder)?.sync_all() {
        // Some file systems know no such thing.
        Err(error) if error.kind() == ErrorKind::InvalidInput => Ok(()),
        synced => synced,
    }
}

/// Calls again what a signal interrupted; the standard library does so for some calls only.
pub(super) fn uninterrupted<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}
