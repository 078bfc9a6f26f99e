//! HMAC secrets: long enough, and not a key of another kind that somebody published.
//!
//! A public key that is taken for a secret lets everybody forge. So what has the shape of a key is no secret, whatever the
//! algorithm.

use zeroize::Zeroizing;

use super::algorithm::Algorithm;
use super::asn1;
use super::json::{Kind, Value};
use super::key::{unsound, weak};
use crate::error::Result;

/// The shortest hash is that of HS256.
const SHORTEST: usize = 32;

/// Takes the bytes of a secret, as strong as `algorithm` needs it, or as any algorithm needs it if none is known yet.
pub(super) fn read(bytes: &[u8], algorithm: Option<Algorithm>) -> Result<Zeroizing<Vec<u8>>> {
    check_length(bytes, algorithm)?;
    if is_key(bytes) {
        return Err(unsound("this is the text or DER of a key, not a secret"));
    }
    Ok(Zeroizing::new(bytes.to_vec()))
}

/// RFC 7518 section 3.2: a secret is at least as long as the hash.
pub(super) fn check_length(secret: &[u8], algorithm: Option<Algorithm>) -> Result<()> {
    let needed = algorithm.and_then(hash_len).unwrap_or(SHORTEST);
    if secret.len() < needed {
        return Err(weak(&format!("an HMAC secret of less than {needed} bytes, the length of its hash")));
    }
    Ok(())
}

/// The bytes of an HMAC; `None` for the other algorithms.
pub(super) const fn hash_len(algorithm: Algorithm) -> Option<usize> {
    match algorithm {
        Algorithm::Hs256 => Some(32),
        Algorithm::Hs384 => Some(48),
        Algorithm::Hs512 => Some(64),
        _ => None,
    }
}

/// Whether bytes are a key in one of the forms that keys are passed around in. Raw coordinates have no form: any bytes may be such,
/// so they are not guessed at.
fn is_key(bytes: &[u8]) -> bool {
    let holds = |needle: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    holds(b"-----BEGIN ") || asn1::structure(bytes).is_some() || is_jwk(bytes) || is_open_ssh(bytes)
}

/// JSON of a JWK, a JWKS, or a list of either.
fn is_jwk(bytes: &[u8]) -> bool {
    let text = bytes.trim_ascii_start();
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text).trim_ascii();
    if !matches!(text.first(), Some(b'{' | b'[')) {
        return false;
    }
    let is_jwk = |value: Value<'_>| value.get("kty").is_some() || value.get("keys").is_some();
    match Value::parse(text) {
        Ok(value) if value.kind() == Kind::Array => value.items().is_some_and(|mut items| items.any(is_jwk)),
        Ok(value) => is_jwk(value),
        // Others may read JSON that is refused here, such as one with a member twice.
        Err(_) => {
            let text = without_ascii_escapes(text);
            [&b"\"kty\""[..], b"\"keys\""].iter().any(|name| text.windows(name.len()).any(|window| window == *name))
        }
    }
}

/// The text with each `\u00XX` as the character that it stands for.
fn without_ascii_escapes(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, behind)) = rest.split_first() {
        let digits = rest.strip_prefix(b"\\u00").and_then(|digits| std::str::from_utf8(digits.get(..2)?).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(escaped) => {
                out.push(escaped);
                rest = rest.get(6..).unwrap_or_default();
            }
            None => {
                out.push(*byte);
                rest = behind;
            }
        }
    }
    out
}

/// A line of a public key for OpenSSH: a type, and base64 that begins with the length of the type's name.
fn is_open_ssh(bytes: &[u8]) -> bool {
    let mut words = bytes.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty()).peekable();
    while let Some(word) = words.next() {
        let is_type = |name: &&[u8]| word.windows(name.len()).any(|window| window == *name);
        let types: [&[u8]; 4] = [b"ssh-rsa", b"ssh-dss", b"ssh-ed25519", b"ecdsa-sha2-"];
        if words.peek().is_some_and(|next| next.starts_with(b"AAAA")) && types.iter().any(is_type) {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Status;

    fn status(bytes: &[u8], algorithm: Option<Algorithm>) -> Option<Status> {
        read(bytes, algorithm).err().map(|failure| failure.status())
    }

    #[test]
    fn a_secret_is_as_long_as_its_hash() {
        for (algorithm, needed) in
            [(None, 32), (Some(Algorithm::Hs256), 32), (Some(Algorithm::Hs384), 48), (Some(Algorithm::Hs512), 64)]
        {
            for len in [0, 1, needed - 1] {
                assert_eq!(status(&vec![b's'; len], algorithm), Some(Status::KeyWeak));
            }
            assert_eq!(status(&vec![b's'; needed], algorithm), None);
        }
    }

    #[test]
    fn what_looks_like_a_key_is_none() {
        let jwk = r#"{"kty":"oct","k":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#;
        let filler = "x".repeat(64);
        for text in [
            format!("{filler}-----BEGIN PUBLIC KEY-----"),
            format!("\r\n\0-----BEGIN RSA PUBLIC KEY-----\r{filler}"),
            jwk.to_owned(),
            format!("\u{feff} {jwk}\n"),
            format!(" \u{feff}{jwk}"),
            format!("[{{}},{jwk}]"),
            format!("{{\"keys\":[{jwk}]}}"),
            format!("{{\"\\u006bty\":\"{filler}\"}}"),
            format!("{{\"kty\":\"a\",\"kty\":\"{filler}\"}}"),
            format!("{{\"\\u006Bt\\u0079\":\"a\",\"k\":1e400,\"x\":\"{filler}\"}}"),
            format!("ssh-rsa AAAAB3NzaC1yc2E{filler} me@here"),
            format!("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5{filler}"),
            format!("ecdsa-sha2-nistp256 AAAAE2VjZHNh{filler}"),
            format!("restrict,pty sk-ssh-ed25519@openssh.com AAAAGnNrLXNza{filler}"),
        ] {
            assert_eq!(status(text.as_bytes(), Some(Algorithm::Hs256)), Some(Status::Key), "{text}");
        }
        for text in [
            format!("{{\"a\":\"{filler}\"}}"),
            format!("{{{filler}"),
            format!("[{{\"a\":{jwk}}}]"),
            format!("ssh-rsa {filler}"),
        ] {
            assert_eq!(status(text.as_bytes(), Some(Algorithm::Hs256)), None, "{text}");
        }
    }
}
