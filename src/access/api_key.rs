//! API keys of our own: `<prefix>_`, 30 random characters, and a CRC-32 in base 62. Scanners recognise the form, and a typo costs no
//! database read. A service stores the digest.

use ring::digest::{SHA256, digest};
use zeroize::Zeroizing;

use crate::error::{Failure, Result, Status};
use crate::jose::random;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// 178 bits.
const RANDOM_LEN: usize = 30;

/// Room for 2^32 - 1 in base 62.
const CHECKSUM_LEN: usize = 6;

/// Makes a key. `prefix` is 2 to 16 of a-z and 0-9, a letter first.
pub fn generate(prefix: &str) -> Result<Zeroizing<String>> {
    if !is_prefix(prefix) {
        return Err(Failure::new(Status::Config, "prefix: expected 2 to 16 of a-z and 0-9, a letter first"));
    }
    let mut key = Zeroizing::new(String::with_capacity(prefix.len() + 1 + RANDOM_LEN + CHECKSUM_LEN));
    key.push_str(prefix);
    key.push('_');
    while key.len() <= prefix.len() + RANDOM_LEN {
        let mut bytes = Zeroizing::new([0; 64]);
        random::fill(&mut *bytes)?;
        // Bytes of 248 and more would favour the first digits.
        let digits = bytes.iter().filter(|byte| **byte < 248).map(|byte| DIGITS[usize::from(*byte % 62)]);
        let missing = prefix.len() + 1 + RANDOM_LEN - key.len();
        key.extend(digits.take(missing).map(char::from));
    }
    let checksum = checksum(key.as_bytes());
    key.extend(checksum.map(char::from));
    Ok(key)
}

/// The prefix of a key whose form and checksum are right. Whether it was ever given to anybody is for its service to know.
pub fn check(api_key: &[u8]) -> Option<&str> {
    let (checked, found) = api_key.split_at_checked(api_key.len().checked_sub(CHECKSUM_LEN)?)?;
    let (prefix, random) = checked.split_at_checked(checked.len().checked_sub(RANDOM_LEN)?)?;
    let prefix = std::str::from_utf8(prefix.strip_suffix(b"_")?).ok()?;
    let sound = is_prefix(prefix) && random.iter().all(u8::is_ascii_alphanumeric) && checksum(checked) == *found;
    sound.then_some(prefix)
}

/// What a service stores of a key.
pub fn stored_digest(api_key: &[u8]) -> [u8; 32] {
    let mut stored = [0; 32];
    stored.copy_from_slice(digest(&SHA256, api_key).as_ref());
    stored
}

fn is_prefix(text: &str) -> bool {
    (2..=16).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

fn checksum(bytes: &[u8]) -> [u8; CHECKSUM_LEN] {
    let mut rest = crc32(bytes) as usize;
    let mut digits = [0; CHECKSUM_LEN];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[rest % 62];
        rest /= 62;
    }
    digits
}

/// CRC-32 as in IEEE 802.3.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, _| if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
    !bytes.iter().fold(!0, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), step))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn crc_of_the_check_value() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
    }

    #[test]
    fn keys_have_their_form_and_never_repeat() {
        let keys: HashSet<String> = (0..1000).map(|_| generate("jet2").unwrap().to_string()).collect();
        assert_eq!(keys.len(), 1000);
        for key in &keys {
            assert_eq!((key.len(), check(key.as_bytes())), (4 + 1 + 30 + 6, Some("jet2")), "{key}");
        }
        let used: HashSet<u8> = keys.iter().flat_map(|key| key.bytes().skip(5).take(30)).collect();
        assert_eq!(used.len(), 62, "every digit occurs");
    }

    #[test]
    fn prefixes() {
        for good in ["ab", "a0", "abcdefghij123456"] {
            assert!(generate(good).is_ok(), "{good}");
        }
        for bad in ["", "a", "0a", "Ab", "a_b", "a-b", "abcdefghij1234567", "éa", "a\0"] {
            assert_eq!(generate(bad).unwrap_err().status(), Status::Config, "{bad}");
        }
    }

    /// OPQ-02 to OPQ-05: a key that is cut, extended, changed or written otherwise is none, and no store is asked.
    #[test]
    fn a_changed_key_is_none() {
        let key = generate("jet").unwrap();
        let bytes = key.as_bytes();
        for len in 0..bytes.len() {
            assert_eq!(check(&bytes[..len]), None, "{len}");
        }
        for more in ["x", "\0", "\n", "=", " "] {
            assert_eq!(check(format!("{}{more}", *key).as_bytes()), None);
        }
        for index in 0..bytes.len() {
            for byte in (0..=255).filter(|byte| *byte != bytes[index]) {
                let mut changed = bytes.to_vec();
                changed[index] = byte;
                assert_eq!(check(&changed), None, "{index} {byte}");
            }
        }
        assert_eq!(check(key.to_uppercase().as_bytes()), None);
        assert_eq!(check(key.replace('_', "%5F").as_bytes()), None);
    }
}
