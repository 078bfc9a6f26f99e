//! The escapes of JSON strings (RFC 8259 section 7).

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
    let mut rest = inside;
    while let Some((plain, escape)) = rest.split_once('\\') {
        out.push_str(plain);
        let bytes = escape.as_bytes();
        let (char, len) = match bytes.first() {
            Some(b'b') => ('\u{8}', 1),
            Some(b'f') => ('\u{c}', 1),
            Some(b'n') => ('\n', 1),
            Some(b'r') => ('\r', 1),
            Some(b't') => ('\t', 1),
            Some(b'u') => hex_escape(&rest.as_bytes()[plain.len()..]),
            Some(other) => (*other as char, 1),
            None => break,
        };
        out.push(char);
        rest = &escape[len..];
    }
    out.push_str(rest);
    out
}

/// The character of one `\uXXXX`, or of two that are a surrogate pair, and how many bytes it takes after the backslash.
fn hex_escape(bytes: &[u8]) -> (char, usize) {
    let high = u32::from(code_unit(bytes).unwrap_or_default());
    match char::from_u32(high) {
        Some(char) => (char, 5),
        None => {
            let low = u32::from(code_unit(bytes.get(6..).unwrap_or_default()).unwrap_or(0xdc00));
            let scalar = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
            (char::from_u32(scalar).unwrap_or(char::REPLACEMENT_CHARACTER), 11)
        }
    }
}
