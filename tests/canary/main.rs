//! No host tells a secret: every way to fail is driven with a marked one, and neither answers, messages, standard error nor what a
//! binding prints of its objects may hold a part of it, in any spelling.
//!
//! `make drivers`, then `cargo test --test canary`.

mod cases;
mod leak;
mod secrets;
mod services;
mod show;
#[path = "../support/mod.rs"]
mod support;
mod values;

use std::collections::BTreeSet;
use std::thread;

use serde_json::Value;

use leak::leak;
use secrets::MARKER;
use support::driver::{HOSTS, converse};
use support::{rust_host, vectors};
use values::Values;

/// What no input can bring about through a driver: a NULL, a text that is not UTF-8, a length, a buffer, a defect, no random bytes; a set
/// of keys, which the cases of verify have none of; and what comes of closing, cancelling and revoking beside a call.
const OUT_OF_REACH: [&str; 10] =
    ["NULL", "UTF8", "LENGTH", "BUFFER", "PANIC", "INTERNAL", "KEY_NOT_FOUND", "CANCELLED", "CLOSED", "REVOKED"];

#[test]
fn no_answer_tells_the_marker() {
    let cases = cases::all();
    let lines: Vec<String> = cases.iter().map(|case| case.line.clone()).collect();
    let mut wrong = Vec::new();
    for (host, answers, complaint) in ask_all(&lines) {
        if let Some(spelling) = leak(&complaint, MARKER.as_bytes()) {
            wrong.push(format!("{host}: standard error, as {spelling}: {complaint}"));
        }
        for (case, answer) in cases.iter().zip(&answers) {
            if let Some(spelling) = leak(answer, MARKER.as_bytes()) {
                wrong.push(format!("{host}, as {spelling}: {}\n    {answer}", case.line));
            }
            if case.status != "BATCH" && status(answer) != case.status {
                wrong.push(format!("{host}: not {} but {answer}\n    {}", case.status, case.line));
            }
        }
    }
    report(&wrong, cases.len());
}

/// The same for what sources, clients, key sets and access answer, and what they tell of themselves.
#[test]
fn no_service_tells_the_marker() {
    let lines = services::all();
    let asked: Vec<String> = lines.iter().map(|(_, line)| line.to_string()).collect();
    let mut wrong = Vec::new();
    for host in HOSTS {
        let (answers, complaint) = converse(host, &asked);
        if let Some(spelling) = leak(&complaint, MARKER.as_bytes()) {
            wrong.push(format!("{host}: standard error, as {spelling}: {complaint}"));
        }
        for ((expected, line), answer) in lines.iter().zip(&answers) {
            if let Some(spelling) = leak(answer, MARKER.as_bytes()) {
                wrong.push(format!("{host}, as {spelling}: {line}\n    {answer}"));
            }
            if status(answer) != expected.unwrap_or("no failure") {
                wrong.push(format!("{host}: not {expected:?} but {answer}\n    {line}"));
            }
        }
    }
    report(&wrong, lines.len());
}

/// A status without a case would be a way to fail that nobody has looked at.
#[test]
fn every_status_has_a_case() {
    let of_services = services::all().into_iter().filter_map(|(status, _)| status);
    let met: BTreeSet<&str> = cases::all().iter().map(|case| case.status).chain(of_services).collect();
    for status in jeton::error::Status::ALL {
        let name = status.name();
        assert!(met.contains(name) != OUT_OF_REACH.contains(&name), "{name}");
    }
}

/// The same for every vector that fails: no value of the request, and nothing that its tokens and keys hold, comes back.
#[test]
fn no_message_tells_a_value_of_a_vector() {
    let cases: Vec<_> = vectors::all().into_iter().filter(|case| case.expect.get("error").is_some()).collect();
    assert!(cases.len() > 1000);
    let lines: Vec<String> = cases.iter().map(|case| case.line.clone()).collect();
    let values: Vec<Values> = lines.iter().map(|line| Values::of(line)).collect();
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for (host, answers, complaint) in ask_all(&lines) {
        assert!(complaint.is_empty(), "{host}: {complaint}");
        for (index, answer) in answers.iter().enumerate() {
            let answer: Value = serde_json::from_str(answer).unwrap();
            let error = &answer["error"];
            let text = format!("{} {}", error["message"], error["claim"]);
            // Most hosts say the same.
            if seen.insert((index, text.clone()))
                && let Some(value) = values[index].told_by(error)
            {
                wrong.push(format!("{host}: {}: {text} tells {value}", cases[index].name));
            }
        }
    }
    report(&wrong, cases.len());
}

/// What a binding prints of its keys, signers, verifiers and errors, in every way that its language has.
#[test]
fn no_object_shows_the_marker() {
    for (host, shown) in show::all() {
        assert!(shown.lines().count() > 20, "{host} shows too little:\n{shown}");
        assert!(
            shown.contains("PANIC") && shown.contains("EXPIRED"),
            "{host} has not met every kind of error:\n{shown}"
        );
        if let Some(line) = shown.lines().find(|line| leak(line, MARKER.as_bytes()).is_some()) {
            panic!("{host} shows the marker: {line}");
        }
        // A value can be cut into lines.
        assert_eq!(leak(&shown.replace('\n', ""), MARKER.as_bytes()), None, "{host}");
    }
}

fn report(wrong: &[String], cases: usize) {
    let first = &wrong[..wrong.len().min(20)];
    assert!(
        wrong.is_empty(),
        "{} wrong answers to {cases} cases, the first of them:\n{}",
        wrong.len(),
        first.join("\n")
    );
}

fn status(answer: &str) -> String {
    let answer: Value = serde_json::from_str(answer).unwrap();
    answer["error"]["status"].as_str().unwrap_or("no failure").to_owned()
}

/// The hosts with their answers and what they wrote to standard error: the five drivers and the Rust API.
fn ask_all(lines: &[String]) -> Vec<(&'static str, Vec<String>, String)> {
    let mut all: Vec<_> = thread::scope(|scope| {
        let asked = HOSTS.map(|host| (host, scope.spawn(move || converse(host, lines))));
        let joined = asked.into_iter().map(|(host, answers)| (host, answers.join().unwrap()));
        joined.map(|(host, (answers, complaint))| (host, answers, complaint)).collect()
    });
    all.push(("rust", lines.iter().map(|line| rust_host::answer(line)).collect(), String::new()));
    all
}
