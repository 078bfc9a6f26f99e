//! The committed seeds of the fuzz targets, through the bodies that the fuzzer runs: what was once found stays found.

#[path = "../fuzz/src/lib.rs"]
mod fuzz;

use std::collections::BTreeSet;
use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How many there are, so that none is lost.
const SEEDS: usize = 1001;

/// The target in C.
const ABI: &str = "abi";

fn seeds(target: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(target);
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn every_target_has_seeds_and_none_is_lost() {
    let targets: BTreeSet<String> =
        fuzz::TARGETS.iter().map(|(name, _)| *name).chain([ABI]).map(str::to_owned).collect();
    let folders: BTreeSet<String> =
        seeds("").iter().map(|folder| folder.file_name().unwrap().to_str().unwrap().to_owned()).collect();
    assert_eq!(targets, folders);
    assert!(targets.iter().all(|target| !seeds(target).is_empty()));
    assert_eq!(targets.iter().map(|target| seeds(target).len()).sum::<usize>(), SEEDS);
}

#[test]
fn seeds_break_no_promise() {
    for (target, run) in fuzz::TARGETS {
        for file in seeds(target) {
            let seed = fs::read(&file).unwrap();
            assert!(catch_unwind(|| run(&seed)).is_ok(), "{}", file.display());
        }
    }
}

/// A function that is new in the header is one that the fuzzer has to call too.
#[test]
fn every_function_of_the_header_is_called() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let read = |file: &str| fs::read_to_string(folder.join(file)).unwrap();
    let header = read("include/jeton.h");
    let calls = ["calls", "services", "attempt"].map(|file| read(&format!("fuzz/abi/{file}.c"))).concat();
    let words = |text: &str| -> BTreeSet<String> {
        text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').map(str::to_owned).collect()
    };
    let declared = header.split('(').filter_map(|before| before.rsplit([' ', '*', '\n']).next());
    let functions: BTreeSet<&str> = declared.filter(|name| name.starts_with("jeton_")).collect();
    assert!(functions.len() > 30, "{functions:?}");
    // It panics inside on purpose, which is a finding to a fuzzer.
    let missing = functions.into_iter().filter(|name| *name != "jeton_testing_panic" && !words(&calls).contains(*name));
    assert_eq!(missing.collect::<Vec<_>>(), Vec::<&str>::new());
}

/// The calls in C, under the sanitizers of its compiler, with the library that this test was built with.
#[test]
fn calls_from_c_break_no_promise() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let replay = Path::new(env!("CARGO_TARGET_TMPDIR")).join("fuzz_abi_replay");
    let built = Command::new("cc")
        .args(["-std=c99", "-O1", "-g", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror"])
        .args(["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-fno-omit-frame-pointer"])
        .arg("-I")
        .arg(folder.join("include"))
        .args(
            ["calls.c", "services.c", "attempt.c", "input.c", "replay.c"]
                .map(|file| folder.join("fuzz/abi").join(file)),
        )
        .arg(archive())
        .args(["-lgcc_s", "-lutil", "-lrt", "-lpthread", "-lm", "-ldl", "-lc", "-o"])
        .arg(&replay)
        .output()
        .expect("a C compiler");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let seeds = seeds(ABI);
    let replayed = Command::new(&replay).args(&seeds).output().unwrap();
    assert!(replayed.status.success(), "{}", String::from_utf8_lossy(&replayed.stderr));
    assert_eq!(String::from_utf8_lossy(&replayed.stdout), format!("{} seeds\n", seeds.len()));
}

/// The static archive beside the programs of this build.
fn archive() -> PathBuf {
    let program = std::env::current_exe().unwrap();
    let archive = program.parent().unwrap().join("libjeton.a");
    assert!(archive.is_file(), "{}: not built", archive.display());
    archive
}
