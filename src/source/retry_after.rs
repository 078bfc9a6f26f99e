//! `Retry-After` (RFC 9110 section 10.2.3): seconds, or a date.

use super::exchange::Response;
use crate::jose::time::rfc3339;

/// How long the server wants to be left alone from `unix_ms` on; `None` where it does not say, or not readably.
pub(super) fn retry_after_ms(response: &Response, unix_ms: i64) -> Option<i64> {
    let value = response.header("retry-after")?.trim_matches([' ', '\t']);
    if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(value.parse().unwrap_or(i64::MAX).saturating_mul(1000));
    }
    let at_ms = http_date(value)?.saturating_mul(1000);
    Some(at_ms.saturating_sub(unix_ms).max(0))
}

/// Reads `Sun, 06 Nov 1994 08:49:37 GMT`, the one form of a date that servers may send.
pub(super) fn http_date(text: &str) -> Option<i64> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (_, date) = text.split_once(", ")?;
    let mut fields = date.split(' ');
    let (day, month, year) = (fields.next()?, fields.next()?, fields.next()?);
    let (time, "GMT", None) = (fields.next()?, fields.next()?, fields.next()) else { return None };
    let month = 1 + MONTHS.iter().position(|name| *name == month)?;
    rfc3339(&format!("{year}-{month:02}-{day}T{time}Z"))
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
            ("Sun, 06 Nov 1994 08:49:37 UTC", None),
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
