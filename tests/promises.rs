//! The tables of `docs/FFI.md` and `docs/REFRESH.md`: each row has tests that bear its name, and says where they are.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// `s01` for S1, to the files with tests of that name.
type Tests = BTreeMap<String, BTreeSet<String>>;

#[test]
fn every_class_of_failures_of_fetched_tokens_has_its_tests() {
    let (rows, tests) = (rows("docs/REFRESH.md"), tests());
    assert_eq!(
        rows.keys().cloned().collect::<Vec<_>>(),
        (1..=30).map(|number| format!("s{number:02}")).collect::<Vec<_>>()
    );
    for (id, row) in &rows {
        let named: BTreeSet<String> = quoted(row.last().unwrap()).map(str::to_owned).collect();
        assert_eq!(tests.get(id), Some(&named), "{id}");
    }
}

#[test]
fn every_class_of_failures_between_languages_has_its_tests() {
    let (rows, tests) = (rows("docs/FFI.md"), tests());
    for id in tests.keys().filter(|id| id.starts_with('f')) {
        assert!(rows.contains_key(id), "{id} is not in the table");
    }
    for (id, row) in &rows {
        for name in quoted(row.last().unwrap()).filter(|name| name.ends_with("_*") && name.starts_with(['f', 's'])) {
            let named = name.trim_end_matches("_*");
            assert!(tests.contains_key(named) || is_in_c(named), "{id}: no test is called {name}");
        }
        for path in quoted(row.last().unwrap()).filter(|name| name.contains('/') && name.contains('.')) {
            assert!(root().join(path).exists(), "{id}: {path} is gone");
        }
    }
    let left_out: Vec<usize> = (1..=31).filter(|number| !rows.contains_key(&format!("f{number:02}"))).collect();
    assert_eq!(left_out, [22]);
}

/// The rows of a table, by their first cell.
fn rows(path: &str) -> BTreeMap<String, Vec<String>> {
    let text = fs::read_to_string(root().join(path)).unwrap();
    let cells = |line: &str| line.trim_matches(['|', ' ']).split(" | ").map(str::to_owned).collect::<Vec<_>>();
    let rows = text.lines().filter(|line| line.starts_with("| F") || line.starts_with("| S")).map(cells);
    let mut found = BTreeMap::new();
    for cells in rows {
        assert_eq!(cells.len(), 4, "{cells:?}");
        let (letter, number) = cells[0].split_at(1);
        let id = format!("{}{:02}", letter.to_lowercase(), number.parse::<u32>().unwrap());
        assert!(found.insert(id, cells).is_none(), "a row stands twice");
    }
    found
}

/// What stands between backticks.
fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

/// Tests of Rust and Ruby whose names begin with ids.
fn tests() -> Tests {
    let mut found = Tests::new();
    for (path, text) in files(&["src", "tests", "bindings/ruby/test"]) {
        for line in text.lines().map(str::trim_start) {
            let name = line.strip_prefix("fn ").or_else(|| line.strip_prefix("def test_")).unwrap_or_default();
            for id in name.split('_').take_while(|word| is_id(word)) {
                found.entry(id.to_owned()).or_default().insert(path.clone());
            }
        }
    }
    assert!(found.len() > 40);
    found
}

fn is_id(word: &str) -> bool {
    word.len() == 3 && word.starts_with(['f', 's']) && word.bytes().skip(1).all(|byte| byte.is_ascii_digit())
}

/// Whether `tests/ffi` has a file or a folder of that name.
fn is_in_c(id: &str) -> bool {
    fs::read_dir(root().join("tests/ffi"))
        .unwrap()
        .any(|entry| entry.unwrap().file_name().to_string_lossy().starts_with(id))
}

/// Paths from the root, and texts, of what is written in Rust or Ruby.
fn files(folders: &[&str]) -> Vec<(String, String)> {
    let mut folders: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("node_modules") {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "rb") {
                let name = path.strip_prefix(root()).unwrap().to_str().unwrap().to_owned();
                found.push((name, fs::read_to_string(path).unwrap()));
            }
        }
    }
    found
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
