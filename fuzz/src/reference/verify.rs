//! The whole verdict, in the order of the status table.

use ring::hmac;

use super::policy::{Policy, algorithm, media_type};
use super::token::Token;
use super::{No, claims, json};

/// A secret that is bound to one algorithm.
pub struct Secret {
    /// Its name, if it has one.
    pub kid: Option<&'static str>,
    /// `HS256`, `HS384` or `HS512`.
    pub algorithm: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// The token, taken apart, if it is good.
pub fn verify(secrets: &[Secret], policy: &Policy, token: &[u8], now_s: i64) -> Result<Token, No> {
    let token = Token::read(token, policy.max_token_bytes)?;
    if ["crit", "b64", "zip"].iter().any(|name| json::get(&token.members, name).is_some()) {
        return Err(No::new("HEADER_UNSUPPORTED"));
    }
    let alg = algorithm(token.text("alg").unwrap_or_default()).filter(|alg| policy.algorithms.contains(alg));
    let alg = alg.ok_or_else(|| No::new("ALGORITHM"))?;
    let keys = keys(secrets, &token, alg, policy.try_keys)?;
    if !keys.iter().any(|secret| is_signature(secret, &token)) {
        return Err(No::new("SIGNATURE"));
    }
    if policy.typ.is_some() && token.text("typ").map(media_type) != policy.typ {
        return Err(No::about("TYP", "typ"));
    }
    if !policy.bytes {
        claims::check(policy, &token.payload, now_s)?;
    }
    Ok(token)
}

/// The keys that the token is to be judged by.
fn keys<'a>(secrets: &'a [Secret], token: &Token, alg: &str, try_keys: usize) -> Result<Vec<&'a Secret>, No> {
    let mut answering: Vec<&Secret> = match token.text("kid") {
        None => secrets.iter().collect(),
        Some(kid) => {
            let named: Vec<&Secret> = secrets.iter().filter(|secret| secret.kid == Some(kid)).collect();
            let nameless = || secrets.iter().filter(|secret| secret.kid.is_none()).collect();
            if named.is_empty() { nameless() } else { named }
        }
    };
    if answering.is_empty() {
        return Err(No::new("KEY_NOT_FOUND"));
    }
    answering.retain(|secret| secret.algorithm == alg);
    match answering.len() {
        0 => Err(No::new("ALGORITHM")),
        1 => Ok(answering),
        several if several <= try_keys && token.text("kid").is_none() => Ok(answering),
        _ => Err(No::new("KEY_NOT_FOUND")),
    }
}

fn is_signature(secret: &Secret, token: &Token) -> bool {
    sign(secret.algorithm, &secret.bytes, &token.signing_input) == token.signature
}

/// The HMAC of a message.
pub fn sign(algorithm: &str, secret: &[u8], message: &[u8]) -> Vec<u8> {
    let algorithm = match algorithm {
        "HS256" => hmac::HMAC_SHA256,
        "HS384" => hmac::HMAC_SHA384,
        _ => hmac::HMAC_SHA512,
    };
    hmac::sign(&hmac::Key::new(algorithm, secret), message).as_ref().to_vec()
}
