//! A compact JWS (RFC 7515 section 7.1) taken apart: three segments, and a header that can be relied on in form. Nothing here
//! says that a token is genuine.

use std::borrow::Cow;

use super::base64url;
use super::json::{self, Value};
use crate::error::{Failure, Result, Status};

/// A token whose segments were decoded. The header has been read; payload and signature are bytes.
pub(crate) struct Jws<'t> {
    /// What the signature is over: the token's own bytes, never a copy made from decoded parts.
    pub(crate) signing_input: &'t [u8],
    /// Header, payload and signature, one after the other.
    decoded: Vec<u8>,
    header_len: usize,
    payload_len: usize,
}

impl<'t> Jws<'t> {
    /// Takes a token of at most `max_len` bytes apart.
    pub(crate) fn parse(token: &'t [u8], max_len: usize) -> Result<Jws<'t>> {
        if token.len() > max_len {
            return Err(Failure::new(Status::TooLarge, format!("the token is longer than {max_len} bytes")));
        }
        // The outer dots are found from both ends; a dot between them is no base64url and is refused there.
        let first = token.iter().position(|byte| *byte == b'.').ok_or_else(|| malformed("expected three segments"))?;
        let last = token.iter().rposition(|byte| *byte == b'.').unwrap_or(first);
        if first == last {
            return Err(malformed("expected three segments"));
        }
        let segments = [
            (&token[..first], "the header is not base64url"),
            (&token[first + 1..last], "the payload is not base64url"),
            (&token[last + 1..], "the signature is not base64url"),
        ];
        let room = segments.iter().map(|(segment, _)| base64url::decoded_room(segment.len())).sum();
        let mut decoded = vec![0; room];
        let mut lens = [0; 3];
        let mut end = 0;
        for ((segment, failure), len) in segments.into_iter().zip(&mut lens) {
            *len = base64url::decode_into(segment, &mut decoded[end..]).ok_or_else(|| malformed(failure))?;
            end += *len;
        }
        decoded.truncate(end);
        Ok(Jws { signing_input: &token[..last], decoded, header_len: lens[0], payload_len: lens[1] })
    }

    /// Reads the header.
    pub(crate) fn header(&self) -> Result<Header<'_>> {
        Header::parse(&self.decoded[..self.header_len])
    }

    pub(crate) fn payload(&self) -> &[u8] {
        &self.decoded[self.header_len..self.header_len + self.payload_len]
    }

    pub(crate) fn signature(&self) -> &[u8] {
        &self.decoded[self.header_len + self.payload_len..]
    }

    /// Keeps header and payload.
    pub(crate) fn into_decoded(mut self, kind: Payload) -> Decoded {
        self.decoded.truncate(self.header_len + self.payload_len);
        Decoded { bytes: self.decoded, header_len: self.header_len, kind }
    }
}

/// What a payload is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payload {
    /// A JSON object.
    Claims,
    /// Bytes that mean nothing to this library.
    Bytes,
}

/// Header and payload of a token.
#[derive(Clone)]
pub(crate) struct Decoded {
    bytes: Vec<u8>,
    header_len: usize,
    pub(crate) kind: Payload,
}

impl Decoded {
    pub(crate) fn header(&self) -> &[u8] {
        &self.bytes[..self.header_len]
    }

    pub(crate) fn payload(&self) -> &[u8] {
        &self.bytes[self.header_len..]
    }
}

/// The members of a header that decide. `jwk`, `jku`, `x5u`, `x5c` and `x5t` are not among them: a token never brings its key.
pub(crate) struct Header<'a> {
    pub(crate) alg: Cow<'a, str>,
    pub(crate) kid: Option<Cow<'a, str>>,
    pub(crate) typ: Option<Cow<'a, str>>,
    /// A member that changes what the token means, of which none is supported.
    extension: Option<&'static str>,
}

impl<'a> Header<'a> {
    fn parse(text: &'a [u8]) -> Result<Header<'a>> {
        let (mut alg, mut kid, mut typ, mut cty, mut extension) = (None, None, None, None, None);
        json::read_object(text, |name, value| match name {
            "alg" => alg = Some(value),
            "kid" => kid = Some(value),
            "typ" => typ = Some(value),
            "cty" => cty = Some(value),
            "crit" => extension = Some("crit"),
            "b64" => extension = Some("b64"),
            "zip" => extension = Some("zip"),
            _ => (),
        })
        .map_err(|unsound| malformed(&format!("the header at byte {}: {}", unsound.offset, unsound.reason)))?;
        let text = |value: Option<Value<'a>>, failure| match value {
            Some(value) => value.as_str().map(Some).ok_or_else(|| malformed(failure)),
            None => Ok(None),
        };
        text(cty, "the header's cty is not a string")?;
        Ok(Header {
            alg: text(alg, "the header's alg is not a string")?.ok_or_else(|| malformed("the header has no alg"))?,
            kid: text(kid, "the header's kid is not a string")?,
            typ: text(typ, "the header's typ is not a string")?,
            extension,
        })
    }

    /// Refuses headers that ask for an extension (RFC 7515 section 4.1.11, RFC 7797).
    pub(crate) fn refuse_extensions(&self) -> Result<()> {
        match self.extension {
            Some(name) => Err(Failure::new(Status::HeaderUnsupported, format!("the header has {name}"))),
            None => Ok(()),
        }
    }
}

fn malformed(what: &str) -> Failure {
    Failure::new(Status::Malformed, what)
}
