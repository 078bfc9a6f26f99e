//! Token files, and what becomes of them when a saver is killed at any system call (S13), when any call fails (S18), when the process with
//! the lock dies (S16), and when the umask or the owner is not what one would like (S17).
//!
//! The saver is this program again. `JETON_KILL_POINTS=n` kills it at so many of the places where it can be killed, spread over all of them
//! (50 without it); `all` at each.

use std::collections::BTreeSet;
use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, exit};

use jeton::error::Status;
use jeton::source::token_file::Locked;

use scene::{ALL, Before, NEW, Scene};
use tracer::{MARK, Stop, Tracee};

mod process;
mod scene;
mod tracer;

const SAVER: &str = "JETON_KILL_SAVER";

/// The saver's exit codes.
const SAVED: i32 = 0;
const NOT_SAVED: i32 = 3;

fn main() {
    match env::var_os(SAVER) {
        Some(file) => save(Path::new(&file)),
        None => {
            killed_anywhere_the_old_or_the_new_pair_is_there();
            a_call_that_fails_loses_nothing();
            what_is_renamed_is_on_the_disk_and_then_its_name();
            process::a_lock_ends_with_its_process_though_a_child_of_it_lives();
            process::a_file_needs_no_folder_in_its_path();
            process::no_umask_makes_a_file_that_others_can_read();
            process::a_file_of_another_owner_is_refused();
        }
    }
}

fn save(file: &Path) {
    // SAFETY: raising a signal that the tracer takes away.
    let mark = || unsafe { libc::raise(MARK) };
    mark();
    let saved = Locked::try_take(file).and_then(|locked| locked.expect("the lock is free").save(NEW.as_bytes()));
    mark();
    exit(match saved {
        Ok(()) => SAVED,
        Err(failure) if failure.status() == Status::Store => NOT_SAVED,
        Err(_) => 4,
    });
}

fn saver(scene: &Scene) -> Tracee {
    Tracee::start(Command::new(env::current_exe().unwrap()).env(SAVER, scene.file()))
}

fn killed_anywhere_the_old_or_the_new_pair_is_there() {
    let places: Vec<(Before, usize)> =
        ALL.into_iter().flat_map(|before| (0..=stops(before)).map(move |stop| (before, stop))).collect();
    assert!(places.len() >= 100, "only {} places", places.len());
    let points = match env::var("JETON_KILL_POINTS").as_deref() {
        Err(_) => 50,
        Ok("all") => places.len(),
        Ok(points) => points.parse().expect("JETON_KILL_POINTS is a number or all"),
    };
    let mut seen = BTreeSet::new();
    for point in 0..points {
        let (before, stop) =
            places[if points < places.len() { point * places.len() / points } else { point % places.len() }];
        let scene = Scene::new(before);
        let mut saver = saver(&scene);
        for _ in 0..stop {
            saver.next();
        }
        saver.kill();
        seen.insert(scene.is_new());
        scene.goes_on();
    }
    assert_eq!(seen.len(), 2, "savers were killed before and after they had saved");
    println!("S13: killed at {points} points of {} places, always the old or the new pair", places.len());
}

/// How often a saver stops between its marks.
fn stops(before: Before) -> usize {
    let scene = Scene::new(before);
    let mut saver = saver(&scene);
    let stops = std::iter::from_fn(|| Some(saver.next())).take_while(|stop| *stop != Stop::Mark).count();
    saver.kill();
    assert!(scene.is_new());
    stops
}

/// A kill leaves what the kernel holds in memory; a machine that loses its power does not. So the order of the calls is what is asked for.
fn what_is_renamed_is_on_the_disk_and_then_its_name() {
    if !Tracee::LIES {
        println!("S13: no calls are looked at on this processor");
        return;
    }
    for before in [Before::Old, Before::NoFolder] {
        let scene = Scene::new(before);
        let (new, folder) = (scene.beside(".new"), scene.file().parent().unwrap().to_owned());
        let mut expected = vec![
            (libc::SYS_write, Some(new.clone())),
            (libc::SYS_fsync, Some(new)),
            (libc::SYS_rename, None),
            (libc::SYS_fsync, Some(folder.clone())),
        ];
        if before == Before::NoFolder {
            let made = [(libc::SYS_mkdir, None), (libc::SYS_fsync, Some(folder.parent().unwrap().to_owned()))];
            expected.splice(0..0, made);
        }
        assert_eq!(changes(&scene), expected, "{before:?}");
    }
    println!("S13: what was renamed was synced before it, and the folder after it");
}

