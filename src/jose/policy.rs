//! What a verifier demands of a token. A policy that was built has said something about issuer, audience and algorithms, so
//! that nothing is left open by mistake.

use super::algorithm::Algorithm;
use super::claims::{Claims, invalid};
use super::config::{Config, speakable};
use super::jws::{Header, Payload};
use super::time;
use crate::error::{Failure, Result, Status};

/// How long a token may be, where the policy does not say.
pub(crate) const DEFAULT_MAX_TOKEN_BYTES: usize = 65_536;

/// Ten years.
pub(crate) const MAX_SPAN_S: i64 = 315_576_000;

/// The members of a policy, which are described at `jeton_verifier_new`.
const MEMBERS: [&str; 16] = [
    "algorithms",
    "issuer",
    "any_issuer",
    "audience",
    "any_audience",
    "subject",
    "typ",
    "leeway_s",
    "max_age_s",
    "required",
    "allow_missing_exp",
    "expiry_claim",
    "payload",
    "max_token_bytes",
    "try_keys",
    "verified_cache_bytes",
];

/// The demands on a token, sound by construction.
pub(crate) struct Policy {
    algorithms: Vec<Algorithm>,
    typ: Option<String>,
    pub(crate) max_token_bytes: usize,
    pub(crate) try_keys: usize,
    /// What the texts of tokens that verified may take in memory; 0 for none kept.
    pub(crate) verified_cache_bytes: usize,
    /// `None` for payloads that are bytes.
    claims: Option<ClaimRules>,
}

/// The demands on claims.
struct ClaimRules {
    /// `None` where any issuer, or none, will do.
    issuer: Option<Vec<String>>,
    /// `None` where any audience, or none, will do.
    audience: Option<Vec<String>>,
    subject: Option<String>,
    leeway_s: i64,
    max_age_s: Option<i64>,
    allow_missing_exp: bool,
    /// The claims that must be there and not null, and behind them the claim that ends the token instead of `exp`, if one does.
    further: Vec<String>,
    expiry_claim: Option<String>,
}

impl Policy {
    /// Reads a policy; its members are listed at `jeton_verifier_new`.
    pub(crate) fn parse(text: &str) -> Result<Policy> {
        Policy::parse_at(text, "policy")
    }

    /// As [`Policy::parse`], for a policy that messages call `path`.
    pub(crate) fn parse_at(text: &str, path: &str) -> Result<Policy> {
        let mut config = Config::parse(text, path)?;
        // A misspelt member is found before the right one is missed, whose message would name a way out.
        config.refuse_others(&MEMBERS)?;
        let claims = match config.text("payload")?.as_deref() {
            None | Some("claims") => Some(ClaimRules::read(&mut config)?),
            Some("bytes") => None,
            Some(_) => return Err(config.failure("payload", "expected claims or bytes")),
        };
        // Beside bytes it is left, and refused below.
        let cached = match claims {
            Some(_) => config.integer("verified_cache_bytes", 0..=67_108_864)?,
            None => None,
        };
        let policy = Policy {
            algorithms: algorithms(&mut config)?,
            typ: typ(&mut config)?,
            max_token_bytes: config
                .integer("max_token_bytes", 256..=1_048_576)?
                .map_or(DEFAULT_MAX_TOKEN_BYTES, |bytes| bytes as usize),
            try_keys: config.integer("try_keys", 1..=8)?.map_or(1, |keys| keys as usize),
            verified_cache_bytes: cached.map_or(0, |bytes| bytes as usize),
            claims,
        };
        config.finish_where("does not stand beside a payload of bytes")?;
        Ok(policy)
    }

    /// What the payload of a token is.
    pub(crate) fn payload(&self) -> Payload {
        if self.claims.is_some() { Payload::Claims } else { Payload::Bytes }
    }

    /// Whether a token whose MAC is made with a shared secret may pass.
    pub(crate) fn allows_secrets(&self) -> bool {
        [Algorithm::Hs256, Algorithm::Hs384, Algorithm::Hs512].iter().any(|shared| self.algorithms.contains(shared))
    }

    /// The algorithm of a header, if it is allowed.
    pub(crate) fn allowed(&self, alg: &str) -> Result<Algorithm> {
        Algorithm::from_name(alg)
            .filter(|algorithm| self.algorithms.contains(algorithm))
            .ok_or_else(|| Failure::new(Status::Algorithm, "the header's alg is not one of the policy's algorithms"))
    }

