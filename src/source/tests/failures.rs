//! What failures cost: retries, pauses, and what is final (S8, S10-S12, S20).

use super::*;

#[test]
fn s08_waits_grow_and_are_capped_and_left_to_chance() {
    let settings = retries(r#"{"total":10,"backoff_factor_s":2,"backoff_max_s":20}"#);
    for (n, longest) in [(1, 2_000), (2, 4_000), (3, 8_000), (4, 16_000), (5, 20_000), (90, 20_000)] {
        let waits: Vec<i64> = (0..1000).map(|seed| settings.wait_ms(n, &mut Dice::seeded(seed))).collect();
        let mean = waits.iter().sum::<i64>() / 1000;
        assert!(waits.iter().all(|wait| (0..=longest).contains(wait)), "{n}");
        assert!((mean - longest / 2).abs() < longest / 10, "{n}: {mean}");
        let pause = settings.pause_ms(n, &mut Dice::seeded(1));
        let longest = if n == 90 { 300_000 } else { 2_000 << (n - 1) };
        assert!((longest * 4 / 5..=longest).contains(&pause), "{n}: {pause}");
    }
}

#[test]
fn a_source_of_descartes_labs_waits_as_its_own_client_does() {
    let mut config = Config::parse(r#"{"retries":{"backoff_factor_s":3}}"#, "config").unwrap();
    let settings = Retries::take(&mut config, Spread::FirstAtOnce).unwrap();
    let waits: Vec<i64> = (1..=7).map(|n| settings.wait_ms(n, &mut Dice::seeded(9))).collect();
    assert_eq!(waits, [0, 6_000, 12_000, 24_000, 48_000, 96_000, 120_000]);
}

#[test]
fn one_fetch_is_a_try_and_its_retries() {
    let mut world = World::new(Toy { retries: retries(r#"{"total":3,"backoff_factor_s":2}"#), ..Toy::default() });
    let told = world.wait();
    for (n, longest) in [(1, 2_000), (2, 4_000), (3, 8_000)] {
        world.serve(503, "");
        assert_eq!(told.outcome(), None, "callers wait for all of it");
        assert_eq!(world.ask(), Ok(None));
        assert!(world.skip() <= longest, "{n}");
    }
    world.serve(502, "");
    assert_eq!(told.outcome(), Some(Err(Status::Unavailable)));
    assert_eq!(world.source.stats().unwrap().failures, [(Status::Unavailable, 1)]);
    assert_eq!(world.codes(), ["FAILED"]);

    let mut world = World::new(Toy { retries: retries("2"), ..Toy::default() });
    let told = world.wait();
    let lateness = |world: &World| world.source.late(false, world.now).err().unwrap().message().to_owned();
    assert_eq!(lateness(&world), "there was no token in time");
    world.serve(500, "");
    assert_eq!(lateness(&world), "there was no token in time; the last try: HTTP 500");
    world.skip();
    world.serve(200, "t1 600");
    assert_eq!(told.outcome(), Some(Ok("t1".to_owned())));
}

#[test]
fn s08_after_a_minute_of_failures_a_fetch_is_one_try_until_one_succeeds() {
    let mut world = World::new(Toy { retries: retries(r#"{"total":1,"backoff_factor_s":1}"#), ..Toy::default() });
    let fetch = |world: &mut World, statuses: &[u16]| {
        let told = world.wait();
        for (try_, status) in statuses.iter().enumerate() {
            assert_eq!(told.outcome(), None);
            if try_ > 0 {
                world.skip();
            }
            world.serve(*status, "t 60");
        }
        assert!(told.outcome().is_some());
        world.pass(30_000);
    };
    fetch(&mut world, &[503, 503]);
    fetch(&mut world, &[503, 503]);
    world.pass(300_000);
    fetch(&mut world, &[503]);
    world.pass(300_000);
    fetch(&mut world, &[200]);
    world.pass(60_000);
    fetch(&mut world, &[503, 200]);
}

#[test]
fn what_is_retried_and_what_is_not() {
    type Answered<'a> = Result<(u16, &'a [(&'a str, &'a str)]), Fault>;
    let cases: [(Answered<'_>, bool, Status); 17] = [
        (Ok((429, &[])), true, Status::Unavailable),
        (Ok((500, &[])), true, Status::Unavailable),
        (Ok((504, &[])), true, Status::Unavailable),
        (Ok((501, &[])), false, Status::Unavailable),
        (Ok((400, &[])), false, Status::Refused),
        (Ok((403, &[])), false, Status::Refused),
        (Ok((403, &[("Retry-After", "1")])), true, Status::Unavailable),
        (Ok((413, &[("retry-after", "1")])), true, Status::Unavailable),
        (Ok((413, &[("retry-after", "soon")])), false, Status::Refused),
        (Ok((404, &[("Retry-After", "1")])), false, Status::Refused),
        (Ok((408, &[])), false, Status::Timeout),
        (Err(Fault::Refused), true, Status::Unavailable),
        (Err(Fault::Dropped), true, Status::Unavailable),
        (Err(Fault::Timeout), true, Status::Timeout),
        (Err(Fault::Unresolved), false, Status::Unavailable),
        (Err(Fault::Tls), false, Status::Unavailable),
        (Err(Fault::Garbled), false, Status::Unavailable),
    ];
    for (answered, is_retried, status) in cases {
        let mut world = World::new(Toy { retries: retries("1"), ..Toy::default() });
        let told = world.wait();
        for round in 0..=usize::from(is_retried) {
            assert_eq!(told.outcome(), None, "{answered:?}");
            if round > 0 {
                world.skip();
            }
            let lease = world.request().unwrap();
            match answered {
                Ok((status, headers)) => world.answer_with(lease, status, headers, ""),
                Err(fault) => assert!(matches!(world.cache.complete(lease, Err(fault), world.now), Todo::Over)),
            }
        }
        assert_eq!(told.outcome(), Some(Err(status)), "{answered:?}");
    }
}

#[test]
fn s10_between_fetches_callers_get_the_last_failure_at_once() {
    let mut world = World::new(Toy { retries: retries(r#"{"total":0,"backoff_factor_s":4}"#), ..Toy::default() });
    assert_eq!(world.ask(), Ok(None));
    world.serve(503, "");
    for _ in 0..100 {
        assert_eq!(world.ask(), Err(Status::Unavailable));
        assert_eq!(world.wait().outcome(), Some(Err(Status::Unavailable)));
    }
    world.pass(3_199);
    assert_eq!(world.ask(), Err(Status::Unavailable));
    assert!(
        matches!(world.cache.poll(world.now), Poll::Idle { next_due_ms: i64::MAX }),
        "nobody asks, nothing is sent"
    );
    world.pass(801);
    assert_eq!(world.ask(), Ok(None));
    world.serve(200, "t1 600");
    assert_eq!(world.ask().unwrap().as_deref(), Some("t1"));
}

/// A caller that looks first and waits then has one fetch, also where that is over before it waits.
#[test]
fn s10_who_is_told_to_come_back_hears_of_the_failure_once() {
    let mut world = World::new(Toy { retries: retries(r#"{"total":0,"backoff_factor_s":0}"#), ..Toy::default() });
    assert_eq!(world.ask(), Ok(None));
    world.serve(503, "");
    world.pass(1);
    assert_eq!(world.wait().outcome(), Some(Err(Status::Unavailable)), "whose fetch it was");
    let stays = world.wait();
    assert_eq!(stays.outcome(), None, "a later call tries again");
    world.serve(503, "");
    assert_eq!(stays.outcome(), Some(Err(Status::Unavailable)));
    world.pass(1);
    assert_eq!(world.ask(), Ok(None), "who stayed was told");
    world.serve(503, "");
    world.pass(5_000);
    assert_eq!(world.ask(), Ok(None), "what failed so long ago is no news");
}

#[test]
fn s10_who_asks_for_a_refresh_does_not_wait_for_the_pause() {
    let world = World::new(Toy { retries: retries(r#"{"total":0,"backoff_factor_s":600}"#), ..Toy::default() });
    assert_eq!(world.ask(), Ok(None));
    world.serve(503, "");
    let told = Told::default();
    world.source.refresh(told.waiter(), world.now);
    world.serve(200, "t1 600");
    assert_eq!(told.outcome(), Some(Ok("t1".to_owned())));
}

#[test]
fn s11_a_server_is_left_alone_as_long_as_it_wants_within_bounds() {
    let date = "Fri, 17 Mar 2030 17:46:50 GMT";
    for (value, wait_ms) in
        [("7", 7_000), ("0", 0), (date, 10_000), ("500", 120_000), ("99999999999999999999", 120_000)]
    {
        let mut world =
            World::new(Toy { retries: retries(r#"{"total":1,"backoff_factor_s":0.001}"#), ..Toy::default() });
        assert_eq!(world.ask(), Ok(None));
        let lease = world.request().unwrap();
        world.answer_with(lease, 503, &[("Retry-After", value)], "");
        let waited = if wait_ms == 0 { 0 } else { world.skip() };
        assert_eq!(waited, wait_ms, "{value}");
        // The last one counts for the next fetch as well.
        let lease = world.request().unwrap();
        world.answer_with(lease, 503, &[("Retry-After", value)], "");
        assert_eq!(world.ask(), Err(Status::Unavailable));
        world.pass(wait_ms.max(2));
        assert_eq!(world.ask(), Ok(None), "{value}");
    }
    for value in ["-1", "soon", "", "1e3", "1.5"] {
        let mut world = World::new(Toy { retries: retries(r#"{"total":1,"backoff_factor_s":2}"#), ..Toy::default() });
        assert_eq!(world.ask(), Ok(None));
        let lease = world.request().unwrap();
        world.answer_with(lease, 503, &[("Retry-After", value)], "");
        assert!(world.skip() <= 2_000, "{value}");
    }
}

#[test]
fn s12_a_refusal_with_a_code_is_final() {
    for status in [400, 401, 403] {
        let mut world =
            World::new(Toy { retries: retries(r#"{"total":5,"backoff_factor_s":0.001}"#), ..Toy::default() });
        let told = world.wait();
        world.serve(status, "invalid_grant");
        assert_eq!(told.outcome(), Some(Err(Status::Refused)));
        for _ in 0..10 {
            world.pass(86_400_000);
            assert_eq!(world.ask(), Err(Status::Refused));
            let told = Told::default();
            world.source.refresh(told.waiter(), world.now);
            assert_eq!(told.outcome(), Some(Err(Status::Refused)));
            assert!(matches!(world.cache.poll(world.now), Poll::Idle { next_due_ms: i64::MAX }));
        }
        // New credentials are another identity, and opening again is a new beginning.
        let other = world.cache.open(Box::new(Toy { identity: 1, ..Toy::default() }), world.now).unwrap();
        assert!(matches!(other.token(world.now), Ok(Answer::Wait)));
        world.source.close(world.now);
        world.source = world.cache.open(Box::new(Toy::default()), world.now).unwrap();
        assert_eq!(world.ask(), Ok(None));
    }
}

/// Something on the way to the server, such as a gateway during a deployment, may have an `error` of its own.
#[test]
fn s12_a_code_counts_as_final_where_a_token_endpoint_would_say_it() {
    for (status, code, is_final) in [
        (400, "anything", true),
        (401, "invalid_client", true),
        (403, "access_denied", true),
        (403, "Forbidden", false),
        (404, "Not_Found", false),
    ] {
        let mut world = World::new(Toy { retries: retries("0"), ..Toy::default() });
        assert_eq!(world.ask(), Ok(None));
        world.serve(status, code);
        assert_eq!(world.ask(), Err(Status::Refused));
        world.pass(600_000);
        let expected = if is_final { Err(Status::Refused) } else { Ok(None) };
        assert_eq!(world.ask(), expected, "{status} {code}");
    }
}

#[test]
fn s12_a_refusal_without_a_code_is_tried_again_by_a_later_call() {
    let mut world = World::new(Toy::default());
    assert_eq!(world.ask(), Ok(None));
    world.serve(401, "");
    assert_eq!(world.ask(), Err(Status::Refused));
    world.pass(10_000);
    assert_eq!(world.ask(), Ok(None));
    world.serve(200, "t1 600");
    assert_eq!(world.ask().unwrap().as_deref(), Some("t1"));
}

#[test]
fn s20_odd_lifetimes_end_neither_at_once_nor_never() {
    // No lifetime at all is taken for a minute, whose end nobody is told.
    let mut world = World::new(Toy::default());
    let told = world.wait();
    world.serve(200, "t1");
    assert_eq!(told.outcome(), Some(Ok("t1".to_owned())));
    let Ok(Answer::Ready(token)) = world.source.token(world.now) else { panic!() };
    assert_eq!(token.expires_at_s(), None);
    world.pass(59_999);
    assert_eq!(world.ask().unwrap().as_deref(), Some("t1"));
    world.pass(1);
    assert_eq!(world.ask(), Ok(None));

    for seconds in [i64::MAX, i64::MAX / 1000, 1 << 53] {
        let mut world = World::with_token(Toy::default(), seconds);
        world.pass(86_400_000 * 365 * 60);
        assert_eq!(world.ask().unwrap().as_deref(), Some("t1"));
    }
    for seconds in [0, -1, i64::MIN] {
        let world = World::new(Toy::default());
        assert_eq!(world.ask(), Ok(None));
        world.serve(200, &format!("t1 {seconds}"));
        assert_eq!(world.ask(), Err(Status::Protocol), "{seconds}");
    }
}

#[test]
fn settings_of_retries_are_read_strictly_and_shown() {
    let settings = retries(r#"{"total":2,"backoff_factor_s":0.25,"statuses":[500]}"#);
    let shown = r#"{"total":2,"backoff_factor_s":0.25,"backoff_max_s":120,"retry_after_max_s":120,"statuses":[500]}"#;
    assert_eq!(settings.to_json(), shown);
    for (json, message) in [
        (r#"{"retries":"5"}"#, "config.retries: expected an integer from 0 to 100"),
        (r#"{"retries":-1}"#, "config.retries: expected an integer from 0 to 100"),
        (r#"{"retries":{"total":1.5}}"#, "config.retries.total: expected an integer from 0 to 100"),
        (
            r#"{"retries":{"backoff_max_s":"1"}}"#,
            "config.retries.backoff_max_s: expected a number of seconds from 0 to 86400",
        ),
        (r#"{"retries":{"statuses":[99]}}"#, "config.retries.statuses: expected a list of HTTP statuses"),
        (r#"{"retries":{"tries":1}}"#, "config.retries.tries: unknown member"),
    ] {
        let failure = Retries::take(&mut Config::parse(json, "config").unwrap(), Spread::Full).err().unwrap();
        assert_eq!(failure.message(), message);
    }
    let drawn: Vec<f64> = (0..200).map(|seed| Retries::drawn(Spread::Full, &mut Dice::seeded(seed)).factor()).collect();
    assert!(drawn.iter().all(|factor| (1.0..10.0).contains(factor)));
}
