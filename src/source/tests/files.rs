//! The token file as the cache sees it: one try under its lock, and nothing handed out before it is saved (S13, S14, S16, S18).

use super::*;
use crate::source::Locking;
use crate::source::token_file::Contents;

fn toy() -> Toy {
    Toy { file: Some(ToyFile), rotates: true, ..Toy::default() }
}

fn locked(text: Option<&str>) -> Locking {
    let bytes = text.map(|text| Zeroizing::new(text.as_bytes().to_vec()));
    Locking::Locked(bytes.map(|bytes| Contents { bytes, is_exposed: false }))
}

/// `token until refresh_token`, as the file has it, ending so many seconds after the beginning.
fn stored(token: &str, seconds: i64, refresh_token: &str) -> String {
    format!("{token} {} {refresh_token}", BEGIN.unix_ms / 1000 + seconds)
}

impl World {
    /// The lease under which the file is to be locked now.
    fn lock(&self) -> u64 {
        match self.poll() {
            Some((lease, Todo::Lock(path))) if path.as_path() == "/tokens" => lease,
            _ => panic!("the file is not to be locked"),
        }
    }

    /// The refresh token that is sent once the file was read; `None` if nothing is.
    fn read(&self, lease: u64, text: Option<&str>) -> Option<String> {
        match self.cache.reread(lease, locked(text), self.now) {
            Todo::Send(request) => Some(String::from_utf8(request.body.unwrap().to_vec()).unwrap()),
            Todo::Over => None,
            _ => panic!("something else than a request"),
        }
    }

    /// What is to be saved after this answer; `None` if nothing is.
    fn granted(&self, lease: u64, body: &str) -> Option<String> {
        let response = Response { status: 200, headers: Vec::new(), body: body.as_bytes().to_vec() };
        match self.cache.complete(lease, Ok(response), self.now) {
            Todo::Save { bytes, .. } => Some(String::from_utf8(bytes.to_vec()).unwrap()),
            Todo::Over => None,
            _ => panic!("something else than a save"),
        }
    }
}

#[test]
fn s13_a_rotated_refresh_token_is_saved_before_the_token_is_handed_out() {
    let world = World::new(toy());
    let told = world.wait();
    let lease = world.lock();
    assert_eq!(world.read(lease, None).as_deref(), Some("r0"));
    assert_eq!(world.granted(lease, "t1 600 r1"), Some(stored("t1", 600, "r1")));
    assert_eq!((told.outcome(), world.ask()), (None, Ok(None)));
    assert!(matches!(world.cache.saved(lease, Ok(()), world.now), Todo::Over));
    assert_eq!(told.outcome(), Some(Ok("t1".to_owned())));
    assert_eq!(world.codes(), ["RENEWED"]);
}

#[test]
fn s14_a_token_that_another_process_stored_is_taken_without_a_request() {
    let world = World::new(toy());
    let told = world.wait();
    let lease = world.lock();
    assert_eq!(world.read(lease, Some(&stored("theirs", 600, "r7"))), None);
    assert_eq!(told.outcome(), Some(Ok("theirs".to_owned())));

    // Its refresh token is the one that is sent next.
    assert!(world.source.invalidate(None).unwrap());
    assert_eq!(world.ask(), Ok(None));
    let lease = world.lock();
    assert_eq!(world.read(lease, Some(&stored("theirs", 600, "r7"))).as_deref(), Some("r7"));
    assert_eq!(world.granted(lease, "t2 600 r8"), Some(stored("t2", 600, "r8")));
    world.cache.saved(lease, Ok(()), world.now);

    // One that is due to be renewed does not do, nor does one that has ended.
    for seconds in [-5, 0] {
        assert!(world.source.invalidate(None).is_ok());
        world.source.refresh(Told::default().waiter(), world.now);
        let lease = world.lock();
        assert_eq!(world.read(lease, Some(&stored("old", seconds, "r9"))).as_deref(), Some("r9"));
        assert!(world.granted(lease, &format!("t{seconds} 600 r9")).is_some());
        world.cache.saved(lease, Ok(()), world.now);
    }
}

#[test]
fn s14_a_forced_fetch_takes_what_others_fetched_meanwhile() {
    let world = World::new(toy());
    assert_eq!(world.ask(), Ok(None));
    let lease = world.lock();
    assert_eq!(world.read(lease, Some(&stored("t1", 600, "r1"))), None);
    assert!(world.source.invalidate(Some("t1")).unwrap());
    let told = world.wait();
    let lease = world.lock();
    assert_eq!(world.read(lease, Some(&stored("t2", 600, "r2"))), None);
    assert_eq!(told.outcome(), Some(Ok("t2".to_owned())));
}

