//! Signed values as Datasette writes them, byte for byte (the URL-safe form of `itsdangerous`): `dstok_` and `dsatok_` tokens.
//!
//! `<body>.<signature>`: the body is base64url of compact JSON, or of its zlib stream behind a dot where that is shorter; the signature is
//! HMAC-SHA1. Both base64url have one spelling here; the original takes others too.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use ring::digest;
use ring::hmac;

use crate::error::{Failure, Result, Status};
use crate::jose::base64url;

/// What a payload may grow to when it is decompressed.
const MAX_PAYLOAD_BYTES: u64 = 65_536;

/// The longest text that is looked at.
const MAX_TEXT_BYTES: usize = 65_536;

/// What a signature is for; each has a key of its own.
#[derive(Clone, Copy)]
pub(super) enum Namespace {
    /// `dstok_`: the payload says who it is for.
    Token,
    /// `dsatok_`: the payload is the id of a row.
    ManagedToken,
}

impl Namespace {
    pub(super) fn prefix(self) -> &'static str {
        match self {
            Namespace::Token => "dstok_",
            Namespace::ManagedToken => "dsatok_",
        }
    }

    fn salt(self) -> &'static str {
        match self {
            Namespace::Token => "token",
            Namespace::ManagedToken => "dsatok",
        }
    }
}

/// The keys that a secret of Datasette gives.
pub(super) struct Secret {
    token: hmac::Key,
    managed_token: hmac::Key,
}

impl Secret {
    pub(super) fn new(secret: &[u8]) -> Result<Secret> {
        if secret.is_empty() {
            return Err(Failure::new(Status::Config, "secret: empty"));
        }
        let key = |namespace: Namespace| {
            let mut context = digest::Context::new(&digest::SHA1_FOR_LEGACY_USE_ONLY);
            context.update(namespace.salt().as_bytes());
            context.update(b"signer");
            context.update(secret);
            hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, context.finish().as_ref())
        };
        Ok(Secret { token: key(Namespace::Token), managed_token: key(Namespace::ManagedToken) })
    }

    fn key(&self, namespace: Namespace) -> &hmac::Key {
        match namespace {
            Namespace::Token => &self.token,
            Namespace::ManagedToken => &self.managed_token,
        }
    }

    /// The text of a token for a payload of compact JSON. CONFIG if it would be longer than what [`Secret::payload`] takes.
    pub(super) fn sign(&self, namespace: Namespace, payload: &str) -> Result<String> {
        let mut text = namespace.prefix().to_owned();
        let compressed = compress(payload.as_bytes())?;
        if compressed.len() < payload.len().saturating_sub(1) {
            text.push('.');
            base64url::encode_onto(&mut text, &compressed);
        } else {
            base64url::encode_onto(&mut text, payload.as_bytes());
        }
        let body = text.strip_prefix(namespace.prefix()).unwrap_or_default();
        let signature = base64url::encode(hmac::sign(self.key(namespace), body.as_bytes()));
        let len = body.len() + 1 + signature.len();
        if payload.len() as u64 > MAX_PAYLOAD_BYTES || len > MAX_TEXT_BYTES {
            return Err(Failure::new(Status::Config, "the token would be too long to be accepted"));
        }
        text.push('.');
        text.push_str(&signature);
        Ok(text)
    }

    /// The payload of a token without its prefix, once its signature is known to be good.
    pub(super) fn payload(&self, namespace: Namespace, text: &str) -> Result<Vec<u8>> {
        let malformed = || Failure::new(Status::Malformed, "not a signed value");
        if text.len() > MAX_TEXT_BYTES {
            return Err(malformed());
        }
        let (body, signature) = text.rsplit_once('.').ok_or_else(malformed)?;
        let signature = base64url::decode(signature).ok_or_else(bad_signature)?;
        hmac::verify(self.key(namespace), body.as_bytes(), &signature).map_err(|_| bad_signature())?;
        let (body, compressed) = body.strip_prefix('.').map_or((body, false), |body| (body, true));
        let payload = base64url::decode(body).ok_or_else(malformed)?;
        if compressed { decompress(&payload).ok_or_else(malformed) } else { Ok(payload) }
    }
}

fn bad_signature() -> Failure {
    Failure::new(Status::Signature, "the signature is not that of the secret")
}

fn compress(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    let written = encoder.write_all(bytes).and_then(|()| encoder.finish());
    written.map_err(|_| Failure::new(Status::Internal, "no memory to compress a token"))
}

