//! `Retry-After` (RFC 9110 section 10.2.3): seconds, or a date.

use super::exchange::Response;
use crate::jose::time::rfc3339;

/// How long the server wants to be left alone from `unix_ms` on; `None` where it does not say, or not readably.
pub(super) fn retry_after_ms(response: &Response, unix_ms: i64) -> Option<i64> {
    let value = response.header("retry-after")?.trim_matches([' ', '\t']);
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(value.parse().unwrap_or(i64::MAX).saturating_mul(1000));
    }
    let at_ms = http_date(value, unix_ms)?.saturating_mul(1000);
    Some(at_ms.saturating_sub(unix_ms).max(0))
}

/// Reads a date in one of the three forms that have to be accepted (RFC 9110 section 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`,
/// `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`.
fn http_date(text: &str, unix_ms: i64) -> Option<i64> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (day, month, year, time) = match text.split_once(", ") {
        Some((_, date)) => match date.split([' ', '-']).collect::<Vec<_>>()[..] {
            [day, month, year, time, "GMT"] => (day, month, year, time),
            _ => return None,
        },
        None => match text.split_ascii_whitespace().collect::<Vec<_>>()[..] {
            [_, month, day, time, year] => (day, month, year, time),
            _ => return None,
        },
    };
    let month = 1 + MONTHS.iter().position(|name| *name == month)?;
    let year = if year.len() == 2 { full_year(year.parse().ok()?, unix_ms) } else { year.parse().ok()? };
    rfc3339(&format!("{year:04}-{month:02}-{day:0>2}T{time}Z"))
}

/// The year of two digits that is not more than 50 years ahead.
fn full_year(digits: i64, unix_ms: i64) -> i64 {
    const YEAR_MS: i64 = 31_556_952_000;
    let present = 1970 + unix_ms.div_euclid(YEAR_MS);
    let year = present - present.rem_euclid(100) + digits;
    if year > present + 50 { year - 100 } else { year }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_and_dates_are_read_and_nothing_else() {
        let now_ms = 784_111_777_000 - 500;
        let cases = [
            ("0", Some(0)),
            ("7", Some(7000)),
            (" 120\t", Some(120_000)),
            ("99999999999999999999", Some(i64::MAX)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(500)),
            ("Sun, 06 Nov 1994 08:49:36 GMT", Some(0)),
            ("Sunday, 06-Nov-94 08:49:37 GMT", Some(500)),
            ("Sun Nov  6 08:49:37 1994", Some(500)),
            ("Sunday, 06-Nov-45 08:49:37 GMT", Some(0)),
            ("Wednesday, 06-Nov-96 08:49:37 GMT", Some(731 * 86_400_000 + 500)),
            ("Sun, 06 Nov 1994 08:49:37 UTC", None),
            ("Sun Nov  6 08:49:37 94 x", None),
            ("Sunday, 06-Nov-9x 08:49:37 GMT", None),
            ("Sun, 31 Feb 1994 08:49:37 GMT", None),
            ("06 Nov 1994 08:49:37 GMT", None),
            ("-1", None),
            ("+1", None),
            ("1.5", None),
            ("", None),
            ("soon", None),
        ];
        for (value, expected) in cases {
            let headers = vec![("RETRY-AFTER".to_owned(), value.to_owned())];
            let response = Response { status: 503, headers, body: Vec::new() };
            assert_eq!(retry_after_ms(&response, now_ms), expected, "{value}");
        }
        assert_eq!(retry_after_ms(&Response { status: 503, headers: Vec::new(), body: Vec::new() }, now_ms), None);
    }
}
