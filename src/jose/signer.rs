//! The signer: claims in, token out.

use std::fmt;
use std::sync::Arc;

use super::base64url;
use super::config::Config;
use super::key::{Key, SigningKey};
use super::template::{Asked, Content, Template};
use crate::error::Result;

/// The longest signature, that of an RSA key of 4096 bits.
const MAX_SIGNATURE_LEN: usize = 512;

/// Makes tokens with one key and one header. Immutable, and shared freely between threads.
pub struct Signer {
    key: SigningKey,
    template: Template,
}

impl Signer {
    /// Makes a signer from a private key or a secret, and options, a JSON object whose members are listed at `jeton_signer_new`; an
    /// empty text is no options.
    pub fn new(key: &Arc<Key>, options: &str) -> Result<Signer> {
        // A key that could never sign is said to be so before a fault of the options.
        let (options, asked) = read_options(options).map_err(|fault| key.check_may_sign().err().unwrap_or(fault))?;
        let key = key.signing_key(asked.algorithm)?;
        let template = Template::read(options, &asked, key.algorithm(), key.kid())?;
        Ok(Signer { key, template })
    }

    /// Signs claims, a JSON object, at the time `now_s` in Unix seconds, which only a `ttl_s` needs.
    pub fn sign(&self, claims: &[u8], now_s: i64) -> Result<String> {
        self.prepare(claims, now_s)?.sign()
    }

    /// Signs a payload of any bytes.
    pub fn sign_bytes(&self, payload: &[u8]) -> Result<String> {
        self.prepare_bytes(payload)?.sign()
    }

    /// The most bytes that a token can have for claims or a payload of this length.
    pub fn bound(&self, payload_len: usize) -> usize {
        let bound = self.template.bound(payload_len);
        let bound = bound.and_then(|bound| bound.checked_add(1 + self.signature_segment_len()));
        bound.filter(|bound| *bound <= isize::MAX as usize).unwrap_or(usize::MAX)
    }

    /// Checks claims and says how long their token will be, before anything is signed.
    pub(crate) fn prepare<'a>(&'a self, claims: &'a [u8], now_s: i64) -> Result<Unsigned<'a>> {
        Ok(Unsigned { signer: self, content: self.template.claims(claims, now_s)? })
    }

    /// As [`Signer::prepare`], for a payload of any bytes.
    pub(crate) fn prepare_bytes<'a>(&'a self, payload: &'a [u8]) -> Result<Unsigned<'a>> {
        Ok(Unsigned { signer: self, content: self.template.bytes(payload)? })
    }

    fn signature_segment_len(&self) -> usize {
        segment_len(self.key.signature_len())
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("algorithm", &self.key.algorithm()).finish_non_exhaustive()
    }
}

/// A token but for its signature.
pub(crate) struct Unsigned<'a> {
    signer: &'a Signer,
    content: Content<'a>,
}

impl Unsigned<'_> {
    /// How many bytes the token will have.
    pub(crate) fn token_len(&self) -> usize {
        signing_input_len(&self.content) + 1 + self.signer.signature_segment_len()
    }

    pub(crate) fn sign(self) -> Result<String> {
        let mut token = String::with_capacity(self.token_len());
        write_signing_input(&mut token, &self.content);
        let mut room = [0; MAX_SIGNATURE_LEN];
        let signature = &mut room[..self.signer.key.signature_len()];
        self.signer.key.sign(token.as_bytes(), signature)?;
        token.push('.');
        base64url::encode_onto(&mut token, signature);
        Ok(token)
    }
}

/// Reads the options of a signer, of which an empty text is none, as far as the algorithm that they ask for.
pub(crate) fn read_options(options: &str) -> Result<(Config<'_>, Asked)> {
    let mut options = Config::parse(if options.is_empty() { "{}" } else { options }, "options")?;
    let asked = Asked::take(&mut options)?;
    Ok((options, asked))
}

/// Header and payload segments with a dot between them (RFC 7515 section 5.1).
pub(crate) fn signing_input(content: &Content<'_>) -> String {
    let mut text = String::with_capacity(signing_input_len(content));
    write_signing_input(&mut text, content);
    text
}

fn write_signing_input(text: &mut String, content: &Content<'_>) {
    text.push_str(content.header);
    text.push('.');
    base64url::encode_onto(text, &content.payload);
}

fn signing_input_len(content: &Content<'_>) -> usize {
    content.header.len() + 1 + segment_len(content.payload.len())
}

/// The length of a segment for bytes that are in memory.
fn segment_len(bytes: usize) -> usize {
    base64url::encoded_len(bytes).expect("bytes in memory are few enough for a text of them to have a length")
}
