//! The claims, one after the other: type, presence, value.

use super::json::{self, Json, Members};
use super::policy::Policy;
use super::time;
use super::{MAX_LEVELS, No};

/// Rows 12 and 13 of the status table.
pub fn check(policy: &Policy, payload: &[u8], now_s: i64) -> Result<(), No> {
    let claims = json::object(payload, MAX_LEVELS).ok_or_else(|| No::new("CLAIMS_MALFORMED"))?;
    // Wide enough for every sum below.
    let (now, leeway) = (i128::from(now_s), i128::from(policy.leeway_s));

    let name = policy.expiry_claim.as_str();
    let expiry = if name == "exp" { date(&claims, name) } else { time_text(&claims, name) };
    match expiry? {
        Some(expiry) if now < expiry + leeway => (),
        Some(_) => return Err(No::about("EXPIRED", name)),
        None if policy.allow_missing_exp => (),
        None => return Err(missing(name)),
    }

    if date(&claims, "nbf")?.is_some_and(|nbf| nbf > now + leeway) {
        return Err(No::about("NOT_YET_VALID", "nbf"));
    }

    let iat = date(&claims, "iat")?;
    if let Some(max_age) = policy.max_age_s {
        let iat = iat.ok_or_else(|| missing("iat"))?;
        if iat > now + leeway {
            return Err(No::about("NOT_YET_VALID", "iat"));
        }
        if now - iat > i128::from(max_age) + leeway {
            return Err(No::about("EXPIRED", "iat"));
        }
    }

    equal(text(&claims, "iss")?, policy.issuer.as_deref(), "ISSUER", "iss")?;
    let subject = policy.subject.clone().map(|subject| vec![subject]);
    equal(text(&claims, "sub")?, subject.as_deref(), "SUBJECT", "sub")?;

    let audience = match json::get(&claims, "aud") {
        None => None,
        Some(Json::Text(one)) => Some(vec![one.clone()]),
        Some(several) => Some(several.texts().ok_or_else(|| No::about("CLAIM_INVALID", "aud"))?),
    };
    if let Some(wanted) = &policy.audience {
        let audience = audience.ok_or_else(|| missing("aud"))?;
        if !audience.iter().any(|one| wanted.contains(one)) {
            return Err(No::about("AUDIENCE", "aud"));
        }
    }

    text(&claims, "jti")?;

    let absent = |name: &&String| matches!(json::get(&claims, name), None | Some(Json::Null));
    match policy.required.iter().find(absent) {
        Some(name) => Err(missing(name)),
        None => Ok(()),
    }
}

fn equal(value: Option<String>, wanted: Option<&[String]>, status: &'static str, name: &str) -> Result<(), No> {
    match (value, wanted) {
        (_, None) => Ok(()),
        (None, Some(_)) => Err(missing(name)),
        (Some(value), Some(wanted)) if wanted.contains(&value) => Ok(()),
        (Some(_), Some(_)) => Err(No::about(status, name)),
    }
}

fn date(claims: &Members, name: &str) -> Result<Option<i128>, No> {
    let seconds = |value: &Json| match value {
        Json::Number(number) => time::numeric_date(number),
        _ => None,
    };
    typed(claims, name, |value| seconds(value).map(i128::from))
}

fn time_text(claims: &Members, name: &str) -> Result<Option<i128>, No> {
    typed(claims, name, |value| value.text().and_then(time::rfc3339).map(i128::from))
}

fn text(claims: &Members, name: &str) -> Result<Option<String>, No> {
    typed(claims, name, |value| value.text().map(str::to_owned))
}

fn typed<T>(claims: &Members, name: &str, read: impl Fn(&Json) -> Option<T>) -> Result<Option<T>, No> {
    match json::get(claims, name) {
        None => Ok(None),
        Some(value) => read(value).map(Some).ok_or_else(|| No::about("CLAIM_INVALID", name)),
    }
}

fn missing(name: &str) -> No {
    No::about("CLAIM_MISSING", name)
}
