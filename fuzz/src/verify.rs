//! Verifying against the reference: verdict, status and claim, or what the token says. The token is signed, so that every rule is
//! reached, and then perhaps damaged.
//!
//! An input is a few bytes that choose keys, signature and damage, and behind them the texts of policy, header, claims and time,
//! with a byte 0xff (which is never in UTF-8) before each.

use jeton::jose::{Key, KeySet, Verifier};

use super::choices::Choices;
use super::reference::{base64url, policy::Policy, verify};
use verify::Secret;

/// Which keys there are, how the token is signed and how it is damaged then.
pub struct Setting {
    keys: usize,
    algorithm: &'static str,
    secret: usize,
    damage: usize,
    place: u8,
}

impl Setting {
    /// Five choices, of which the first are the plainest.
    pub fn choose(choices: &mut Choices<'_>) -> Setting {
        Setting {
            keys: choices.below(KEYS.len()),
            algorithm: choices.of(&["HS256", "HS384", "HS512"]),
            secret: choices.below(4),
            damage: choices.below(12),
            place: choices.byte(),
        }
    }
}

/// The key sets: of each key its name, its algorithm and its secret.
const KEYS: [&[(Option<&str>, &str, u8)]; 6] = [
    &[(None, "HS256", 0)],
    &[(Some("a"), "HS256", 0)],
    &[(Some("a"), "HS256", 0), (Some("b"), "HS256", 1)],
    &[(None, "HS256", 0), (None, "HS256", 1), (None, "HS384", 2)],
    &[(Some("a"), "HS384", 2), (Some("a"), "HS256", 0), (None, "HS512", 3), (None, "HS256", 1)],
    &[(Some(""), "HS256", 0), (Some("é\"\\"), "HS512", 3)],
];

/// Texts that are to be judged together.
pub fn run(input: &[u8]) {
    let mut parts = input.split(|byte| *byte == 0xff);
    let mut choices = Choices::new(parts.next().unwrap_or_default());
    let mut part = || parts.next().unwrap_or_default();
    let Ok(policy) = std::str::from_utf8(part()) else { return };
    let (header, claims, now) = (part(), part(), part());
    let now_s = std::str::from_utf8(now).ok().and_then(|now| now.parse().ok()).unwrap_or(1_800_000_000);
    compare(&Setting::choose(&mut choices), policy, header, claims, now_s);
}

/// One token by two verifiers.
pub fn compare(setting: &Setting, policy: &str, header: &[u8], payload: &[u8], now_s: i64) {
    let keys: Vec<Secret> =
        KEYS[setting.keys].iter().map(|(kid, algorithm, secret)| key(*kid, algorithm, *secret)).collect();
    let verifier = Verifier::new(&key_set(&keys), policy);
    let reference = Policy::read(policy);
    let (verifier, reference) = match (verifier, reference) {
        (Ok(verifier), Ok(reference)) => (verifier, reference),
        (Err(failure), Err(no)) => {
            super::check_failure(&failure);
            return assert_eq!((failure.status().name(), failure.claim()), (no.status, None));
        }
        (verifier, reference) => panic!("policy: {:?}, reference: {:?}", verifier.err(), reference.err()),
    };
    let token = token(setting, header, payload);
    match (verifier.verify(&token, now_s), verify::verify(&keys, &reference, &token, now_s)) {
        (Ok(verified), Ok(token)) => {
            assert_eq!((verified.header(), verified.payload()), (&token.header[..], &token.payload[..]));
        }
        (Err(failure), Err(no)) => {
            super::check_failure(&failure);
            assert_eq!((failure.status().name(), failure.claim()), (no.status, no.claim.as_deref()));
        }
        (verified, reference) => panic!("verified: {:?}, reference: {:?}", verified.err(), reference.err()),
    }
}

fn key(kid: Option<&'static str>, algorithm: &'static str, secret: u8) -> Secret {
    Secret { kid, algorithm, bytes: vec![b'0' + secret; 64] }
}

/// The keys as the library takes them: one secret as such, others as a JWKS.
fn key_set(keys: &[Secret]) -> KeySet {
    if let [Secret { kid: None, algorithm, bytes }] = keys {
        return Key::from_secret(bytes, Some(algorithm)).expect("a sound secret").into();
    }
    let jwk = |secret: &Secret| {
        let mut jwk = serde_json::json!({"kty": "oct", "alg": secret.algorithm, "k": base64url::encode(&secret.bytes)});
        if let Some(kid) = secret.kid {
            jwk["kid"] = kid.into();
        }
        jwk
    };
    let jwks = serde_json::json!({"keys": keys.iter().map(jwk).collect::<Vec<_>>()});
    KeySet::from_jwks(jwks.to_string().as_bytes(), None).expect("a sound set")
}

fn token(setting: &Setting, header: &[u8], payload: &[u8]) -> Vec<u8> {
    let input = [base64url::encode(header), base64url::encode(payload)].join(".");
    let mut signature = verify::sign(setting.algorithm, &[b'0' + setting.secret as u8; 64], input.as_bytes());
    let place = usize::from(setting.place);
    match setting.damage {
        9 => signature[place % 32] ^= 1 << (place / 32),
        10 => signature.truncate(place % 32),
        _ => (),
    }
    let mut token = [input, base64url::encode(&signature)].join(".").into_bytes();
    if setting.damage == 11 {
        let at = place * token.len() / 256;
        token[at] = token[at].wrapping_add(1);
    }
    token
}
