//! base64url without padding (RFC 7515 section 2), read strictly: one text for each run of bytes, so that a token has one spelling.
//!
//! Refused are padding, white space, the `+/` alphabet, a length of 1 mod 4 and unused bits that are not zero.

use base64::Engine;
use base64::engine::general_purpose::NO_PAD;
use base64::engine::simd::Simd;

thread_local! {
    /// Finds out once what the processor can do. Once a thread, for a lock that all threads share would be held for ever in a process
    /// that forks while it is taken.
    static ENGINE: Simd = Simd::url_safe(NO_PAD);
}

/// How long the text of `len` bytes is; `None` if no memory could hold it.
pub(crate) fn encoded_len(len: usize) -> Option<usize> {
    base64::encoded_len(len, false)
}

/// The text of some bytes.
pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    ENGINE.with(|engine| engine.encode(bytes))
}

/// Appends the text of some bytes.
pub(crate) fn encode_onto(text: &mut String, bytes: &[u8]) {
    ENGINE.with(|engine| engine.encode_string(bytes, text));
}

/// The bytes of a text.
pub(crate) fn decode(text: impl AsRef<[u8]>) -> Option<Vec<u8>> {
    ENGINE.with(|engine| engine.decode(text)).ok()
}

/// Room that [`decode_into`] needs for a text of this length; up to 3 bytes more than the result.
pub(crate) const fn decoded_room(text_len: usize) -> usize {
    text_len.div_ceil(4) * 3
}

/// Writes the bytes of a text to the front of `room` and says how many there are.
pub(crate) fn decode_into(text: &[u8], room: &mut [u8]) -> Option<usize> {
    ENGINE.with(|engine| engine.decode_slice(text, room)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        let bytes: Vec<u8> = (0..=255).cycle().take(1000).collect();
        for len in 0..bytes.len() {
            let text = encode(&bytes[..len]);
            assert_eq!(Some(text.len()), encoded_len(len));
            assert_eq!(decode(&text).as_deref(), Some(&bytes[..len]));
            let mut room = vec![0; decoded_room(text.len())];
            assert_eq!(decode_into(text.as_bytes(), &mut room), Some(len));
        }
    }

    /// RFC 7515 appendix C.
    #[test]
    fn the_example_of_the_rfc() {
        assert_eq!(encode([3, 236, 255, 224, 193]), "A-z_4ME");
    }

    #[test]
    fn every_other_spelling_is_refused() {
        let long = encode([0xfbu8; 300]);
        for bad in ["A", "AAAAA", "AB", "AAB", "AA==", "AAA=", "A A", "AA\n", "A+AA", "A/AA", "AA.A", "é", "AA\0A"] {
            assert_eq!(decode(bad), None, "{bad:?}");
            assert_eq!(decode([&long, bad].concat()), None, "a long text and then {bad:?}");
        }
    }
}