/// `None` for what is no complete zlib stream, has something behind it, or grows beyond the cap.
fn decompress(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut decoder = ZlibDecoder::new(bytes);
    let mut payload = Vec::new();
    decoder.by_ref().take(MAX_PAYLOAD_BYTES + 1).read_to_end(&mut payload).ok()?;
    let whole = decoder.total_in() == bytes.len() as u64 && payload.len() as u64 <= MAX_PAYLOAD_BYTES;
    whole.then_some(payload)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> Secret {
        Secret::new(b"dummy-datasette-secret").unwrap()
    }

    /// Made by Datasette itself.
    #[test]
    fn tokens_are_datasettes_byte_for_byte() {
        let long = format!(r#"{{"a":"{}","t":1}}"#, "x".repeat(200));
        let table = [
            (Namespace::ManagedToken, "1", "dsatok_MQ.3cMGDRUrWmGeStiYYv2K8itKSG8"),
            (Namespace::ManagedToken, "42", "dsatok_NDI.pY9fr3pzEyqbca6DMI4ejHyEoV0"),
            (
                Namespace::Token,
                r#"{"a":"alice","t":1900000000}"#,
                "dstok_eyJhIjoiYWxpY2UiLCJ0IjoxOTAwMDAwMDAwfQ.EFHnvZqaKW36383nRJRVPKMwVro",
            ),
            (
                Namespace::Token,
                r#"{"a":"alice","t":1900000000,"d":3600}"#,
                "dstok_eyJhIjoiYWxpY2UiLCJ0IjoxOTAwMDAwMDAwLCJkIjozNjAwfQ.Y1NjV0qhGHFkx3FWrnTStEkBXX0",
            ),
            (
                Namespace::Token,
                r#"{"a":"alice","t":1900000000,"_r":{"a":["vi"],"d":{"db1":["vq"]},"r":{"db1":{"t1":["ir"]}}}}"#,
                "dstok_.eJyrVkpUslJKzMlMTlXSUSpRsjK0NIACHaX4IiWrapCCaKWyTKVYHaUUED8lyRAsUqgUW6ujVAQXqlYqAUtkFgElgAAASa4ZKA.HZjvWQVNifaUQTXijdOoWd6JNd4",
            ),
        ];
        for (namespace, payload, token) in table {
            assert_eq!(secret().sign(namespace, payload).unwrap(), token);
            let text = token.strip_prefix(namespace.prefix()).unwrap();
            assert_eq!(secret().payload(namespace, text).unwrap(), payload.as_bytes());
        }
        assert!(secret().sign(Namespace::Token, &long).unwrap().starts_with("dstok_.eJyrVkpUslKqGCZASUepRMnK"));
    }

    fn refused(text: &str) -> Option<Status> {
        secret().payload(Namespace::ManagedToken, text).err().map(|failure| failure.status())
    }

    /// OPQ-02 to OPQ-04, and the spellings that the original takes.
    #[test]
    fn a_token_has_one_spelling() {
        let good = "MQ.3cMGDRUrWmGeStiYYv2K8itKSG8";
        assert_eq!(refused(good), None);
        for len in 0..good.len() {
            assert!(refused(&good[..len]).is_some(), "{len}");
        }
        for more in ["x", "A", "=", "\0", "\n", " ", "."] {
            assert!(refused(&format!("{good}{more}")).is_some(), "{more:?}");
            assert!(refused(&format!("{more}{good}")).is_some(), "{more:?}");
        }
        for last in "9-_".chars() {
            assert_eq!(refused(&format!("{}{last}", &good[..good.len() - 1])), Some(Status::Signature));
        }
        assert_eq!(refused(&good.to_uppercase()), Some(Status::Signature));
        assert_eq!(refused("MQ"), Some(Status::Malformed));
        assert_eq!(refused(""), Some(Status::Malformed));
        assert_eq!(refused("MQ.AAAAAAAAAAAAAAAAAAAAAAAAAAA"), Some(Status::Signature));
        assert_eq!(refused(".eJwzBAAAMgAy.VH7JqNwPiCYajJjSaD7JXgWVXBU"), None, "compressed, though it is longer");
    }

    #[test]
    fn no_token_is_made_that_would_not_be_accepted() {
        let even = |len: u64| "1".repeat(len as usize);
        let odd = |len: usize| -> String { (0_u64..).flat_map(noise).take(len).collect() };
        for (payload, fits) in [
            (even(MAX_PAYLOAD_BYTES), true),
            (even(MAX_PAYLOAD_BYTES + 1), false),
            (odd(40_000), true),
            (odd(65_000), false),
        ] {
            let signed = secret().sign(Namespace::Token, &payload);
            assert_eq!(signed.is_ok(), fits, "{}", payload.len());
            match signed {
                Ok(token) => {
                    let text = token.strip_prefix("dstok_").unwrap();
                    assert_eq!(secret().payload(Namespace::Token, text).unwrap(), payload.as_bytes());
                }
                Err(failure) => assert_eq!(failure.status(), Status::Config),
            }
        }
    }

    /// Printable characters that look random.
    fn noise(number: u64) -> Vec<char> {
        let digest = digest::digest(&digest::SHA256, &number.to_be_bytes());
        digest.as_ref().iter().map(|byte| char::from(b' ' + byte % 95)).collect()
    }

    #[test]
    fn what_grows_too_large_is_malformed() {
        for (len, fits) in
            [(MAX_PAYLOAD_BYTES as usize, true), (MAX_PAYLOAD_BYTES as usize + 1, false), (1 << 24, false)]
        {
            let bomb = compress(&vec![b'1'; len]).unwrap();
            assert_eq!(decompress(&bomb).is_some(), fits, "{len}");
            assert!(decompress(&bomb[..bomb.len() - 1]).is_none());
            assert!(decompress(&[bomb.as_slice(), b"x"].concat()).is_none());
        }
    }
}
