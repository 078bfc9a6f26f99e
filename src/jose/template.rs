//! What all tokens of one signer have in common: the header, encoded once, and the claims that options add.

use std::borrow::Cow;

use super::algorithm::Algorithm;
use super::base64url;
use super::claims::{Claims, invalid};
use super::config::{Config, config_failure};
use super::json::{Members, Value};
use super::policy::MAX_SPAN_S;
use super::random;
use super::time::LAST_SECOND;
use crate::error::{Failure, Result};

/// 128 bits, as base64url.
const JTI_LEN: usize = 22;

/// The options of a signer, sound by construction.
pub(crate) struct Template {
    /// The header segments for claims and for bytes, which differ in the default `typ`.
    claims_header: String,
    bytes_header: String,
    /// `iss`, `sub` and `aud` as JSON members, and their names.
    fixed_members: Members,
    fixed_names: Vec<&'static str>,
    ttl_s: Option<i64>,
    /// Whether a `jti` is made; `None` if the option was not given.
    jti: Option<bool>,
}

/// A header segment and the payload that goes behind it.
pub(crate) struct Content<'a> {
    pub(crate) header: &'a str,
    pub(crate) payload: Cow<'a, [u8]>,
}

/// The algorithm that options ask for, and the name that they call it by.
pub(crate) struct Asked {
    pub(crate) algorithm: Option<Algorithm>,
    name: Option<&'static str>,
}

impl Asked {
    /// Takes the `algorithm` out of the options.
    pub(crate) fn take(options: &mut Config<'_>) -> Result<Asked> {
        let Some(name) = options.text("algorithm")? else { return Ok(Asked { algorithm: None, name: None }) };
        match Algorithm::from_name(&name) {
            Some(algorithm) => {
                let name = if name == "Ed25519" { "Ed25519" } else { algorithm.name() };
                Ok(Asked { algorithm: Some(algorithm), name: Some(name) })
            }
            None => Err(options.failure("algorithm", "unknown algorithm")),
        }
    }
}

impl Template {
    /// Reads the options of a signer, which are listed at `jeton_signer_new`; `kid` is the key's own.
    pub(crate) fn read(
        mut options: Config<'_>,
        asked: &Asked,
        algorithm: Algorithm,
        kid: Option<&str>,
    ) -> Result<Template> {
        let alg = asked.name.unwrap_or(algorithm.name());
        let header = HeaderOptions::take(&mut options, kid)?;
        let (mut fixed_members, mut fixed_names) = (Members::default(), Vec::new());
        for (option, claim) in [("issuer", "iss"), ("subject", "sub")] {
            if let Some(text) = options.text(option)? {
                fixed_members.text(claim, &text);
                fixed_names.push(claim);
            }
        }
        if let Some(audience) = options.take("audience") {
            let is_texts = audience.items().is_some_and(|mut items| items.all(|item| item.as_str().is_some()));
            if !is_texts && audience.as_str().is_none() {
                return Err(options.failure("audience", "expected a string or a list of strings"));
            }
            fixed_members.json("aud", audience.raw());
            fixed_names.push("aud");
        }
        let template = Template {
            claims_header: header.segment(alg, Some("JWT")),
            bytes_header: header.segment(alg, None),
            fixed_members,
            fixed_names,
            ttl_s: options.integer("ttl_s", 1..=MAX_SPAN_S)?,
            jti: options.flag("jti")?,
        };
        options.finish()?;
        Ok(template)
    }

    /// Claims, a JSON object, and behind them the claims of the options.
    pub(crate) fn claims<'a>(&'a self, claims: &'a [u8], now_s: i64) -> Result<Content<'a>> {
        let read = Claims::read(claims, &[]).map_err(|malformed| {
            config_failure("claims", &format!("at byte {}: {}", malformed.offset, malformed.reason))
        })?;
        if let Some(name) = self.added_names().find(|name| read.has(name)) {
            return Err(config_failure(&format!("claims.{name}"), "also given by an option"));
        }
        read.check_types()?;
        let added = self.added_members(now_s)?;
        let payload = match added.as_str() {
            "" => Cow::Borrowed(claims),
            added => Cow::Owned(append(claims, added)),
        };
        Ok(Content { header: &self.claims_header, payload })
    }

    /// A payload of any bytes, with which no option about claims goes.
    pub(crate) fn bytes<'a>(&'a self, payload: &'a [u8]) -> Result<Content<'a>> {
        let options = [("issuer", "iss"), ("subject", "sub"), ("audience", "aud")];
        let fixed = options.iter().find(|(_, claim)| self.fixed_names.contains(claim)).map(|(option, _)| *option);
        match fixed.or(self.ttl_s.map(|_| "ttl_s")).or(self.jti.map(|_| "jti")) {
            Some(option) => {
                Err(config_failure(&format!("options.{option}"), "is about claims, which a payload of bytes has not"))
            }
            None => Ok(Content { header: &self.bytes_header, payload: Cow::Borrowed(payload) }),
        }
    }

