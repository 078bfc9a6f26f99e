//! The arrows between the rooms of the crate, and the one room that may be unsafe: `ffi -> vendors -> jose -> error`.

use std::fs;
use std::path::{Path, PathBuf};

/// From left to right: a room may use itself and those behind it.
const ROOMS: [&str; 4] = ["ffi", "vendors", "jose", "error"];

#[test]
fn arrows_run_one_way() {
    for file in sources() {
        let Some(room) = ROOMS.iter().position(|room| *room == room_of(&file)) else { continue };
        for used in code(&file).split("crate::").skip(1).map(first_word) {
            let other = ROOMS.iter().position(|other| *other == used);
            let other = other.unwrap_or_else(|| panic!("{}: crate::{used} is in no room", file.display()));
            assert!(room <= other, "{}: {} uses {used}", file.display(), ROOMS[room]);
        }
    }
}

#[test]
fn every_source_file_is_in_a_room() {
    for file in sources() {
        let room = room_of(&file);
        assert!(room == "lib" || ROOMS.contains(&room.as_str()), "{}: {room} is no room", file.display());
    }
}

#[test]
fn unsafe_is_in_ffi_only() {
    let (inside, outside): (Vec<_>, Vec<_>) = sources().into_iter().partition(|file| room_of(file) == "ffi");
    assert!(inside.iter().any(|file| is_unsafe(file)));
    for file in outside {
        assert!(!is_unsafe(&file), "{}: unsafe outside ffi", file.display());
    }
}

fn is_unsafe(file: &Path) -> bool {
    code(file).split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "unsafe")
}

fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    assert!(found.len() > ROOMS.len());
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

fn room_of(file: &Path) -> String {
    let first = file.strip_prefix(root()).unwrap().components().next().unwrap();
    Path::new(first.as_os_str()).file_stem().unwrap().to_str().unwrap().to_owned()
}

/// The text of a file without its comments.
fn code(file: &Path) -> String {
    let text = fs::read_to_string(file).unwrap();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

fn first_word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap()
}
