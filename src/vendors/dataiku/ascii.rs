//! JSON in ASCII: Dataiku's own client writes nothing else, and sends no header that would name another encoding.

use crate::vendors::python_json::{Spelling, write_escaped, write_text};

/// The same JSON text with every character beyond ASCII escaped; such characters stand in strings only.
pub(super) fn escaped(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for char in json.chars() {
        if char.is_ascii() { out.push(char) } else { write_escaped(&mut out, char) }
    }
    out
}

/// The names as a JSON list without its brackets, to the letter as Python has it: the server compares the text.
pub(super) fn names(names: &[&str]) -> String {
    let mut out = String::new();
    for (index, name) in names.iter().enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        write_text(&mut out, name, Spelling::Spaced);
    }
    out
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
