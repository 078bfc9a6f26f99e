//! That what docs/RFC8725.md names as a proof is there.

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use support::vectors;

#[test]
fn every_line_of_the_checklist_names_what_holds_it() {
    let cases: BTreeSet<String> = vectors::all().into_iter().map(|case| case.name).collect();
    let attacks: BTreeSet<&str> =
        cases.iter().filter_map(|name| name.strip_prefix("attacks: ")?.split(':').next()).collect();
    let is_there = |proof: &str| attacks.contains(proof) || cases.contains(proof) || is_test(proof);
    let mut sections = BTreeSet::new();
    for row in read("docs/RFC8725.md").lines().filter(|line| line.starts_with("| 2.") || line.starts_with("| 3.")) {
        let [_, section, _, _, proofs, _] = row.split('|').map(str::trim).collect::<Vec<_>>()[..] else {
            panic!("not four columns: {row}");
        };
        let proofs: Vec<&str> = proofs.split('`').skip(1).step_by(2).collect();
        assert!(!proofs.is_empty(), "{section} has no proof");
        for proof in proofs {
            assert!(is_there(proof), "{section} names {proof}, which is nowhere");
        }
        sections.insert(section.to_owned());
    }
    let all = (1..=9).map(|number| format!("2.{number}")).chain((1..=12).map(|number| format!("3.{number}")));
    assert_eq!(sections, all.collect());
    assert!(!is_there("CONF-99") && !is_there("verify: no case") && !is_there("src/jose/key.rs: no_test"));
}

/// Whether a proof is a file and the name of a test in it.
fn is_test(proof: &str) -> bool {
    proof.split_once(".rs: ").is_some_and(|(file, name)| {
        read(&format!("{file}.rs"))
            .split_once(&format!("fn {name}()"))
            .is_some_and(|(before, _)| before.trim_end().ends_with("#[test]"))
    })
}

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}
