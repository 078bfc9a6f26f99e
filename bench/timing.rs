//! Whether the time of a refused HMAC says how much of it was right, after dudect (Reparaz, Balasch, Verbauwhede 2017): many
//! forged tokens of two classes in random order, and Welch's t of their times. |t| above 4.5 is a difference.
//!
//! Both classes look alike to everything before the comparison: each token has a new payload, and either a random tag or its
//! own tag with the last bit turned. Two controls show what the machine and this program can see: one class against itself, and
//! a comparison that stops at the first difference.
//!
//! Besides, what the time of a refused API token says: of a managed one, whether its id is known; of one that is looked up, how much of its secret
//! was right. There an id that is known takes longer than one that is not, for its row is read; ids are no secret.
//!
//! `cargo bench --bench timing -- SAMPLES`

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use jeton::jose::{Key, KeySet, Verifier};
use jeton::source::Now;
use jeton::source::environment::Environment;
use jeton::vendors::datasette::{Access, Progress};
use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};

const SECRET: &[u8] = b"a secret of at least 32 bytes, kept";
const POLICY: &str = r#"{"algorithms":["HS256"],"any_issuer":true,"any_audience":true}"#;
const THRESHOLD: f64 = 4.5;
/// The times of the slowest are the scheduler's, so they are left out to several degrees; the largest |t| counts.
const KEPT: [f64; 6] = [0.5, 0.75, 0.9, 0.97, 0.99, 1.0];

fn main() {
    let samples = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(1_000_000);
    let key = Arc::new(Key::from_secret(SECRET, Some("HS256")).unwrap());
    let verifier = Verifier::new(&KeySet::from(key), POLICY).unwrap();
    let verify = |forged: &Forged| verifier.verify(forged.token.as_bytes(), 0).is_ok();
    let naive = |forged: &Forged| forged.tag.iter().zip(&forged.own_tag).all(|(one, other)| one == other);

    println!("{samples} forged tokens each; |t| above {THRESHOLD} is a difference");
    let (key, rng) = (&hmac::Key::new(hmac::HMAC_SHA256, SECRET), &SystemRandom::new());
    let forged = |classes: [Tag; 2]| move |class: usize| forge(key, rng, classes[class]);
    report("verify: random tag / all but the last bit", measure(samples, forged([Tag::Random, Tag::LastBit]), verify));
    report("control: random tag / random tag", measure(samples, forged([Tag::Random, Tag::Random]), verify));
    report("control: stops at the first difference", measure(samples, forged([Tag::Random, Tag::LastBit]), naive));
    api_tokens(samples);
}

fn report(what: &str, t: f64) {
    println!("{what:<44} |t| = {t:8.2}  {}", if t > THRESHOLD { "differs" } else { "no difference seen" });
}

#[derive(Clone, Copy)]
enum Tag {
    Random,
    LastBit,
}

struct Forged {
    token: String,
    tag: [u8; 32],
    own_tag: [u8; 32],
}

