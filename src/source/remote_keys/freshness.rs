//! How long a key set is kept (RFC 9111 sections 4.2 and 5.2.2).

use crate::source::Response;

const SHORTEST_MS: i64 = 60_000;
const LONGEST_MS: i64 = 86_400_000;
const DEFAULT_MS: i64 = 600_000;

/// What `Cache-Control` and `Age` say, from a minute to a day; ten minutes where they say nothing.
pub(super) fn freshness_ms(response: &Response) -> i64 {
    let Some(control) = response.header("cache-control") else { return DEFAULT_MS };
    let directives = control.split(',').map(|directive| directive.trim().to_ascii_lowercase());
    let mut life_s = None;
    for directive in directives {
        match directive.split_once('=') {
            Some(("max-age", text)) => life_s = seconds(text.trim_matches('"')),
            None if directive == "no-store" || directive == "no-cache" => return SHORTEST_MS,
            _ => {}
        }
    }
    let age_s = response.header("age").and_then(|age| seconds(age.trim())).unwrap_or(0);
    life_s.map_or(DEFAULT_MS, |life_s| (1000 * (life_s - age_s)).clamp(SHORTEST_MS, LONGEST_MS))
}

/// A number of seconds; one that is too large is the largest (RFC 9111 section 1.2.2).
fn seconds(text: &str) -> Option<i64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse::<u32>().unwrap_or(u32::MAX).into())
}

/// An entity tag that can be sent back, quotes and all (RFC 9110 section 8.8.3).
pub(super) fn quoted(etag: &str) -> Option<String> {
    let is_whole = etag.ends_with('"') && (etag.starts_with('"') || etag.starts_with("W/\""));
    (is_whole && etag.len() <= 256 && etag.bytes().all(|byte| byte.is_ascii_graphic())).then(|| etag.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_is_kept_between_a_minute_and_a_day() {
        for (headers, life_s) in [
            (&[][..], 600),
            (&[("Cache-Control", "public, max-age=3600")][..], 3600),
            (&[("cache-control", "max-age=\"120\"")][..], 120),
            (&[("Cache-Control", "max-age=3600"), ("Age", "600")][..], 3000),
            (&[("Cache-Control", "max-age=1")][..], 60),
            (&[("Cache-Control", "max-age=99999999")][..], 86_400),
            (&[("Cache-Control", "max-age=4294967296")][..], 86_400),
            (&[("Cache-Control", "max-age=-1")][..], 600),
            (&[("Cache-Control", "max-age=3600"), ("Age", "99999999999999999999")][..], 60),
            (&[("Cache-Control", "no-store, max-age=3600")][..], 60),
            (&[("Cache-Control", "max-age=soon")][..], 600),
            (&[("Cache-Control", "public")][..], 600),
            (&[("Cache-Control", "max-age=10"), ("Age", "4294967295")][..], 60),
        ] {
            let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            assert_eq!(freshness_ms(&Response { status: 200, headers, body: Vec::new() }), 1000 * life_s);
        }
    }

    #[test]
    fn a_tag_goes_back_as_it_came_or_not_at_all() {
        for (tag, is_kept) in
            [("\"a\"", true), ("W/\"a\"", true), ("a", false), ("\"a\r\nX: y\"", false), ("\"a", false)]
        {
            assert_eq!(quoted(tag).is_some(), is_kept, "{tag}");
        }
    }
}
