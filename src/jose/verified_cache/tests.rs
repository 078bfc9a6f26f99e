//! What is kept, what is not, and how much memory it takes. The texts need not be tokens here.

use std::sync::Arc;
use std::thread;

use super::*;
use crate::jose::{Generated, Key, KeySet, Signer, Verifier};

fn text(number: usize, length: usize) -> Vec<u8> {
    let number = number.to_string();
    ["0".repeat(length - number.len()), number].concat().into_bytes()
}

/// What the cache takes in all, and how many texts it holds.
fn taken(cache: &VerifiedCache) -> (usize, usize) {
    let shards = cache.shards.iter().map(|shard| {
        let shard = shard.lock().unwrap();
        let texts: Vec<&Slot> = shard.slots.iter().flatten().collect();
        let bytes: usize = texts.iter().map(|slot| slot.text.len() + ALLOCATION).sum();
        assert_eq!(bytes, shard.taken);
        let fixed = size_of::<Mutex<Shard>>() + ALLOCATION + size_of_val(&*shard.slots);
        (fixed + bytes, texts.len())
    });
    shards.fold((0, 0), |(bytes, texts), (more, others)| (bytes + more, texts + others))
}

#[test]
fn a_flood_never_takes_more_than_was_given() {
    for bytes in [1024, 5000, 100_000, 1 << 20, 5_000_001] {
        let cache = VerifiedCache::new(bytes).unwrap();
        for number in 0..10_000 {
            cache.keep(&text(number, 20 + number * 7 % 2000));
            if number % 97 == 0 {
                assert!(taken(&cache).0 <= bytes, "{bytes}");
            }
        }
        let (held, texts) = taken(&cache);
        assert!(held <= bytes && 2 * held > bytes, "{held} of {bytes}");
        let found = (0..10_000).filter(|number| cache.holds(&text(*number, 20 + number * 7 % 2000))).count();
        assert_eq!(found, texts, "{bytes}");
    }
}

#[test]
fn what_is_too_large_or_for_which_there_is_no_memory_is_not_kept() {
    for bytes in [0, 1, 256, 1023] {
        assert!(VerifiedCache::new(bytes).is_none());
    }
    let cache = VerifiedCache::new(1024).unwrap();
    cache.keep(&text(1, 1000));
    assert!(!cache.holds(&text(1, 1000)));
    cache.keep(&text(1, 700));
    assert!(cache.holds(&text(1, 700)));
    cache.keep(&text(2, 700));
    assert!(cache.holds(&text(2, 700)) && !cache.holds(&text(1, 700)));
    let cache = VerifiedCache::new(1 << 20).unwrap();
    cache.keep(&text(1, 1 << 16));
    assert_eq!(taken(&cache).1, 0);
    cache.keep(&text(1, 60_000));
    assert_eq!(taken(&cache).1, 1);
    assert!(VerifiedCache::new(64 << 20).is_some_and(|cache| cache.shards.len() == MAX_SHARDS));
}

#[test]
fn only_the_very_text_is_found() {
    let cache = VerifiedCache::new(1 << 16).unwrap();
    let kept = text(7, 300);
    cache.keep(&kept);
    cache.keep(&kept);
    assert_eq!(taken(&cache).1, 1);
    assert!(cache.holds(&kept));
    for place in 0..kept.len() {
        let mut other = kept.clone();
        other[place] ^= 1;
        assert!(!cache.holds(&other), "byte {place}");
    }
    assert!(!cache.holds(&kept[1..]) && !cache.holds(&kept[..299]) && !cache.holds(b""));
    assert!(!cache.holds(&[b"0", &kept[..]].concat()), "all that is hashed is the same");
}

#[test]
fn who_finds_a_lock_taken_does_without() {
    let cache = VerifiedCache::new(1024).unwrap();
    cache.keep(b"one");
    let held = cache.shards[0].lock().unwrap();
    assert!(!cache.holds(b"one"));
    cache.keep(b"two");
    drop(held);
    assert!(cache.holds(b"one") && !cache.holds(b"two"));
}

/// As in a child that was forked while a thread of its parent held the lock.
#[test]
fn a_lock_that_nobody_will_open_again_hinders_no_end() {
    let cache = VerifiedCache::new(1024).unwrap();
    cache.keep(b"one");
    mem::forget(cache.shards[0].lock().unwrap());
    drop(cache);
}

// --- in a verifier ---------------------------------------------------------------------------------------------------------

const NOW_S: i64 = 1_800_000_000;

