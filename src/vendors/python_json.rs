//! JSON as Python's `json` writes it, for what is compared with or kept beside texts that Python wrote.

use crate::jose::json::{Kind, Value};

/// How much is escaped and spaced.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Spelling {
    /// Without spaces, characters as they are: as in Datasette's signed values.
    Compact,
    /// With a space behind `,` and `:`, and nothing but ASCII: as `json.dumps` does by itself.
    Spaced,
}

/// Appends a value. Numbers stay as they were written.
pub(super) fn write_json(out: &mut String, value: Value<'_>, spelling: Spelling) {
    let (comma, colon) = if spelling == Spelling::Compact { (",", ":") } else { (", ", ": ") };
    match value.kind() {
        Kind::Object => {
            out.push('{');
            for (index, (name, value)) in value.members().into_iter().flatten().enumerate() {
                if index > 0 {
                    out.push_str(comma);
                }
                write_text(out, &name, spelling);
                out.push_str(colon);
                write_json(out, value, spelling);
            }
            out.push('}');
        }
        Kind::Array => {
            out.push('[');
            for (index, value) in value.items().into_iter().flatten().enumerate() {
                if index > 0 {
                    out.push_str(comma);
                }
                write_json(out, value, spelling);
            }
            out.push(']');
        }
        Kind::String => write_text(out, &value.as_str().unwrap_or_default(), spelling),
        Kind::Null | Kind::Bool | Kind::Number => out.push_str(value.raw()),
    }
}

/// Appends a string in quotes.
pub(super) fn write_text(out: &mut String, text: &str, spelling: Spelling) {
    out.push('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            control if control < ' ' => write_escaped(out, control),
            other if spelling == Spelling::Spaced && !(' '..='~').contains(&other) => write_escaped(out, other),
            other => out.push(other),
        }
    }
    out.push('"');
}

/// Appends the escapes of a character (RFC 8259 section 7), two of them beyond the Basic Multilingual Plane.
pub(super) fn write_escaped(out: &mut String, char: char) {
    for unit in char.encode_utf16(&mut [0; 2]) {
        out.push_str(&format!("\\u{unit:04x}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_is_spelled_as_python_does() {
        let value =
            Value::parse("{\"\\u00e9\\ud83d\\ude00\" : [1, 2.50,\t\"\\b\\f\\u007f\\/\\u0001\"]}".as_bytes()).unwrap();
        let written = |spelling| {
            let mut out = String::new();
            write_json(&mut out, value, spelling);
            out
        };
        assert_eq!(written(Spelling::Compact), "{\"é😀\":[1,2.50,\"\\b\\f\u{7f}/\\u0001\"]}");
        assert_eq!(written(Spelling::Spaced), r#"{"\u00e9\ud83d\ude00": [1, 2.50, "\b\f\u007f/\u0001"]}"#);
    }
}
