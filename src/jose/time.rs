//! Points in time as tokens write them: NumericDate (RFC 7519 section 2) and RFC 3339 texts, both to whole Unix seconds.

use super::decimal::Decimal;
use super::json::Value;

/// The last second of the year 9999.
pub(crate) const LAST_SECOND: i64 = 253_402_300_799;

const DAY: i64 = 86_400;

/// Reads a NumericDate, a JSON number from 0 to the last second of the year 9999; a fraction is rounded down.
pub(crate) fn numeric_date(value: Value<'_>) -> Option<i64> {
    let date = Decimal::read(value)?;
    let in_range = date.whole() < LAST_SECOND as u64 || (date.whole() == LAST_SECOND as u64 && !date.has_fraction());
    (in_range && !date.is_negative()).then_some(date.whole() as i64)
}

/// Reads an RFC 3339 time, `2030-01-02T03:04:05.6+00:00`; a fraction is rounded down. Nothing but RFC 3339 is read: `T`, `Z` (in
/// either case) or an offset with its colon must be there.
pub(crate) fn rfc3339(text: &str) -> Option<i64> {
    let (date, time) = text.split_once(['T', 't'])?;
    let (time, rest) = time.split_at_checked(8)?;
    let [year, month, day] = fields(date, b'-', [4, 2, 2])?;
    let [hour, minute, second] = fields(time, b':', [2, 2, 2])?;
    let in_range = (1..=12).contains(&month)
        && (1..=days_in_month(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second <= 60;
    if !in_range {
        return None;
    }
    let offset = match rest.strip_prefix('.') {
        Some(fraction) => {
            let offset = fraction.trim_start_matches(|char: char| char.is_ascii_digit());
            (offset.len() < fraction.len()).then_some(offset)?
        }
        None => rest,
    };
    let local = days_since_epoch(year, month, day) * DAY + hour * 3600 + minute * 60 + second;
    let seconds = local - offset_seconds(offset)?;
    (second < 60 || begins_month(seconds)).then_some(seconds)
}

/// Whether a month begins with this second. Only the minute before it may have a second 60 (RFC 3339 section 5.7).
fn begins_month(seconds: i64) -> bool {
    seconds.rem_euclid(DAY) == 0 && date_of(seconds.div_euclid(DAY)).is_some_and(|(_, _, day)| day == 1)
}

/// Reads `Z`, `+HH:MM` or `-HH:MM`.
fn offset_seconds(text: &str) -> Option<i64> {
    let (sign, digits) = match text.split_at_checked(1)? {
        ("Z" | "z", "") => return Some(0),
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let [hours, minutes] = fields(digits, b':', [2, 2])?;
    (hours < 24 && minutes < 60).then_some(sign * (hours * 3600 + minutes * 60))
}

/// Reads numbers of fixed widths with a separator between them, and nothing else.
fn fields<const N: usize>(text: &str, separator: u8, widths: [usize; N]) -> Option<[i64; N]> {
    let mut bytes = text.bytes();
    let mut numbers = [0; N];
    for (index, number) in numbers.iter_mut().enumerate() {
        if index > 0 && bytes.next()? != separator {
            return None;
        }
        for _ in 0..widths[index] {
            let digit = bytes.next().filter(u8::is_ascii_digit)?;
            *number = *number * 10 + i64::from(digit - b'0');
        }
    }
    bytes.next().is_none().then_some(numbers)
}

/// Where a clock stands that shows local time: so many minutes east of UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UtcOffset {
    minutes: i64,
}

impl UtcOffset {
    pub(crate) const UTC: UtcOffset = UtcOffset { minutes: 0 };

    /// Reads `+HH:MM` or `-HH:MM`.
    pub(crate) fn parse(text: &str) -> Option<UtcOffset> {
        let numeric = text.starts_with(['+', '-']);
        Some(UtcOffset { minutes: offset_seconds(text).filter(|_| numeric)? / 60 })
    }
}

/// Writes an RFC 3339 time at an offset: `2030-01-02T03:04:05+00:00`. `None` outside the years 0 to 9999.
pub(crate) fn to_rfc3339(seconds: i64, offset: UtcOffset) -> Option<String> {
    let local = seconds.checked_add(offset.minutes * 60)?;
    let (days, second_of_day) = (local.div_euclid(DAY), local.rem_euclid(DAY));
    let (year, month, day) = date_of(days).filter(|(year, _, _)| (0..=9999).contains(year))?;
    let (hour, minute, second) = (second_of_day / 3600, second_of_day / 60 % 60, second_of_day % 60);
    let sign = if offset.minutes < 0 { '-' } else { '+' };
    let (offset_hours, offset_minutes) = (offset.minutes.abs() / 60, offset.minutes.abs() % 60);
    Some(format!(
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{sign}{offset_hours:02}:{offset_minutes:02}"
    ))
}

/// Days from 1970-01-01 in the Gregorian calendar. Years begin in March here, so that the leap day is the last of its year.
fn days_since_epoch(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + day_of_year - 719_468
}

/// The date of a day since 1970-01-01; `None` for days that are beyond counting.
fn date_of(days: i64) -> Option<(i64, i64, i64)> {
    // A year is at most one off this estimate.
    let estimate = days.checked_mul(400)? / 146_097 + 1970;
    let year = (estimate - 1..=estimate + 1).rev().find(|year| days_since_epoch(*year, 1, 1) <= days)?;
    let month = (1..=12).rev().find(|month| days_since_epoch(year, *month, 1) <= days)?;
    Some((year, month, days - days_since_epoch(year, month, 1) + 1))
}

fn days_in_month(year: i64, month: i64) -> i64 {
    let (next_year, next_month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    days_since_epoch(next_year, next_month, 1) - days_since_epoch(year, month, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numeric_dates() {
        let table = [
            ("0", Some(0)),
            ("-0", Some(0)),
            ("-0.0e5", Some(0)),
            ("0e999999999999999999999", Some(0)),
            ("1790170386", Some(1_790_170_386)),
            ("1790170386.0001", Some(1_790_170_386)),
            ("1790170386.99999999999999999999", Some(1_790_170_386)),
            ("1.790170386e9", Some(1_790_170_386)),
            ("17901703869E-1", Some(1_790_170_386)),
            ("0.00000001790170386e+17", Some(1_790_170_386)),
            ("1e-400", Some(0)),
            ("0.9", Some(0)),
            ("253402300799", Some(LAST_SECOND)),
            ("253402300799.000", Some(LAST_SECOND)),
            ("253402300799.0000000000000001", None),
            ("253402300800", None),
            ("1e300", None),
            ("-1", None),
            ("-0.0000001", None),
        ];
        for (text, seconds) in table {
            assert_eq!(numeric_date(Value::parse(text.as_bytes()).unwrap()), seconds, "{text}");
        }
    }

    #[test]
    fn rfc3339_times() {
        let table = [
            ("1970-01-01T00:00:00Z", Some(0)),
            ("2030-01-02T03:24:05+00:00", Some(1_893_554_645)),
            ("2030-01-02T03:24:05.999999-00:00", Some(1_893_554_645)),
            ("2030-01-02t00:24:05-03:00", Some(1_893_554_645)),
            ("2030-01-02T08:54:05+05:30", Some(1_893_554_645)),
            ("2000-02-29T00:00:00z", Some(951_782_400)),
            ("1969-12-31T23:59:59Z", Some(-1)),
            ("0000-01-01T00:00:00Z", Some(-62_167_219_200)),
            ("9999-12-31T23:59:59Z", Some(LAST_SECOND)),
            ("2016-12-31T23:59:60Z", Some(1_483_228_800)),
            ("2017-01-01T05:29:60.5+05:30", Some(1_483_228_800)),
            ("9999-12-31T23:59:60Z", Some(LAST_SECOND + 1)),
            ("2016-12-30T23:59:60Z", None),
            ("2016-12-31T22:59:60Z", None),
            ("2016-12-31T23:59:60+00:01", None),
            ("2016-12-31T23:59:61Z", None),
            ("2030-01-02T03:24:05", None),
            ("2030-01-02T03:24:05+0000", None),
            ("2030-01-02T03:24:05+00", None),
            ("2030-01-02T03:24:05+24:00", None),
            ("2030-01-02T03:24:05.Z", None),
            ("2030-01-02T03:24:05Z ", None),
            ("2030-01-02 03:24:05Z", None),
            ("2030-02-29T03:24:05Z", None),
            ("1900-02-29T03:24:05Z", None),
            ("2030-13-02T03:24:05Z", None),
            ("2030-00-02T03:24:05Z", None),
            ("2030-01-00T03:24:05Z", None),
            ("2030-01-02T24:00:00Z", None),
            ("2030-1-2T3:24:05Z", None),
            ("2030-01-02", None),
            ("", None),
            ("٢٠٣٠-01-02T03:24:05Z", None),
            ("2030-01-0é03:24:05Z", None),
        ];
        for (text, seconds) in table {
            assert_eq!(rfc3339(text), seconds, "{text}");
        }
    }

    #[test]
    fn written_times_read_back() {
        for minutes in [0, 330, -180, 1439, -1439] {
            let offset = UtcOffset { minutes };
            for seconds in (-62_167_132_800..LAST_SECOND - DAY).step_by(97_654_321) {
                let text = to_rfc3339(seconds, offset).unwrap();
                assert_eq!(rfc3339(&text), Some(seconds), "{text}");
            }
        }
        assert_eq!(to_rfc3339(1_893_554_645, UtcOffset::UTC).unwrap(), "2030-01-02T03:24:05+00:00");
        assert_eq!(to_rfc3339(LAST_SECOND + 1, UtcOffset::UTC), None);
        assert_eq!(to_rfc3339(i64::MAX, UtcOffset::UTC), None);
        assert_eq!(to_rfc3339(i64::MIN, UtcOffset::UTC), None);
    }

    #[test]
    fn offsets() {
        assert_eq!(UtcOffset::parse("-03:30"), Some(UtcOffset { minutes: -210 }));
        for bad in ["UTC", "Z", "+3:00", "+0300", "+24:00", "", "+"] {
            assert_eq!(UtcOffset::parse(bad), None, "{bad}");
        }
    }
}
