//! The token that a request presents (RFC 6750 section 2.1), or a parameter of its query where the configuration names one.
//!
//! There is no way in for a whole URL: a token in one would end up in logs.

use std::borrow::Cow;

use crate::error::Result;
use crate::jose::config::Config;
use crate::jose::json::Value;

/// A token as it was presented.
pub(crate) struct Presented<'a> {
    pub(crate) token: Cow<'a, str>,
    /// Whether it stood in the header.
    pub(crate) by_header: bool,
}

/// Takes `headers` and `query` out of the arguments and finds the token. A header `Authorization` that is not empty hides the
/// parameter, even where it presents no bearer token.
pub(crate) fn presented<'a>(args: &mut Config<'a>, param: Option<&str>) -> Result<Option<Presented<'a>>> {
    let headers = args.object("headers")?.map(Config::rest).unwrap_or_default();
    let query = args.object("query")?;
    let named = headers.into_iter().filter(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    let mut authorization = None;
    for (_, value) in named {
        authorization = line(value, Which::Last).ok_or_else(|| args.failure("headers", "Authorization is no text"))?;
    }
    let authorization = authorization.unwrap_or(Cow::Borrowed(""));
    let authorization = authorization.trim_matches([' ', '\t']);
    if !authorization.is_empty() {
        // The scheme is matched as Datasette does: case as written, one space.
        let token = authorization.strip_prefix("Bearer ").map(|token| Cow::Owned(token.to_owned()));
        return Ok(token.map(|token| Presented { token, by_header: true }));
    }
    let (Some(param), Some(mut query)) = (param, query) else { return Ok(None) };
    let Some(value) = query.take(param) else { return Ok(None) };
    let token = line(value, Which::First).ok_or_else(|| args.failure("query", "the parameter is no text"))?;
    Ok(token.filter(|token| !token.is_empty()).map(|token| Presented { token, by_header: false }))
}

enum Which {
    First,
    Last,
}

/// One of the lines of a header or values of a parameter, of which an empty list has none; `None` for another type than a text or a
/// list of texts.
fn line(value: Value<'_>, which: Which) -> Option<Option<Cow<'_, str>>> {
    let Some(items) = value.items() else { return value.as_str().map(Some) };
    let texts = items.map(|item| item.as_str()).collect::<Option<Vec<_>>>()?;
    let mut texts = texts.into_iter();
    Some(match which {
        Which::First => texts.next(),
        Which::Last => texts.next_back(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(args: &str) -> Option<String> {
        let mut args = Config::parse(args, "args").unwrap();
        presented(&mut args, Some("_t")).unwrap().map(|presented| presented.token.into_owned())
    }

    #[test]
    fn the_token_of_a_request() {
        let table = [
            (r#"{}"#, None),
            (r#"{"headers":{}}"#, None),
            (r#"{"headers":{"Authorization":"Bearer x"}}"#, Some("x")),
            (r#"{"headers":{"AUTHORIZATION":" \tBearer x y \t"}}"#, Some("x y")),
            (r#"{"headers":{"authorization":["Bearer a","Bearer b"]}}"#, Some("b")),
            (r#"{"headers":{"Authorization":"Bearer  x"}}"#, Some(" x")),
            (r#"{"headers":{"Authorization":"bearer x"}}"#, None),
            (r#"{"headers":{"Authorization":"Bearer\tx"}}"#, None),
            (r#"{"headers":{"Authorization":"Bearerx"}}"#, None),
            (r#"{"headers":{"Authorization":"Bearer"}}"#, None),
            (r#"{"headers":{"Authorization":"Bearer "}}"#, None),
            (r#"{"headers":{"Authorization":[]},"query":{"_t":"q"}}"#, Some("q")),
            (r#"{"headers":{"Authorization":" "},"query":{"_t":"q"}}"#, Some("q")),
            (r#"{"headers":{"Authorization":"Basic x"},"query":{"_t":"q"}}"#, None),
            (r#"{"query":{"_t":["a","b"]}}"#, Some("a")),
            (r#"{"query":{"_t":""}}"#, None),
            (r#"{"query":{"other":"x"}}"#, None),
        ];
        for (args, expected) in table {
            assert_eq!(token(args).as_deref(), expected, "{args}");
        }
        for odd in [r#"{"headers":{"Authorization":1}}"#, r#"{"query":{"_t":[1]}}"#, r#"{"headers":[]}"#] {
            let mut args = Config::parse(odd, "args").unwrap();
            assert!(presented(&mut args, Some("_t")).is_err(), "{odd}");
        }
    }
}