#[test]
fn s12_new_credentials_in_the_file_end_a_final_failure_and_nothing_else_does() {
    let mut world = World::new(toy());
    let told = world.wait();
    let lease = world.lock();
    assert_eq!(world.read(lease, Some("no file of ours")).as_deref(), Some("r0"));
    world.answer(lease, 400, "invalid_grant");
    assert_eq!(told.outcome(), Some(Err(Status::Refused)));
    assert_eq!(world.ask(), Err(Status::Refused));
    for _ in 0..3 {
        world.pass(1_000);
        let told = world.wait();
        let lease = world.lock();
        assert_eq!(world.read(lease, None), None, "the same refresh token is not sent again");
        assert_eq!(told.outcome(), Some(Err(Status::Refused)));
    }
    assert_eq!(world.source.stats().unwrap().failures, [(Status::Refused, 1)]);
    world.pass(1_000);
    assert_eq!(world.ask(), Ok(None));
    let lease = world.lock();
    assert_eq!(world.read(lease, Some(&stored("old", 0, "r5"))).as_deref(), Some("r5"));
}

#[test]
fn s16_while_somebody_keeps_the_lock_a_rotating_token_is_not_sent() {
    for locking in [Locking::Busy, Locking::Impossible(Failure::new(Status::Store, "read-only"))] {
        let world = World::new(toy());
        let told = world.wait();
        let lease = world.lock();
        assert!(matches!(world.cache.reread(lease, locking, world.now), Todo::Over));
        assert_eq!(told.outcome(), Some(Err(Status::Store)));
        assert_eq!(world.ask(), Err(Status::Store));
    }
}

#[test]
fn s18_what_does_not_rotate_goes_on_in_memory_with_one_warning() {
    let mut world = World::new(Toy { rotates: false, ..toy() });
    for round in 1..=3 {
        let told = world.wait();
        let lease = world.lock();
        let impossible = Locking::Impossible(Failure::new(Status::Store, "read-only"));
        assert!(matches!(world.cache.reread(lease, impossible, world.now), Todo::Send(_)));
        assert_eq!(world.granted(lease, &format!("t{round} 60")), None);
        assert_eq!(told.outcome(), Some(Ok(format!("t{round}"))));
        world.pass(60_000);
    }
    assert_eq!(world.codes(), ["TOKEN_FILE_NOT_SAVED", "RENEWED", "RENEWED", "RENEWED"]);
}

#[test]
fn s18_a_save_that_fails_costs_a_warning_and_no_token() {
    let mut world = World::new(toy());
    let mut sent = Vec::new();
    for round in 1..=4 {
        let told = world.wait();
        let lease = world.lock();
        sent.push(world.read(lease, None).unwrap());
        assert!(world.granted(lease, &format!("t{round} 60 r{round}")).is_some());
        let saved = if round == 3 { Ok(()) } else { Err(Failure::new(Status::Store, "no space")) };
        world.cache.saved(lease, saved, world.now);
        assert_eq!(told.outcome(), Some(Ok(format!("t{round}"))));
        world.pass(60_000);
    }
    // What could not be saved is still known here.
    assert_eq!(sent, ["r0", "r1", "r2", "r3"]);
    let warning = "TOKEN_FILE_NOT_SAVED";
    let told = "NEW_REFRESH_TOKEN";
    assert_eq!(world.codes(), [warning, "RENEWED", told, "RENEWED", told, "RENEWED", warning, "RENEWED", told]);
}

/// The file that could not be replaced holds a refresh token that is used up. It counts again once somebody else replaces it.
#[test]
fn s13_s18_after_a_save_that_failed_memory_is_newer_than_the_file() {
    let mut world = World::new(toy());
    let told = world.wait();
    let lease = world.lock();
    let old = stored("t1", 0, "r1");
    assert_eq!(world.read(lease, Some(&old)).as_deref(), Some("r1"));
    assert!(world.granted(lease, "t2 60 r2").is_some());
    world.cache.saved(lease, Err(Failure::new(Status::Store, "no space")), world.now);
    assert_eq!(told.outcome(), Some(Ok("t2".to_owned())));

    world.pass(60_000);
    assert_eq!(world.ask(), Ok(None));
    let lease = world.lock();
    assert_eq!(world.read(lease, Some(&old)).as_deref(), Some("r2"));
    // A server that names no new refresh token leaves this one good, and it is saved.
    assert_eq!(world.granted(lease, "t3 60"), Some(stored("t3", 60, "r2")));
    world.cache.saved(lease, Err(Failure::new(Status::Store, "no space")), world.now);

    world.pass(60_000);
    assert_eq!(world.ask(), Ok(None));
    let lease = world.lock();
    assert_eq!(world.read(lease, Some(&stored("t4", 0, "r4"))).as_deref(), Some("r4"), "somebody else's is newer");
}

