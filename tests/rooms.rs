//! The plan of the house: arrows between rooms run one way, `ffi -> runtime -> vendors -> access -> source -> jose -> error`, relative
//! imports stay in their room, one room and one file may be unsafe, and no file is too long to read.

use std::fs;
use std::path::{Path, PathBuf};

/// From left to right: a room may use itself and those behind it.
const ROOMS: [&str; 7] = ["ffi", "runtime", "vendors", "access", "source", "jose", "error"];

/// A file is one idea, and can be read at one sitting.
const MAX_LINES: usize = 400;

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
fn documents_name_the_arrows() {
    let arrows = format!("`{}`", ROOMS.join(" -> "));
    for document in ["CONTRIBUTING.md", "docs/ARCHITECTURE.md"] {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(document)).unwrap();
        let told: Vec<_> =
            text.split('`').filter(|code| code.contains(" -> ")).map(|code| format!("`{code}`")).collect();
        assert_eq!(told, [arrows.as_str()], "{document}");
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
fn unsafe_is_in_ffi_and_where_the_system_is_asked_only() {
    let may_be = |file: &PathBuf| room_of(file) == "ffi" || *file == root().join("runtime/system.rs");
    let (inside, outside): (Vec<_>, Vec<_>) = sources().into_iter().partition(may_be);
    assert!(inside.iter().any(|file| is_unsafe(file)));
    for file in outside {
        assert!(!is_unsafe(&file), "{}: unsafe outside ffi and runtime/system.rs", file.display());
    }
}

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
