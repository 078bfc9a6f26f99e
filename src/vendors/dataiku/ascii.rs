//! JSON in ASCII: Dataiku's own client writes nothing else, and sends no header that would name another encoding.

/// The same JSON text with every character beyond ASCII escaped; such characters stand in strings only.
pub(super) fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for char in json.chars() {
        if char.is_ascii() { out.push(char) } else { escape(&mut out, char) }
    }
    out
}

/// The names as a JSON list without its brackets, to the letter as Python's `json.dumps` has it: the server compares the text.
pub(super) fn names(names: &[&str]) -> String {
    names.iter().map(|name| string(name)).collect::<Vec<_>>().join(", ")
}

fn string(text: &str) -> String {
    let mut out = String::from('"');
    for char in text.chars() {
        match char {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            ' '..='~' => out.push(char),
            other => escape(&mut out, other),
        }
    }
    out.push('"');
    out
}

fn escape(out: &mut String, char: char) {
    for unit in char.encode_utf16(&mut [0; 2]) {
        out.push_str(&format!("\\u{unit:04x}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_what_python_writes() {
        assert_eq!(escaped("{\"a\":\"caf\u{e9} \u{1f600}\"}"), r#"{"a":"caf\u00e9 \ud83d\ude00"}"#);
        let written = names(&["PLUGIN", "pl\"ug", "p\\s", "caf\u{e9}", "a,b\u{7f}\u{8}\n"]);
        assert_eq!(written, r#""PLUGIN", "pl\"ug", "p\\s", "caf\u00e9", "a,b\u007f\b\n""#);
    }
}
