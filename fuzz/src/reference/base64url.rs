//! base64url without padding, bit by bit.

const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The bytes of a text, if it is their one spelling.
pub fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let mut bits = Vec::new();
    for char in text {
        let digit = ALPHABET.iter().position(|other| other == char)?;
        bits.extend((0..6).rev().map(|bit| digit >> bit & 1 == 1));
    }
    let unused = bits.split_off(bits.len() / 8 * 8);
    if unused.len() >= 6 || unused.contains(&true) {
        return None;
    }
    let byte = |bits: &[bool]| bits.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
    Some(bits.chunks(8).map(byte).collect())
}

/// The text of some bytes.
pub fn encode(bytes: &[u8]) -> String {
    let bits: Vec<bool> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1)).collect();
    let digit = |bits: &[bool]| (0..6).fold(0, |digit, bit| digit << 1 | usize::from(bits.get(bit) == Some(&true)));
    bits.chunks(6).map(|bits| char::from(ALPHABET[digit(bits)])).collect()
}