    /// Checks what a token says, of which the signature is known to be good, at the time `now_s`.
    pub(crate) fn check(&self, header: &Header<'_>, payload: &[u8], now_s: i64) -> Result<()> {
        self.check_typ(header.typ.as_deref())?;
        let Some(rules) = &self.claims else { return Ok(()) };
        let claims = Claims::read(payload, &rules.further).map_err(|malformed| {
            let what = format!("the payload at byte {}: {}", malformed.offset, malformed.reason);
            Failure::new(Status::ClaimsMalformed, what)
        })?;
        rules.check(&claims, now_s)
    }

    /// Explicit typing (RFC 8725 section 3.11).
    fn check_typ(&self, typ: Option<&str>) -> Result<()> {
        let Some(wanted) = &self.typ else { return Ok(()) };
        match typ {
            Some(typ) if media_type(typ).eq_ignore_ascii_case(wanted) => Ok(()),
            Some(_) => Err(Failure::about(Status::Typ, "typ", "the header has another typ than the policy's")),
            None => Err(Failure::about(Status::Typ, "typ", "the header has no typ")),
        }
    }
}

impl ClaimRules {
    fn read(config: &mut Config<'_>) -> Result<ClaimRules> {
        let expiry_claim =
            config.filled_text("expiry_claim")?.map(|claim| claim.into_owned()).filter(|claim| claim != "exp");
        if let Some("nbf" | "iat" | "iss" | "sub" | "aud" | "jti") = expiry_claim.as_deref() {
            return Err(config.failure("expiry_claim", "this registered claim has another meaning"));
        }
        let mut further = config.texts("required")?.unwrap_or_default();
        further.extend(expiry_claim.clone());
        Ok(ClaimRules {
            issuer: one_of_two(config, "issuer", "any_issuer")?,
            audience: one_of_two(config, "audience", "any_audience")?,
            subject: config.filled_text("subject")?.map(|subject| subject.into_owned()),
            leeway_s: config.integer("leeway_s", 0..=300)?.unwrap_or(0),
            max_age_s: config.integer("max_age_s", 1..=MAX_SPAN_S)?,
            allow_missing_exp: config.flag("allow_missing_exp")?.unwrap_or(false),
            further,
            expiry_claim,
        })
    }

    /// The claims one after the other, each wholly before the next: its type, its presence, its value.
    fn check(&self, claims: &Claims<'_>, now_s: i64) -> Result<()> {
        self.check_expiry(claims, now_s)?;
        self.check_nbf(claims, now_s)?;
        self.check_iat(claims, now_s)?;
        self.check_iss(claims)?;
        self.check_sub(claims)?;
        self.check_aud(claims)?;
        claims.jti()?;
        self.check_required(claims)
    }

    fn check_expiry(&self, claims: &Claims<'_>, now_s: i64) -> Result<()> {
        let (name, expiry) = match &self.expiry_claim {
            Some(name) => (name.as_str(), self.other_expiry(claims, name)?),
            None => ("exp", claims.exp()?),
        };
        match expiry {
            Some(expiry) if now_s < expiry.saturating_add(self.leeway_s) => Ok(()),
            Some(_) => Err(Failure::about(Status::Expired, name, "the token has expired")),
            None if self.allow_missing_exp => Ok(()),
            None => Err(missing(name)),
        }
    }

    /// The claim that takes the place of `exp`, an RFC 3339 time.
    fn other_expiry(&self, claims: &Claims<'_>, name: &str) -> Result<Option<i64>> {
        match claims.further(self.further.len() - 1) {
            Some(value) => match value.as_str().and_then(|text| time::rfc3339(&text)) {
                Some(expiry) => Ok(Some(expiry)),
                None => Err(invalid(name, "the claim that ends the token is not an RFC 3339 time")),
            },
            None => Ok(None),
        }
    }

    fn check_nbf(&self, claims: &Claims<'_>, now_s: i64) -> Result<()> {
        match claims.nbf()? {
            Some(nbf) if nbf > now_s.saturating_add(self.leeway_s) => {
                Err(Failure::about(Status::NotYetValid, "nbf", "the token is not valid yet"))
            }
            _ => Ok(()),
        }
    }