/// A server that rotates has used up the old refresh token, whatever is wrong with the access token that it grants.
#[test]
fn s13_a_refresh_token_counts_though_the_token_beside_it_cannot_be_served() {
    let mut world = World::new(toy());
    let told = world.wait();
    let lease = world.lock();
    assert_eq!(world.read(lease, None).as_deref(), Some("r0"));
    world.pass(2_000);
    assert_eq!(world.granted(lease, "t1 1 r1"), Some(format!(" {} r1", BEGIN.unix_ms / 1000 + 1)), "it came too late");
    assert_eq!(told.outcome(), None);
    world.cache.saved(lease, Ok(()), world.now);
    assert_eq!(told.outcome(), Some(Err(Status::Protocol)));
    world.pass(10_000);
    assert_eq!(world.ask(), Ok(None));
    let lease = world.lock();
    assert_eq!(world.read(lease, Some(" 0 r1")).as_deref(), Some("r1"));
    assert!(world.granted(lease, "t2 60 r2").is_some());
    world.cache.saved(lease, Ok(()), world.now);
    assert_eq!(world.codes(), ["FAILED", "RENEWED"]);
}

/// A process that was stopped finds the end of the lease and the answer at once.
#[test]
fn s13_s21_a_rotating_token_is_not_sent_again_before_a_late_answer_had_its_chance() {
    let mut world = World::new(toy());
    let told = world.wait();
    let lease = world.lock();
    assert_eq!(world.read(lease, None).as_deref(), Some("r0"));
    world.pass(3_600_000);
    assert!(world.poll().is_none());
    assert!(world.granted(lease, "t1 7200 r1").is_some());
    world.cache.saved(lease, Ok(()), world.now);
    assert_eq!(told.outcome(), Some(Ok("t1".to_owned())));

    assert!(world.source.invalidate(None).unwrap());
    assert_eq!(world.ask(), Ok(None));
    let lease = world.lock();
    assert_eq!(world.read(lease, None).as_deref(), Some("r1"));
    world.pass(3_600_000);
    assert!(world.poll().is_none());
    world.pass(10_000);
    assert!(world.poll().is_none(), "the lease ends");
    assert!(matches!(world.cache.complete(lease, Err(Fault::Dropped), world.now), Todo::Over));
    assert_eq!(world.source.stats().unwrap().failures.len(), 1);
}

#[test]
fn a_save_that_nobody_confirms_ends_with_the_lease() {
    let mut world = World::new(toy());
    let told = world.wait();
    let lease = world.lock();
    world.read(lease, None);
    assert!(world.granted(lease, "t1 600 r1").is_some());
    world.pass(60_000);
    assert!(world.poll().is_none());
    assert_eq!(told.outcome(), Some(Ok("t1".to_owned())));
    assert!(matches!(world.cache.saved(lease, Ok(()), world.now), Todo::Over));
}

#[test]
fn a_lock_that_nobody_gets_ends_with_the_lease() {
    let mut world = World::new(toy());
    let told = world.wait();
    let lease = world.lock();
    world.pass(60_000);
    assert!(world.poll().is_none());
    assert_eq!(told.outcome(), Some(Err(Status::Store)));
    assert!(matches!(world.cache.reread(lease, locked(None), world.now), Todo::Over));
}

#[test]
fn without_a_file_the_host_is_given_the_new_refresh_token() {
    let world = World::new(Toy { rotates: true, ..Toy::default() });
    assert_eq!(world.ask(), Ok(None));
    world.serve(200, "t1 600 r1");
    let events = world.source.events().unwrap().events;
    let told: Vec<_> =
        events.iter().map(|event| (event.code, event.refresh_token.as_ref().map(|t| t.as_str()))).collect();
    assert_eq!(told, [("RENEWED", None), ("NEW_REFRESH_TOKEN", Some("r1"))]);
    assert!(world.source.invalidate(None).unwrap());
    assert_eq!(world.ask(), Ok(None));
    let Some((_, Todo::Send(request))) = world.poll() else { panic!() };
    assert_eq!(request.body.unwrap().as_slice(), b"r1");
}

#[test]
fn a_file_that_others_may_read_is_told() {
    let world = World::new(toy());
    assert_eq!(world.ask(), Ok(None));
    let lease = world.lock();
    let bytes = Zeroizing::new(stored("t1", 600, "r1").into_bytes());
    let contents = Locking::Locked(Some(Contents { bytes, is_exposed: true }));
    assert!(matches!(world.cache.reread(lease, contents, world.now), Todo::Over));
    assert_eq!(world.codes(), ["FILE_MODE"]);
}

#[test]
fn a_host_s_cache_takes_no_source_with_a_file() {
    let cache = Cache::new(r#"{"driven_by":"host"}"#).unwrap();
    assert_eq!(cache.open(Box::new(toy()), BEGIN).err().unwrap().status(), Status::Config);
    assert!(cache.open(Box::new(Toy::default()), BEGIN).is_ok());
}
