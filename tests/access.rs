//! Who is calling: every scenario of tests/vectors/scenarios/access.json on the core itself, and what takes a look at the store.

mod support;

use std::path::Path;

use support::scenario::{self, Scenario};

#[test]
fn the_core_plays_every_scenario() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/scenarios/access.json");
    let scenarios: Vec<Scenario> = scenario::read(&file);
    let only = std::env::var("ONLY").unwrap_or_default();
    let mut wrong = Vec::new();
    let mut session = None;
    for scenario in scenarios.iter().filter(|scenario| scenario.name.contains(&only)) {
        if let Err(why) = scenario.run("core", &mut session) {
            wrong.push(format!("{}\n     why: {}\n     {why}\n", scenario.name, scenario.why));
        }
    }
    assert!(wrong.is_empty(), "{} of {} scenarios:\n\n{}", wrong.len(), scenarios.len(), wrong.join("\n"));
}
