//! The files of tests/vectors, with each request as the raw text that a driver gets.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use serde_json::value::RawValue;

/// One question and what its answer must be.
pub struct Case {
    /// File and name: unique.
    pub name: String,
    /// The sentence of the specification.
    pub why: String,
    /// The operation, where the case names one.
    pub op: Option<String>,
    /// The line for the driver.
    pub line: String,
    /// The id that the answer must echo.
    pub id: Value,
    /// One of `ok`, `error` and the forms that [`super::answer`] knows.
    pub expect: Value,
}

type Members = HashMap<String, Box<RawValue>>;

/// The cases of all files, in the order of their names, numbered from 1.
pub fn all() -> Vec<Case> {
    let mut cases = Vec::new();
    for path in files() {
        let file = path.file_stem().unwrap().to_str().unwrap();
        let (count, members) = read(&path);
        assert_eq!(count, members.len(), "{file}.json: count and cases differ");
        for case in members {
            cases.push(Case::new(file, cases.len() + 1, &case));
        }
    }
    cases
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
    files.sort();
    files
}

fn read(path: &Path) -> (usize, Vec<Members>) {
    let text = fs::read_to_string(path).unwrap();
    let head: Members = readable(serde_json::from_str(&text));
    (readable(serde_json::from_str(head["count"].get())), readable(serde_json::from_str(head["cases"].get())))
}

fn readable<T>(json: serde_json::Result<T>) -> T {
    json.expect("a vector file is of the documented form")
}

impl Case {
    fn new(file: &str, number: usize, members: &Members) -> Case {
        let mut expect: Value = readable(serde_json::from_str(members["expect"].get()));
        let (line, id) = match members.get("line") {
            Some(line) => (
                readable(serde_json::from_str(line.get())),
                expect.as_object_mut().unwrap().remove("id").expect("a line has an id"),
            ),
            None => (numbered(members["request"].get(), number), Value::from(number)),
        };
        assert!(!line.contains('\n'), "a request is one line");
        let op = members.get("request").and_then(|request| {
            let request: Members = readable(serde_json::from_str(request.get()));
            request.get("op").map(|op| readable(serde_json::from_str(op.get())))
        });
        let text = |member: &str| -> String { readable(serde_json::from_str(members[member].get())) };
        Case { name: format!("{file}: {}", text("name")), why: text("why"), op, line, id, expect }
    }
}

/// The raw request with an id at its front.
fn numbered(request: &str, id: usize) -> String {
    let rest = request.strip_prefix('{').expect("a request is an object");
    let comma = if rest.trim_start().starts_with('}') { "" } else { "," };
    format!("{{\"id\":{id}{comma}{rest}")
}
