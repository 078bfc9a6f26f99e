//! Many callers and one fetch (S1-S5, S9, S28-S30).

use std::sync::Arc;

use super::*;

#[test]
fn s01_a_thousand_callers_on_a_miss_are_one_request() {
    let world = World::new(Toy::default());
    let callers: Vec<Told> = (0..1000).map(|_| world.wait()).collect();
    let lease = world.request().unwrap();
    assert_eq!(world.request(), None);
    assert!(callers.iter().all(|told| told.outcome().is_none()));
    world.answer(lease, 200, "t1 600");
    assert!(callers.iter().all(|told| told.outcome() == Some(Ok("t1".to_owned()))));
    let stats = world.source.stats().unwrap();
    assert_eq!((stats.misses, stats.waits, stats.refreshes, stats.hits), (1000, 1000, 1, 0));

    let world = World::new(Toy::default());
    let callers: Vec<Told> = (0..1000).map(|_| world.wait()).collect();
    world.serve(503, "");
    assert!(callers.iter().all(|told| told.outcome() == Some(Err(Status::Unavailable))));
    assert_eq!(world.source.stats().unwrap().failures, [(Status::Unavailable, 1)]);
}

#[test]
fn s01_sources_of_one_identity_share_the_fetch_and_the_token() {
    let world = World::new(Toy::default());
    let other = world.cache.open(Box::new(Toy::default()), world.now).unwrap();
    assert_eq!(world.ask(), Ok(None));
    assert!(matches!(other.token(world.now), Ok(Answer::Wait)));
    world.serve(200, "t1 600");
    assert_eq!(world.request(), None);
    assert!(matches!(other.token(world.now), Ok(Answer::Ready(token)) if token.text() == "t1"));
}

#[test]
fn s02_a_caller_who_is_gone_leaves_the_fetch_to_the_others() {
    struct Gone;
    impl Waiter for Gone {
        fn tell(self: Box<Self>, _: Result<Arc<Token>>) {}
        fn is_moot(&self) -> bool {
            true
        }
    }
    let world = World::new(Toy::default());
    let stays = world.wait();
    for _ in 0..10_000 {
        world.source.wait(Box::new(Gone), world.now);
    }
    assert!(world.source.entry.state().waiters.room() < 64, "who is gone takes up room");
    world.serve(200, "t1 600");
    assert_eq!(stays.outcome(), Some(Ok("t1".to_owned())));
}

#[test]
fn s03_reads_go_on_while_a_renewal_hangs() {
    let mut world = World::with_token(Toy::default(), 600);
    world.skip();
    assert!(world.request().is_some());
    for _ in 0..1000 {
        assert_eq!(world.ask().unwrap().as_deref(), Some("t1"));
    }
    assert_eq!(world.request(), None);
}

