//! Two rules of the house beside those of `rooms.rs`: no file of the crate is too long to read, and no relative import leaves its room.

use std::fs;
use std::path::{Path, PathBuf};

const MAX_LINES: usize = 400;

#[test]
fn every_file_can_be_read_at_one_sitting() {
    for file in sources() {
        let lines = fs::read_to_string(&file).unwrap().lines().count();
        assert!(lines <= MAX_LINES, "{}: {lines} lines, more than {MAX_LINES}", file.display());
    }
}

/// `super::` is for the neighbours: it climbs at most to the room's own module, so that every arrow between rooms reads `crate::`.
#[test]
fn relative_imports_stay_in_their_room() {
    for file in sources() {
        let text = fs::read_to_string(&file).unwrap();
        // A test module inside the file is one step deeper.
        let (code, tests) = text.split_once("#[cfg(test)]").unwrap_or((&text, ""));
        for (part, steps) in [(code, steps_to_room(&file)), (tests, steps_to_room(&file) + 1)] {
            let climb = longest_climb(part);
            assert!(climb <= steps, "{}: {climb} times super:: leaves the room", file.display());
        }
    }
}

/// How often a module may say `super` before it is outside its room.
fn steps_to_room(file: &Path) -> usize {
    let path = file.strip_prefix(root()).unwrap();
    let folders = path.components().count() - 1;
    // src/error.rs and src/lib.rs are rooms of one file; mod.rs is its folder.
    folders.saturating_sub(usize::from(path.ends_with("mod.rs")))
}

fn longest_climb(code: &str) -> usize {
    let steps = |rest: &str| 1 + rest.split("::").take_while(|word| *word == "super").count();
    code.match_indices("super::").map(|(at, found)| steps(&code[at + found.len()..])).max().unwrap_or(0)
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
    found
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

#[test]
fn a_climb_is_counted_in_steps() {
    assert_eq!(longest_climb("use crate::error;"), 0);
    assert_eq!(longest_climb("use super::key;"), 1);
    assert_eq!(longest_climb("use super::key;\nuse super::super::error;"), 2);
    assert_eq!(steps_to_room(&root().join("error.rs")), 0);
    assert_eq!(steps_to_room(&root().join("jose/key.rs")), 1);
    assert_eq!(steps_to_room(&root().join("jose/mod.rs")), 0);
    assert_eq!(steps_to_room(&root().join("jose/json/scanner.rs")), 2);
}
