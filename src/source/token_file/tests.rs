use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

use super::*;

/// A folder of a test's own.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Folder {
        static LAST: AtomicU32 = AtomicU32::new(0);
        let name = format!("jeton-token-file-{}-{}", std::process::id(), LAST.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        Folder(path)
    }

    fn file(&self) -> PathBuf {
        self.0.join("token.json")
    }

    /// The names in it and their modes, in order.
    fn names(&self) -> Vec<(String, u32)> {
        let mut names: Vec<_> = fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap()).collect();
        names.sort_by_key(|entry| entry.file_name());
        let mode = |entry: &fs::DirEntry| entry.metadata().unwrap().permissions().mode() & 0o7777;
        names.iter().map(|entry| (entry.file_name().into_string().unwrap(), mode(entry))).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn text(path: &Path) -> Option<Vec<u8>> {
    read(path).unwrap().map(|contents| contents.bytes.to_vec())
}

fn take(path: &Path) -> Locked {
    Locked::try_take(path).unwrap().expect("the lock")
}

fn names(expected: &[&str]) -> Vec<(String, u32)> {
    expected.iter().map(|name| ((*name).to_owned(), 0o600)).collect()
}

#[test]
fn what_was_saved_is_read() {
    let folder = Folder::new();
    assert!(read(&folder.file()).unwrap().is_none());
    let locked = take(&folder.file());
    for saved in [&b"{\"a\":1}"[..], b"{}"] {
        locked.save(saved).unwrap();
        assert_eq!(text(&folder.file()).unwrap(), saved);
    }
    assert_eq!(locked.read().unwrap().unwrap().bytes.as_slice(), b"{}");
    assert_eq!(folder.names(), names(&["token.json", "token.json.lock"]));
}

#[test]
fn folders_that_are_missing_are_made_for_their_owner() {
    let folder = Folder::new();
    let path = folder.0.join("a/b/token.json");
    take(&path).save(b"{}").unwrap();
    for made in ["a", "a/b"] {
        assert_eq!(fs::metadata(folder.0.join(made)).unwrap().permissions().mode() & 0o7777, 0o700);
    }
}

#[test]
fn s15_a_damaged_file_is_set_aside() {
    let folder = Folder::new();
    for damaged in ["{\"a\":", "[1]", "\0\0\0"] {
        fs::write(folder.file(), damaged).unwrap();
        take(&folder.file()).save(b"{}").unwrap();
        assert_eq!(fs::read_to_string(folder.0.join("token.json.corrupt")).unwrap(), damaged);
        assert_eq!(text(&folder.file()).unwrap(), b"{}");
    }
    assert_eq!(folder.names(), names(&["token.json", "token.json.corrupt", "token.json.lock"]));
}

#[test]
fn s15_an_empty_file_is_nothing_to_keep() {
    let folder = Folder::new();
    fs::write(folder.file(), "").unwrap();
    take(&folder.file()).save(b"{}").unwrap();
    assert_eq!(folder.names(), names(&["token.json", "token.json.lock"]));
}

#[test]
fn s15_a_reader_never_sees_a_part() {
    let folder = Folder::new();
    let texts = ["short", "a long one"].map(|text| format!("{{\"a\":\"{}\"}}", text.repeat(2000)));
    let locked = take(&folder.file());
    locked.save(texts[0].as_bytes()).unwrap();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| (0..50).for_each(|save| locked.save(texts[save % 2].as_bytes()).unwrap()));
        while !writer.is_finished() {
            let text = text(&folder.file()).expect("there is a file at every moment");
            assert!(texts.iter().any(|whole| whole.as_bytes() == text), "a part of {} bytes", text.len());
        }
    });
}

#[test]
fn s16_only_one_has_the_lock() {
    let folder = Folder::new();
    let locked = take(&folder.file());
    let mut pauses = Vec::new();
    let waited = Locked::take(&folder.file(), |pause| {
        pauses.push(pause.as_millis());
        pauses.len() < 8
    });
    assert!(waited.unwrap().is_none());
    assert_eq!(pauses, [2, 4, 8, 16, 32, 64, 64, 64]);
    drop(locked);
    assert!(Locked::try_take(&folder.file()).unwrap().is_some());
}

#[test]
fn s16_a_lock_file_without_a_lock_holds_nobody_up() {
    let folder = Folder::new();
    fs::write(folder.0.join("token.json.lock"), "left behind").unwrap();
    assert!(Locked::try_take(&folder.file()).unwrap().is_some());
}

#[test]
fn s13_what_a_killed_saver_left_behind_is_overwritten() {
    let folder = Folder::new();
    fs::write(folder.0.join("token.json.new"), "{\"half\":").unwrap();
    take(&folder.file()).save(b"{}").unwrap();
    assert_eq!(folder.names(), names(&["token.json", "token.json.lock"]));
}

#[test]
fn s17_wider_permissions_are_told_and_ended() {
    let folder = Folder::new();
    fs::write(folder.file(), "{}").unwrap();
    for mode in [0o644, 0o640, 0o601] {
        fs::set_permissions(folder.file(), Permissions::from_mode(mode)).unwrap();
        assert!(read(&folder.file()).unwrap().unwrap().is_exposed, "{mode:o}");
    }
    take(&folder.file()).save(b"{}").unwrap();
    assert!(!read(&folder.file()).unwrap().unwrap().is_exposed);
    assert_eq!(folder.names(), names(&["token.json", "token.json.lock"]));
}

#[test]
fn s17_no_link_is_written_through() {
    let folder = Folder::new();
    let (target, file) = (folder.0.join("target"), folder.file());
    fs::write(&target, "{\"old\":1}").unwrap();
    symlink(&target, &file).unwrap();
    symlink(&target, folder.0.join("token.json.new")).unwrap();
    assert_eq!(text(&file).unwrap(), b"{\"old\":1}");
    take(&file).save(b"{}").unwrap();
    assert_eq!((text(&file).unwrap(), text(&target).unwrap()), (b"{}".to_vec(), b"{\"old\":1}".to_vec()));

    fs::remove_file(folder.0.join("token.json.lock")).unwrap();
    symlink(&target, folder.0.join("token.json.lock")).unwrap();
    assert_eq!(Locked::try_take(&file).unwrap_err().status(), Status::Store);
}

#[test]
fn what_is_no_file_is_neither_read_nor_replaced() {
    let folder = Folder::new();
    fs::create_dir(folder.file()).unwrap();
    assert_eq!(read(&folder.file()).err().unwrap().status(), Status::Store);
    assert_eq!(take(&folder.file()).save(b"{}").unwrap_err().status(), Status::Store);
    assert!(folder.file().is_dir());
}

#[test]
fn a_file_beyond_all_measure_is_not_read() {
    let folder = Folder::new();
    for (len, is_read) in [(MAX_BYTES, true), (MAX_BYTES + 1, false)] {
        fs::write(folder.file(), vec![b' '; len as usize]).unwrap();
        assert_eq!(read(&folder.file()).is_ok(), is_read);
    }
}
