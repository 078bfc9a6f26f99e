//! What a server says, made fit for a message: without secrets, on one line, and short.

use std::fmt;

use zeroize::Zeroizing;

use crate::jose::base64url;

/// How much of a server's text is repeated, in bytes.
const MAX_TEXT: usize = 160;

/// Stands for a secret.
const MARK: &str = "[hidden]";

/// Secrets that no message may repeat, however short they are.
#[derive(Clone, Default)]
pub(crate) struct Hidden(Vec<Zeroizing<String>>);

impl Hidden {
    /// Hides `secret` from now on: as it is, in either alphabet of base64, and however any of these is escaped in a URL, a form, JSON or HTML.
    pub(crate) fn add(&mut self, secret: &str) {
        let url = Zeroizing::new(base64url::encode(secret));
        let plain = Zeroizing::new(url.replace('-', "+").replace('_', "/"));
        let padding = "=".repeat((4 - url.len() % 4) % 4);
        let padded = [&url, &plain].map(|text| Zeroizing::new(format!("{}{padding}", text.as_str())));
        let [url_padded, plain_padded] = padded;
        for form in [Zeroizing::new(secret.to_owned()), url, plain, url_padded, plain_padded] {
            if !form.is_empty() && !self.0.contains(&form) {
                self.0.push(form);
            }
        }
    }

    /// The beginning of `text`, without secrets and control characters.
    pub(crate) fn cut(&self, text: &str) -> String {
        let mut out = String::new();
        let mut rest = text.trim();
        while out.len() < MAX_TEXT {
            // The longest one, for a secret may begin with another.
            if let Some(len) = self.0.iter().filter_map(|secret| len_of(secret, rest)).max() {
                out.push_str(MARK);
                rest = rest.get(len..).unwrap_or_default();
                continue;
            }
            let mut chars = rest.chars();
            let Some(char) = chars.next() else { return out };
            out.push(if char.is_control() { ' ' } else { char });
            rest = chars.as_str();
        }
        out
    }
}

/// How much of `text` is the secret that it begins with, each character as it is or escaped. What an escape of one character begins with may
/// be another character of the secret, so that all readings are followed.
fn len_of(secret: &str, text: &str) -> Option<usize> {
    let mut ends = vec![0];
    for char in secret.chars() {
        let mut next: Vec<usize> = Vec::new();
        for end in ends {
            let rest = text.get(end..).unwrap_or_default();
            for len in spelled(char, rest).into_iter().flatten() {
                if !next.contains(&(end + len)) {
                    next.push(end + len);
                }
            }
        }
        if next.is_empty() {
            return None;
        }
        ends = next;
    }
    ends.into_iter().max()
}

/// The lengths of all spellings of a character that `text` begins with.
fn spelled(char: char, text: &str) -> [Option<usize>; 4] {
    let literal = text.starts_with(char).then(|| char.len_utf8());
    match text.as_bytes().first() {
        Some(b'+') if char == ' ' => [literal, Some(1), None, None],
        Some(b'%') => [literal, percent(char, text), None, None],
        Some(b'\\') => [literal, None, json(char, text), None],
        Some(b'&') => [literal, None, None, html(char, text)],
        _ => [literal, None, None, None],
    }
}

/// `%2F` or `%2f`, for each byte.
fn percent(char: char, text: &str) -> Option<usize> {
    let mut utf8 = [0; 4];
    let bytes = char.encode_utf8(&mut utf8).bytes();
    let mut rest = text;
    for byte in bytes {
        let (digits, behind) = rest.strip_prefix('%')?.split_at_checked(2)?;
        if number(digits, 16)? != u32::from(byte) {
            return None;
        }
        rest = behind;
    }
    Some(text.len() - rest.len())
}

/// The short escapes of JSON, and `\u` with the digits of each unit of UTF-16.
fn json(char: char, text: &str) -> Option<usize> {
    let short = match text.as_bytes().get(1)? {
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        mark @ (b'"' | b'\\' | b'/' | b'\'') => char::from(*mark),
        _ => '\0',
    };
    if short == char && char != '\0' {
        return Some(2);
    }
    let mut rest = text;
    for unit in char.encode_utf16(&mut [0; 2]) {
        let (digits, behind) = rest.strip_prefix("\\u")?.split_at_checked(4)?;
        if number(digits, 16)? != u32::from(*unit) {
            return None;
        }
        rest = behind;
    }
    Some(text.len() - rest.len())
}

