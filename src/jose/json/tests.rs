//! What is JSON here and what is not, as a table; and that lists and objects are walked as they were read.

use super::{Kind, Malformed, Value, read_object, write_string};

fn parse(text: &str) -> Result<Value<'_>, Malformed> {
    Value::parse(text.as_bytes())
}

#[test]
fn sound_texts() {
    let deep = "[".repeat(32) + &"]".repeat(32);
    for text in [
        "{}",
        " { } ",
        "[]",
        "\t[\n1 ,\r2 ]",
        "null",
        "true",
        "false",
        "0",
        "-0",
        "-0.0",
        "1.5e3",
        "1E+2",
        "1e-999",
        "1e308",
        "\"\"",
        r#""\u0000""#,
        r#""\ud83d\ude00""#,
        r#""\"\\\/\b\f\n\r\t""#,
        r#"{"a":{"a":[{"a":1}]},"A":2}"#,
        r#""é😀""#,
        &deep,
        "123456789012345678901234567890",
    ] {
        assert!(parse(text).is_ok(), "{text}");
    }
}

#[test]
fn unsound_texts() {
    let deep = "[".repeat(33) + &"]".repeat(33);
    for text in [
        "",
        " ",
        "{",
        "[",
        "\"",
        "{]",
        "[}",
        "[1,]",
        "{\"a\":1,}",
        "{a:1}",
        "{\"a\"}",
        "{\"a\" 1}",
        "[1 2]",
        "{} {}",
        "nul",
        "nullx",
        "True",
        "01",
        "-",
        "+1",
        "1.",
        ".5",
        "1e",
        "1e+",
        "1e400",
        "-1e400",
        "NaN",
        "Infinity",
        "'a'",
        "\"\u{1}\"",
        "\"\n\"",
        r#""\u12""#,
        r#""\u12g4""#,
        r#""\ud800""#,
        r#""\ud800\u0041""#,
        r#""\udc00""#,
        r#""\x41""#,
        r#""\"#,
        "\u{feff}{}",
        "{}\0",
        r#"{"a":1,"a":2}"#,
        r#"{"a":1,"\u0061":2}"#,
        r#"[{"b":{"a":1,"a":2}}]"#,
        &deep,
    ] {
        assert!(parse(text).is_err(), "{text}");
    }
    assert_eq!(Value::parse(b"\"\xff\"").unwrap_err().reason, "not UTF-8");
    assert!(parse(&format!("1{}", "0".repeat(309))).is_err(), "a number of 310 digits");
}

#[test]
fn a_name_is_there_once_among_few_and_among_many() {
    for count in [2, 15, 16, 17, 18, 1000] {
        let members: Vec<String> = (0..count).map(|n| format!("\"m{n}\":{n}")).collect();
        assert!(parse(&format!("{{{}}}", members.join(","))).is_ok(), "{count} names");
        for twice in [0, count / 2, count - 1] {
            let text = format!("{{{},\"m{twice}\":0}}", members.join(","));
            assert!(parse(&text).is_err(), "{count} names and m{twice} again");
        }
    }
}

#[test]
fn a_string_ends_where_it_ends_whatever_its_length() {
    for len in 0..40 {
        let plain = "x".repeat(len);
        assert_eq!(parse(&format!("\"{plain}\"")).unwrap().as_str().unwrap(), plain);
        assert!(parse(&format!("\"{plain}\u{1f}\"")).is_err());
        assert_eq!(parse(&format!("\"{plain}\\n{plain}\"")).unwrap().as_str().unwrap(), format!("{plain}\n{plain}"));
    }
}

#[test]
fn members_and_items_in_their_order() {
    let value = parse(r#" {"a" : [ 1 , "x\u0041" ,{}], "\u0062": {"c":null} } "#).unwrap();
    let members: Vec<_> = value.members().unwrap().map(|(name, value)| (name.into_owned(), value.raw())).collect();
    assert_eq!(members, [("a".into(), r#"[ 1 , "x\u0041" ,{}]"#), ("b".into(), r#"{"c":null}"#)]);
    let items: Vec<_> = value.get("a").unwrap().items().unwrap().map(|item| item.kind()).collect();
    assert_eq!(items, [Kind::Number, Kind::String, Kind::Object]);
    assert_eq!(value.get("b").unwrap().get("c").unwrap().kind(), Kind::Null);
    assert!(value.get("c").is_none() && value.items().is_none() && value.as_str().is_none());
    assert_eq!(parse("{}").unwrap().members().unwrap().count(), 0);
}

#[test]
fn read_object_shows_the_outer_members_only() {
    let mut seen = Vec::new();
    read_object(br#"{"a":{"b":1},"c":2}"#, |name, value| seen.push((name.to_owned(), value.raw()))).unwrap();
    assert_eq!(seen, [("a".to_owned(), r#"{"b":1}"#), ("c".to_owned(), "2")]);
    assert!(read_object(b"[]", |_, _| ()).is_err());
}

#[test]
fn integers_are_what_is_written_as_one() {
    for (text, integer) in
        [("0", Some(0)), ("-7", Some(-7)), ("1.0", None), ("1e3", None), ("9223372036854775808", None), ("\"1\"", None)]
    {
        assert_eq!(parse(text).unwrap().as_integer(), integer, "{text}");
    }
}

#[test]
fn written_strings_read_back() {
    let text: String = (0..0x300).filter_map(char::from_u32).chain("\u{2028}😀\"\\".chars()).collect();
    let mut json = String::new();
    write_string(&mut json, &text);
    assert_eq!(parse(&json).unwrap().as_str().unwrap(), text);
}
