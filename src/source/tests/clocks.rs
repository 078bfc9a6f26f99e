//! Two clocks, of which the stricter counts (S6, S19, S21, F24, F25).

use super::*;

const HOUR: i64 = 3_600_000;
const DECADE: i64 = 10 * 365 * 24 * HOUR;

impl World {
    /// The time `steady_ms` after the beginning, with the wall clock off by `jump_ms`.
    fn at(&mut self, steady_ms: i64, jump_ms: i64) {
        self.now.steady_ms = BEGIN.steady_ms + steady_ms;
        self.now.unix_ms = BEGIN.unix_ms + steady_ms + jump_ms;
    }
}

#[test]
fn s06_a_token_is_never_served_at_or_after_its_end() {
    for (lifetime, ends_ms) in [(Lifetime::In(600), 600_000), (Lifetime::Until(BEGIN.unix_ms / 1000 + 90), 90_000)] {
        let at_hand = Some(("t0", lifetime));
        let mut world = World::new(Toy { at_hand, ..Toy::default() });
        world.skip();
        world.serve(503, "");
        world.at(ends_ms - 1, 0);
        assert_eq!(world.ask().unwrap().as_deref(), Some("t0"));
        world.at(ends_ms, 0);
        assert_eq!(world.ask(), Ok(None));
    }
    let over = Some(("t0", Lifetime::Until(BEGIN.unix_ms / 1000)));
    assert_eq!(World::new(Toy { at_hand: over, ..Toy::default() }).ask(), Ok(None));
}

#[test]
fn s06_the_last_moments_of_a_token_are_waited_out() {
    for (seconds, ending_ms) in [(3600, 10_000), (600, 10_000), (60, 1_000), (1, 16)] {
        let mut world = World::with_token(Toy::default(), seconds);
        world.at(seconds * 1000 - ending_ms - 1, 0);
        assert_eq!(world.ask().unwrap().as_deref(), Some("t1"), "{seconds}");
        world.at(seconds * 1000 - ending_ms, 0);
        assert_eq!(world.ask(), Ok(None), "{seconds}");
        let told = world.wait();
        let late = |is_fetch_wanted| world.source.late(is_fetch_wanted, world.now).map(|token| token.text().to_owned());
        assert_eq!(late(false).unwrap(), "t1", "for who has no more time");
        assert_eq!(late(true).unwrap_err().status(), Status::Timeout);
        world.serve(200, "t2 3600");
        assert_eq!(told.outcome(), Some(Ok("t2".to_owned())), "{seconds}");
    }
}

