//! Servers that hang, are slow or say odd things, and callers who give up.

use super::*;

/// Whether the token of somebody who waits was accepted, once that is told.
fn waiting(bench: &Bench, party: &Party) -> Arc<Mutex<Vec<bool>>> {
    let told = Arc::new(Mutex::new(Vec::new()));
    let note = Arc::clone(&told);
    let who = move |outcome: Result<crate::jose::Verified>| note.lock().unwrap().push(outcome.is_ok());
    bench.verifier.wait(&party.token(), who, bench.now);
    told
}

/// A server that hangs is like one that fails: the old set serves on, after a moment in which the server could have said that it is well.
#[test]
fn s24_a_server_that_hangs_makes_nobody_wait_for_long_while_there_is_an_old_set() {
    let (mut bench, alice) = (Bench::new(), Party::new("a"));
    assert_eq!(bench.verdict(&alice.token()), "WAIT");
    bench.serve(&[&alice]);
    bench.pass(600);
    let told = waiting(&bench, &alice);
    let (lease, _) = bench.asked().unwrap();
    assert!(bench.asked().is_none() && told.lock().unwrap().is_empty());
    assert_eq!(bench.verdict(&alice.token()), "WAIT", "it may still answer");
    bench.pass(1);
    assert!(bench.asked().is_none());
    assert_eq!(*told.lock().unwrap(), [true], "who waited is served by the old set");
    assert_eq!(bench.verdict(&alice.token()), "OK");
    assert_eq!(bench.verdict(&Party::new("b").token()), "WAIT", "the fetch that hangs may bring a key that is unknown");
    bench.cache.complete(lease, Err(Fault::Dropped), bench.now);
    assert_eq!(bench.verdict(&alice.token()), "OK");
    assert_eq!(bench.verdict(&Party::new("b").token()), "KEY_NOT_FOUND");
}

/// A renewal that was begun in time and hangs is as slow as any other fetch.
#[test]
fn s24_a_renewal_that_hangs_beyond_the_age_of_the_set_makes_nobody_wait() {
    let (mut bench, alice) = (Bench::new(), Party::new("a"));
    assert_eq!(bench.verdict(&alice.token()), "WAIT");
    bench.answer(200, &[("Cache-Control", "max-age=60")], &set(&[&alice]));
    bench.pass(55);
    assert_eq!(bench.verdict(&alice.token()), "OK");
    assert!(bench.asked().is_some(), "the renewal");
    bench.pass(10);
    assert_eq!(bench.verdict(&alice.token()), "OK", "by the old set");
}

/// Who wants a key that the old set does not have waits for a slow server to its end.
#[test]
fn s25_a_key_that_was_added_is_found_though_the_server_is_slow() {
    let (mut bench, alice, added) = (Bench::new(), Party::new("a"), Party::new("added"));
    assert_eq!(bench.verdict(&alice.token()), "WAIT");
    bench.serve(&[&alice]);
    bench.pass(600);
    let told = waiting(&bench, &added);
    let (lease, _) = bench.asked().unwrap();
    for _ in 0..5 {
        bench.pass(1);
        assert!(bench.asked().is_none() && told.lock().unwrap().is_empty());
    }
    let body = set(&[&alice, &added]).into_bytes();
    bench.cache.complete(lease, Ok(Response { status: 200, headers: Vec::new(), body }), bench.now);
    assert_eq!(*told.lock().unwrap(), [true]);
}

/// Whatever else a server may give with 200, only a set without a key for us says that all keys are withdrawn.
#[test]
fn an_odd_set_withdraws_nothing() {
    let alice = Party::new("a");
    let many: Vec<String> = (0..65).map(|n| Party::new(&n.to_string()).jwk).collect();
    for body in [
        r#"{"keys":[{"error":"maintenance"}]}"#.to_owned(),
        format!("{{\"keys\":[{0},{0}]}}", alice.jwk),
        format!("{{\"keys\":[{}]}}", many.join(",")),
        r#"{"keys":[5]}"#.to_owned(),
        r#"{"keys":[{"kty":"RSA"},5]}"#.to_owned(),
        r#"{"keys":{}}"#.to_owned(),
    ] {
        let mut bench = Bench::new();
        assert_eq!(bench.verdict(&alice.token()), "WAIT");
        bench.serve(&[&alice]);
        bench.pass(600);
        assert_eq!(bench.verdict(&alice.token()), "WAIT");
        bench.answer(200, &[], &body);
        assert_eq!(bench.verdict(&alice.token()), "OK", "{body:.60}");
    }
}

/// Tokens come from strangers: those that nobody waits for any more are not kept until a server answers that hangs.
#[test]
fn who_gave_up_takes_no_room() {
    struct Gone(Arc<()>);
    impl crate::source::Waiter<crate::jose::Verified> for Gone {
        fn tell(self: Box<Self>, _: Result<crate::jose::Verified>) {
            drop(self.0);
        }

        fn is_moot(&self) -> bool {
            true
        }
    }
    let (bench, alice) = (Bench::new(), Party::new("a"));
    let count = Arc::new(());
    for _ in 0..1000 {
        bench.verifier.wait(&alice.token(), Gone(Arc::clone(&count)), bench.now);
    }
    assert!(Arc::strong_count(&count) < 10, "{}", Arc::strong_count(&count));
}
