//! The form of a token: its length, three segments, and what decides in the header.

use super::json::{self, Json, Members};
use super::{MAX_LEVELS, No, base64url};

/// A token taken apart.
pub struct Token {
    /// What the signature is over.
    pub signing_input: Vec<u8>,
    /// The bytes of the header.
    pub header: Vec<u8>,
    /// The bytes of the payload.
    pub payload: Vec<u8>,
    /// The bytes of the signature.
    pub signature: Vec<u8>,
    /// The header, read.
    pub members: Members,
}

impl Token {
    /// Rows 5 and 6 of the status table.
    pub fn read(text: &[u8], max_bytes: usize) -> Result<Token, No> {
        if text.len() > max_bytes {
            return Err(No::new("TOO_LARGE"));
        }
        let malformed = || No::new("MALFORMED");
        let segments: Vec<&[u8]> = text.split(|byte| *byte == b'.').collect();
        let [header, payload, signature] = segments[..] else { return Err(malformed()) };
        let signing_input = [header, b".", payload].concat();
        let header = base64url::decode(header).ok_or_else(malformed)?;
        let payload = base64url::decode(payload).ok_or_else(malformed)?;
        let signature = base64url::decode(signature).ok_or_else(malformed)?;
        let members = json::object(&header, MAX_LEVELS).ok_or_else(malformed)?;
        let is_text = |name| matches!(json::get(&members, name), None | Some(Json::Text(_)));
        if json::get(&members, "alg").is_none() || !["alg", "kid", "typ", "cty"].into_iter().all(is_text) {
            return Err(malformed());
        }
        Ok(Token { signing_input, header, payload, signature, members })
    }

    /// A text of the header.
    pub fn text(&self, name: &str) -> Option<&str> {
        json::get(&self.members, name).and_then(Json::text)
    }
}