/// The calls of one save that change or sync something, with the file that they name by a descriptor.
fn changes(scene: &Scene) -> Vec<(i64, Option<PathBuf>)> {
    let mut saver = saver(scene);
    let mut calls = Vec::new();
    loop {
        match saver.next() {
            Stop::Begins(call @ (libc::SYS_write | libc::SYS_fsync)) => calls.push((call, Some(saver.file()))),
            Stop::Begins(call @ (libc::SYS_mkdir | libc::SYS_rename)) => calls.push((call, None)),
            Stop::Mark => break,
            _ => {}
        }
    }
    saver.kill();
    calls
}

/// What a disk can do to a call.
const FAULTS: [Fault; 5] = [
    Fault::Fails(libc::ENOSPC),
    Fault::Fails(libc::EROFS),
    Fault::Fails(libc::EIO),
    Fault::Fails(libc::EINTR),
    Fault::IsShort,
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Fails(i32),
    IsShort,
}

fn a_call_that_fails_loses_nothing() {
    if !Tracee::LIES {
        println!("S18: no calls are made to fail on this processor");
        return;
    }
    let mut runs = 0;
    for before in ALL {
        for fault in FAULTS {
            // One run for each call that can have the fault, until there is none left.
            for nth in 0.. {
                let scene = Scene::new(before);
                let Some(code) = run_with_fault(&scene, fault, nth) else { break };
                let is_new = scene.is_new();
                let is_survivable = matches!(fault, Fault::Fails(libc::EINTR) | Fault::IsShort);
                assert!(code == SAVED || code == NOT_SAVED, "{before:?} {fault:?} at {nth}: exit code {code}");
                assert!(is_new || code != SAVED, "{before:?} {fault:?} at {nth}: said to be saved, and is not");
                assert!(code == SAVED || !is_survivable, "{before:?} {fault:?} at {nth}: not tried again");
                scene.goes_on();
                runs += 1;
            }
        }
    }
    assert!(runs >= 100, "only {runs} runs");
    println!("S18: {runs} calls failed or were cut short, none lost a pair");
}

/// Runs a saver whose `nth` call that can have this fault has it. Its exit code; `None` if there were not so many calls.
fn run_with_fault(scene: &Scene, fault: Fault, nth: usize) -> Option<i32> {
    let mut saver = saver(scene);
    let mut calls = 0;
    loop {
        match saver.next() {
            Stop::Begins(call) if can_have(call, fault) => {
                calls += 1;
                match fault {
                    _ if calls != nth + 1 => {}
                    Fault::Fails(errno) => saver.fail(errno),
                    Fault::IsShort => saver.shorten(1),
                }
            }
            Stop::Gone(code) => return (calls > nth).then_some(code),
            _ => {}
        }
    }
}

fn can_have(call: i64, fault: Fault) -> bool {
    let is_one_of = |calls: &[libc::c_long]| calls.contains(&call);
    match fault {
        Fault::IsShort => is_one_of(&[libc::SYS_write, libc::SYS_read]),
        Fault::Fails(libc::EINTR) => is_one_of(&[
            libc::SYS_openat,
            libc::SYS_read,
            libc::SYS_write,
            libc::SYS_fsync,
            libc::SYS_flock,
            libc::SYS_rename,
            libc::SYS_mkdir,
        ]),
        Fault::Fails(_) => is_one_of(&[
            libc::SYS_openat,
            libc::SYS_read,
            libc::SYS_write,
            libc::SYS_fsync,
            libc::SYS_flock,
            libc::SYS_rename,
            libc::SYS_mkdir,
            libc::SYS_fchmod,
            libc::SYS_chmod,
            libc::SYS_unlink,
            libc::SYS_statx,
            libc::SYS_fstat,
            libc::SYS_newfstatat,
        ]),
    }
}
