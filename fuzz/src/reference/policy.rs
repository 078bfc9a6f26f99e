//! The policy: the table of the specification, member by member. Whatever it does not allow is `CONFIG`.

use super::json::{self, Json, Members};
use super::{MAX_LEVELS, No};

/// What may stand in `algorithms`, and the algorithm that it is the name of.
const NAMES: [(&str, &str); 13] = [
    ("HS256", "HS256"),
    ("HS384", "HS384"),
    ("HS512", "HS512"),
    ("RS256", "RS256"),
    ("RS384", "RS384"),
    ("RS512", "RS512"),
    ("PS256", "PS256"),
    ("PS384", "PS384"),
    ("PS512", "PS512"),
    ("ES256", "ES256"),
    ("ES384", "ES384"),
    ("EdDSA", "EdDSA"),
    ("Ed25519", "EdDSA"),
];

const OF_BYTES: [&str; 5] = ["algorithms", "typ", "max_token_bytes", "try_keys", "payload"];
const OF_CLAIMS: [&str; 10] = [
    "issuer",
    "any_issuer",
    "audience",
    "any_audience",
    "subject",
    "leeway_s",
    "max_age_s",
    "required",
    "allow_missing_exp",
    "expiry_claim",
];

/// A policy that says what it must.
#[allow(missing_docs)]
pub struct Policy {
    pub algorithms: Vec<&'static str>,
    /// A media type, as [`media_type`] writes it.
    pub typ: Option<String>,
    pub max_token_bytes: usize,
    pub try_keys: usize,
    pub bytes: bool,
    /// `None` is any.
    pub issuer: Option<Vec<String>>,
    /// `None` is any.
    pub audience: Option<Vec<String>>,
    pub subject: Option<String>,
    pub leeway_s: i64,
    pub max_age_s: Option<i64>,
    pub required: Vec<String>,
    pub allow_missing_exp: bool,
    pub expiry_claim: String,
}

/// The algorithm of a name.
pub fn algorithm(name: &str) -> Option<&'static str> {
    NAMES.iter().find(|(other, _)| *other == name).map(|(_, algorithm)| *algorithm)
}

/// A media type in small letters and without its prefix, so that two may be compared.
pub fn media_type(typ: &str) -> String {
    let typ = typ.to_ascii_lowercase();
    typ.strip_prefix("application/").unwrap_or(&typ).to_owned()
}

impl Policy {
    /// Reads a policy.
    pub fn read(text: &str) -> Result<Policy, No> {
        json::object(text.as_bytes(), MAX_LEVELS).and_then(read).ok_or_else(|| No::new("CONFIG"))
    }
}

fn read(members: Members) -> Option<Policy> {
    let bytes = match json::get(&members, "payload") {
        None => false,
        Some(payload) => match payload.text()? {
            "claims" => false,
            "bytes" => true,
            _ => return None,
        },
    };
    let allowed = |name: &str| OF_BYTES.contains(&name) || !bytes && OF_CLAIMS.contains(&name);
    if !members.iter().all(|(name, _)| allowed(name)) {
        return None;
    }
    let algorithms = json::get(&members, "algorithms")?.texts()?;
    let algorithms: Vec<_> = algorithms.iter().map(|name| algorithm(name)).collect::<Option<_>>()?;
    let expiry_claim = filled(&members, "expiry_claim")?.unwrap_or("exp".into());
    let another = ["nbf", "iat", "iss", "sub", "aud", "jti"].contains(&expiry_claim.as_str());
    let typ = filled(&members, "typ")?.map(|typ| media_type(&typ));
    if algorithms.is_empty() || another || typ.as_deref() == Some("") {
        return None;
    }
    Some(Policy {
        algorithms,
        typ,
        max_token_bytes: integer(&members, "max_token_bytes", 256, 1_048_576)?.unwrap_or(65_536) as usize,
        try_keys: integer(&members, "try_keys", 1, 8)?.unwrap_or(1) as usize,
        bytes,
        issuer: if bytes { None } else { one_of_two(&members, "issuer", "any_issuer")? },
        audience: if bytes { None } else { one_of_two(&members, "audience", "any_audience")? },
        subject: filled(&members, "subject")?,
        leeway_s: integer(&members, "leeway_s", 0, 300)?.unwrap_or(0),
        max_age_s: integer(&members, "max_age_s", 1, 315_576_000)?,
        required: json::get(&members, "required").map_or(Some(Vec::new()), Json::texts)?,
        allow_missing_exp: flag(&members, "allow_missing_exp")?,
        expiry_claim,
    })
}

// Of the functions below, the outer `None` is CONFIG and the inner one an absent member.

fn filled(members: &Members, name: &str) -> Option<Option<String>> {
    match json::get(members, name) {
        None => Some(None),
        Some(value) => value.text().filter(|text| !text.is_empty()).map(|text| Some(text.to_owned())),
    }
}

fn integer(members: &Members, name: &str, least: i64, most: i64) -> Option<Option<i64>> {
    match json::get(members, name) {
        None => Some(None),
        Some(value) => value.integer().filter(|integer| (least..=most).contains(integer)).map(Some),
    }
}

fn flag(members: &Members, name: &str) -> Option<bool> {
    match json::get(members, name) {
        None => Some(false),
        Some(Json::Bool(flag)) => Some(*flag),
        Some(_) => None,
    }
}

fn one_of_two(members: &Members, name: &str, any: &str) -> Option<Option<Vec<String>>> {
    let texts = match json::get(members, name) {
        None => None,
        Some(Json::Text(text)) => Some(vec![text.clone()]),
        Some(value) => Some(value.texts()?),
    };
    if texts.as_ref().is_some_and(|texts| texts.is_empty() || texts.iter().any(String::is_empty)) {
        return None;
    }
    (texts.is_some() != flag(members, any)?).then_some(texts)
}