/// The entities that servers write: by number, and by name those of HTML's own characters.
fn html(char: char, text: &str) -> Option<usize> {
    const LONGEST: usize = 12;
    let end = text.bytes().take(LONGEST).position(|byte| byte == b';')?;
    let code = match text.get(1..end)? {
        "lt" => u32::from('<'),
        "gt" => u32::from('>'),
        "amp" => u32::from('&'),
        "quot" => u32::from('"'),
        "apos" => u32::from('\''),
        name => {
            let digits = name.strip_prefix('#')?;
            match digits.strip_prefix(['x', 'X']) {
                Some(digits) => number(digits, 16)?,
                None => number(digits, 10)?,
            }
        }
    };
    (code == u32::from(char)).then_some(end + 1)
}

/// Digits alone, for Rust also reads a sign.
fn number(digits: &str, radix: u32) -> Option<u32> {
    let is_number = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_number.then(|| u32::from_str_radix(digits, radix).ok()).flatten()
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hidden").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_repeats_no_secret() {
        let mut hidden = Hidden::default();
        for secret in ["s3cr3t", "s3cr3t and more", "a+b", "", "é", "x\"\u{1f511}/ y"] {
            hidden.add(secret);
        }
        for (text, shown) in [
            ("the s3cr3t", "the [hidden]"),
            ("s3cr3t and more s3cr3t", "[hidden] [hidden]"),
            ("/requesttoken?secret=a%2Bb&x", "/requesttoken?secret=[hidden]&x"),
            ("caf\u{e9}\r\nX: 1", "caf[hidden]  X: 1"),
            ("{\"k\":\"x\\\"\u{1f511}/ y\"}", "{\"k\":\"[hidden]\"}"),
            ("{\"k\":\"x\\\"\\ud83d\\udd11/ y\"}", "{\"k\":\"[hidden]\"}"),
            ("k=x%22%F0%9F%94%91%2F+y&", "k=[hidden]&"),
            ("", ""),
        ] {
            assert_eq!(hidden.cut(text), shown);
        }
    }

    #[test]
    fn a_secret_is_hidden_however_it_is_written() {
        let mut hidden = Hidden::default();
        let secret = "a<b>/c&'\"d%25\\u e?\u{e9}";
        hidden.add(secret);
        for text in [
            secret,
            // PHP, Go, Python, JavaScript, HTML, and a URL.
            "a<b>\\/c&'\\\"d%25\\\\u e?\\u00e9",
            "a\\u003cb\\u003e/c\\u0026'\\\"d%25\\\\u e?\u{e9}",
            "a\\u003Cb\\u003E/c\\u0026\\u0027\\u0022d%25\\u005Cu e?\\u00E9",
            "a&lt;b&gt;/c&amp;&#x27;&quot;d%25\\u e?&#233;",
            "a&lt;b&gt;/c&amp;&#39;&#34;d%25\\u e?\u{e9}",
            "a%3Cb%3E%2Fc%26%27%22d%2525%5Cu%20e%3F%C3%A9",
            "a%3cb%3e/c%26'%22d%2525%5cu+e%3f%c3%a9",
            &base64url::encode(secret),
        ] {
            assert_eq!(hidden.cut(&format!("({text})")), "([hidden])", "{text}");
        }
        let mut hidden = Hidden::default();
        hidden.add("???>>>ab");
        for text in
            ["Pz8/Pj4+YWI=", "Pz8/Pj4+YWI", "Pz8_Pj4-YWI=", "Pz8_Pj4-YWI", "Pz8\\/Pj4+YWI=", "Pz8%2FPj4%2BYWI%3D"]
        {
            assert_eq!(hidden.cut(text), "[hidden]", "{text}");
        }
        assert_eq!(hidden.cut("%zz \\u12 &#; &amp \\"), "%zz \\u12 &#; &amp \\");
    }

    #[test]
    fn a_cut_leaves_no_piece_of_a_secret() {
        let mut hidden = Hidden::default();
        hidden.add("abcdefghij");
        for before in MAX_TEXT - 12..MAX_TEXT + 2 {
            let shown = hidden.cut(&format!("{}abcdefghij{}", "-".repeat(before), "x".repeat(9000)));
            assert!(shown.len() < MAX_TEXT + MARK.len());
            assert!(!shown.contains("ab"), "{shown}");
        }
    }
}