    /// `iat` decides nothing unless the policy limits the age of a token.
    fn check_iat(&self, claims: &Claims<'_>, now_s: i64) -> Result<()> {
        let iat = claims.iat()?;
        let Some(max_age_s) = self.max_age_s else { return Ok(()) };
        match iat {
            None => Err(missing("iat")),
            Some(iat) if iat > now_s.saturating_add(self.leeway_s) => {
                Err(Failure::about(Status::NotYetValid, "iat", "the token was issued in the future"))
            }
            Some(iat) if now_s.saturating_sub(iat) > max_age_s + self.leeway_s => {
                Err(Failure::about(Status::Expired, "iat", "the token is older than the policy allows"))
            }
            Some(_) => Ok(()),
        }
    }

    fn check_iss(&self, claims: &Claims<'_>) -> Result<()> {
        match (claims.iss()?, &self.issuer) {
            (_, None) => Ok(()),
            (None, Some(_)) => Err(missing("iss")),
            (Some(iss), Some(wanted)) if wanted.iter().any(|wanted| *wanted == iss) => Ok(()),
            (Some(_), Some(_)) => Err(Failure::about(Status::Issuer, "iss", "the issuer is not one of the policy's")),
        }
    }

    fn check_sub(&self, claims: &Claims<'_>) -> Result<()> {
        match (claims.sub()?, &self.subject) {
            (_, None) => Ok(()),
            (None, Some(_)) => Err(missing("sub")),
            (Some(sub), Some(wanted)) if *wanted == sub => Ok(()),
            (Some(_), Some(_)) => Err(Failure::about(Status::Subject, "sub", "the subject is not the policy's")),
        }
    }

    fn check_aud(&self, claims: &Claims<'_>) -> Result<()> {
        let wanted = self.audience.as_deref();
        match (claims.aud(wanted.unwrap_or_default())?, wanted) {
            (_, None) | (Some(true), Some(_)) => Ok(()),
            (None, Some(_)) => Err(missing("aud")),
            (Some(false), Some(_)) => {
                Err(Failure::about(Status::Audience, "aud", "the token is not for the policy's audience"))
            }
        }
    }

    fn check_required(&self, claims: &Claims<'_>) -> Result<()> {
        let required = self.further.len() - usize::from(self.expiry_claim.is_some());
        let absent = |index: &usize| claims.further(*index).is_none_or(|value| value.raw() == "null");
        match (0..required).find(absent) {
            Some(index) => Err(missing(&self.further[index])),
            None => Ok(()),
        }
    }
}

fn missing(claim: &str) -> Failure {
    let message = format!("the policy demands the claim {}, which is not there", speakable(claim));
    Failure::about(Status::ClaimMissing, claim, message)
}

fn algorithms(config: &mut Config<'_>) -> Result<Vec<Algorithm>> {
    let names = config.texts("algorithms")?.ok_or_else(|| config.failure("algorithms", "missing"))?;
    if names.is_empty() {
        return Err(config.failure("algorithms", "expected at least one algorithm"));
    }
    let known = |(index, name): (usize, &String)| {
        let place = || config.failure(&format!("algorithms[{index}]"), "unknown algorithm");
        Algorithm::from_name(name).ok_or_else(place)
    };
    names.iter().enumerate().map(known).collect()
}

/// The media type that the header must name.
fn typ(config: &mut Config<'_>) -> Result<Option<String>> {
    let Some(typ) = config.filled_text("typ")? else { return Ok(None) };
    match media_type(&typ) {
        "" => Err(config.failure("typ", "expected a media type")),
        typ => Ok(Some(typ.to_owned())),
    }
}

/// Either a string or list, or the word that says that any value will do.
fn one_of_two(config: &mut Config<'_>, name: &str, any: &str) -> Result<Option<Vec<String>>> {
    match (config.text_or_texts(name)?, config.flag(any)?.unwrap_or(false)) {
        (Some(_), true) => Err(config.failure(name, &format!("contradicts {any}"))),
        (None, false) => Err(config.failure(name, &format!("missing; {any}: true accepts every value"))),
        (wanted, _) => Ok(wanted),
    }
}

/// A media type without the prefix that RFC 7515 section 4.1.9 lets a header leave out.
fn media_type(typ: &str) -> &str {
    const PREFIX: &str = "application/";
    match typ.split_at_checked(PREFIX.len()) {
        Some((prefix, rest)) if prefix.eq_ignore_ascii_case(PREFIX) => rest,
        _ => typ,
    }
}