fn forge(key: &hmac::Key, rng: &dyn SecureRandom, tag: Tag) -> Forged {
    let mut bytes = [0; 24];
    rng.fill(&mut bytes).unwrap();
    let payload = format!(r#"{{"jti":"{}"}}"#, BASE64URL.encode(bytes));
    let signing_input = [BASE64URL.encode(r#"{"alg":"HS256"}"#), BASE64URL.encode(payload)].join(".");
    let own_tag: [u8; 32] = hmac::sign(key, signing_input.as_bytes()).as_ref().try_into().unwrap();
    let mut forged = own_tag;
    match tag {
        Tag::Random => rng.fill(&mut forged).unwrap(),
        Tag::LastBit => forged[31] ^= 1,
    }
    Forged { token: format!("{signing_input}.{}", BASE64URL.encode(forged)), tag: forged, own_tag }
}

/// Tokens of 1,000 ids, managed and looked up.
fn api_tokens(samples: usize) {
    let folder = std::env::temp_dir().join(format!("jeton-timing-{}", std::process::id()));
    std::fs::create_dir(&folder).unwrap();
    let open = |config: &str| {
        let settings = format!(r#"{{"databases":{{"tokens":{:?}}}}}"#, folder.join("tokens.db"));
        let environment = Environment::parse("{}").unwrap();
        Access::open(config, Some(&settings), Some(SECRET), &environment, || unreachable!()).unwrap()
    };
    let managed = open(r#"{"manage_tokens":true}"#);
    rusqlite::Connection::open(folder.join("tokens.db"))
        .unwrap()
        .execute_batch(
            "create table secrets (id text primary key, secret);
             with recursive n (n) as (select 1000 union all select n + 1 from n where n < 1999)
                 insert into secrets select n, 'sixteen of these' from n;
             insert into _datasette_auth_tokens (id, actor_id, permissions) select id, 'alice', 'null' from secrets;",
        )
        .unwrap();
    let queried = open(r#"{"query":{"sql":"select secret as token_secret from secrets where id = :token_id"}}"#);

    let random = |len: usize| {
        let mut bytes = vec![0; len];
        SystemRandom::new().fill(&mut bytes).unwrap();
        bytes
    };
    let id = |known: bool| {
        let number = random(2);
        let number = (usize::from(number[0]) << 8 | usize::from(number[1])) % 1000;
        if known { 1000 + number } else { 2000 + number }
    };
    let accepts = |access: &Access, token: &String| {
        let args = format!(r#"{{"headers":{{"Authorization":"Bearer {token}"}}}}"#);
        match access.call("authenticate", &args, Now { unix_ms: 0, steady_ms: 0 }).unwrap() {
            Progress::Done(answer) => answer.actor.is_some(),
            _ => unreachable!(),
        }
    };
    let signed = |class: usize| {
        let id = BASE64URL.encode(id(class == 0).to_string());
        format!("dsatok_{id}.{}", BASE64URL.encode(random(20)))
    };
    let secret = |class: usize| {
        let wrong = if class == 0 { "-sixteen of thesX" } else { "-Xixteen of these" };
        format!("{}{wrong}", id(true))
    };
    let looked_up = |class: usize| format!("{}-sixteen of thesX", id(class == 0));
    let samples = samples / 10;
    println!("{samples} API tokens each");
    report("managed: known id / unknown id", measure(samples, signed, |token| accepts(&managed, token)));
    report("query: last character / first", measure(samples, secret, |token| accepts(&queried, token)));
    report("query: known id / unknown (no secret)", measure(samples, looked_up, |token| accepts(&queried, token)));
    std::fs::remove_dir_all(&folder).unwrap();
}

/// The largest |t| between the times of two classes.
fn measure<T>(samples: usize, forge: impl Fn(usize) -> T, judge: impl Fn(&T) -> bool) -> f64 {
    const BATCH: usize = 1024;
    let rng = SystemRandom::new();
    let mut times = [Vec::new(), Vec::new()];
    while times[0].len() + times[1].len() < samples {
        let mut coins = [0; BATCH];
        rng.fill(&mut coins).unwrap();
        let batch = coins.map(|coin| usize::from(coin & 1)).map(|class| (class, forge(class)));
        for (class, forged) in &batch {
            let start = Instant::now();
            let accepted = black_box(judge(black_box(forged)));
            times[*class].push(start.elapsed().as_nanos() as f64);
            assert!(!accepted);
        }
    }
    let mut all = times.concat();
    all.sort_unstable_by(f64::total_cmp);
    let limits = KEPT.map(|kept| all[((all.len() - 1) as f64 * kept) as usize]);
    limits.into_iter().map(|limit| welch(&times, limit).abs()).fold(0.0, f64::max)
}

/// Welch's t of the times up to a limit.
fn welch(times: &[Vec<f64>; 2], limit: f64) -> f64 {
    let [one, other] = [0, 1].map(|class| {
        let kept: Vec<f64> = times[class].iter().copied().filter(|time| *time <= limit).collect();
        let count = kept.len() as f64;
        let mean = kept.iter().sum::<f64>() / count;
        let variance = kept.iter().map(|time| (time - mean).powi(2)).sum::<f64>() / (count - 1.0);
        (mean, variance / count)
    });
    (one.0 - other.0) / (one.1 + other.1).sqrt()
}
