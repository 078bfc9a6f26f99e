//! Five hosts, one behaviour, with servers: every scenario of tests/vectors/scenarios through the conformance driver of each.
//!
//! `make drivers`, then `cargo test --test scenarios`. While building, `HOST=go` asks one host and `ONLY=text` runs the scenarios whose name
//! holds the text.

mod support;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use support::driver::HOSTS;
use support::scenario::{self, Scenario};

#[test]
fn every_host_plays_every_scenario() {
    let only = env::var("ONLY").unwrap_or_default();
    let scenarios: Vec<Scenario> =
        files().iter().flat_map(|file| scenario::read(file)).filter(|scenario| scenario.name.contains(&only)).collect();
    assert!(!scenarios.is_empty(), "no scenario of that name");
    let hosts = HOSTS.iter().filter(|host| env::var("HOST").map_or(true, |only| only == **host));
    let wrong: Vec<String> = thread::scope(|scope| {
        let scenarios = &scenarios;
        let playing: Vec<_> = hosts.map(|host| scope.spawn(move || play(host, scenarios))).collect();
        playing.into_iter().flat_map(|host| host.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "{} of {} scenarios:\n\n{}", wrong.len(), scenarios.len(), wrong.join("\n"));
}

/// What went wrong in one host.
fn play(host: &str, scenarios: &[Scenario]) -> Vec<String> {
    let mut session = None;
    let mut wrong = Vec::new();
    for scenario in scenarios {
        if let Err(why) = scenario.run(host, &mut session) {
            wrong.push(format!("{host}: {}\n     why: {}\n     {why}\n", scenario.name, scenario.why));
            // It may be in any state.
            session = None;
        }
    }
    wrong
}

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/scenarios");
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}