#[test]
fn s04_s06_a_token_in_its_last_moments_is_served_once_a_try_to_renew_it_failed() {
    let retries = retries(r#"{"total":5,"backoff_factor_s":10}"#);
    let mut world = World::with_token(Toy { retries, ..Toy::default() }, 600);
    world.at(595_000, 0);
    let (content, eager) = (world.wait(), Told::default());
    world.source.refresh(eager.waiter(), world.now);
    assert_eq!((content.outcome(), eager.outcome()), (None, None));
    world.serve(503, "");
    assert_eq!(
        (content.outcome(), eager.outcome()),
        (Some(Ok("t1".to_owned())), None),
        "who wants a fetch waits for it"
    );
    assert_eq!(world.ask().unwrap().as_deref(), Some("t1"));
    world.source.refresh(Told::default().waiter(), world.now);
    assert_eq!(world.ask().unwrap().as_deref(), Some("t1"), "whoever wants a fetch changes nothing for the others");
    world.at(600_000, 0);
    assert_eq!(world.ask(), Ok(None));
}

#[test]
fn s03_s06_a_token_in_its_last_moments_is_served_where_a_server_hangs() {
    let mut world = World::with_token(Toy::default(), 600);
    world.at(592_000, 0);
    assert_eq!(world.ask(), Ok(None));
    assert!(world.request().is_some());
    let told = world.wait();
    world.pass(1_000);
    assert_eq!((world.ask(), world.request(), told.outcome()), (Ok(None), None, None));
    world.pass(1);
    assert_eq!(world.ask().unwrap().as_deref(), Some("t1"));
    assert_eq!((world.request(), told.outcome()), (None, Some(Ok("t1".to_owned()))));
}

#[test]
fn s19_a_life_is_counted_from_when_the_request_went_out() {
    let mut world = World::new(Toy::default());
    assert_eq!(world.ask(), Ok(None));
    let lease = world.request().unwrap();
    world.pass(20_000);
    world.answer(lease, 200, "t1 60");
    world.pass(38_999);
    let Ok(Answer::Ready(token)) = world.source.token(world.now) else { panic!() };
    assert_eq!(token.expires_at_s(), Some(BEGIN.unix_ms / 1000 + 60));
    world.pass(1_001);
    assert_ne!(world.ask().unwrap().as_deref(), Some("t1"));
}

#[test]
fn s19_an_answer_that_took_longer_than_the_token_lives_gives_none() {
    let mut world = World::new(Toy::default());
    assert_eq!(world.ask(), Ok(None));
    let lease = world.request().unwrap();
    world.pass(20_000);
    world.answer(lease, 200, "t1 20");
    assert_eq!(world.ask(), Err(Status::Protocol));
}

#[test]
fn s21_f25_a_wall_clock_that_jumps_can_only_shorten_a_life() {
    for jump in [HOUR, DECADE] {
        // Back: the steady clock ends the token when it would have ended.
        let mut world = World::with_token(Toy::default(), 600);
        world.at(300_000, -jump);
        assert_eq!(world.ask().unwrap().as_deref(), Some("t1"));
        world.at(600_000, -jump);
        assert_ne!(world.ask().unwrap().as_deref(), Some("t1"));
        // Forward: it has ended, and one fetch later all is well.
        let mut world = World::with_token(Toy::default(), 600);
        world.at(1_000, jump);
        assert_eq!(world.ask(), Ok(None));
        world.serve(200, "t2 600");
        for _ in 0..100 {
            assert_eq!(world.ask().unwrap().as_deref(), Some("t2"));
            assert_eq!(world.request(), None, "a loop of renewals");
        }
        // And back again.
        world.at(2_000, 0);
        assert_eq!(world.ask().unwrap().as_deref(), Some("t2"));
        assert_eq!(world.request(), None);
    }
}

#[test]
fn s21_f25_after_a_sleep_a_token_that_ended_is_not_served() {
    let mut world = World::with_token(Toy::default(), 3600);
    world.pass(8 * HOUR);
    assert!(world.request().is_some(), "the driver finds the renewal due as soon as it looks");
    assert_eq!(world.ask(), Ok(None));
}

#[test]
fn f24_a_clock_that_begins_in_1970_serves_by_the_steady_one() {
    let now = Now { unix_ms: 3_000, steady_ms: 3_000 };
    let cache = Cache::new("").unwrap();
    let source = cache.open(Box::new(Toy::default()), now).unwrap();
    let mut world = World { cache, source, now };
    assert_eq!(world.ask(), Ok(None));
    world.serve(200, "t1 600");
    world.pass(60_000);
    assert_eq!(world.ask().unwrap().as_deref(), Some("t1"));
    // The time server answers: the date jumps to the present.
    world.now.unix_ms = BEGIN.unix_ms;
    assert_eq!(world.ask(), Ok(None));
    world.serve(200, "t2 600");
    assert_eq!(world.ask().unwrap().as_deref(), Some("t2"));
    assert_eq!(world.request(), None);
}

#[test]
fn s21_a_token_shorter_than_the_leeway_is_not_renewed_without_end() {
    for seed in 0..500 {
        let mut world = World::seeded(Toy { leeway_s: Some(500), ..Toy::default() }, seed);
        assert_eq!(world.ask(), Ok(None));
        world.serve(200, "t1 100");
        let first = world.skip();
        assert!((500..=1_000).contains(&first), "{first}");
        for _ in 0..3 {
            world.serve(200, "t2 100");
            let next = world.skip();
            assert!((40_000..=50_000).contains(&next), "{next}");
        }
        // One that is long enough shows that the server can do better.
        world.serve(200, "t3 3600");
        assert!(world.skip() > 2_000_000);
        world.serve(200, "t4 100");
        assert!(world.skip() <= 1_000);
    }
}

#[test]
fn s21_a_token_that_hardly_lives_is_renewed_after_half_its_life() {
    let mut world = World::with_token(Toy { leeway_s: Some(500), ..Toy::default() }, 1);
    assert!((400..=500).contains(&world.skip()));
    // Neither does one that ended meanwhile make the next one the first.
    world.pass(10_000);
    world.serve(200, "t2 100");
    assert!(world.skip() >= 40_000);
}

#[test]
fn s21_a_short_token_is_counted_from_when_it_came() {
    let mut world = World::new(Toy { leeway_s: Some(500), ..Toy::default() });
    assert_eq!(world.ask(), Ok(None));
    let lease = world.request().unwrap();
    world.pass(20_000);
    world.answer(lease, 200, "t1 300");
    assert_eq!(world.ask().unwrap().as_deref(), Some("t1"));
    assert!((500..=1_000).contains(&world.skip()));
}

#[test]
fn an_explicit_leeway_is_kept_with_all_chance() {
    for seed in 0..500 {
        let mut world = World::seeded(Toy { leeway_s: Some(500), ..Toy::default() }, seed);
        assert_eq!(world.ask(), Ok(None));
        world.serve(200, "t1 1800");
        let renewed = world.skip();
        assert!((1_120_000..=1_300_000).contains(&renewed), "{renewed}");
    }
    // One at hand that is about to reach it is not there yet.
    for seed in 0..500 {
        let at_hand = Some(("t0", Lifetime::Until(BEGIN.unix_ms / 1000 + 506)));
        let mut world = World::seeded(Toy { at_hand, leeway_s: Some(500), ..Toy::default() }, seed);
        let renewed = world.skip();
        assert!((3_000..=6_000).contains(&renewed), "{renewed}");
    }
    // A token at hand that is inside the leeway is renewed at once, and served meanwhile.
    let at_hand = Some(("t0", Lifetime::Until(BEGIN.unix_ms / 1000 + 499)));
    let world = World::new(Toy { at_hand, leeway_s: Some(500), ..Toy::default() });
    assert!(world.request().is_some());
    assert_eq!(world.ask().unwrap().as_deref(), Some("t0"));
}

#[test]
fn leases_end_by_themselves_and_late_answers_are_ignored() {
    let mut world = World::new(Toy { retries: retries(r#"{"total":1,"backoff_factor_s":0}"#), ..Toy::default() });
    let told = world.wait();
    let first = world.request().unwrap();
    world.pass(36_000);
    let second = world.request().expect("the retry of the first, whose lease has ended");
    assert_ne!(first, second);
    world.answer(first, 200, "late 600");
    assert_eq!(told.outcome(), None);
    world.pass(36_000);
    assert_eq!(world.request(), None);
    assert_eq!(told.outcome(), Some(Err(Status::Timeout)));
    world.answer(second, 200, "late 600");
    world.answer(9_999, 200, "never 600");
    assert_eq!(world.ask(), Err(Status::Timeout));
}

#[test]
fn s07_no_outage_makes_an_ended_token_good_enough() {
    let mut world = World::with_token(Toy { retries: retries("0"), ..Toy::default() }, 600);
    world.pass(600_000);
    for _ in 0..100 {
        assert!(matches!(world.ask(), Ok(None) | Err(Status::Unavailable)));
        if let Some(lease) = world.request() {
            world.answer(lease, 503, "");
        }
        world.pass(60_000);
    }
}