#[test]
fn s04_a_renewal_that_fails_does_not_cost_the_token() {
    let retries = retries(r#"{"total":0,"backoff_factor_s":1}"#);
    let mut world = World::with_token(Toy { retries, ..Toy::default() }, 600);
    world.skip();
    for (status, body) in [(503, ""), (500, ""), (403, ""), (408, ""), (400, "invalid_grant")] {
        world.serve(status, body);
        assert_eq!(world.ask().unwrap().as_deref(), Some("t1"), "{status}");
        assert_eq!(world.wait().outcome(), Some(Ok("t1".to_owned())), "{status}");
        if body.is_empty() {
            world.skip();
        }
    }
    world.now = Now { unix_ms: BEGIN.unix_ms + 599_999, steady_ms: BEGIN.steady_ms + 599_999 };
    assert_eq!(world.ask().unwrap().as_deref(), Some("t1"));
    world.pass(1);
    assert_eq!(world.ask(), Err(Status::Refused));
}

#[test]
fn s05_a_renewal_begins_early_enough_for_five_tries() {
    for (seconds, leeway_s, latest) in [
        (600, None, 480),
        (3600, None, 3300),
        (3600, Some(1000), 2600),
        (3600, Some(200), 3400),
        (86_400, None, 86_100),
    ] {
        let retries = retries(r#"{"total":5,"backoff_factor_s":10}"#);
        let mut world = World::with_token(Toy { leeway_s, retries, ..Toy::default() }, seconds);
        let began = world.skip();
        assert!(began <= latest * 1000 && began >= (latest - seconds / 10) * 1000, "{seconds}: {began}");
        let mut tries = 0;
        while world.now.steady_ms < BEGIN.steady_ms + seconds * 1000 {
            world.serve(503, "");
            tries += 1;
            assert_eq!(world.ask().unwrap().as_deref(), Some("t1"));
            if !matches!(world.cache.poll(world.now), Poll::Idle { next_due_ms } if next_due_ms < i64::MAX) {
                break;
            }
            world.skip();
        }
        assert!(tries >= 5, "{seconds}: {tries}");
    }
}

#[test]
fn s09_renewals_of_a_fleet_are_spread_over_a_tenth_of_the_life() {
    let renewals: Vec<i64> = (0..1000)
        .map(|seed| {
            let mut world = World::seeded(Toy::default(), seed);
            assert_eq!(world.ask(), Ok(None));
            world.serve(200, "t1 1000");
            world.skip()
        })
        .collect();
    for tenth in 0..10_i64 {
        let part = 700_000 + tenth * 10_000..700_000 + (tenth + 1) * 10_000;
        let count = renewals.iter().filter(|ms| part.contains(*ms)).count();
        assert!((60..=140).contains(&count), "{count} of 1000 in {part:?}");
    }
}

#[test]
fn s28_a_full_cache_takes_no_more_and_closed_sources_leave_room() {
    let cache = Cache::new(r#"{"max_entries":2}"#).unwrap();
    let open = |identity| cache.open(Box::new(Toy { identity, ..Toy::default() }), BEGIN);
    let (one, two) = (open(1).unwrap(), open(2).unwrap());
    assert_eq!(open(3).err().unwrap().status(), Status::Config);
    let again = open(2).unwrap();
    two.close(BEGIN);
    assert_eq!(open(3).err().unwrap().status(), Status::Config);
    drop(again);
    assert!(open(3).is_ok());
    drop(one);
}

#[test]
fn s28_tokens_that_are_too_long_are_not_kept() {
    let cache = Cache::new(r#"{"max_token_bytes":256}"#).unwrap();
    let source = cache.open(Box::new(Toy::default()), BEGIN).unwrap();
    let world = World { cache, source, now: BEGIN };
    assert_eq!(world.ask(), Ok(None));
    world.serve(200, &format!("{} 600", "x".repeat(257)));
    assert_eq!(world.ask(), Err(Status::Protocol));
}

#[test]
fn s29_a_refused_token_is_replaced_once() {
    let world = World::with_token(Toy::default(), 600);
    assert!(world.source.invalidate(Some("t1")).unwrap());
    assert!(!world.source.invalidate(Some("t1")).unwrap());
    assert_eq!(world.ask(), Ok(None));
    assert!(!world.source.invalidate(None).unwrap());
    world.serve(200, "t2 600");
    assert!(!world.source.invalidate(Some("t1")).unwrap(), "an older token is nobody's business");
    assert_eq!(world.ask().unwrap().as_deref(), Some("t2"));
    assert_eq!(world.request(), None);
    assert!(world.source.invalidate(None).unwrap());
    assert_eq!(world.ask(), Ok(None));
}

#[test]
fn s29_a_server_that_gives_the_refused_token_again_is_asked_once() {
    let world = World::with_token(Toy::default(), 600);
    assert!(world.source.invalidate(None).unwrap());
    assert_eq!(world.ask(), Ok(None));
    world.serve(200, "t1 600");
    assert!(!world.source.invalidate(Some("t1")).unwrap());
    assert_eq!(world.ask().unwrap().as_deref(), Some("t1"));
}

#[test]
fn s29_a_refused_token_does_not_come_back_with_who_opens_the_source_again() {
    let toy = || Toy { at_hand: Some(("t0", Lifetime::In(600))), ..Toy::default() };
    let world = World::new(toy());
    assert!(world.source.invalidate(Some("t0")).unwrap());
    let opened = world.cache.open(Box::new(toy()), world.now).unwrap();
    let again = world.source.once_more(world.now).unwrap();
    for source in [&world.source, &opened, &again] {
        assert!(matches!(source.token(world.now), Ok(Answer::Wait)));
    }
    world.serve(200, "t1 600");
    assert!(matches!(again.token(world.now), Ok(Answer::Ready(token)) if token.text() == "t1"));
    // Nor does one that was replaced.
    let world = World::new(toy());
    world.source.refresh(Told::default().waiter(), world.now);
    world.serve(200, "t1 600");
    assert!(world.source.invalidate(Some("t1")).unwrap());
    let again = world.source.once_more(world.now).unwrap();
    assert!(matches!(again.token(world.now), Ok(Answer::Wait)));
}

#[test]
fn a_source_that_is_opened_once_more_ends_by_itself() {
    let world = World::with_token(Toy::default(), 600);
    let again = world.source.once_more(world.now).unwrap();
    world.source.abandon();
    assert_eq!(world.ask(), Err(Status::Closed));
    assert!(matches!(again.token(world.now), Ok(Answer::Ready(token)) if token.text() == "t1"));
    assert_eq!(world.source.once_more(world.now).err().unwrap().status(), Status::Closed);
}

#[test]
fn s30_a_token_that_was_served_does_not_change() {
    let mut world = World::with_token(Toy::default(), 600);
    let Ok(Answer::Ready(held)) = world.source.token(world.now) else { panic!() };
    world.skip();
    world.serve(200, "t2 600");
    assert_eq!(world.ask().unwrap().as_deref(), Some("t2"));
    assert_eq!((held.text(), held.expires_at_s()), ("t1", Some(BEGIN.unix_ms / 1000 + 600)));
}

#[test]
fn a_refresh_fetches_now_and_joins_what_is_under_way() {
    let world = World::with_token(Toy::default(), 600);
    let (one, two) = (Told::default(), Told::default());
    world.source.refresh(one.waiter(), world.now);
    let lease = world.request().unwrap();
    world.source.refresh(two.waiter(), world.now);
    assert_eq!(world.request(), None);
    assert_eq!(world.ask().unwrap().as_deref(), Some("t1"));
    world.answer(lease, 200, "t2 600");
    assert_eq!([one.outcome(), two.outcome()], [Some(Ok("t2".to_owned())), Some(Ok("t2".to_owned()))]);
}

#[test]
fn a_closed_source_dismisses_who_waits_and_leaves_nothing_behind() {
    let mut world = World::new(Toy::default());
    let told = world.wait();
    let lease = world.request().unwrap();
    assert!(world.source.close(world.now).is_none());
    assert_eq!(told.outcome(), Some(Err(Status::Closed)));
    assert_eq!(world.ask(), Err(Status::Closed));
    assert_eq!(world.wait().outcome(), Some(Err(Status::Closed)));
    assert!(world.source.stats().is_err() && world.source.invalidate(None).is_err());
    assert!(matches!(world.cache.poll(world.now), Poll::Idle { next_due_ms: i64::MAX }));
    world.answer(lease, 200, "t1 600");
    // The next one starts cold.
    world.source = world.cache.open(Box::new(Toy::default()), world.now).unwrap();
    assert_eq!(world.ask(), Ok(None));
}
