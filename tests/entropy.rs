//! F23: a machine that has just been started may have no random bytes yet. Checking tokens, opening sources and fetching over plain http ask for none;
//! what needs them fails, and does nothing else in their place.

#![cfg(all(feature = "runtime", target_os = "linux"))]

use std::sync::Arc;
use std::thread;
use std::time::Instant;

use jeton::error::Status;
use jeton::jose::{Generated, Key, Signer, Verifier};
use jeton::source::{Answer, Cache, Environment, Now, Poll, Response, Todo};
use jeton::vendors::source::open_kind;

const NOW: Now = Now { unix_ms: 1_900_000_000_000, steady_ms: 5_000_000 };
const NOW_S: i64 = NOW.unix_ms / 1000;

#[test]
fn f23_checking_and_fetching_need_no_random_bytes() {
    let keys = ["HS256", "EdDSA", "ES256"].map(|algorithm| (algorithm, Key::generate(algorithm).unwrap()));
    let tokens = keys.each_ref().map(|(_, key)| signer(key).sign(b"{}", NOW_S).unwrap());
    without_random_bytes(NONE, move || {
        for ((algorithm, key), token) in keys.iter().zip(&tokens) {
            let public = key.public_jwk.as_ref().unwrap_or(&key.private_jwk);
            let policy = format!(r#"{{"algorithms":["{algorithm}"],"any_issuer":true,"any_audience":true}}"#);
            let verifier = Verifier::new(&Key::from_jwk(public.as_bytes(), None).unwrap().into(), &policy).unwrap();
            assert!(verifier.verify(token.as_bytes(), NOW_S).is_ok(), "{algorithm}");
        }
        let cache = Cache::new(r#"{"driven_by":"host"}"#).unwrap();
        let config =
            r#"{"kind":"oauth2","grant":"client_credentials","token_url":"https://id.example/t","client_id":"a"}"#;
        let environment = Environment::parse("{}").unwrap();
        let kind = open_kind(config, r#"{"client_secret":"s"}"#, &environment, None, NOW).unwrap();
        let source = cache.open(kind, NOW).unwrap();
        assert!(matches!(source.token(NOW), Ok(Answer::Wait)));
        let Poll::Do { lease, todo: Todo::Send(_) } = cache.poll(NOW) else { panic!("no request") };
        let body = br#"{"access_token":"t","token_type":"Bearer","expires_in":60}"#.to_vec();
        let _ = cache.complete(lease, Ok(Response { status: 200, headers: Vec::new(), body }), NOW);
        assert!(matches!(source.token(NOW), Ok(Answer::Ready(_))));
    });
}

#[test]
fn f23_what_needs_random_bytes_fails_without() {
    let signers = ["HS256", "EdDSA", "ES256", "ES384"].map(|algorithm| signer(&Key::generate(algorithm).unwrap()));
    without_random_bytes(NONE, move || {
        let sign = |signer: &Signer| signer.sign(b"{}", NOW_S).map(drop).map_err(|failure| failure.status());
        assert_eq!(signers.each_ref().map(sign), [Ok(()), Ok(()), Err(Status::Internal), Err(Status::Internal)]);
        for algorithm in ["HS256", "EdDSA", "ES256"] {
            assert_eq!(Key::generate(algorithm).err().map(|failure| failure.status()), Some(Status::Internal));
        }
    });
}

/// Early in a boot the system would have who asks wait for as long as it takes.
#[test]
fn f23_what_needs_random_bytes_waits_for_the_first_ones_but_not_for_ever() {
    let keys = ["HS256", "EdDSA", "ES256"].map(|algorithm| Key::generate(algorithm).unwrap());
    let signers = keys.each_ref().map(signer);
    without_random_bytes(NOT_YET, move || {
        for signer in &signers[..2] {
            assert!(signer.sign(b"{}", NOW_S).is_ok());
        }
        let started = Instant::now();
        let failure = signers[2].sign(b"{}", NOW_S).unwrap_err();
        assert_eq!(
            (failure.status(), failure.message()),
            (Status::Internal, "the operating system gave no random bytes")
        );
        assert!((5..60).contains(&started.elapsed().as_secs()));
    });
}

fn signer(key: &Generated) -> Signer {
    let key = Arc::new(Key::from_jwk(key.private_jwk.as_bytes(), None).unwrap());
    Signer::new(&key, r#"{"ttl_s":60}"#).unwrap()
}

/// What `getrandom` answers of a system that will never have random bytes, and of one that would be waited for.
const NONE: i32 = libc::EIO;
const NOT_YET: i32 = libc::EAGAIN;

/// Runs `work` on a thread to which the system gives no random bytes but those that it has at once, as hash maps want them.
fn without_random_bytes(answer: i32, work: impl FnOnce() + Send + 'static) {
    let thread = thread::spawn(move || {
        refuse_random_bytes(answer);
        work();
    });
    thread.join().unwrap();
}

/// Lets `getrandom` fail on this thread, unless it is told `GRND_INSECURE`, with which it never waits.
fn refuse_random_bytes(answer: i32) {
    const NUMBER: u32 = 0;
    const FLAGS: u32 = 32;
    let code = |class: u32, how: u32, what: u32| (class | how | what) as u16;
    let load =
        |offset| libc::sock_filter { code: code(libc::BPF_LD, libc::BPF_W, libc::BPF_ABS), jt: 0, jf: 0, k: offset };
    let give = |verdict| libc::sock_filter { code: code(libc::BPF_RET, libc::BPF_K, 0), jt: 0, jf: 0, k: verdict };
    let skip_unless = |how, k, jt, jf| libc::sock_filter { code: code(libc::BPF_JMP, how, libc::BPF_K), jt, jf, k };
    let mut filter = [
        load(NUMBER),
        skip_unless(libc::BPF_JEQ, libc::SYS_getrandom as u32, 0, 3),
        load(FLAGS),
        skip_unless(libc::BPF_JSET, libc::GRND_INSECURE, 1, 0),
        give(libc::SECCOMP_RET_ERRNO | answer as u32),
        give(libc::SECCOMP_RET_ALLOW),
    ];
    let program = libc::sock_fprog { len: filter.len() as u16, filter: filter.as_mut_ptr() };
    // SAFETY: a filter that outlives the call, for this thread alone.
    let done = unsafe {
        libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
            && libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, &raw const program) == 0
    };
    assert!(done, "the system takes no filter");
}
