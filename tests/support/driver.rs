//! A host's conformance driver: a process that answers lines.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

/// The hosts that have a driver.
pub const HOSTS: [&str; 5] = ["c", "cpp", "go", "node", "ruby"];

/// Feeds `lines` to the driver of `host` and gives its answers: exactly as many, in order.
///
/// Panics where the driver is missing, fails, or answers more or fewer lines than it was given.
pub fn ask(host: &str, lines: &[String]) -> Vec<String> {
    converse(host, lines).0
}

/// The answers, as [`ask`] gives them, and what the driver wrote to standard error.
pub fn converse(host: &str, lines: &[String]) -> (Vec<String>, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut driver = Command::new(root.join("tests/conformance/drive"))
        .arg(host)
        .current_dir(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{host}: no driver, run `make drivers`: {error}"));
    let (mut stdin, stdout, mut stderr) =
        (driver.stdin.take().unwrap(), driver.stdout.take().unwrap(), driver.stderr.take().unwrap());

    // All three pipes at once: none may fill up while another is waited for.
    let (answers, complaint) = thread::scope(|scope| {
        scope.spawn(move || {
            for line in lines {
                // A driver that died early is told by its count below.
                if stdin.write_all(line.as_bytes()).and_then(|()| stdin.write_all(b"\n")).is_err() {
                    break;
                }
            }
        });
        let complaint = scope.spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).map(|_| text).unwrap_or_default()
        });
        let answers: Vec<String> = BufReader::new(stdout).lines().map(|line| line.expect("UTF-8")).collect();
        (answers, complaint.join().unwrap())
    });

    let status = driver.wait().unwrap();
    let hint = "if it is not built, run `make drivers`";
    assert!(status.success(), "{host}: the driver ended with {status}; {hint}\n{complaint}");
    assert_eq!(
        answers.len(),
        lines.len(),
        "{host}: {} lines, {} answers; {hint}\n{complaint}",
        lines.len(),
        answers.len()
    );
    (answers, complaint)
}
