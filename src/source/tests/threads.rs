//! Many threads on one cache (S27): callers, drivers, and those who open, refuse and close.

use std::sync::atomic::Ordering::SeqCst;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicUsize};
use std::thread;

use super::*;

const SOURCES: usize = 4;
const TOKENS: i64 = 2_000;

#[test]
fn s27_many_threads_never_see_two_requests_for_one_source_nor_an_ended_token() {
    let cache = Cache::new("").unwrap();
    let (clock, granted) = (AtomicI64::new(0), AtomicI64::new(0));
    let flying: [AtomicUsize; SOURCES] = Default::default();
    let is_over = AtomicBool::new(false);
    let now = || Now { unix_ms: BEGIN.unix_ms + clock.load(SeqCst), steady_ms: BEGIN.steady_ms + clock.load(SeqCst) };
    let toy = |place: usize| {
        let retries = retries(r#"{"total":1,"backoff_factor_s":0}"#);
        Toy { identity: place as u32, retries, ..Toy::default() }
    };
    /// Lets the others end where one thread panics.
    struct Alarm<'a>(&'a AtomicBool);
    impl Drop for Alarm<'_> {
        fn drop(&mut self) {
            if thread::panicking() {
                self.0.store(true, SeqCst);
            }
        }
    }

    let drive = || {
        let _alarm = Alarm(&is_over);
        while !is_over.load(SeqCst) {
            let Poll::Do { lease, todo: Todo::Send(request) } = cache.poll(now()) else {
                // Time stands still while somebody is on the way, for threads are slow where there are so many.
                if flying.iter().all(|flying| flying.load(SeqCst) == 0) {
                    clock.fetch_add(1, SeqCst);
                }
                thread::yield_now();
                continue;
            };
            let place: usize = request.url.rsplit('/').next().unwrap().parse().unwrap();
            assert_eq!(flying[place].fetch_add(1, SeqCst), 0, "two requests for one source");
            thread::yield_now();
            clock.fetch_add(10, SeqCst);
            let number = granted.fetch_add(1, SeqCst);
            let (status, body) = if number % 7 == 0 { (503, String::new()) } else { (200, format!("t{number} 2")) };
            flying[place].fetch_sub(1, SeqCst);
            let response = Response { status, headers: Vec::new(), body: body.into_bytes() };
            assert!(matches!(cache.complete(lease, Ok(response), now()), Todo::Over));
        }
    };
    let call = |seed: u64| {
        let _alarm = Alarm(&is_over);
        let mut dice = Dice::seeded(seed);
        let mut sources: Vec<Source> =
            (0..SOURCES).map(|place| cache.open(Box::new(toy(place)), now()).unwrap()).collect();
        let told = Arc::new(AtomicUsize::new(0));
        let mut waits = 0;
        while granted.load(SeqCst) < TOKENS && !is_over.load(SeqCst) {
            let place = dice.up_to(SOURCES as i64 - 1) as usize;
            match dice.up_to(40) {
                0 => drop(sources[place].invalidate(None)),
                1 => sources[place] = cache.open(Box::new(toy(place)), now()).unwrap(),
                2 => drop(sources[place].stats()),
                3..=5 => {
                    waits += 1;
                    let told = Arc::clone(&told);
                    let tell = move |_| {
                        told.fetch_add(1, SeqCst);
                    };
                    sources[place].wait(Box::new(tell), now());
                }
                _ => {
                    let asked = now();
                    if let Ok(Answer::Ready(token)) = sources[place].token(asked) {
                        assert!(token.expires_at_s().unwrap() * 1000 + 1000 > asked.unix_ms, "an ended token");
                    }
                }
            }
        }
        drop(sources);
        (told, waits)
    };

    thread::scope(|scope| {
        let drivers: Vec<_> = (0..4).map(|_| scope.spawn(drive)).collect();
        let callers: Vec<_> = (0..60).map(|seed| scope.spawn(move || call(seed))).collect();
        let counts: Vec<_> = callers.into_iter().map(|caller| caller.join()).collect();
        is_over.store(true, SeqCst);
        assert!(drivers.into_iter().all(|driver| driver.join().is_ok()));
        // Only now, for a driver tells those it has to tell outside of all locks, whoever closes a source meanwhile.
        for count in counts {
            let (told, waits) = count.expect("no caller panics");
            assert_eq!(told.load(SeqCst), waits, "who waits is told once, also by the end of the source");
        }
    });
}
