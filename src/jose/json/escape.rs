//! The escapes of JSON strings (RFC 8259 section 7).

use std::str::Chars;

/// Appends a string in quotes, escaped where JSON demands it.
pub(crate) fn write_string(out: &mut String, text: &str) {
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            control if control < ' ' => out.push_str(&format!("\\u{:04x}", control as u32)),
            other => out.push(other),
        }
    }
    out.push('"');
}

/// How long the escape is that these bytes begin with; two of them, if they are a surrogate pair. Else what is wrong with it.
pub(super) fn escape_len(bytes: &[u8]) -> Result<usize, &'static str> {
    match bytes.get(1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(2),
        Some(b'u') => match (code_unit(bytes), bytes.get(6..).and_then(code_unit)) {
            (None, _) => Err("an escape that is not four hexadecimal digits"),
            (Some(0xd800..=0xdbff), Some(0xdc00..=0xdfff)) => Ok(12),
            (Some(0xd800..=0xdfff), _) => Err("a lone surrogate"),
            (Some(_), _) => Ok(6),
        },
        _ => Err("an unknown escape"),
    }
}

/// The code unit of a `\uXXXX` at the front.
fn code_unit(bytes: &[u8]) -> Option<u16> {
    let digits = bytes.strip_prefix(b"\\u")?.get(..4)?;
    let digit = |unit: u16, byte: &u8| Some(unit << 4 | (*byte as char).to_digit(16)? as u16);
    digits.iter().try_fold(0, digit)
}

/// Resolves the escapes of a string that is known to be sound.
pub(super) fn unescape(inside: &str) -> String {
    let mut out = String::with_capacity(inside.len());
    let mut chars = inside.chars();
    while let Some(char) = chars.next() {
        out.push(if char == '\\' { escaped(&mut chars) } else { char });
    }
    out
}

/// The character that is written behind a backslash.
fn escaped(chars: &mut Chars<'_>) -> char {
    match chars.next().expect("a character behind a backslash") {
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => {
            let unit = hex_digits(chars);
            char::from_u32(unit).unwrap_or_else(|| {
                // A high surrogate, behind which stand `\\u` and the low one.
                chars.nth(1);
                let low = hex_digits(chars);
                char::from_u32(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00)).expect("a surrogate pair")
            })
        }
        other => other,
    }
}

fn hex_digits(chars: &mut Chars<'_>) -> u32 {
    let digit = |unit: u32, char: char| unit << 4 | char.to_digit(16).expect("a hexadecimal digit");
    chars.take(4).fold(0, digit)
}
