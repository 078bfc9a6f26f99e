//! Times as tokens write them, to whole Unix seconds.

/// The last second of the year 9999.
const LAST_SECOND: i64 = 253_402_300_799;

/// The JSON number of a NumericDate, rounded down, if it is from 0 to the last second of the year 9999.
pub fn numeric_date(number: &str) -> Option<i64> {
    let (mantissa, exponent) = number.split_once(['e', 'E']).unwrap_or((number, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{}{fraction}", whole.trim_start_matches('-'));
    if digits.chars().all(|digit| digit == '0') {
        return Some(0);
    }
    if number.starts_with('-') {
        return None;
    }
    // The point moves by the exponent. An exponent of more than 64 bits can only be negative here, for the number is a double.
    let point = (digits.len() - fraction.len()) as i64 + exponent.parse::<i64>().unwrap_or(-1_000_000);
    let zeros = digits.len() - digits.trim_start_matches('0').len();
    if point - zeros as i64 > 12 {
        return None;
    }
    let mut seconds = 0;
    for index in 0..point.max(0) as usize {
        seconds = seconds * 10 + digits.as_bytes().get(index).map_or(0, |digit| i64::from(digit - b'0'));
    }
    let fraction = digits.get(point.max(0) as usize..).unwrap_or("").contains(|digit| digit != '0');
    (seconds < LAST_SECOND || seconds == LAST_SECOND && !fraction).then_some(seconds)
}

/// An RFC 3339 time, rounded down. A second 60 is read where there can be one: when a month of UTC is over with it.
pub fn rfc3339(text: &str) -> Option<i64> {
    let text = text.as_bytes();
    let number = |from: usize, to: usize| -> Option<i64> {
        let digits = text.get(from..to)?;
        let digits = digits.iter().all(u8::is_ascii_digit).then_some(digits)?;
        std::str::from_utf8(digits).ok()?.parse().ok()
    };
    let is = |at: usize, wanted: &[u8]| text.get(at).is_some_and(|byte| wanted.contains(byte)).then_some(());
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    is(4, b"-").and(is(7, b"-")).and(is(10, b"Tt")).and(is(13, b":")).and(is(16, b":"))?;
    let mut at = 19;
    if is(at, b".").is_some() {
        number(20, 21)?;
        at = (20..).find(|at| number(*at, at + 1).is_none())?;
    }
    let offset = match text.get(at)? {
        b'Z' | b'z' => 0,
        sign => {
            is(at, b"+-").and(is(at + 3, b":"))?;
            let (hours, minutes) = (number(at + 1, at + 3)?, number(at + 4, at + 6)?);
            at += 5;
            if hours > 23 || minutes > 59 {
                return None;
            }
            (hours * 3600 + minutes * 60) * if *sign == b'-' { -1 } else { 1 }
        }
    };
    let sound = (1..=12).contains(&month) && hour < 24 && minute < 60 && second <= 60 && text.len() == at + 1;
    if !sound || day < 1 || day > days_in(year, month) {
        return None;
    }
    let seconds = (first_day(year, month) + day - 1) * 86_400 + hour * 3600 + minute * 60 + second - offset;
    let begins_month = || [(year, month), (year, month + 1)].iter().any(|(y, m)| first_day(*y, *m) * 86_400 == seconds);
    (second < 60 || begins_month()).then_some(seconds)
}

/// The day that a month begins with, counted from 1970-01-01. A month 13 is the next January.
fn first_day(year: i64, month: i64) -> i64 {
    let years: i64 = (0..year).flat_map(|year| (1..=12).map(move |month| days_in(year, month))).sum();
    let months: i64 = (1..month).map(|month| days_in(year, month)).sum();
    // From the first day of the year 0 to that of 1970.
    years + months - 719_528
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
