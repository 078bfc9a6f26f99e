//! The rules about claims against the reference, by policies, headers, claims and times that are put together from a few names and
//! values that matter. Nearly every input is a token that is judged to its end.

use super::choices::Choices;
use super::verify::{Setting, compare};

/// A time around which the others lie.
const NOW: i64 = 1_800_000_000;

const CLAIMS: [&str; 9] = ["exp", "iss", "aud", "nbf", "iat", "sub", "jti", "expires", "other"];

const TIMES: [i64; 14] = [0, 1, -1, 59, 60, 61, -59, -60, -61, 300, 301, 86_400, -86_400, -315_576_300];

const TEXTS: [&str; 8] = ["a", "b", "é", "A", "\\u0061", "", "exp", "a\\u0000"];

const NUMBERS: [&str; 18] = [
    "0",
    "-0",
    "-1",
    "1e9",
    "18e8",
    "18E+8",
    "1800000000.5",
    "1799999999.9999999999999999999999",
    "1800000000000000000e-9",
    "-1e-400",
    "1e-400",
    "0e999999999999",
    "253402300799",
    "253402300799.0",
    "253402300799.00000000000000000000001",
    "253402300800",
    "9007199254740993",
    "1e308",
];

const OTHERS: [&str; 10] =
    ["null", "true", "{}", "[]", "[\"a\"]", "[\"b\",\"a\"]", "[\"a\",1]", "[[\"a\"]]", "{\"a\":1}", "1e400"];

const TIME_TEXTS: [&str; 13] = [
    "2027-01-15T08:00:00Z",
    "2027-01-15T08:00:01Z",
    "2027-01-15T07:59:59.999+00:00",
    "2027-01-15t09:30:00+01:30",
    "2027-01-15T06:00:00-02:00",
    "2026-12-31T23:59:60z",
    "2027-01-15T07:59:60Z",
    "2027-01-15 08:00:00Z",
    "2027-01-15T08:00:00",
    "2027-02-29T08:00:00Z",
    "2028-02-29T08:00:00Z",
    "9999-12-31T23:59:59-23:59",
    "0000-01-01T00:00:00+23:59",
];

/// Any bytes as choices.
pub fn run(input: &[u8]) {
    let mut choices = Choices::new(input);
    let setting = Setting::choose(&mut choices);
    let now_s = match choices.below(16) {
        14 => i64::MAX,
        15 => i64::MIN,
        time => NOW + TIMES[time % TIMES.len()],
    };
    let policy = policy(&mut choices);
    let header = header(&mut choices);
    let claims = object(&mut choices, &CLAIMS);
    compare(&setting, &policy, header.as_bytes(), claims.as_bytes(), now_s);
}

/// A policy, which is nearly always one that a verifier takes.
fn policy(choices: &mut Choices<'_>) -> String {
    let mut members = vec![choices.of(&[
        r#""algorithms":["HS256"]"#,
        r#""algorithms":["HS256","HS384","HS512"]"#,
        r#""algorithms":["ES256","HS512"]"#,
    ])];
    let bytes = choices.below(16) == 15;
    if bytes {
        members.push(r#""payload":"bytes""#);
    }
    let issuer = [r#""any_issuer":true"#, r#""issuer":"a""#, r#""issuer":["b","\u00e9"]"#];
    let audience = [r#""any_audience":true"#, r#""audience":"a""#, r#""audience":["b","\u00e9"]"#];
    if !bytes {
        members.extend([choices.of(&issuer), choices.of(&audience)]);
    }
    let further = [
        [r#""leeway_s":60"#, r#""leeway_s":300"#, r#""leeway_s":301"#],
        [r#""max_age_s":60"#, r#""max_age_s":315576000"#, r#""max_age_s":0"#],
        [r#""allow_missing_exp":true"#, r#""allow_missing_exp":false"#, r#""allow_missing_exp":1"#],
        [r#""subject":"a""#, r#""subject":"\u00e9""#, r#""subject":"""#],
        [r#""required":["jti"]"#, r#""required":["other","exp"]"#, r#""required":["expires","a\u0000"]"#],
        [r#""expiry_claim":"expires""#, r#""expiry_claim":"exp""#, r#""expiry_claim":"other""#],
        [r#""typ":"at+jwt""#, r#""typ":"application/at+jwt""#, r#""typ":"JWT""#],
        [r#""try_keys":2"#, r#""try_keys":8"#, r#""try_keys":9"#],
        [r#""max_token_bytes":256"#, r#""max_token_bytes":1048576"#, r#""max_token_bytes":255"#],
    ];
    let chosen = usize::from(choices.byte()) | usize::from(choices.byte()) << 8;
    for (index, values) in further.iter().enumerate() {
        if chosen >> index & 1 == 1 {
            members.push(values[[0, 0, 0, 0, 1, 1, 1, 2][choices.below(8)]]);
        }
    }
    format!("{{{}}}", members.join(","))
}

/// A header, which nearly always has an `alg`.
fn header(choices: &mut Choices<'_>) -> String {
    let alg = [
        r#""alg":"HS256""#,
        r#""alg":"HS384""#,
        r#""alg":"HS512""#,
        r#""alg":"none""#,
        r#""alg":"ES256""#,
        r#""typ":1"#,
    ];
    let mut members = vec![choices.of(&alg)];
    let further = [
        r#""kid":"a""#,
        r#""kid":"b""#,
        r#""kid":"\u00e9\"\\""#,
        r#""kid":"""#,
        r#""typ":"JWT""#,
        r#""typ":"APPLICATION/AT+jwt""#,
        r#""typ":"at+jwt""#,
        r#""cty":"x""#,
        r#""jwk":{"kty":"oct"}"#,
        r#""crit":[]"#,
        r#""b64":true"#,
        r#""zip":null"#,
        r#""kid":null"#,
        r#""\u0061lg":"HS256""#,
    ];
    for _ in 0..[0, 1, 2, 3][choices.below(4)] {
        members.push(choices.of(&further));
    }
    format!("{{{}}}", members.join(","))
}

/// Claims of any of these names.
fn object(choices: &mut Choices<'_>, names: &[&str]) -> String {
    let mut members = Vec::new();
    for _ in 0..choices.below(10) {
        members.push(format!("\"{}\":{}", choices.of(names), value(choices)));
    }
    format!("{{{}}}", members.join(","))
}

fn value(choices: &mut Choices<'_>) -> String {
    match choices.below(12) {
        0..4 => (NOW + choices.of(&TIMES)).to_string(),
        4..7 => format!("\"{}\"", choices.of(&TEXTS)),
        7 => choices.of(&NUMBERS).into(),
        8 => format!("\"{}\"", choices.of(&TIME_TEXTS)),
        9 => format!("[\"{}\",\"{}\"]", choices.of(&TEXTS), choices.of(&TEXTS)),
        10 => choices.of(&OTHERS).into(),
        // What the input itself says.
        _ => {
            let len = choices.below(24);
            String::from_utf8_lossy(choices.bytes(len)).into_owned()
        }
    }
}