    /// The most bytes that header and payload segments can have with the dot between them, for claims or bytes of this length.
    pub(crate) fn bound(&self, payload_len: usize) -> Option<usize> {
        // Two times of at most 12 digits, and the longest of every name and separator.
        const TIMES: usize = ",\"iat\":,\"exp\":".len() + 2 * 12;
        const JTI: usize = ",\"jti\":\"\"".len() + JTI_LEN;
        let payload = payload_len.checked_add(1 + self.fixed_members.as_str().len() + TIMES + JTI)?;
        let header = self.claims_header.len().max(self.bytes_header.len());
        base64url::encoded_len(payload)?.checked_add(header + 1)
    }

    /// The names of the claims that the options add.
    fn added_names(&self) -> impl Iterator<Item = &'static str> + '_ {
        let times: &[&str] = if self.ttl_s.is_some() { &["iat", "exp"] } else { &[] };
        let jti: &[&str] = if self.jti == Some(true) { &["jti"] } else { &[] };
        self.fixed_names.iter().chain(times).chain(jti).copied()
    }

    /// The claims that the options add, as JSON members with a comma between them.
    fn added_members(&self, now_s: i64) -> Result<Members> {
        let mut members = self.fixed_members.clone();
        if let Some(ttl_s) = self.ttl_s {
            let exp = now_s.saturating_add(ttl_s);
            for (name, seconds) in [("iat", now_s), ("exp", exp)] {
                if !(0..=LAST_SECOND).contains(&seconds) {
                    return Err(invalid(name, "the time of signing is outside the years 1970 to 9999"));
                }
                members.json(name, &seconds.to_string());
            }
        }
        if self.jti == Some(true) {
            let mut random_bytes = [0; 16];
            random::fill(&mut random_bytes)?;
            members.text("jti", &base64url::encode(random_bytes));
        }
        Ok(members)
    }
}

/// The options that make the header.
struct HeaderOptions {
    /// `None` where a default or nothing is wanted.
    kid: Option<String>,
    typ: Typ,
    extra: Members,
}

/// What a signer writes as `typ`.
enum Typ {
    Default,
    None,
    Named(String),
}

impl HeaderOptions {
    fn take(options: &mut Config<'_>, key_kid: Option<&str>) -> Result<HeaderOptions> {
        let mut kid = key_kid.map(str::to_owned);
        let mut typ = Typ::Default;
        let kid_option = options.take("kid");
        let typ_option = options.take("typ");
        if let Some(value) = kid_option {
            kid = nullable_text(value, || options.failure("kid", "expected a string or null"))?;
        }
        if let Some(value) = typ_option {
            typ = match nullable_text(value, || options.failure("typ", "expected a string or null"))? {
                Some(name) => Typ::Named(name),
                None => Typ::None,
            };
        }
        let mut extra = Members::default();
        if let Some(mut header) = options.object("header")? {
            for (name, option) in [("kid", kid_option), ("typ", typ_option)] {
                if option.is_some() && header.take(name).is_some() {
                    return Err(header.failure(name, "also given as an option"));
                }
            }
            if let Some(own) = header.text("kid")? {
                kid = Some(own.into_owned());
            }
            if let Some(own) = header.text("typ")? {
                typ = Typ::Named(own.into_owned());
            }
            for name in ["alg", "crit", "b64", "zip"] {
                if header.take(name).is_some() {
                    return Err(header.failure(name, "not a member that may be chosen"));
                }
            }
            if let Some(cty) = header.text("cty")? {
                extra.text("cty", &cty);
            }
            for (name, value) in header.rest() {
                extra.json(&name, value.raw());
            }
        }
        Ok(HeaderOptions { kid, typ, extra })
    }

    /// The header segment, base64url.
    fn segment(&self, alg: &str, default_typ: Option<&str>) -> String {
        let typ = match &self.typ {
            Typ::Default => default_typ,
            Typ::None => None,
            Typ::Named(name) => Some(name.as_str()),
        };
        let mut members = Members::default();
        members.text("alg", alg);
        for (name, value) in [("typ", typ), ("kid", self.kid.as_deref())] {
            if let Some(value) = value {
                members.text(name, value);
            }
        }
        members.extend(&self.extra);
        base64url::encode(members.into_object())
    }
}

fn nullable_text(value: Value<'_>, failure: impl FnOnce() -> Failure) -> Result<Option<String>> {
    match (value.as_str(), value.raw()) {
        (Some(text), _) => Ok(Some(text.into_owned())),
        (None, "null") => Ok(None),
        (None, _) => Err(failure()),
    }
}

/// Adds members to the text of an object that is known to be sound.
fn append(object: &[u8], members: &str) -> Vec<u8> {
    let open = object.trim_ascii().strip_suffix(b"}").expect("an object ends with a brace").trim_ascii_end();
    let separator: &[u8] = if open == b"{" { b"" } else { b"," };
    [open, separator, members.as_bytes(), b"}"].concat()
}