/// A signer of tokens for a minute, and a verifier that keeps them.
fn pair(policy: &str) -> (Signer, Verifier) {
    let Generated { private_jwk, .. } = Key::generate("ES256").unwrap();
    let key = Arc::new(Key::from_jwk(private_jwk.as_bytes(), None).unwrap());
    let signer = Signer::new(&key, r#"{"issuer":"i","audience":"a","ttl_s":60}"#).unwrap();
    let policy =
        format!(r#"{{"algorithms":["ES256"],"issuer":"i","audience":"a","verified_cache_bytes":100000{policy}}}"#);
    (signer, Verifier::new(&KeySet::from(key), &policy).unwrap())
}

impl Verifier {
    fn answer(&self, token: &str, now_s: i64) -> &'static str {
        self.verify(token.as_bytes(), now_s).map_or_else(|failure| failure.status().name(), |_| "OK")
    }

    fn kept(&self) -> usize {
        taken(self.cache().unwrap()).1
    }
}

/// CACHE-01, CACHE-07: the end of a token counts on every hit, whichever way the clock went.
#[test]
fn the_end_of_a_token_is_judged_by_the_clock_of_each_call() {
    let (signer, verifier) = pair("");
    let token = signer.sign(b"{}", NOW_S).unwrap();
    for (now_s, status) in [
        (NOW_S, "OK"),
        (NOW_S + 59, "OK"),
        (NOW_S + 60, "EXPIRED"),
        (NOW_S - 3600, "OK"),
        (NOW_S + 60, "EXPIRED"),
        (NOW_S + 59, "OK"),
        (i64::MAX, "EXPIRED"),
    ] {
        assert_eq!(verifier.answer(&token, now_s), status, "{now_s}");
        assert_eq!(verifier.kept(), 1);
    }
}

/// CACHE-06: a refusal is not kept, whatever it was for.
#[test]
fn what_was_refused_is_judged_anew() {
    let (signer, verifier) = pair(r#","max_token_bytes":400"#);
    let token = signer.sign(format!(r#"{{"nbf":{}}}"#, NOW_S + 1).as_bytes(), NOW_S).unwrap();
    let forged = pair("").0.sign(b"{}", NOW_S).unwrap();
    for (token, now_s, status) in [
        (token.as_str(), NOW_S, "NOT_YET_VALID"),
        (&token, NOW_S + 60, "EXPIRED"),
        (&forged, NOW_S, "KEY_NOT_FOUND"),
        (&token[..token.len() - 2], NOW_S + 1, "SIGNATURE"),
        (&signer.sign(br#"{"sub":1}"#, NOW_S).unwrap_or_default(), NOW_S, "MALFORMED"),
    ] {
        assert_eq!(verifier.answer(token, now_s), status);
        assert_eq!(verifier.kept(), 0);
    }
    assert_eq!(verifier.answer(&token, NOW_S + 2), "OK");
    assert_eq!(verifier.kept(), 1);
    assert_eq!(verifier.answer(&token, NOW_S), "NOT_YET_VALID", "the clock went back");
}

/// CACHE-02, CACHE-03, CACHE-04: what one verifier kept is nothing to another.
#[test]
fn two_verifiers_share_nothing() {
    let (signer, verifier) = pair("");
    let (_, other) = pair("");
    let token = signer.sign(b"{}", NOW_S).unwrap();
    for _ in 0..2 {
        assert_eq!(verifier.answer(&token, NOW_S), "OK");
        assert_eq!(other.answer(&token, NOW_S), "KEY_NOT_FOUND");
    }
    assert_eq!((verifier.kept(), other.kept()), (1, 0));
}

/// That a hit is one shows by what the keys would say: the text is put there though they never saw it.
#[test]
fn the_signature_alone_is_taken_on_trust() {
    let (signer, verifier) = pair("");
    let token = pair("").0.sign(b"{}", NOW_S).unwrap();
    let cache = verifier.cache().unwrap();
    assert_eq!(verifier.answer(&token, NOW_S), "KEY_NOT_FOUND");
    cache.keep(token.as_bytes());
    assert_eq!(verifier.answer(&token, NOW_S), "OK");
    let foreign = signer.sign(br#"{"n":1}"#, NOW_S).unwrap().replacen("ey", "fy", 1);
    cache.keep(foreign.as_bytes());
    assert_eq!(verifier.answer(&foreign, NOW_S), "MALFORMED");
    assert_eq!(verifier.answer(&token, NOW_S + 60), "EXPIRED");
}

#[test]
fn eight_threads_get_the_answers_of_one() {
    let (signer, verifier) = pair("");
    let stranger = pair("").0;
    let tokens: Vec<(String, &str)> = (0..40)
        .flat_map(|number| {
            let claims = format!(r#"{{"n":{number}}}"#);
            let good = signer.sign(claims.as_bytes(), NOW_S).unwrap();
            let cut = good[..good.len() - 2].to_owned();
            let other = stranger.sign(claims.as_bytes(), NOW_S).unwrap();
            [(good, "OK"), (cut, "SIGNATURE"), (other, "KEY_NOT_FOUND")]
        })
        .collect();
    thread::scope(|scope| {
        for start in 0..8 {
            let (tokens, verifier) = (&tokens, &verifier);
            scope.spawn(move || {
                for (token, status) in tokens.iter().cycle().skip(start * 15).take(5 * tokens.len()) {
                    assert_eq!(verifier.answer(token, NOW_S), *status);
                }
            });
        }
    });
    // Who found the lock taken kept nothing.
    for (token, status) in &tokens {
        assert_eq!(verifier.answer(token, NOW_S), *status);
    }
    assert_eq!(verifier.kept(), 40);
}
